// Ten thousand messages that were written while somebody was away.
import { expect, test } from 'vitest';
import { ChatNet } from '#tests/support/chat-net';

test('ten thousand messages of an absence arrive whole, in bounded messages, in a few seconds of the rate', async () => {
  const net = new ChatNet();
  const [alice, bob] = await net.friends('Alice', 'Bob');
  if (!alice || !bob) throw new Error('two were made');
  await net.run(100);
  const id = alice.with(bob);
  alice.database.transaction(() => {
    for (let at = 0; at < 10_000; at += 1)
      alice.chats.write(id, { kind: 'text', text: `message ${at} of an absence`, replyTo: null });
  });
  let counted = 0;
  bob.chat.events.on('received', ({ count }) => (counted += count));
  await alice.reach(bob);
  const [beganMs, beganAtMs] = [performance.now(), net.clock.now()];
  const isDone = (): boolean => (bob.snapshot(id)?.unread ?? 0) === 10_000;
  expect(await net.until(isDone, 30_000, 50)).toBe(true);
  const [tookMs, virtualMs] = [performance.now() - beganMs, net.clock.now() - beganAtMs];
  process.stdout.write(`10 000 messages: ${Math.round(tookMs)} ms of work, ${virtualMs} ms of the rate\n`);
  await net.run(200);
  expect(counted).toBe(10_000);
  const last = bob.messages(id).at(-1);
  expect(last?.content).toEqual({ kind: 'text', text: 'message 9999 of an absence' });
  net.end();
}, 60_000);

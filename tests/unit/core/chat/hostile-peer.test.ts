// What a contact with a proven link can send about conversations, and what it does to me: nothing.
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { chatMessages } from '#core/chat/messages';
import { encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import type { ConversationId } from '#shared/chat';
import { ChatNet, type ChatPerson } from '#tests/support/chat-net';

async function linked(): Promise<{ net: ChatNet; alice: ChatPerson; mallory: ChatPerson; id: ConversationId }> {
  const net = new ChatNet();
  onTestFinished(() => {
    net.end();
  });
  const [alice, mallory] = await net.friends('Alice', 'Mallory');
  if (!alice || !mallory) throw new Error('two were made');
  await net.run(100);
  await alice.reach(mallory);
  return { net, alice, mallory, id: alice.with(mallory) };
}

/** Null for what CBOR cannot carry. */
function encoded(kind: string, body: unknown): Uint8Array | null {
  try {
    return encodeEnvelope(kind, body);
  } catch {
    return null;
  }
}

/** Past Mallory's own engine, straight onto the link. */
function send(mallory: ChatPerson, to: ChatPerson, kind: string, body: unknown): void {
  const bytes = encoded(kind, body);
  if (bytes) mallory.peers.session(to.self)?.connection.sendControl(bytes);
}

const hex = (length: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: length / 2, maxLength: length / 2 }).map((bytes) => Buffer.from(bytes).toString('hex'));
const place = fc.nat(0x7fff_ffff);

test('whatever a contact says of conversations, words and marks stay as they were', async () => {
  const { net, alice, mallory, id } = await linked();
  const group = await alice.chat.makeGroup({ name: 'Without Mallory', mayAdd: 'all', members: [] });
  await alice.say(group.conversationId, 'private');
  await alice.say(id, 'between us');
  await net.run(1_000);
  const conversationId = fc.oneof(fc.constantFrom(id, group.conversationId), hex(32));
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
  const hostile = fc.oneof(
    fc.record({
      kind: fc.constant('chat.digests'),
      body: fc.record({ digests: fc.array(fc.record({ conversationId, digest: hex(32) }), { maxLength: 5 }) }),
    }),
    fc.record({ kind: fc.constant('chat.want'), body: fc.record({ conversationId, vector: bytes }) }),
    fc.record({ kind: fc.constant('chat.typing'), body: fc.record({ conversationId }) }),
    fc.record({
      kind: fc.constant('chat.marks'),
      body: fc.record({
        marks: fc.array(
          fc.record({ conversationId, spell: fc.oneof(fc.constant(''), hex(32)), delivered: place, read: place }),
          { maxLength: 5 },
        ),
      }),
    }),
    fc.record({
      kind: fc.constant('chat.entries'),
      body: fc.record({
        conversationId,
        entries: fc.array(bytes, { maxLength: 3 }),
        isNews: fc.boolean(),
        isLast: fc.boolean(),
        isComplete: fc.boolean(),
      }),
    }),
    fc.record({ kind: fc.constantFrom(...Object.keys(chatMessages)), body: fc.anything() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { maxLength: 8 }), async (messages) => {
      if (!mallory.peers.session(alice.self)) await mallory.reach(alice);
      for (const { kind, body } of messages) send(mallory, alice, kind, body);
      await net.run(2_000);
      expect(alice.texts(id)).toEqual(['between us']);
      expect(alice.texts(group.conversationId)).toEqual(['private']);
      expect(alice.snapshot(group.conversationId)?.typing).toEqual([]);
      expect(alice.messages(group.conversationId).at(-1)?.delivery).toMatchObject({ deliveredTo: [], readBy: [] });
      expect(alice.chat.store.snapshot).toHaveLength(2);
      expect(mallory.chats.list()).toHaveLength(1);
    }),
    { numRuns: 150 },
  );
  if (!mallory.peers.session(alice.self)) expect(await mallory.reach(alice)).toBe(true);
  await mallory.say(id, 'still heard');
  await net.run(2_000);
  expect(alice.texts(id)).toEqual(['between us', 'still heard']);
}, 60_000);

test('a peer who keeps sending forged entries loses the link', async () => {
  const { net, alice, mallory, id } = await linked();
  await mallory.say(id, 'real');
  await net.run(500);
  const entry = new Uint8Array(mallory.chats.write(id, { kind: 'text', text: 'next', replyTo: null }).entry);
  for (let at = 0; at < limits.schemaBreaks; at += 1) {
    expect(alice.peers.session(mallory.self)).not.toBeNull();
    const forged = new Uint8Array(entry);
    forged[60 + at] = (forged[60 + at] ?? 0) ^ 1;
    send(mallory, alice, 'chat.entries', {
      conversationId: id,
      entries: [forged],
      isNews: true,
      isLast: true,
      isComplete: true,
    });
    await net.run(20);
  }
  expect(alice.peers.session(mallory.self)).toBeNull();
  expect(alice.texts(id)).not.toContain('forged');
});

test('entries that nobody asked for are not taken in as an answer', async () => {
  const { net, alice, mallory, id } = await linked();
  const entry = new Uint8Array(mallory.chats.write(id, { kind: 'text', text: 'unasked', replyTo: null }).entry);
  const body = { conversationId: id, entries: [entry], isNews: false, isLast: true, isComplete: true };
  send(mallory, alice, 'chat.entries', body);
  await net.run(10);
  expect(alice.texts(id)).toEqual([]);
  await net.run(2_000); // it comes once it was asked for
  expect(alice.texts(id)).toEqual(['unasked']);
});

test('somebody who is blocked is told nothing and heard no more', async () => {
  const { net, alice, mallory, id } = await linked();
  alice.contacts.set(mallory.self, 'Mallory', 'blocked');
  await mallory.say(id, 'hello?');
  await net.run(40_000);
  expect(alice.texts(id)).toEqual([]);
  await expect(alice.say(id, 'never sent')).rejects.toMatchObject({ code: 'contact-blocked' });
});

// Conversations of real profiles on disk: what a stranger can send, what a crash can leave, and what a person asks of them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ConversationId } from '#shared/chat';
import { encodeCbor } from '#main/services/bounded-cbor';
import { entryBytes, signChatEntry } from '#main/services/chat/entry';
import { chatOf, pull } from './chat-people';
import { writer } from './chat-writer';
import { failureCode } from './failure-code';
import { befriend, friends, person, temporaryFolder, testClock, type Person } from './people';

const say = (one: Person, conversationId: ConversationId, text: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(one.services.chats.write(conversationId, { kind: 'text', text, replyTo: null }).entry);

const texts = ({ services }: Pick<Person, 'services'>, conversationId: ConversationId): string[] =>
  services.chats
    .readTimeline(conversationId, { kind: 'end' }, 200)
    .messages.flatMap(({ content }) => (content.kind === 'text' ? [content.text] : []));

test('entries that come twice, in any order, in part or garbled end as one message each, in order', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  chatOf(bob, alice);
  const sent = Array.from({ length: 30 }, (_, at) => say(alice, id, `message ${at}`));
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.nat(29), flip: fc.option(fc.nat(), { freq: 2 }) }), { maxLength: 12 }),
      (deliveries) => {
        const entries = deliveries.flatMap(({ at, flip }) => {
          const bytes = new Uint8Array(sent[at] ?? []);
          if (flip !== null) bytes[flip % bytes.length] = (bytes[flip % bytes.length] ?? 0) ^ (1 + (flip % 255));
          return [bytes];
        });
        if (entries.length > 0) bob.services.chats.exchange.take({ peerId: alice.peerId, conversationId: id, entries });
        const here = bob.services.chats.readTimeline(id, { kind: 'end' }, 200).messages;
        // Never a hole, never a word that was not written.
        expect(here.map(({ content }) => content)).toEqual(
          here.map((_, at) => ({ kind: 'text', text: `message ${at}` })),
        );
      },
    ),
    { numRuns: 300 },
  );
  pull(alice, bob, id);
  expect(texts(bob, id)).toEqual(Array.from({ length: 30 }, (_, at) => `message ${at}`));
});

test('no bytes of a stranger throw, are kept, or are answered with words', async () => {
  const { alice, bob } = await friends();
  const stranger = await person('Mallory');
  const id = chatOf(alice, bob);
  const real = say(alice, id, 'secret');
  const { exchange } = bob.services.chats;
  const before = alice.services.chats.read(id);
  const junk = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 300 }),
    fc.anything().map((value) => {
      try {
        return encodeCbor(value);
      } catch {
        return new Uint8Array(1);
      }
    }),
    fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => new Uint8Array(real).fill(byte, at % real.length)),
  );
  fc.assert(
    fc.property(junk, (bytes) => {
      const own = new Uint8Array(bytes);
      if (Buffer.from(own).equals(real)) return;
      if (own.length === 0) return;
      expect(exchange.take({ peerId: alice.peerId, conversationId: id, entries: [own] }).taken).toBe(0);
      alice.services.chats.exchange.hand(bob.peerId, id, own);
    }),
    { numRuns: 500 },
  );
  expect(texts(bob, id)).toEqual([]);
  expect(alice.services.chats.exchange.hand(stranger.peerId, id, exchange.vector(alice.peerId, id)).bundles).toEqual(
    [],
  );
  expect(bob.services.chats.exchange.take({ peerId: stranger.peerId, conversationId: id, entries: [real] }).taken).toBe(
    0,
  );
  expect(alice.services.chats.exchange.digests(stranger.peerId)).toEqual([]);
  expect(alice.services.chats.read(id)).toEqual(before);
});

test('nobody writes, takes back or edits in the name of another', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  say(alice, id, 'mine');
  pull(alice, bob, id);
  const [message] = bob.services.chats.readTimeline(id, { kind: 'end' }, 10).messages;
  if (!message) throw new Error('it came');
  for (const draft of [
    { kind: 'withdraw' as const, target: message.messageId },
    { kind: 'edit' as const, target: message.messageId, text: 'yours' },
  ])
    expect(await failureCode(() => bob.services.chats.write(id, draft))).toBe('chat-refused');
});

test('an author who writes two entries into one place is shown to have done so', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  const shared = { peerId: alice.peerId, conversationId: id };
  const entries = await forked(alice, id);
  for (const entry of entries) bob.services.chats.exchange.take({ ...shared, entries: [entry] });
  const seen = bob.services.chats.readTimeline(id, { kind: 'end' }, 10).messages;
  expect(seen.map(({ isForked }) => isForked)).toEqual([true, true]);
});

/** Two first entries of one author: what somebody could write with the same identity on two machines. */
async function forked({ services }: Person, conversationId: ConversationId): Promise<Uint8Array<ArrayBuffer>[]> {
  const { keys } = services.identity;
  const facts = { conversationId, spell: '', sequence: 1, previous: null, lamport: 1, at: services.clock.now() };
  return ['one', 'other'].map(
    (text, at) =>
      new Uint8Array(
        entryBytes(signChatEntry(keys, facts, { kind: 'text', text, replyTo: null }, new Uint8Array(16).fill(at))),
      ),
  );
}

test('a log that goes on long after its author wrote two beginnings is handed over whole', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  chatOf(bob, alice);
  const [first, other] = await forked(alice, id);
  if (!first || !other) throw new Error('two were made');
  // Both here have one beginning and what followed it; Bob then hears of the other, and there is more to come.
  const shared = { peerId: bob.peerId, conversationId: id };
  alice.services.chats.exchange.take({ ...shared, entries: [first] });
  for (let at = 0; at < 1_200; at += 1) say(alice, id, `m${at}`);
  pull(alice, bob, id);
  alice.services.chats.exchange.take({ ...shared, entries: [other] });
  for (let at = 1_200; at < 1_230; at += 1) say(alice, id, `m${at}`);
  pull(alice, bob, id);
  expect(texts(bob, id).at(-1)).toBe('m1229');
  const ends = [alice, bob].map(({ services, peerId }) => {
    const reader = peerId === alice.peerId ? bob : alice;
    return services.chats.exchange.digests(reader.peerId)[0]?.digest;
  });
  expect(ends[0]).toBe(ends[1]);
});

test('a clock that is far ahead or behind moves no message and is shown as wrong', async () => {
  const ahead = testClock(Date.UTC(2090, 0, 1));
  const alice = await person('Alice', { clock: testClock() });
  const bob = await person('Bob', { clock: testClock() });
  await befriend(alice, bob);
  const id = chatOf(alice, bob);
  const real = alice.services.clock.now;
  Object.assign(alice.services.clock, { now: ahead.now });
  say(alice, id, 'from the future');
  Object.assign(alice.services.clock, { now: real });
  pull(alice, bob, id);
  say(bob, id, 'now');
  const seen = bob.services.chats.readTimeline(id, { kind: 'end' }, 10).messages;
  expect(seen.map(({ isClockWrong }) => isClockWrong)).toEqual([true, false]);
  expect(seen[0]?.sentAtMs).toBeLessThan(Date.UTC(2027, 0, 1));
});

test('search takes words, never the language of the index, and answers plain text', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  say(alice, id, 'Dinner at the <b>Café</b> "Löwe" tonight');
  for (const query of ['cafe', 'LÖW', 'dinner tonight', 'caf* NOT', '"', '', ') OR (', 'NEAR(a b)', '-', '\0']) {
    fc.assert(fc.property(fc.string({ maxLength: 50 }), (text) => void alice.services.chats.search(text, null, 5)));
    const hits = alice.services.chats.search(query, null, 5);
    for (const { text, matches } of hits)
      for (const [from, to] of matches) expect(text.slice(from, to)).toMatch(/^[\p{L}\p{N}]+$/u);
  }
  expect(alice.services.chats.search('cafe', id, 5).map(({ text }) => text)).toEqual([
    'Dinner at the <b>Café</b> "Löwe" tonight',
  ]);
});

test('only what has arrived can have been read', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  say(alice, id, 'one');
  pull(alice, bob, id);
  bob.services.chats.markRead(id, Number.MAX_SAFE_INTEGER);
  expect(bob.services.chats.read(id).unread).toBe(0);
  say(alice, id, 'two');
  pull(alice, bob, id);
  expect(bob.services.chats.read(id).unread).toBe(1);
});

test('a message deleted here is gone here and stays with the other', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  say(alice, id, 'keep');
  say(alice, id, 'drop');
  pull(alice, bob, id);
  const [, second] = bob.services.chats.readTimeline(id, { kind: 'end' }, 10).messages;
  if (!second) throw new Error('two came');
  bob.services.chats.hide(id, second.messageId);
  pull(alice, bob, id);
  expect(texts(bob, id)).toEqual(['keep']);
  expect(bob.services.chats.search('drop', null, 5)).toEqual([]);
  expect(texts(alice, id)).toEqual(['keep', 'drop']);
});

test('words that were taken back or deleted are nowhere in the files', async () => {
  const folder = await temporaryFolder();
  const alice = await person('Alice');
  const bob = await person('Bob', { folder });
  await befriend(alice, bob);
  const id = chatOf(alice, bob);
  for (let at = 0; at < 40; at += 1) say(alice, id, `chatter ${at}`);
  for (const text of ['zanzibar quixotic', 'xylophone marmalade']) say(alice, id, text);
  for (let at = 0; at < 40; at += 1) say(alice, id, `more chatter ${at}`);
  pull(alice, bob, id);
  const [first, second] = ['zanzibar', 'xylophone'].map((word) => bob.services.chats.search(word, id, 1)[0]?.messageId);
  if (!first || !second) throw new Error('both are found');
  alice.services.chats.write(id, { kind: 'withdraw', target: first });
  pull(alice, bob, id);
  bob.services.chats.hide(id, second);
  bob.services.close();
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const file of files.filter((one) => one.isFile())) {
    const bytes = await readFile(join(file.parentPath, file.name), 'latin1');
    for (const word of ['zanzibar', 'quixotic', 'xylophone', 'marmalade'])
      expect(`${file.name} ${bytes.includes(word)}`).toBe(`${file.name} false`);
  }
});

test('the export has every message, and none can pretend to be another line', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  say(alice, id, 'one\n2026-01-01 00:00 Bob: I owe you');
  say(alice, id, 'two');
  const { name, folder } = await alice.services.chats.saveExport(id);
  const lines = (await readFile(join(folder, name), 'utf8')).trim().split('\n');
  expect(lines[0]).toBe('Bob');
  expect(lines.filter((line) => /^\d{4}-/.test(line))).toHaveLength(2);
  expect(lines.some((line) => line.startsWith('    2026'))).toBe(true);
});

test('pages of a long conversation join without a gap, and one around a message shows it', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  for (let at = 0; at < 45; at += 1) say(alice, id, `m${at}`);
  const { chats } = alice.services;
  const last = chats.readTimeline(id, { kind: 'end' }, 20);
  expect(last).toMatchObject({ hasEarlier: true, hasLater: false });
  const [oldest] = last.messages;
  if (!oldest) throw new Error('there are some');
  const earlier = chats.readTimeline(id, { kind: 'before', messageId: oldest.messageId }, 25);
  expect(earlier.hasEarlier).toBe(false);
  const all = [...earlier.messages, ...last.messages].map(({ content }) => content);
  expect(all).toEqual(Array.from({ length: 45 }, (_, at) => ({ kind: 'text', text: `m${at}` })));
  const around = chats.readTimeline(id, { kind: 'around', messageId: oldest.messageId }, 10).messages;
  expect(around.map(({ messageId }) => messageId)).toContain(oldest.messageId);
});

test('a process killed while it writes leaves every message it had answered, and nothing torn', async () => {
  const path = join(await temporaryFolder(), 'chats.sqlite');
  const answered: string[] = [];
  for (let life = 0; life < 4; life += 1) {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'chat-writer.ts'), path, `life${life}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    let heard = 0;
    lines.on('line', (line) => {
      answered.push(line);
      heard += 1;
      if (heard === 20 + life * 7) child.kill('SIGKILL');
    });
    await once(child, 'close');
    expect(heard).toBeGreaterThan(0);
  }
  const { chats, conversationId } = await writer(path);
  const kept = chats
    .readTimeline(conversationId, { kind: 'end' }, 200)
    .messages.flatMap(({ content }) => (content.kind === 'text' ? [content.text] : []));
  // What was on the disk but not answered yet may be there too.
  expect(kept.filter((text) => answered.includes(text))).toEqual(answered);
  expect(new Set(kept).size).toBe(kept.length);
  for (const text of answered) expect(chats.search(text.replace('-', ' '), null, 200).length).toBeGreaterThan(0);
});

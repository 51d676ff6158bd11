// Messages that name files, of real profiles on disk: they travel, are found, quoted and taken back as words are, and nothing that a
// stranger writes into one is shown as a name that a disk would not take.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { chatEntryMaxBytes, type ConversationId, type EntryId } from '#shared/chat';
import { namedFiles, namedFilesMost, type NamedFiles } from '#shared/chat-files';
import { maxFileBytes } from '#shared/content';
import { DropId, maxDropFiles } from '#shared/drop';
import { canLieTogether, isSafeFileName } from '#shared/file-names';
import { encodeCbor } from '#main/services/bounded-cbor';
import { readBody, writeBody } from '#main/services/chat/body-layout';
import { entryBytes, signChatEntry } from '#main/services/chat/entry';
import { chatOf, pull } from './chat-people';
import { failureCode } from './failure-code';
import { friends, type Person } from './people';

const dropId = v.parse(DropId, 'd0'.repeat(16));
const photo = namedFiles(dropId, [{ path: ['Roof at dusk.jpg'], size: 4_000_000 }]);
const many = namedFiles(
  dropId,
  Array.from({ length: 30 }, (_, at) => ({ path: ['Harbour walk', `IMG_${at}.jpg`], size: 1_000 })),
);

const messagesOf = ({ services }: Person, id: ConversationId) =>
  services.chats.readTimeline(id, { kind: 'end' }, 50).messages;

const give = ({ services }: Person, id: ConversationId, offer: NamedFiles = photo, replyTo: EntryId | null = null) =>
  services.chats.write(id, { kind: 'files', offer, replyTo }).messageId;

test('a message of files arrives unread, at its place among the words, and says what it names', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  alice.services.chats.write(id, { kind: 'text', text: 'Look', replyTo: null });
  give(alice, id, many);
  alice.services.chats.write(id, { kind: 'text', text: 'Nice, no?', replyTo: null });
  pull(alice, bob, id);
  expect(messagesOf(bob, id).map(({ content }) => content.kind)).toEqual(['text', 'files', 'text']);
  expect(messagesOf(bob, id)[1]).toMatchObject({ isUnread: true, content: { kind: 'files', offer: many } });
  expect(many).toMatchObject({ fileCount: 30, bytes: 30_000 });
  expect(many.files).toHaveLength(namedFilesMost);
  expect(bob.services.chats.read(id).unread).toBe(3);
});

test('it waits for who is away as words do', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  give(alice, id);
  expect(messagesOf(alice, id)[0]?.delivery?.state).toBe('waiting');
  expect(alice.services.chats.read(id)).toMatchObject({ waiting: 1, last: { content: { kind: 'files' } } });
});

test('it is answered, reacted to and quoted by its files, and answers itself', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  const asked = alice.services.chats.write(id, { kind: 'text', text: 'The photo?', replyTo: null }).messageId;
  pull(alice, bob, id);
  const target = give(bob, id, photo, asked);
  pull(bob, alice, id);
  alice.services.chats.write(id, { kind: 'react', target, reaction: '👍', isOn: true });
  alice.services.chats.write(id, { kind: 'text', text: 'Thanks', replyTo: target });
  const [, files, thanks] = messagesOf(alice, id);
  expect(files?.replyTo?.messageId).toBe(asked);
  expect(files?.reactions).toEqual([{ reaction: '👍', by: [alice.peerId] }]);
  expect(thanks?.replyTo).toEqual({
    messageId: target,
    from: bob.peerId,
    excerpt: null,
    voiceMs: null,
    files: photo,
  });
});

test('it is found by the names of its files until it is taken back or deleted', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  const messageId = give(alice, id, many);
  const alone = give(alice, id);
  pull(alice, bob, id);
  const { chats } = bob.services;
  expect(chats.search('harbour IMG_2', null, 10)).toMatchObject([{ messageId }]);
  expect(chats.search('dusk', null, 10)).toMatchObject([{ messageId: alone, text: 'Roof at dusk.jpg' }]);
  chats.hide(id, alone);
  expect(chats.search('dusk', null, 10)).toEqual([]);
  alice.services.chats.write(id, { kind: 'withdraw', target: messageId });
  pull(alice, bob, id);
  expect(chats.search('harbour', null, 10)).toEqual([]);
});

test('taking it back names its drop and its author to both sides, once', async () => {
  const { alice, bob } = await friends();
  const takenBack: unknown[] = [];
  for (const [name, { services }] of Object.entries({ alice, bob }))
    services.events.on('chatsChanged', (changes) => {
      for (const change of changes) takenBack.push(...change.takenBack.map((drop) => ({ name, ...drop })));
    });
  const id = chatOf(alice, bob);
  const target = give(alice, id);
  const told = alice.services.chats.write(id, { kind: 'text', text: 'words', replyTo: null }).messageId;
  pull(alice, bob, id);
  alice.services.chats.write(id, { kind: 'withdraw', target: told });
  alice.services.chats.write(id, { kind: 'withdraw', target });
  pull(alice, bob, id);
  pull(alice, bob, id);
  await Promise.resolve();
  expect(takenBack).toEqual([
    { name: 'alice', dropId, from: alice.peerId },
    { name: 'bob', dropId, from: alice.peerId },
  ]);
  expect(messagesOf(bob, id).map(({ content }) => content.kind)).toEqual(['withdrawn', 'withdrawn']);
});

test('only its author takes it back, nobody edits it, and another conversation is not quoted', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  const target = give(alice, id);
  pull(alice, bob, id);
  const { chats } = bob.services;
  expect(await failureCode(() => chats.write(id, { kind: 'withdraw', target }))).toBe('chat-refused');
  const edit = { kind: 'edit' as const, target, text: 'words' };
  expect(await failureCode(() => alice.services.chats.write(id, edit))).toBe('chat-refused');
  const elsewhere = 'a'.repeat(64) as EntryId; // sound: an id that no entry has
  expect(await failureCode(() => give(alice, id, photo, elsewhere))).toBe('chat-refused');
});

test('the same drop named twice is two messages, and each says the same', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  give(alice, id);
  give(alice, id);
  pull(alice, bob, id);
  expect(messagesOf(bob, id).map(({ content }) => content)).toEqual([
    { kind: 'files', offer: photo },
    { kind: 'files', offer: photo },
  ]);
});

test('the longest names that are allowed fit an entry', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  const component = (nth: number, length: number): string => String(nth).repeat(length);
  const files = Array.from({ length: namedFilesMost }, (_, at) => ({
    path: [component(at, 255), component(at, 255), component(at, 255), component(at, 255)],
    size: maxFileBytes,
  }));
  const offer = namedFiles(dropId, files);
  const before = alice.services.chats.write(id, { kind: 'text', text: 'All of it:', replyTo: null }).messageId;
  const { entry } = alice.services.chats.write(id, { kind: 'files', offer, replyTo: before });
  expect(entry.length).toBeLessThan(chatEntryMaxBytes);
  pull(alice, bob, id);
  expect(messagesOf(bob, id)[1]?.content).toEqual({ kind: 'files', offer });
});

const salt = new Uint8Array(16);
const plain = { s: salt, d: new Uint8Array(16), f: [[['a.txt'], 3]] as unknown, n: 1, z: 3 };

test.each([
  ['a name that climbs', { ...plain, f: [[['..'], 3]] }],
  ['a path in one name', { ...plain, f: [[['a/b'], 3]] }],
  ['a name that turns its writing round', { ...plain, f: [[['exe.\u202egpj'], 3]] }],
  ['a device', { ...plain, f: [[['CON'], 3]] }],
  ['no name', { ...plain, f: [[[], 3]] }],
  ['no file', { ...plain, f: [], n: 0, z: 0 }],
  [
    'a file inside a file',
    {
      ...plain,
      f: [
        [['a'], 1],
        [['a', 'b'], 2],
      ],
      n: 2,
    },
  ],
  [
    'two names alike',
    {
      ...plain,
      f: [
        [['A'], 1],
        [['a'], 2],
      ],
      n: 2,
    },
  ],
  ['more names than are said', { ...plain, f: Array.from({ length: 9 }, (_, at) => [[`${at}`], 1]), n: 9, z: 9 }],
  [
    'fewer files than names',
    {
      ...plain,
      f: [
        [['a'], 1],
        [['b'], 2],
      ],
      n: 1,
    },
  ],
  ['more files than a drop has', { ...plain, n: maxDropFiles + 1 }],
  ['a size below nothing', { ...plain, f: [[['a'], -1]] }],
  ['a size that is too large', { ...plain, f: [[['a'], maxFileBytes + 1]], z: maxFileBytes + 1 }],
  ['a size that is no whole number', { ...plain, f: [[['a'], 1.5]], z: 1.5 }],
  ['a sum that is too small', { ...plain, z: 2 }],
  ['a sum that no file accounts for', { ...plain, z: 4 }],
  ['a short drop id', { ...plain, d: new Uint8Array(15) }],
  ['another letter', { ...plain, q: 1 }],
])('%s is no message', (_what, body) => {
  expect(readBody('files', encodeCbor(plain))).not.toBeNull();
  expect(readBody('files', encodeCbor(body))).toBeNull();
});

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('a', 'A', 'b.txt', '..', 'nul', '\u202e', '', 'ä', 'a\u0308'),
);
const file = fc.record({ path: fc.array(name, { maxLength: 3 }), size: fc.integer({ min: -1, max: 5 }) });

test('whatever names and sizes somebody writes: it is refused, or safe to show and in accord with itself', () => {
  fc.assert(
    fc.property(
      fc.array(file, { maxLength: 10 }),
      fc.integer({ min: 0, max: 12 }),
      fc.nat(40),
      (files, fileCount, bytes) => {
        const f = files.map(({ path, size }) => [path, size]);
        const read = readBody('files', encodeCbor({ ...plain, f, n: fileCount, z: bytes }));
        if (read?.kind !== 'files') return;
        const { offer } = read;
        expect(offer.files.every(({ path }) => path.length > 0 && path.every(isSafeFileName))).toBe(true);
        expect(canLieTogether(offer.files.map(({ path }) => path))).toBe(true);
        expect(offer.fileCount).toBeGreaterThanOrEqual(offer.files.length);
        expect(offer.bytes).toBeGreaterThanOrEqual(offer.files.reduce((sum, { size }) => sum + size, 0));
        // One value, one spelling.
        expect(writeBody(read, salt)).toEqual(encodeCbor({ ...plain, f, n: fileCount, z: bytes }));
      },
    ),
    { numRuns: 500 },
  );
});

test('what an author names is never taken for the drop of somebody else', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  chatOf(bob, alice);
  const facts = {
    conversationId: id,
    spell: '',
    sequence: 1,
    previous: null,
    lamport: 1,
    at: alice.services.clock.now(),
  };
  const entry = signChatEntry(
    alice.services.identity.keys,
    facts,
    { kind: 'files', offer: photo, replyTo: null },
    salt,
  );
  const entries = [new Uint8Array(entryBytes(entry))];
  bob.services.chats.exchange.take({ peerId: alice.peerId, conversationId: id, entries });
  const [message] = messagesOf(bob, id);
  // The drop id is a claim; whose it is, is the author of the entry and nobody else.
  expect(message).toMatchObject({ from: alice.peerId, content: { kind: 'files', offer: { dropId } } });
});

test('the export names the files', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  give(alice, id);
  give(alice, id, many);
  const { name: written, folder } = await alice.services.chats.saveExport(id);
  const text = await readFile(join(folder, written), 'utf8');
  expect(text).toContain('(file: Roof at dusk.jpg; 4000000 bytes)');
  expect(text).toContain('(30 files: Harbour walk/IMG_0.jpg, ');
  expect(text).toContain(' and 22 more; 30000 bytes)');
});

// Voice messages of real profiles on disk: they travel as words do, and nothing but sound is ever played.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { voiceBytesMost, voiceMostMs, voicePeaks, type ConversationId, type EntryId } from '#shared/chat';
import { readBody, writeBody } from '#main/services/chat/body-layout';
import { soundOf, spoken } from '#tests/support/voice-sound';
import { entryBytes, signChatEntry } from '#main/services/chat/entry';
import { piecesOf } from '#main/services/chat/voices';
import { chatOf, pull } from './chat-people';
import { failureCode } from './failure-code';
import { befriend, friends, person, temporaryFolder, type Person } from './people';

const messagesOf = ({ services }: Person, id: ConversationId) =>
  services.chats.readTimeline(id, { kind: 'end' }, 50).messages;

function onlyMessage(one: Person, id: ConversationId): EntryId {
  const [message, ...more] = messagesOf(one, id);
  if (!message || more.length > 0) throw new Error('one message is there');
  return message.messageId;
}

test('a voice message arrives as one unread message, and sounds as it was spoken', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  const voice = spoken();
  alice.services.chats.writeVoice(id, voice);
  pull(alice, bob, id);
  const [message, ...more] = messagesOf(bob, id);
  expect(more).toEqual([]);
  expect(message).toMatchObject({ isUnread: true, isMine: false });
  expect(message?.content).toEqual({ kind: 'voice', durationMs: 12_300, peaks: voice.peaks });
  expect(bob.services.chats.read(id).unread).toBe(1);
  expect(bob.services.chats.readVoice(id, onlyMessage(bob, id))).toEqual(voice.sound);
});

test('the longest that is allowed goes, and a larger one does not', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  const sound = soundOf(voiceBytesMost - 5_000);
  expect(sound.length).toBeLessThanOrEqual(voiceBytesMost);
  const messageId = alice.services.chats.writeVoice(id, spoken({ sound, durationMs: voiceMostMs }));
  pull(alice, bob, id);
  expect(bob.services.chats.readVoice(id, messageId)).toEqual(sound);
  const larger = spoken({ sound: soundOf(voiceBytesMost) });
  expect(await failureCode(() => alice.services.chats.writeVoice(id, larger))).toBe('voice-unplayable');
});

test('nothing but Ogg Opus is taken for a voice', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  const sound = soundOf(3_000);
  const wrong = [
    new Uint8Array(100),
    new TextEncoder().encode('<svg onload="alert(1)">'.repeat(9)),
    sound.subarray(0, sound.length - 1),
    new Uint8Array(Buffer.concat([sound, Buffer.from('RIFF')])),
    sound.map((byte, at) => (at === 28 ? 0x76 : byte)),
  ];
  for (const bytes of wrong)
    expect(await failureCode(() => alice.services.chats.writeVoice(id, spoken({ sound: new Uint8Array(bytes) })))).toBe(
      'voice-unplayable',
    );
  expect(messagesOf(alice, id)).toEqual([]);
});

test('pieces put together again are the sound', () => {
  fc.assert(
    fc.property(fc.nat(200_000), (bytes) => {
      const sound = soundOf(bytes);
      expect(Buffer.concat(piecesOf(sound)).equals(sound)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('the bytes of a voice are one spelling, and a garbled one is none', () => {
  const voice = {
    kind: 'voice' as const,
    durationMs: 1,
    peaks: new Uint8Array(voicePeaks),
    // Sound: 64 hex digits, as an id has.
    pieces: ['a'.repeat(64) as EntryId],
    replyTo: null,
  };
  const bytes = writeBody(voice, new Uint8Array(16));
  expect(readBody('voice', bytes)).toEqual(voice);
  for (const wrong of [
    { ...voice, durationMs: voiceMostMs + 1 },
    { ...voice, durationMs: 0 },
    { ...voice, peaks: new Uint8Array(voicePeaks + 1) },
    { ...voice, pieces: [] },
    { ...voice, pieces: Array.from({ length: 65 }, () => voice.pieces).flat() },
  ])
    expect(readBody('voice', writeBody(wrong, new Uint8Array(16)))).toBeNull();
});

test('it is answered, reacted to and quoted like words', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  const target = alice.services.chats.writeVoice(id, spoken());
  pull(alice, bob, id);
  bob.services.chats.write(id, { kind: 'react', target, reaction: '👍', isOn: true });
  bob.services.chats.write(id, { kind: 'text', text: 'Nicely said', replyTo: target });
  const answer = bob.services.chats.writeVoice(id, spoken({ replyTo: target }));
  pull(bob, alice, id);
  const [voice, text, again] = messagesOf(alice, id);
  expect(voice?.reactions).toEqual([{ reaction: '👍', by: [bob.peerId] }]);
  const quoted = { messageId: target, from: alice.peerId, excerpt: null, voiceMs: 12_300, files: null };
  expect(text?.replyTo).toEqual(quoted);
  expect(again).toMatchObject({ messageId: answer, replyTo: quoted });
});

test('only its author takes it back, and nobody edits it', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  const target = alice.services.chats.writeVoice(id, spoken());
  pull(alice, bob, id);
  const { chats } = bob.services;
  expect(await failureCode(() => chats.write(id, { kind: 'withdraw', target }))).toBe('chat-refused');
  const edit = { kind: 'edit' as const, target, text: 'words' };
  expect(await failureCode(() => alice.services.chats.write(id, edit))).toBe('chat-refused');
});

test.each(['taken back by its author', 'deleted here'])('a voice %s is nowhere in the files', async (how) => {
  const folder = await temporaryFolder();
  const alice = await person('Alice');
  const bob = await person('Bob', { folder });
  await befriend(alice, bob);
  const id = chatOf(alice, bob);
  const fill = 0x7a;
  alice.services.chats.writeVoice(id, spoken({ sound: soundOf(60_000, fill) }));
  const target = onlyMessage(alice, id);
  pull(alice, bob, id);
  if (how === 'deleted here') bob.services.chats.hide(id, target);
  else {
    alice.services.chats.write(id, { kind: 'withdraw', target });
    pull(alice, bob, id);
    expect(messagesOf(bob, id)[0]?.content).toEqual({ kind: 'withdrawn' });
  }
  expect(await failureCode(() => bob.services.chats.readVoice(id, target))).toBe('chat-unknown');
  bob.services.close();
  const run = String.fromCharCode(fill).repeat(100);
  for (const file of (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile())) {
    const bytes = await readFile(join(file.parentPath, file.name), 'latin1');
    expect(`${file.name} ${bytes.includes(run)}`).toBe(`${file.name} false`);
  }
});

test('it shows once all of it is here', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  const messageId = alice.services.chats.writeVoice(id, spoken());
  const vector = bob.services.chats.exchange.vector(alice.peerId, id);
  const { bundles } = alice.services.chats.exchange.hand(bob.peerId, id, vector);
  const [first] = bundles;
  if (!first) throw new Error('there are pieces');
  bob.services.chats.exchange.take({ peerId: alice.peerId, conversationId: id, entries: first.entries });
  expect(messagesOf(bob, id)).toEqual([]);
  expect(await failureCode(() => bob.services.chats.readVoice(id, messageId))).toBe('chat-unknown');
});

test('one that names words as its pieces takes nothing else with it', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  const say = (one: Person, text: string): EntryId =>
    one.services.chats.write(id, { kind: 'text', text, replyTo: null }).messageId;
  chatOf(bob, alice);
  const mine = say(bob, 'mine');
  pull(bob, alice, id);
  const hers = say(alice, 'hers');
  const { keys } = alice.services.identity;
  const facts = {
    conversationId: id,
    spell: '',
    sequence: 2,
    previous: hers,
    lamport: 9,
    at: alice.services.clock.now(),
  };
  const body = {
    kind: 'voice' as const,
    durationMs: 1_000,
    peaks: new Uint8Array(voicePeaks),
    pieces: [mine, hers],
    replyTo: null,
  };
  const entry = signChatEntry(keys, facts, body, new Uint8Array(16));
  pull(alice, bob, id);
  const { chats } = bob.services;
  const entries = [new Uint8Array(entryBytes(entry))];
  expect(chats.exchange.take({ peerId: alice.peerId, conversationId: id, entries }).taken).toBe(1);
  expect(await failureCode(() => chats.readVoice(id, entry.id))).toBe('voice-unplayable');
  chats.hide(id, entry.id);
  expect(messagesOf(bob, id).map(({ content }) => content)).toEqual([
    { kind: 'text', text: 'mine' },
    { kind: 'text', text: 'hers' },
  ]);
});

test('the export says that there was one, and how long', async () => {
  const { alice, bob } = await friends();
  const id = chatOf(alice, bob);
  alice.services.chats.writeVoice(id, spoken({ durationMs: 72_400 }));
  const { name, folder } = await alice.services.chats.saveExport(id);
  expect(await readFile(join(folder, name), 'utf8')).toContain('(voice message, 1:12)');
});

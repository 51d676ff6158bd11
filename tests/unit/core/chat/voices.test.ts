// Voice messages over links: they wait, come through others, and leave room for words.
import { afterEach, expect, test } from 'vitest';
import { voiceBytesMost, voiceMostMs } from '#shared/chat';
import { ChatNet } from '#tests/support/chat-net';
import { soundOf, spoken } from '#tests/support/voice-sound';

let net: ChatNet;
afterEach(() => {
  net.end();
});

test('a voice message to somebody who is away waits through a restart of both, and comes whole', async () => {
  net = new ChatNet();
  const [alice, bob] = await net.friends('Alice', 'Bob');
  if (!alice || !bob) throw new Error('two were made');
  const id = alice.with(bob);
  const voice = spoken();
  const messageId = await alice.chat.writeVoice(id, voice);
  await net.run(1_000);
  expect(alice.messages(id).at(-1)?.delivery?.state).toBe('waiting');
  for (const one of [alice, bob]) one.restart();
  await alice.reach(bob);
  await net.run(3_000);
  expect(await bob.chat.readVoice(id, messageId)).toEqual(voice.sound);
  expect(bob.received.map(({ content }) => content.kind)).toEqual(['voice']);
  expect(alice.messages(id).at(-1)?.delivery?.state).toBe('delivered');
});

test('in a group it comes through a member who has it, while its author is gone', async () => {
  net = new ChatNet();
  const [alice, bob, carl] = await net.friends('Alice', 'Bob', 'Carl');
  if (!alice || !bob || !carl) throw new Error('three were made');
  const members = [bob, carl].map(({ self }) => ({ peerId: self, isChosen: false }));
  const { conversationId: id } = await alice.chat.makeGroup({ name: 'Choir', mayAdd: 'all', members });
  const voice = spoken();
  const messageId = await alice.chat.writeVoice(id, voice);
  await alice.reach(bob);
  await net.run(3_000);
  alice.crash();
  await bob.reach(carl);
  await net.run(3_000);
  expect(await carl.chat.readVoice(id, messageId)).toEqual(voice.sound);
});

test('the longest one comes within four seconds of the rate of a link, and words said meanwhile come too', async () => {
  net = new ChatNet();
  const [alice, bob] = await net.friends('Alice', 'Bob');
  if (!alice || !bob) throw new Error('two were made');
  const id = alice.with(bob);
  await alice.reach(bob);
  await net.run(2_000);
  const sound = soundOf(voiceBytesMost - 5_000);
  const messageId = await alice.chat.writeVoice(id, spoken({ sound, durationMs: voiceMostMs }));
  await net.run(300);
  await alice.say(id, 'Did you hear?');
  await bob.say(id, 'Not yet');
  await net.run(4_000);
  expect(await bob.chat.readVoice(id, messageId)).toEqual(sound);
  expect(bob.texts(id).toSorted()).toEqual(['Did you hear?', 'Not yet']);
  expect(alice.texts(id).toSorted()).toEqual(['Did you hear?', 'Not yet']);
});

test('a voice that was taken back while somebody was away reaches them as taken back', async () => {
  net = new ChatNet();
  const [alice, bob] = await net.friends('Alice', 'Bob');
  if (!alice || !bob) throw new Error('two were made');
  const id = alice.with(bob);
  const target = await alice.chat.writeVoice(id, spoken());
  await alice.chat.write(id, { kind: 'withdraw', target });
  await alice.reach(bob);
  await net.run(3_000);
  expect(bob.messages(id).map(({ content }) => content.kind)).toEqual(['withdrawn']);
  await expect(bob.chat.readVoice(id, target)).rejects.toMatchObject({ code: 'chat-unknown' });
});

// Conversations between people in one process: real stores and signatures, links that come and go.
import { expect, onTestFinished, test } from 'vitest';
import type { Conversation } from '#shared/chat';
import { ChatNet, type ChatPerson } from '#tests/support/chat-net';

function openNet(seed = 1): ChatNet {
  const net = new ChatNet(seed);
  onTestFinished(() => {
    net.end();
  });
  return net;
}

async function pair(): Promise<{
  net: ChatNet;
  alice: ChatPerson;
  bob: ChatPerson;
  id: Conversation['conversationId'];
}> {
  const net = openNet();
  const [alice, bob] = await net.friends('Alice', 'Bob');
  if (!alice || !bob) throw new Error('two were made');
  await net.run(100);
  return { net, alice, bob, id: alice.with(bob) };
}

test('a message arrives at once and is marked delivered, then read', async () => {
  const { net, alice, bob, id } = await pair();
  expect(await alice.reach(bob)).toBe(true);
  await alice.say(id, 'Hello Bob');
  await net.run(1_000);
  expect(bob.texts(id)).toEqual(['Hello Bob']);
  expect(bob.received.map(({ content }) => content)).toEqual([{ kind: 'text', text: 'Hello Bob' }]);
  expect(bob.snapshot(id)?.unread).toBe(1);
  expect(alice.messages(id).at(-1)?.delivery).toEqual({
    state: 'delivered',
    deliveredTo: [bob.self],
    readBy: [],
    keptBy: [],
  });
  await bob.chat.markRead(id, bob.messages(id).at(-1)?.arrival ?? 0);
  await net.run(1_000);
  expect(bob.snapshot(id)?.unread).toBe(0);
  expect(alice.messages(id).at(-1)?.delivery?.state).toBe('read');
});

test('what is written while the other is away waits over restarts of both and arrives later', async () => {
  const { net, alice, bob, id } = await pair();
  await alice.say(id, 'one');
  await alice.say(id, 'two');
  await net.run(500);
  expect(alice.snapshot(id)?.waiting).toBe(2);
  expect(alice.messages(id).map(({ delivery }) => delivery?.state)).toEqual(['waiting', 'waiting']);
  alice.restart();
  bob.restart();
  await net.run(500);
  await alice.reach(bob);
  await net.run(2_000);
  expect(bob.texts(id)).toEqual(['one', 'two']);
  expect(alice.snapshot(id)?.waiting).toBe(0);
});

test('edits, reactions and taking back reach the other side', async () => {
  const { net, alice, bob, id } = await pair();
  await alice.reach(bob);
  const first = await alice.say(id, 'frist');
  const second = await alice.say(id, 'never mind');
  await alice.chat.write(id, { kind: 'edit', target: first, text: 'first' });
  await alice.chat.write(id, { kind: 'withdraw', target: second });
  await net.run(1_000);
  await bob.chat.write(id, { kind: 'react', target: first, reaction: '👍', isOn: true });
  await bob.say(id, 'why?', first);
  await net.run(1_000);
  expect(bob.texts(id)).toEqual(['first', 'why?']);
  const seen = alice.messages(id);
  expect(seen.map(({ content }) => content.kind)).toEqual(['text', 'withdrawn', 'text']);
  expect(seen[0]).toMatchObject({ isEdited: true, reactions: [{ reaction: '👍', by: [bob.self] }] });
  expect(seen[2]?.replyTo).toEqual({
    messageId: first,
    from: alice.self,
    excerpt: 'first',
    voiceMs: null,
    files: null,
  });
  expect(alice.chats.search('never', null, 10)).toEqual([]);
  expect(alice.chats.search('fir', null, 10)).toMatchObject([{ messageId: first, text: 'first', matches: [[0, 5]] }]);
});

test('whoever is writing shows, and no more after a while', async () => {
  const { net, alice, bob, id } = await pair();
  await alice.reach(bob);
  await net.run(500);
  alice.chat.noteTyping(id);
  await net.run(200);
  expect(bob.snapshot(id)?.typing).toEqual([alice.self]);
  await net.run(7_000);
  expect(bob.snapshot(id)?.typing).toEqual([]);
});

test('receipts that are switched off are not given', async () => {
  const { net, alice, bob, id } = await pair();
  bob.settings = { typing: false, delivered: false, read: false };
  await alice.reach(bob);
  await alice.say(id, 'Hello');
  await net.run(500);
  await bob.chat.markRead(id, bob.messages(id).at(-1)?.arrival ?? 0);
  await net.run(1_000);
  expect(alice.messages(id).at(-1)?.delivery?.state).toBe('sent');
});

test('a group reaches its members, also through one another', async () => {
  const net = openNet();
  const [alice, bob, carl] = await net.friends('Alice', 'Bob', 'Carl');
  if (!alice || !bob || !carl) throw new Error('three were made');
  const members = [bob, carl].map(({ self }) => ({ peerId: self, isChosen: false }));
  const { conversationId: id } = await alice.chat.makeGroup({ name: 'Lunch', mayAdd: 'all', members });
  await alice.say(id, 'Where?');
  await alice.reach(bob);
  await net.run(2_000);
  expect(bob.snapshot(id)).toMatchObject({ name: 'Lunch', unread: 1, obstacle: null });
  alice.crash();
  await bob.reach(carl);
  await net.run(3_000);
  expect(carl.texts(id)).toEqual(['Where?']);
  await carl.say(id, 'At the lake');
  await net.run(1_000);
  expect(bob.texts(id)).toEqual(['Where?', 'At the lake']);
});

test('whoever comes later reads nothing from before unless it is shared; whoever was removed reads nothing after', async () => {
  const net = openNet();
  const [alice, bob, carl] = await net.friends('Alice', 'Bob', 'Carl');
  if (!alice || !bob || !carl) throw new Error('three were made');
  const { conversationId: id } = await alice.chat.makeGroup({
    name: 'Lunch',
    mayAdd: 'chosen',
    members: [{ peerId: bob.self, isChosen: false }],
  });
  await alice.say(id, 'before');
  await alice.reach(bob);
  await alice.reach(carl);
  await alice.chat.act(id, { kind: 'add', peerId: carl.self, isChosen: false });
  await alice.say(id, 'after');
  await net.run(3_000);
  expect(carl.texts(id)).toEqual(['after']);
  await expect(bob.chat.act(id, { kind: 'remove', peerId: carl.self })).rejects.toMatchObject({ code: 'chat-refused' });
  await alice.chat.act(id, { kind: 'share-history', peerId: carl.self });
  await net.run(3_000);
  expect(carl.texts(id)).toEqual(['before', 'after']);
  await alice.chat.act(id, { kind: 'remove', peerId: bob.self });
  await alice.say(id, 'without Bob');
  await net.run(3_000);
  expect(bob.snapshot(id)?.obstacle).toBe('group-removed');
  expect(bob.texts(id)).toEqual(['before', 'after']);
  expect(carl.texts(id)).toEqual(['before', 'after', 'without Bob']);
  await expect(bob.say(id, 'let me in')).rejects.toMatchObject({ code: 'group-removed' });
});

test('a deleted conversation stays deleted, and goes on with what is said next', async () => {
  const { net, alice, bob, id } = await pair();
  await alice.reach(bob);
  await alice.say(id, 'secret');
  await bob.say(id, 'indeed');
  await net.run(1_000);
  await bob.chat.forget(id);
  await net.run(40_000);
  bob.restart();
  await net.run(500);
  await bob.reach(alice);
  await net.run(2_000);
  expect(bob.messages(id)).toEqual([]);
  expect(bob.chats.search('secret', null, 5)).toEqual([]);
  await alice.say(id, 'new');
  await bob.say(id, 'again');
  await net.run(2_000);
  expect(bob.texts(id).sort()).toEqual(['again', 'new']);
  expect(alice.texts(id)).toHaveLength(4);
});

test('what a removed person said unheard by whoever removed them counts for nobody who stays', async () => {
  const net = openNet();
  const [alice, bob, carl] = await net.friends('Alice', 'Bob', 'Carl');
  if (!alice || !bob || !carl) throw new Error('three were made');
  const members = [bob, carl].map(({ self }) => ({ peerId: self, isChosen: false }));
  const { conversationId: id } = await alice.chat.makeGroup({ name: 'Lunch', mayAdd: 'all', members });
  await alice.reach(bob);
  await alice.reach(carl);
  await net.run(1_000);
  await carl.say(id, 'heard by all');
  await net.run(1_000);
  // Alice is away while Carl speaks to Bob, and removes him without having heard it.
  alice.crash();
  await bob.reach(carl);
  await carl.say(id, 'heard by Bob');
  await net.run(1_000);
  expect(bob.texts(id)).toEqual(['heard by all', 'heard by Bob']);
  bob.crash();
  carl.crash();
  alice.restart();
  await net.run(500);
  await alice.chat.act(id, { kind: 'remove', peerId: carl.self });
  bob.restart();
  await net.run(500);
  await alice.reach(bob);
  await net.run(3_000);
  for (const one of [alice, bob]) {
    expect(one.texts(id)).toEqual(['heard by all']);
    expect(one.snapshot(id)?.members.map(({ peerId }) => peerId)).toEqual([alice.self, bob.self]);
  }
  expect(bob.chats.search('Bob', id, 5)).toEqual([]);
});

test('whoever was let in by somebody who had been removed learns that they do not belong, and so do those they let in', async () => {
  const net = openNet();
  const [ann, bea, cid, dov] = await net.friends('Ann', 'Bea', 'Cid', 'Dov');
  if (!ann || !bea || !cid || !dov) throw new Error('four were made');
  await ann.reach(bea);
  const members = [{ peerId: bea.self, isChosen: true }];
  const { conversationId: id } = await ann.chat.makeGroup({ name: 'All', mayAdd: 'all', members });
  await net.run(1_000);
  net.setCut(ann, bea, true);
  await ann.chat.act(id, { kind: 'remove', peerId: bea.self });
  await bea.chat.act(id, { kind: 'add', peerId: cid.self, isChosen: false });
  await bea.reach(cid);
  await net.run(1_000);
  await cid.chat.act(id, { kind: 'add', peerId: dov.self, isChosen: false });
  await cid.reach(dov);
  await net.run(1_000);
  expect([cid, dov].map((person) => person.snapshot(id)?.obstacle)).toEqual([null, null]);
  await ann.say(id, 'only for me');
  net.heal();
  await ann.reach(bea);
  await bea.reach(cid);
  await cid.reach(dov);
  await net.run(35_000);
  for (const person of [bea, cid, dov]) {
    expect(person.snapshot(id)?.obstacle).toBe('group-removed');
    expect(person.texts(id)).not.toContain('only for me');
  }
});

// Messages for somebody who is away, kept by friends: real stores, seals and signatures, links that come and go.
import { expect, test } from 'vitest';
import { comeBack, handOver, keptBy, lastDelivery, pass, withBobAway } from '#tests/support/custody-acts';
import { spoken } from '#tests/support/voice-sound';

test('a message reaches somebody its author never meets, and the receipt comes back the same way', async () => {
  const three = await withBobAway();
  const { net, alice, bob, carol, id } = three;
  await alice.say(id, 'The key is under the pot');
  await pass(net, 10_000);
  expect(lastDelivery(alice, id)).toMatchObject({ state: 'waiting', keptBy: [carol.self] });
  expect(carol.custody.keeping.lines()).toMatchObject([{ owner: alice.self, recipient: bob.self, count: 1 }]);
  await handOver(three);
  expect(bob.texts(id)).toEqual(['The key is under the pot']);
  expect(bob.received).toHaveLength(1);
  expect(carol.custody.keeping.lines()).toMatchObject([{ owner: bob.self, recipient: alice.self, count: 1 }]);
  await comeBack(three);
  expect(lastDelivery(alice, id)).toMatchObject({ state: 'delivered', deliveredTo: [bob.self], keptBy: [] });
  expect(keptBy(carol)).toBe(0);
});

test('whoever keeps it can read nothing of it', async () => {
  const { net, alice, carol, bob, id } = await withBobAway();
  await alice.say(id, 'The key is under the pot');
  await pass(net, 10_000);
  const kept = carol.custody.keeping.next(bob.self, 0);
  expect(Buffer.from(kept?.envelope ?? []).includes('under the pot')).toBe(false);
  expect(carol.chats.list().map(({ conversationId }) => conversationId)).not.toContain(id);
});

test('edits, withdrawals, missed calls and voice messages travel alike, in their order', async () => {
  const three = await withBobAway();
  const { net, alice, bob, id } = three;
  const first = await alice.say(id, 'frist');
  await alice.chat.write(id, { kind: 'edit', target: first, text: 'first' });
  await alice.chat.writeVoice(id, spoken());
  const callId = 'ab'.repeat(16);
  await alice.chat.write(id, { kind: 'missed-call', callId, video: false, reason: 'unreachable' });
  await pass(net, 20_000);
  await handOver(three);
  expect(bob.messages(id).map(({ content }) => content.kind)).toEqual(['text', 'voice', 'missed-call']);
  expect(bob.texts(id)).toEqual(['first']);
});

test('a withdrawn message is asked back, and its words never arrive', async () => {
  const three = await withBobAway();
  const { net, alice, bob, carol, id } = three;
  await alice.say(id, 'stays');
  const second = await alice.say(id, 'never mind');
  await pass(net, 10_000);
  await alice.chat.write(id, { kind: 'withdraw', target: second });
  await pass(net, 10_000);
  expect(keptBy(carol)).toBeGreaterThan(0);
  await handOver(three);
  expect(bob.messages(id).map(({ content }) => content.kind)).toEqual(['text', 'withdrawn']);
});

test('what the other received directly is asked back from friends', async () => {
  const { net, alice, bob, carol, id } = await withBobAway();
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  expect(keptBy(carol)).toBe(1);
  bob.restart();
  await bob.reach(alice);
  await pass(net, 10_000);
  expect(bob.texts(id)).toEqual(['Hello']);
  expect(keptBy(carol)).toBe(0);
  expect(bob.messages(id)).toHaveLength(1);
});

test('somebody met in a room keeps nothing, and does once they are a friend, over the link that is there', async () => {
  const { net, alice, bob, carol, id } = await withBobAway();
  carol.setKeeps(false);
  const dan = await net.person('Dan');
  dan.setKeeps(true);
  dan.knows(bob);
  alice.meets(dan);
  dan.meets(alice);
  expect(await alice.reach(dan)).toBe(true);
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  expect(lastDelivery(alice, id)).toMatchObject({ keptBy: [] });
  alice.knows(dan);
  dan.knows(alice);
  await pass(net, 10_000);
  expect(lastDelivery(alice, id)).toMatchObject({ keptBy: [dan.self] });
});

test('nobody keeps anything who has not agreed, and nobody is asked who has not said so', async () => {
  const { net, alice, carol, id } = await withBobAway();
  carol.setKeeps(false);
  await pass(net, 1_000);
  await alice.say(id, 'Hello');
  await pass(net, 60_000);
  expect(keptBy(carol)).toBe(0);
  expect(lastDelivery(alice, id)).toMatchObject({ state: 'waiting', keptBy: [] });
  carol.setKeeps(true);
  await pass(net, 10_000);
  expect(keptBy(carol)).toBe(1);
});

test('nothing is left with friends by whoever chose not to', async () => {
  const { net, alice, carol, id } = await withBobAway();
  alice.custodySettings = { ...alice.custodySettings, leaves: false };
  await alice.say(id, 'Hello');
  await pass(net, 60_000);
  expect(keptBy(carol)).toBe(0);
});

test('a friend keeps only for people they know', async () => {
  const { net, alice, carol, bob, id } = await withBobAway();
  carol.contacts.set(bob.self, 'Bob', 'blocked');
  await alice.say(id, 'Hello');
  await pass(net, 60_000);
  expect(keptBy(carol)).toBe(0);
});

test('what is dropped by whoever kept it is left anew, and its author hears of it', async () => {
  const { net, alice, carol, id } = await withBobAway();
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  carol.setKeeps(false);
  carol.custody.keeping.dropAll();
  await pass(net, 10_000);
  expect(lastDelivery(alice, id)).toMatchObject({ state: 'waiting', keptBy: [] });
  carol.setKeeps(true);
  await pass(net, 10_000);
  expect(lastDelivery(alice, id)).toMatchObject({ keptBy: [carol.self] });
});

test('no receipt goes back from somebody who gives none, and the message counts as sent', async () => {
  const three = await withBobAway();
  const { net, alice, bob, carol, id } = three;
  bob.settings = { typing: false, delivered: false, read: false };
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  await handOver(three);
  expect(keptBy(carol)).toBe(0);
  await comeBack(three);
  expect(lastDelivery(alice, id)).toMatchObject({ state: 'sent', keptBy: [] });
  await pass(net, 120_000);
  expect(keptBy(carol)).toBe(0);
});

test('two friends keep a copy each, and the second to hand it over brings nothing new', async () => {
  const three = await withBobAway();
  const { net, alice, bob, carol, id } = three;
  const dan = await net.person('Dan');
  for (const one of [alice, bob, carol]) {
    one.knows(dan);
    dan.knows(one);
  }
  dan.setKeeps(true);
  await alice.reach(dan);
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  expect([keptBy(carol), keptBy(dan)]).toEqual([1, 1]);
  await handOver(three);
  await bob.reach(dan);
  await pass(net, 10_000);
  expect(bob.texts(id)).toEqual(['Hello']);
  expect(dan.custody.keeping.lines().filter(({ recipient }) => recipient === bob.self)).toEqual([]);
});

test('everything survives restarts of all three', async () => {
  const three = await withBobAway();
  const { net, alice, bob, carol, id } = three;
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  carol.restart();
  carol.setKeeps(true);
  await handOver(three);
  expect(bob.texts(id)).toEqual(['Hello']);
  carol.restart();
  carol.setKeeps(true);
  await net.run(500);
  await comeBack(three);
  expect(lastDelivery(alice, id)).toMatchObject({ state: 'delivered' });
});

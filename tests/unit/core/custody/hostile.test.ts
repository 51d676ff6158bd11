// Keepers, owners and recipients who do not keep to the rules, and what comes of it: nothing is lost, and nobody is deceived.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { custodyMessages } from '#core/custody/messages';
import { encodeEnvelope } from '#core/wire/codec';
import { signTaken } from '#main/services/custody/envelope';
import type { ChatPerson } from '#tests/support/chat-net';
import { comeBack, handOver, keptBy, lastDelivery, pass, withBobAway } from '#tests/support/custody-acts';

/** Past the sender's own engine, straight onto the link. */
function send(from: ChatPerson, to: ChatPerson, kind: string, body: unknown): void {
  try {
    const bytes = encodeEnvelope(kind, body);
    if (bytes) from.peers.session(to.self)?.connection.sendControl(bytes);
  } catch {
    // CBOR cannot carry it
  }
}

function keptFor(keeper: ChatPerson, recipient: ChatPerson): Uint8Array<ArrayBuffer> {
  const kept = keeper.custody.keeping.next(recipient.self, 0);
  if (!kept) throw new Error(`${keeper.name} keeps nothing for ${recipient.name}`);
  return kept.envelope;
}

test('a keeper who alters what is kept brings nothing in, and loses the link', async () => {
  const three = await withBobAway();
  const { net, alice, bob, carol, id } = three;
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  const altered = keptFor(carol, bob);
  altered[altered.length - 5] = (altered[altered.length - 5] ?? 0) ^ 1;
  carol.database.run('DELETE FROM custody_kept', {});
  alice.crash();
  bob.restart();
  await bob.reach(carol);
  const closed: unknown[] = [];
  bob.peers.events.on('closed', ({ code }) => closed.push(code));
  for (let time = 0; time < 3; time += 1) send(carol, bob, 'custody.hand', { envelope: altered });
  await pass(net, 2_000);
  expect(bob.texts(id)).toEqual([]);
  expect(closed).toContain('protocol-broken');
  // Carol has lost it; Alice still has it.
  alice.restart();
  bob.restart();
  await alice.reach(bob);
  await pass(net, 5_000);
  expect(bob.texts(id)).toEqual(['Hello']);
});

test('a keeper who hands it to somebody else gives nothing away', async () => {
  const { net, alice, bob, carol, id } = await withBobAway();
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  const dan = await net.person('Dan');
  for (const one of [alice, bob, carol]) {
    one.knows(dan);
    dan.knows(one);
  }
  expect(await dan.custody.receiving.open(carol.self, keptFor(carol, bob))).toBeNull();
});

test('nothing is sealed for a keeper who is no contact, as somebody met in a room', async () => {
  const { net, alice, bob, id } = await withBobAway();
  const dan = await net.person('Dan');
  await alice.say(id, 'Hello');
  await expect(alice.custody.leaving.seal(dan.self, bob.self)).rejects.toMatchObject({ code: 'contact-unknown' });
});

test('a keeper who never answers is left alone, and another keeps it', async () => {
  const { net, alice, bob, carol, id } = await withBobAway();
  const dan = await net.person('Dan');
  for (const one of [alice, bob, carol]) {
    one.knows(dan);
    dan.knows(one);
  }
  dan.setKeeps(true);
  await alice.reach(dan);
  const session = carol.peers.session(alice.self);
  if (session) session.connection.sendControl = () => true;
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  expect(lastDelivery(alice, id)).toMatchObject({ keptBy: [dan.self] });
});

test('a keeper who hands it over again brings nothing twice, and no second receipt', async () => {
  const three = await withBobAway();
  const { net, alice, bob, carol, id } = three;
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  const before = keptFor(carol, bob);
  await handOver(three);
  carol.custody.keeping.dropAll();
  for (let time = 0; time < 5; time += 1) send(carol, bob, 'custody.hand', { envelope: before });
  await pass(net, 10_000);
  expect(bob.texts(id)).toEqual(['Hello']);
  expect(bob.received).toHaveLength(1);
  const receipts = carol.custody.keeping.lines().reduce((sum, { count }) => sum + count, 0);
  expect(receipts).toBeLessThanOrEqual(1);
});

test('a keeper who says that it was taken and cannot prove it is not believed', async () => {
  const { net, alice, carol, bob, id } = await withBobAway();
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  const kept = carol.custody.keeping.next(bob.self, 0);
  if (!kept) throw new Error('it is kept');
  const { envelopeId } = kept;
  const proof = signTaken(carol.keys, { envelopeId, owner: alice.self });
  send(carol, alice, 'custody.gone', { gone: [{ envelopeId, proof }] });
  await net.run(1_000);
  expect(lastDelivery(alice, id)?.state).toBe('waiting');
});

test('a keeper who holds something back in the middle: what follows waits for it', async () => {
  const three = await withBobAway();
  const { net, alice, bob, carol, id } = three;
  await alice.say(id, 'one');
  await pass(net, 10_000);
  await alice.say(id, 'two');
  await pass(net, 10_000);
  carol.database.run('DELETE FROM custody_kept WHERE place = (SELECT min(place) FROM custody_kept)', {});
  await handOver(three);
  expect(bob.texts(id)).toEqual([]);
  expect(keptBy(carol)).toBe(1);
  alice.restart();
  await alice.reach(bob);
  await pass(net, 10_000);
  expect(bob.texts(id)).toEqual(['one', 'two']);
});

test('a recipient who signs for nothing ends nothing', async () => {
  const three = await withBobAway();
  const { net, alice, bob, carol, id } = three;
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  const dan = await net.person('Dan');
  dan.knows(carol);
  carol.knows(dan);
  await dan.reach(carol);
  const kept = carol.custody.keeping.next(bob.self, 0);
  if (!kept) throw new Error('it is kept');
  const proof = signTaken(dan.keys, { envelopeId: kept.envelopeId, owner: alice.self });
  send(dan, carol, 'custody.taken', { envelopeId: kept.envelopeId, proof });
  send(dan, carol, 'custody.recall', { envelopeIds: [kept.envelopeId] });
  await net.run(1_000);
  expect(keptBy(carol)).toBe(1);
});

test('an owner whose friends have no room sees that, and loses nothing', async () => {
  const three = await withBobAway();
  const { net, alice, bob, carol, id } = three;
  carol.database.run(
    `INSERT INTO custody_kept (envelope_id, owner, recipient, bytes, envelope, expires_at)
     VALUES ('ff', :owner, :recipient, 16777216, x'00', 9e15)`,
    { owner: alice.self, recipient: alice.self },
  );
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  expect(alice.chats.read(id).isCustodyFull).toBe(true);
  expect(lastDelivery(alice, id)).toMatchObject({ state: 'waiting', keptBy: [] });
  bob.restart();
  await alice.reach(bob);
  await pass(net, 5_000);
  expect(bob.texts(id)).toEqual(['Hello']);
});

test('a forged receipt marks nothing as delivered', async () => {
  const three = await withBobAway();
  const { net, alice, bob, carol, id } = three;
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  await handOver(three);
  const receipt = keptFor(carol, alice);
  receipt[receipt.length - 1] = (receipt.at(-1) ?? 0) ^ 1;
  carol.database.run('DELETE FROM custody_kept', {});
  alice.restart();
  bob.crash();
  await alice.reach(carol);
  send(carol, alice, 'custody.hand', { envelope: receipt });
  await pass(net, 2_000);
  expect(lastDelivery(alice, id)?.state).toBe('waiting');
  await comeBack(three);
});

test('whatever a contact says of custody, conversations and what is kept stay as they were', async () => {
  const { net, alice, bob, carol, id } = await withBobAway();
  await alice.say(id, 'Hello');
  await pass(net, 10_000);
  const mallory = await net.person('Mallory');
  for (const one of [alice, carol]) {
    one.knows(mallory);
    mallory.knows(one);
  }
  const { envelope, envelopeId } = carol.custody.keeping.next(bob.self, 0) ?? {};
  const bytes = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.constant(envelope));
  const hex = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id16) => Buffer.from(id16).toString('hex'));
  const name = fc.oneof(hex, fc.constant(envelopeId));
  const proof = fc.oneof(fc.constant(null), fc.uint8Array({ minLength: 64, maxLength: 64 }));
  const hostile = fc.oneof(
    fc.record({ kind: fc.constantFrom('custody.leave', 'custody.hand'), body: fc.record({ envelope: bytes }) }),
    fc.record({ kind: fc.constant('custody.taken'), body: fc.record({ envelopeId: name, proof }) }),
    fc.record({
      kind: fc.constant('custody.recall'),
      body: fc.record({ envelopeIds: fc.array(name, { maxLength: 3 }) }),
    }),
    fc.record({
      kind: fc.constant('custody.gone'),
      body: fc.record({ gone: fc.array(fc.record({ envelopeId: name, proof }), { maxLength: 3 }) }),
    }),
    fc.record({
      kind: fc.constant('custody.answer'),
      body: fc.record({ envelopeId: name, answer: fc.constantFrom('kept', 'declined', 'full', 'busy') }),
    }),
    fc.record({ kind: fc.constantFrom(...Object.keys(custodyMessages)), body: fc.anything() }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 8 }), async (messages) => {
      for (const target of [alice, carol]) {
        if (!mallory.peers.session(target.self)) await mallory.reach(target);
        for (const { kind, body } of messages) send(mallory, target, kind, body);
      }
      await net.run(500);
      expect(alice.texts(id)).toEqual(['Hello']);
      expect(lastDelivery(alice, id)).toMatchObject({ state: 'waiting', keptBy: [carol.self] });
      expect(carol.custody.keeping.lines()).toMatchObject([{ owner: alice.self, recipient: bob.self, count: 1 }]);
    }),
    { numRuns: 30 },
  );
});

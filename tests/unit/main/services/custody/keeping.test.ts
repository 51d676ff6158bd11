// What is kept for friends: counted before it is stored, for people one knows, and deleted only for whom it is.
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { writeContent } from '#main/services/custody/content';
import { sealEnvelope, signTaken } from '#main/services/custody/envelope';
import { Keeping } from '#main/services/custody/keeping';
import { hasRoom } from '#main/services/custody/quota';
import { Database } from '#main/services/database';
import { IdentityKeys } from '#main/services/identity-keys';
import { serviceLimits as limits } from '#main/services/service-limits';
import type { Contact } from '#shared/contact';
import type { EnvelopeId } from '#shared/custody';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';

const keysOf = async (seed: number): Promise<IdentityKeys> =>
  await IdentityKeys.fromSeed(new Uint8Array(32).fill(seed));
const [alice, bob, carol, dan] = [await keysOf(1), await keysOf(2), await keysOf(3), await keysOf(4)];
const day = 24 * 3_600_000;

let database: Database;
let keeping: Keeping;
let known: Set<PeerId>;
let keeps: boolean;
let nowMs: number;

beforeEach(() => {
  database = new Database(':memory:');
  known = new Set([alice.peerId, bob.peerId]);
  keeps = true;
  nowMs = 1_700_000_000_000;
  keeping = new Keeping({
    database,
    identity: { keys: carol },
    contacts: {
      assertReachable: (peerId) => {
        if (!known.has(peerId)) throw new Failure('contact-unknown');
        return {} as Contact; // sound: nothing of it is read
      },
    },
    clock: { now: () => nowMs },
    readSettings: () => ({ keeps, leaves: true }),
    onKept: () => undefined,
  });
});

const idOf = (serial: number): EnvelopeId => serial.toString(16).padStart(32, '0') as EnvelopeId; // sound: 32 hex digits

async function envelope(serial: number, more: { from?: IdentityKeys; to?: PeerId; bytes?: number } = {}) {
  const padded = writeContent({ kind: 'words', entries: [new Uint8Array(more.bytes ?? 100)] });
  if (!padded) throw new Error('too long');
  return await sealEnvelope(more.from ?? alice, { envelopeId: idOf(serial), recipient: more.to ?? bob.peerId }, padded);
}

const answer = async (...given: Parameters<typeof envelope>) =>
  keeping.keep(alice.peerId, await envelope(...given))?.answer;

test('kept once, however often it is left', async () => {
  const bytes = await envelope(1);
  expect(keeping.keep(alice.peerId, bytes)).toEqual({ envelopeId: idOf(1), answer: 'kept' });
  expect(keeping.keep(alice.peerId, bytes)?.answer).toBe('kept');
  expect(keeping.lines()).toEqual([{ owner: alice.peerId, recipient: bob.peerId, count: 1, bytes: bytes.length }]);
});

test('nothing is kept that another signed, and nothing without consent, for strangers, or for oneself', async () => {
  expect(keeping.keep(bob.peerId, await envelope(1))).toBeNull();
  expect(await answer(2, { to: dan.peerId })).toBe('declined');
  expect(await answer(3, { to: carol.peerId })).toBe('declined');
  expect(await answer(4, { to: alice.peerId })).toBe('declined');
  known.delete(alice.peerId);
  expect(await answer(5)).toBe('declined');
  known.add(alice.peerId);
  keeps = false;
  expect(await answer(6)).toBe('declined');
  expect(keeping.lines()).toEqual([]);
});

test('whoever asks about many people is not told any more whom I know', async () => {
  for (let asked = 0; asked < limits.custodyAsksBurst; asked += 1)
    expect(await answer(asked, { to: dan.peerId })).toBe('declined');
  expect(await answer(100, { to: dan.peerId })).toBe('busy');
  expect(await answer(101)).toBe('busy');
  nowMs += 600_000;
  expect(await answer(102)).toBe('kept');
  // For somebody I keep for already, there is nothing to learn.
  expect(await answer(103)).toBe('kept');
});

test('one friend fills 16 MiB, and then hears that there is no room; another still has theirs', async () => {
  const large = await envelope(0, { bytes: 13_000 });
  const fit = Math.floor(limits.custodyOwnerBytes / large.length);
  database.transaction(() => {
    for (let serial = 0; serial < fit; serial += 1)
      database.run(
        `INSERT INTO custody_kept (envelope_id, owner, recipient, bytes, envelope, expires_at)
         VALUES (:id, :owner, :recipient, :bytes, :envelope, :expiresAt)`,
        {
          id: idOf(1_000 + serial),
          owner: alice.peerId,
          recipient: bob.peerId,
          bytes: large.length,
          envelope: new Uint8Array(1),
          expiresAt: nowMs + 30 * day,
        },
      );
  });
  expect(await answer(1, { bytes: 13_000 })).toBe('full');
  known.add(dan.peerId);
  expect(keeping.keep(dan.peerId, await envelope(2, { from: dan }))?.answer).toBe('kept');
  nowMs += 31 * day;
  expect(await answer(3, { bytes: 13_000 })).toBe('kept');
});

test('room is never given above any of the four bounds', () => {
  const usage = fc.record({ bytes: fc.nat(200 * 1024 ** 2), envelopes: fc.nat(10_000) });
  fc.assert(
    fc.property(usage, usage, fc.nat(15_000), (own, all, bytes) => {
      if (!hasRoom(own, all, bytes)) return;
      expect(own.bytes + bytes).toBeLessThanOrEqual(limits.custodyOwnerBytes);
      expect(own.envelopes + 1).toBeLessThanOrEqual(limits.custodyOwnerEnvelopes);
      expect(all.bytes + bytes).toBeLessThanOrEqual(limits.custodyAllBytes);
      expect(all.envelopes + 1).toBeLessThanOrEqual(limits.custodyAllEnvelopes);
    }),
  );
});

test('handed to its recipient only, in the order it came, and deleted on their signature alone', async () => {
  await answer(1);
  await answer(2);
  expect(keeping.next(dan.peerId, 0)).toBeNull();
  expect(keeping.next(alice.peerId, 0)).toBeNull();
  const first = keeping.next(bob.peerId, 0);
  expect(first?.envelopeId).toBe(idOf(1));
  const asked = { envelopeId: idOf(1), owner: alice.peerId };
  expect(keeping.end(bob.peerId, idOf(1), signTaken(dan, asked))).toBe(false);
  expect(keeping.end(bob.peerId, idOf(1), signTaken(bob, { ...asked, envelopeId: idOf(2) }))).toBe(false);
  expect(keeping.next(bob.peerId, 0)?.envelopeId).toBe(idOf(1));
  const proof = signTaken(bob, asked);
  expect(keeping.end(bob.peerId, idOf(1), proof)).toBe(true);
  expect(keeping.next(bob.peerId, 0)?.envelopeId).toBe(idOf(2));
  expect(keeping.gone(alice.peerId)).toEqual([{ envelopeId: idOf(1), proof }]);
  expect(keeping.gone(bob.peerId)).toEqual([]);
  keeping.recall(bob.peerId, [idOf(2)]);
  expect(keeping.next(bob.peerId, 0)?.envelopeId).toBe(idOf(2));
  keeping.recall(alice.peerId, [idOf(1), idOf(2)]);
  expect(keeping.next(bob.peerId, 0)).toBeNull();
  expect(keeping.gone(alice.peerId)).toEqual([]);
});

test('what is dropped is told to its owner, and after 30 days nothing is left', async () => {
  await answer(1);
  keeping.dropAll();
  expect(keeping.lines()).toEqual([]);
  expect(keeping.gone(alice.peerId)).toEqual([{ envelopeId: idOf(1), proof: null }]);
  await answer(2);
  nowMs += 30 * day;
  expect(keeping.next(bob.peerId, 0)).toBeNull();
  expect(keeping.gone(alice.peerId)).toEqual([]);
});

test('bytes of any kind are refused without a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_000 }), (bytes) => {
      expect(keeping.keep(alice.peerId, bytes)).toBeNull();
    }),
  );
});

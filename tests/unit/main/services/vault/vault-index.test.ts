// The index of a vault: sealed for its owner alone, in pieces, and whole or nothing when it is opened.
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'valibot';
import { PeerId } from '#shared/identity';
import { pieceMaxBytes } from '#shared/vault';
import { Contacts } from '#main/services/contacts';
import { Database } from '#main/services/database';
import type { IdentityKeys } from '#main/services/identity-keys';
import { IndexRows } from '#main/services/vault/index-rows';
import { ItemRows } from '#main/services/vault/item-rows';
import { KeeperRows } from '#main/services/vault/keeper-rows';
import { openIndex, sealIndex, type VaultIndex } from '#main/services/vault/vault-index';
import { testClock } from '../people';
import { alice, bob, keysOf, me } from './keeper';
import { somePiece } from './some-pieces';

const empty: VaultIndex = { layout: 1, contacts: [], keepers: [], items: [], versions: [] };
let serial = 0;
const random = (length: number): Uint8Array => new Uint8Array(length).fill((serial += 1));
let other: IdentityKeys;

beforeAll(async () => {
  other = await keysOf(9);
});

function machine() {
  const database = new Database(':memory:');
  const clock = testClock();
  const contacts = new Contacts({ database, clock, random, onChange: () => undefined });
  const keepers = new KeeperRows(database);
  const rows = new IndexRows({ database, contacts, keepers, clock });
  return { database, contacts, keepers, rows, items: new ItemRows(database), clock };
}

/** Alice keeps one of the two pieces of `Photos`. */
function filled() {
  const at = machine();
  const ofAlice = at.contacts.addAccepted(alice.peerId, 'Alice');
  at.contacts.verify(ofAlice.contactId, alice.peerId);
  at.contacts.rename(ofAlice.contactId, 'Al');
  at.keepers.pledge(alice.peerId, 5_000, at.clock.now());
  at.items.begin({
    itemId: 'aa'.repeat(16) as never,
    name: 'Photos',
    kind: 'folder',
    versionId: 'bb'.repeat(16) as never,
    key: random(32),
    files: [{ path: ['2026', 'harbour.jpg'], size: 12, mtimeMs: 1_000.5 }],
    addedAt: 5,
  });
  const pieces = [1, 2].map((seed, share) => ({ header: somePiece(100, seed).header, share }));
  at.items.addSegment('bb'.repeat(16) as never, 0, {
    needed: 1,
    total: 2,
    salt: random(16),
    bytes: 12,
    sha256: random(32),
    pieces,
  });
  at.items.finish('bb'.repeat(16) as never);
  const pieceId = pieces[0]?.header.pieceId ?? '';
  at.database.run(`INSERT INTO vault_copies (piece_id, keeper, state, since) VALUES (:pieceId, :keeper, 'kept', 0)`, {
    pieceId,
    keeper: alice.peerId,
  });
  return at;
}

test('it comes back as it was for its owner and its version, and for nobody and nothing else', () => {
  const index = filled().rows.read();
  const pieces = sealIndex(me, 7, index, random);
  expect(openIndex(me, 7, pieces)).toEqual(index);
  expect(openIndex(me, 8, pieces)).toBeNull();
  expect(openIndex(other, 7, pieces)).toBeNull();
});

test('it is in pieces that a keeper can keep, and none of them may be missing, swapped or longer', () => {
  const contacts = Array.from({ length: 60_000 }, (_, at) => ({
    peerId: parse(PeerId, alice.peerId),
    name: Buffer.from(crypto.getRandomValues(new Uint8Array(96))).toString('base64') + String(at),
    alias: null,
    isVerified: false,
  }));
  const pieces = sealIndex(me, 1, { ...empty, contacts }, random);
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.every(({ length }) => length <= pieceMaxBytes)).toBe(true);
  expect(openIndex(me, 1, pieces)?.contacts.length).toBe(contacts.length);
  expect(openIndex(me, 1, pieces.slice(1))).toBeNull();
  expect(openIndex(me, 1, pieces.toReversed())).toBeNull();
  expect(openIndex(me, 1, [...pieces, new Uint8Array(1)])).toBeNull();
});

test('nothing that a keeper may hand over is taken for it', () => {
  const [piece = new Uint8Array()] = sealIndex(me, 1, empty, random);
  fc.assert(
    fc.property(fc.nat(piece.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const altered = piece.slice();
      altered[at] = (altered[at] ?? 0) ^ change;
      expect(openIndex(me, 1, [altered])).toBeNull();
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 3 }), (pieces) => {
      expect(openIndex(me, 1, pieces)).toBeNull();
    }),
  );
});

test('it says little by its length: a longer name does not change it', () => {
  const named = (name: string): number => {
    const contacts = [{ peerId: alice.peerId, name, alias: null, isVerified: false }];
    return sealIndex(me, 1, { ...empty, contacts }, random)[0]?.length ?? 0;
  };
  expect(named('Alexandra')).toBe(named('Alex'));
});

test('a new machine knows people, keepers, things and who has what of them from it', () => {
  const index = filled().rows.read();
  const fresh = machine();
  fresh.rows.merge(index);
  expect(fresh.rows.read()).toEqual(index);
  const [contact] = fresh.contacts.list();
  expect(contact).toMatchObject({
    peerId: alice.peerId,
    name: 'Alice',
    alias: 'Al',
    trust: 'verified',
    state: 'accepted',
  });
  expect(fresh.items.pieces('bb'.repeat(16) as never, 0).every(({ isHere }) => !isHere)).toBe(true);
});

test('what is there already stays as it is, twice the same changes nothing, and names that meet are both kept', () => {
  const index = filled().rows.read();
  const at = machine();
  const known = at.contacts.addAccepted(alice.peerId, 'Alice B.');
  at.items.begin({
    itemId: 'cc'.repeat(16) as never,
    name: 'Photos',
    kind: 'folder',
    versionId: 'dd'.repeat(16) as never,
    key: random(32),
    files: [{ path: ['other.jpg'], size: 1, mtimeMs: 0 }],
    addedAt: 6,
  });
  at.items.finish('dd'.repeat(16) as never);
  at.rows.merge(index);
  const once = at.rows.read();
  at.rows.merge(index);
  expect(at.rows.read()).toEqual(once);
  expect(once.items.map(({ name }) => name).sort()).toEqual(['Photos', 'Photos (2)']);
  expect(at.contacts.get(known.contactId).name).toBe('Alice B.');
});

test('somebody who is blocked here does not come back with it', () => {
  const at = machine();
  const ofBob = at.contacts.addAccepted(bob.peerId, 'Bob');
  at.contacts.setBlocked(ofBob.contactId, true);
  at.rows.merge({ ...empty, contacts: [{ peerId: bob.peerId, name: 'Bob', alias: null, isVerified: false }] });
  expect(at.contacts.get(ofBob.contactId).state).toBe('blocked');
});

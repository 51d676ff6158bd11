import { ed25519 } from '@noble/curves/ed25519.js';
import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { castCardBytes, castPassBytes, type CastId, type CastSeats } from '#shared/cast';
import { castIdOf, readCastCard, signCastCard } from '#main/services/cast/cast-card';
import { readCastPass, signCastPass } from '#main/services/cast/cast-pass';
import { peerKey } from '#main/services/peer-keys';
import { person, type Person } from '../people';
import { everybody, liveKey } from './cast-people';

let ann: Person;
let ben: Person;
let eve: Person;

beforeEach(async () => {
  [ann, ben, eve] = await Promise.all([person('Ann'), person('Ben'), person('Eve')]);
});

/** Points of order 1, 2 and 8; and encodings of a number above the field's prime, which RFC 8032 does not allow. */
const smallOrder = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
] as const;
const notCanonical = [
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
] as const;
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const seed = new Uint8Array(16).fill(3);
const castId = 'cd'.repeat(16) as CastId; // sound: has the form of a cast id
const said = { liveKey, startedAt: 1_790_000_000_123, casterName: 'Ann', title: 'A walk' };
const cardOf = (by: Person, more: Partial<typeof said> = {}) =>
  signCastCard(by.services.identity.keys, seed, { ...said, ...more });
const passOf = (by: Person, name = 'Ben', seats: CastSeats = [1, 0, 64, 3]) =>
  signCastPass(by.services.identity.keys, castId, { peerId: ben.peerId, name, order: 0xffff_ffff, seats });

const altered = (bytes: Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ by;
      return changed;
    }),
    fc.nat({ max: bytes.length - 1 }).map((length) => bytes.slice(0, length)),
    fc.uint8Array({ minLength: 1, maxLength: 40 }).map((more) => Uint8Array.from([...bytes, ...more])),
    fc.uint8Array({ maxLength: 600 }),
  );

describe('the card of a cast', () => {
  test('says again what was put in, and its id is of its caster and seed', () => {
    const facts = readCastCard(cardOf(ann));
    expect(facts).toEqual({ ...said, caster: ann.peerId, castId: castIdOf(peerKey(ann.peerId), seed) });
    expect(readCastCard(cardOf(eve))?.castId).not.toBe(facts?.castId);
  });

  test('has room for the longest name and title', () => {
    const longest = { casterName: '\u6f22'.repeat(32), title: '\u6f22'.repeat(80) };
    const card = cardOf(ann, longest);
    expect(card.length).toBeLessThanOrEqual(castCardBytes);
    expect(readCastCard(card)).toMatchObject(longest);
  });

  test('altered, cut or lengthened says nothing, and no bytes at all make it throw', () => {
    fc.assert(
      fc.property(altered(cardOf(ann)), (bytes) => {
        expect(readCastCard(bytes)).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  test('of names no app would write is refused, though it is signed', () => {
    for (const wrong of ['', ' Ann', 'A\u202enn', 'e\u0301', 'x'.repeat(33)]) {
      expect(readCastCard(cardOf(ann, { casterName: wrong }))).toBeNull();
    }
    for (const wrong of ['', 'walk\n', 'x'.repeat(81)]) expect(readCastCard(cardOf(ann, { title: wrong }))).toBeNull();
  });

  test('with a live key under which anybody could sign is refused, though its caster signed it', () => {
    const torsion = ed25519.Point.fromHex(smallOrder[2]);
    const mixed = ed25519.Point.fromBytes(liveKey).add(torsion).toBytes();
    const hostile = [
      ...smallOrder.map((hex) => ed25519.Point.fromHex(hex).toBytes()),
      mixed,
      ...notCanonical.map(fromHex),
    ];
    expect(readCastCard(cardOf(ann))).not.toBeNull();
    for (const key of hostile) expect(readCastCard(cardOf(ann, { liveKey: new Uint8Array(key) }))).toBeNull();
  });

  test('is not signed for such a key', () => {
    const liveKey = new Uint8Array(fromHex(smallOrder[0]));
    expect(() => ann.services.casts.start({ title: 'A walk', liveKey, audience: everybody })).toThrow(
      'key-unacceptable',
    );
  });

  test('signed by another than it names is refused', () => {
    const card = cardOf(eve);
    card.set(ann.services.identity.keys.publicKey, 17);
    expect(readCastCard(card)).toBeNull();
  });

  test('whose signature was made for a pass is refused', () => {
    const card = cardOf(ann);
    const signed = card.subarray(0, -64);
    card.set(ann.services.identity.keys.sign('roundtable/cast-pass/1', signed), signed.length);
    expect(readCastCard(card)).toBeNull();
  });
});

describe('the pass of a viewer', () => {
  test('says again what was put in', () => {
    for (const seats of [
      [0, 0, 0, 0],
      [1, 2, 3, 64],
    ] satisfies CastSeats[]) {
      const viewer = { peerId: ben.peerId, name: 'Ben', order: 0xffff_ffff, seats };
      expect(readCastPass(passOf(ann, 'Ben', seats), castId, ann.peerId)).toEqual(viewer);
    }
    const long = passOf(ann, '\u6f22'.repeat(32));
    expect(long.length).toBeLessThanOrEqual(castPassBytes);
    expect(readCastPass(long, castId, ann.peerId)?.name).toBe('\u6f22'.repeat(32));
  });

  test('altered, cut or lengthened says nothing, and no bytes at all make it throw', () => {
    fc.assert(
      fc.property(altered(passOf(ann)), (bytes) => {
        expect(readCastPass(bytes, castId, ann.peerId)).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });

  test('for another cast, or signed by another than its caster, is refused', () => {
    expect(readCastPass(passOf(ann), 'ce'.repeat(16) as CastId, ann.peerId)).toBeNull(); // sound: as above
    expect(readCastPass(passOf(eve), castId, ann.peerId)).toBeNull();
  });

  test('with more seats than anybody has, or in no order, is refused, though it is signed', () => {
    expect(readCastPass(passOf(ann, 'Ben', [64, 64, 64, 64]), castId, ann.peerId)).not.toBeNull();
    expect(readCastPass(passOf(ann, 'Ben', [0, 0, 0, 65]), castId, ann.peerId)).toBeNull();
    const nowhere = { peerId: ben.peerId, name: 'Ben', order: 0, seats: [0, 0, 0, 0] satisfies CastSeats };
    expect(readCastPass(signCastPass(ann.services.identity.keys, castId, nowhere), castId, ann.peerId)).toBeNull();
  });
});

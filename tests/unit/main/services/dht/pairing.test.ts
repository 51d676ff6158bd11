import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import HyperDHT from 'hyperdht';
import { describe, expect, test } from 'vitest';
import { keyPairOf, openPlace, pairingOf, sealPlace } from '#main/services/dht/pairing';
import { defaultSettings } from '#shared/settings';

const bytes = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
const secret = bytes(32);
const atAda = pairingOf({ secret, me: 'ada', them: 'ben', peerId: null, isWelcome: true });
const atBen = pairingOf({ secret, me: 'ben', them: 'ada', peerId: null, isWelcome: true });

describe('the keys of a pair', () => {
  test('are the same on both sides, each seeing the other’s as theirs', () => {
    expect(atBen.mine).toEqual(atAda.theirs);
    expect(atBen.theirs).toEqual(atAda.mine);
  });

  test('are all different, and others with every other secret and for every other pair', () => {
    const others = [
      pairingOf({ secret: bytes(32), me: 'ada', them: 'ben', peerId: null, isWelcome: true }),
      pairingOf({ secret, me: 'ada', them: 'cleo', peerId: null, isWelcome: true }),
    ];
    const keys = [atAda, ...others].flatMap(({ mine, theirs }) =>
      [mine, theirs].flatMap(({ record, caller, sealKey }) => [record.publicKey, caller.publicKey, sealKey]),
    );
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(keys.length);
  });

  test('are those that the library makes of the same seed', () => {
    const seed = bytes(32);
    const { publicKey, secretKey } = HyperDHT.keyPair(seed);
    expect(Buffer.from(keyPairOf(seed).publicKey)).toEqual(Buffer.from(publicKey));
    expect(Buffer.from(keyPairOf(seed).secretKey)).toEqual(Buffer.from(secretKey));
  });
});

describe('the record of a place', () => {
  const place = bytes(32);

  test('is read by the other one of the pair, is small, and differs each time', () => {
    const record = sealPlace(atAda.mine, place, bytes(12));
    expect(openPlace(atBen.theirs, record)).toEqual(place);
    expect(record.length).toBeLessThan(100);
    expect(sealPlace(atAda.mine, place, bytes(12))).not.toEqual(record);
  });

  test('is nothing to anybody else, nor as the record of the other one', () => {
    const record = sealPlace(atAda.mine, place, bytes(12));
    const stranger = pairingOf({ secret: bytes(32), me: 'ben', them: 'ada', peerId: null, isWelcome: true });
    expect(openPlace(stranger.theirs, record)).toBeNull();
    expect(openPlace(atBen.mine, record)).toBeNull();
  });

  test('is nothing once a byte of it changed, or when it is any bytes at all', () => {
    const record = sealPlace(atAda.mine, place, bytes(12));
    const altered = fc.tuple(fc.nat(record.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, by]) => {
      const copy = new Uint8Array(record);
      copy[at] = (copy[at] ?? 0) ^ by;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(altered, fc.uint8Array({ maxLength: 1_100 })), (input) => {
        expect(openPlace(atBen.theirs, input)).toBeNull();
      }),
    );
  });
});

test('the ways into the DHT that are proposed are those of the library', () => {
  expect(defaultSettings.dhtNodes).toEqual(HyperDHT.BOOTSTRAP);
});

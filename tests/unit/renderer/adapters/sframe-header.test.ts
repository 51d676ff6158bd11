import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '#core/base/bytes';
import { decodeSframeHeader, encodeSframeHeader } from '#adapters/sframe-header';

/** From the header vectors of RFC 9605 appendix C.1: KID, CTR, encoded; those whose numbers JavaScript counts exactly. */
const vectors: readonly (readonly [number, number, string])[] = [
  [0, 0, '00'],
  [0, 1, '01'],
  [0, 255, '08ff'],
  [0, 256, '090100'],
  [0, 65_535, '09ffff'],
  [0, 65_536, '0a010000'],
  [0, 16_777_215, '0affffff'],
  [0, 16_777_216, '0b01000000'],
  [0, 4_294_967_295, '0bffffffff'],
  [0, 4_294_967_296, '0c0100000000'],
  [0, 1_099_511_627_775, '0cffffffffff'],
  [0, 1_099_511_627_776, '0d010000000000'],
  [0, 281_474_976_710_655, '0dffffffffffff'],
  [0, 281_474_976_710_656, '0e01000000000000'],
  [1, 0, '10'],
  [1, 65_536, '1a010000'],
  [255, 0, '80ff'],
  [255, 255, '88ffff'],
  [256, 1, '910100'],
  [256, 256, '9901000100'],
  [65_535, 16_777_215, '9affffffffff'],
  [16_777_216, 4_294_967_296, 'bc010000000100000000'],
  [281_474_976_710_656, 281_474_976_710_656, 'ee0100000000000001000000000000'],
];

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('an SFrame header', () => {
  test.each(vectors)('with KID %i and CTR %i is %s', (keyId, counter, encoded) => {
    expect(toHex(encodeSframeHeader({ keyId, counter }))).toBe(encoded);
    expect(decodeSframeHeader(fromHex(encoded))).toEqual({ keyId, counter, length: encoded.length / 2 });
  });

  test.each([
    ['nothing', ''],
    ['a counter that is cut off', '0901'],
    ['a key id that is cut off', '80'],
    ['a small counter written long', '0807'],
    ['a leading zero', '0900ff'],
    ['a number of eight bytes', '0f0100000000000000'],
    ['more than 2^53 - 1', '0e20000000000000'],
  ])('of %s is none', (_, encoded) => {
    expect(decodeSframeHeader(fromHex(encoded))).toBeNull();
  });

  test('is read back as it was written, whatever follows it', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), fc.uint8Array({ maxLength: 20 }), (keyId, counter, rest) => {
        const header = encodeSframeHeader({ keyId, counter });
        const decoded = decodeSframeHeader(Uint8Array.from([...header, ...rest]));
        expect(decoded).toEqual({ keyId, counter, length: header.length });
      }),
    );
  });

  test('is in its only form, or none, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        const decoded = decodeSframeHeader(bytes);
        if (decoded) expect(encodeSframeHeader(decoded)).toEqual(bytes.slice(0, decoded.length));
      }),
    );
  });
});

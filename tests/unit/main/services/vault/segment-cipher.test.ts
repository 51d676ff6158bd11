import { hash, webcrypto } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as v from 'valibot';
import { VaultVersionId } from '#shared/vault';
import { openSegment, plainBytesIn, sealSegment, type SegmentSeal } from '#main/services/vault/segment-cipher';
import { failureCode } from '../failure-code';
import { someBytes } from './some-pieces';

const recordBytes = 256 * 1024;
const versionId = v.parse(VaultVersionId, '000102030405060708090a0b0c0d0e0f');
const seal: SegmentSeal = {
  key: Uint8Array.from({ length: 32 }, (_, at) => at),
  salt: Uint8Array.from({ length: 16 }, (_, at) => 0xf0 + at),
  versionId,
  position: 7,
};

const turned = (bytes: Uint8Array, at: number, bit = 0): Uint8Array => {
  const other = Uint8Array.from(bytes);
  other[at] = (other[at] ?? 0) ^ (1 << bit);
  return other;
};

test('A known segment has known bytes', () => {
  const sealed = sealSegment(seal, Buffer.from('What the table knows'), 64);
  expect(Buffer.from(sealed).toString('hex')).toBe(
    'b79ecdda8a7cbc89365d978a7bfe8c85a0db160dba39acae8b041cb002e6b7010720bfc8776090abc893bfcc1914c70ecee7bae308263a96f5bb4eb00c061bac',
  );
  const long = sealSegment(seal, someBytes(2 * recordBytes), 3 * recordBytes);
  expect(hash('sha256', long)).toBe('12d27f38d7b5d8ad986aa86e88a1de71acdd6528c3a2bfaeb9ed4c9561dc7d9d');
});

test('Another implementation opens it by the layout that is written down', async () => {
  const { subtle } = webcrypto;
  const plain = someBytes(recordBytes + 1_000);
  const sealed = sealSegment(seal, plain, 2 * recordBytes);
  const root = await subtle.importKey('raw', Uint8Array.from(seal.key), 'HKDF', false, ['deriveKey']);
  const info = Buffer.concat([
    Buffer.from('roundtable/vault-segment/1\0'),
    Buffer.from(versionId, 'hex'),
    Buffer.from([0, 0, 0, 7]),
  ]);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: Uint8Array.from(seal.salt), info };
  const key = await subtle.deriveKey(hkdf, root, { name: 'AES-GCM', length: 256 }, false, ['decrypt']);
  const opened: Buffer[] = [];
  for (const [number, isLast] of [0, 1].entries()) {
    const iv = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number]);
    const gcm = { name: 'AES-GCM', iv, additionalData: Uint8Array.of(isLast) };
    const record = sealed.slice(number * recordBytes, (number + 1) * recordBytes);
    opened.push(Buffer.from(await subtle.decrypt(gcm, key, record)));
  }
  const whole = Buffer.concat(opened);
  expect(Buffer.compare(whole.subarray(0, plain.length), plain)).toBe(0);
  expect(whole.subarray(plain.length).every((byte) => byte === 0)).toBe(true);
});

test('What was sealed is opened again, whatever its length', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 17, max: 3 * recordBytes }).filter((bytes) => plainBytesIn(bytes) > 0),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer(),
      (sealedBytes, part, seed) => {
        const plain = someBytes(Math.floor(part * plainBytesIn(sealedBytes)), seed);
        const sealed = sealSegment(seal, plain, sealedBytes);
        expect(sealed.length).toBe(sealedBytes);
        expect(Buffer.compare(openSegment(seal, sealed, plain.length) ?? Buffer.from('none'), plain)).toBe(0);
      },
    ),
    { numRuns: 40 },
  );
});

describe('Not opened is', () => {
  const plain = someBytes(2 * recordBytes);
  const sealed = sealSegment(seal, plain, 3 * recordBytes);
  const record = (number: number): Uint8Array => sealed.subarray(number * recordBytes, (number + 1) * recordBytes);
  const open = (bytes: Uint8Array, other: Partial<SegmentSeal> = {}) =>
    openSegment({ ...seal, ...other }, bytes, plain.length);

  test('a segment with one bit turned', () => {
    expect(open(sealed)).not.toBeNull();
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(7), (at, bit) => {
        expect(open(turned(sealed, at, bit))).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  test('one that was cut short, at a record or inside one', () => {
    for (const length of [0, 1, 16, 17, recordBytes, 2 * recordBytes, 3 * recordBytes - 1, 2 * recordBytes + 16]) {
      expect(openSegment(seal, sealed.subarray(0, length), 0), `${length} bytes`).toBeNull();
    }
  });

  test('one that goes on behind its end', () => {
    expect(open(Buffer.concat([sealed, record(2)]))).toBeNull();
    expect(open(Buffer.concat([sealed, Buffer.alloc(100)]))).toBeNull();
  });

  test('one whose records were swapped, repeated or left out', () => {
    expect(open(Buffer.concat([record(1), record(0), record(2)]))).toBeNull();
    expect(open(Buffer.concat([record(0), record(0), record(2)]))).toBeNull();
    expect(openSegment(seal, Buffer.concat([record(0), record(2)]), 1)).toBeNull();
  });

  test('a segment in the place of another, of another version, under another salt or key', () => {
    expect(open(sealed, { position: 8 })).toBeNull();
    expect(open(sealed, { versionId: v.parse(VaultVersionId, 'ff'.repeat(16)) })).toBeNull();
    expect(open(sealed, { salt: turned(seal.salt, 0) })).toBeNull();
    expect(open(sealed, { key: turned(seal.key, 31) })).toBeNull();
  });

  test('anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(openSegment(seal, bytes, 0)).toBeNull();
      }),
    );
  });

  test('more than there was room for', () => {
    expect(openSegment(seal, sealed, plainBytesIn(sealed.length) + 1)).toBeNull();
  });
});

test('What does not fit is refused, and so are keys that are none', async () => {
  expect(await failureCode(() => sealSegment(seal, new Uint8Array(49), 64))).toBe('input-invalid');
  expect(await failureCode(() => sealSegment(seal, new Uint8Array(1), recordBytes + 16))).toBe('input-invalid');
  expect(await failureCode(() => sealSegment({ ...seal, key: new Uint8Array(16) }, new Uint8Array(1), 64))).toBe(
    'input-invalid',
  );
  expect(await failureCode(() => sealSegment({ ...seal, salt: new Uint8Array(0) }, new Uint8Array(1), 64))).toBe(
    'input-invalid',
  );
});

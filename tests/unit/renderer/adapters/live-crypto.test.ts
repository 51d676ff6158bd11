import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toHex } from '#core/base/bytes';
import { liveCrypto } from '#adapters/live-crypto';

type Bytes = Uint8Array<ArrayBuffer>;

const fromHex = (hex: string): Bytes => Uint8Array.from(Buffer.from(hex, 'hex'));

/** RFC 9605 appendix C.3, the vector of cipher suite 0x0004. */
const vector = {
  keyId: 0x123,
  counter: 0x4567,
  baseKey: '000102030405060708090a0b0c0d0e0f',
  metadata: '4945544620534672616d65205747',
  plaintext: '64726166742d696574662d736672616d652d656e63',
  sealed: '9901234567b7412c2513a1b66dbb48841bbaf17f598751176ad847681a69c6d0b091c07018ce4adb34eb',
} as const;

const bytes = (most: number, least = 0): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength: least, maxLength: most }).map((some) => Uint8Array.from(some));

/** With one bit of it the other way. */
function flipped(whole: Bytes, bit: number): Bytes {
  const other = whole.slice();
  const at = Math.floor(bit / 8) % whole.length;
  other[at] = (other[at] ?? 0) ^ (1 << (bit % 8));
  return other;
}

describe('a frame cipher', () => {
  test('seals and opens as the RFC says', async () => {
    const cipher = await liveCrypto.frameCipher(fromHex(vector.baseKey), vector.keyId);
    const sealed = await cipher.seal(vector.counter, fromHex(vector.metadata), fromHex(vector.plaintext));
    expect(toHex(sealed)).toBe(vector.sealed);
    expect(await cipher.open(fromHex(vector.metadata), fromHex(vector.sealed))).toEqual({
      counter: vector.counter,
      plaintext: fromHex(vector.plaintext),
    });
  });

  test('opens whatever it sealed, and says the counter', async () => {
    const cipher = await liveCrypto.frameCipher(fromHex(vector.baseKey), 0);
    await fc.assert(
      fc.asyncProperty(fc.maxSafeNat(), bytes(40), bytes(2_000), async (counter, metadata, plaintext) => {
        const sealed = await cipher.seal(counter, metadata, plaintext);
        expect(await cipher.open(metadata, sealed)).toEqual({ counter, plaintext });
      }),
    );
  });

  test('opens nothing in which a single bit is another, nor with other metadata', async () => {
    const cipher = await liveCrypto.frameCipher(fromHex(vector.baseKey), 5);
    await fc.assert(
      fc.asyncProperty(fc.nat(0xffff_ffff), bytes(30, 1), bytes(60), fc.nat(), async (counter, metadata, text, bit) => {
        const sealed = await cipher.seal(counter, metadata, text);
        expect(await cipher.open(metadata, flipped(sealed, bit))).toBeNull();
        expect(await cipher.open(flipped(metadata, bit), sealed)).toBeNull();
        expect(await cipher.open(metadata.subarray(1), sealed)).toBeNull();
        expect(await cipher.open(metadata, sealed.subarray(0, bit % sealed.length))).toBeNull();
      }),
    );
  });

  test('opens nothing of another key, of another key id, or of bytes that mean nothing', async () => {
    const [own, otherKey, otherId] = await Promise.all([
      liveCrypto.frameCipher(fromHex(vector.baseKey), 0),
      liveCrypto.frameCipher(flipped(fromHex(vector.baseKey), 3), 0),
      liveCrypto.frameCipher(fromHex(vector.baseKey), 1),
    ]);
    await fc.assert(
      fc.asyncProperty(fc.nat(), bytes(20), bytes(100), async (counter, metadata, any) => {
        expect(await own.open(metadata, await otherKey.seal(counter, metadata, any))).toBeNull();
        expect(await own.open(metadata, await otherId.seal(counter, metadata, any))).toBeNull();
        expect(await own.open(metadata, any)).toBeNull();
      }),
    );
  });
});

describe('a signer', () => {
  test('signs what its public key verifies, and nothing else', async () => {
    const signer = await liveCrypto.createSigner();
    expect(signer.publicKey).toHaveLength(32);
    const verify = await liveCrypto.verifier(signer.publicKey);
    await fc.assert(
      fc.asyncProperty(bytes(200, 1), fc.nat(), async (message, bit) => {
        const signature = await signer.sign(message);
        expect(signature).toHaveLength(64);
        expect(await verify(message, signature)).toBe(true);
        expect(await verify(flipped(message, bit), signature)).toBe(false);
        expect(await verify(message, flipped(signature, bit))).toBe(false);
        expect(await verify(message, signature.subarray(bit % 64, 64))).toBe(bit % 64 === 0);
      }),
      { numRuns: 50 },
    );
  });

  /** RFC 8032 section 7.1, TEST 2. */
  test('is verified as RFC 8032 says', async () => {
    const verify = await liveCrypto.verifier(
      fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'),
    );
    const signature = fromHex(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
    expect(await verify(fromHex('72'), signature)).toBe(true);
    expect(await verify(fromHex('73'), signature)).toBe(false);
  });

  test('has a key of its own each time, and one of another length is refused', async () => {
    const [one, other] = await Promise.all([liveCrypto.createSigner(), liveCrypto.createSigner()]);
    expect(one.publicKey).not.toEqual(other.publicKey);
    for (const length of [0, 31, 33]) {
      await expect(liveCrypto.verifier(new Uint8Array(length))).rejects.toMatchObject({ code: 'key-unacceptable' });
    }
  });
});

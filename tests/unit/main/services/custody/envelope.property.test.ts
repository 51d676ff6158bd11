// Sealed envelopes: only their recipient opens them, only their owner makes them, and a size says little.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readContent, writeContent, type Content } from '#main/services/custody/content';
import { isTaken, openEnvelope, readEnvelope, sealEnvelope, signTaken } from '#main/services/custody/envelope';
import { decodeCbor, encodeCbor } from '#main/services/bounded-cbor';
import { IdentityKeys } from '#main/services/identity-keys';
import { serviceLimits as limits } from '#main/services/service-limits';
import { envelopeMaxBytes, type EnvelopeId } from '#shared/custody';

const [alice, bob, carol] = await Promise.all(
  [1, 2, 3].map(async (seed) => await IdentityKeys.fromSeed(new Uint8Array(32).fill(seed))),
);
if (!alice || !bob || !carol) throw new Error('three were made');
const envelopeId = 'ab'.repeat(16) as EnvelopeId; // sound: 32 hex digits

const padded = (content: Content): Uint8Array => {
  const bytes = writeContent(content);
  if (!bytes) throw new Error('too long');
  return bytes;
};
const words = (length: number): Content => ({ kind: 'words', entries: [new Uint8Array(length).fill(7)] });
const sealed = await sealEnvelope(alice, { envelopeId, recipient: bob.peerId }, padded(words(300)));

const content = fc.oneof(
  fc.record({
    kind: fc.constant('words' as const),
    entries: fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), {
      minLength: 1,
      maxLength: limits.custodyEntries,
    }),
  }),
  fc.record({ kind: fc.constant('marks' as const), delivered: fc.nat(), read: fc.nat() }),
);

test('what was put in comes out, for its recipient', async () => {
  await fc.assert(
    fc.asyncProperty(content, async (written) => {
      const bytes = await sealEnvelope(alice, { envelopeId, recipient: bob.peerId }, padded(written));
      const envelope = readEnvelope(bytes);
      expect(envelope).toMatchObject({ envelopeId, owner: alice.peerId, recipient: bob.peerId });
      const opened = envelope && (await openEnvelope(bob, envelope));
      expect(opened && readContent(opened)).toEqual(written);
      expect(envelope && (await openEnvelope(carol, envelope))).toBeNull();
    }),
    { numRuns: 25 },
  );
});

test('the longest content fits, and one message of the link', () => {
  const longest = words(limits.custodyEntriesBytes);
  expect(writeContent(longest)).not.toBeNull();
  expect(writeContent(words(15_000))).toBeNull();
});

test('a size is one of three, whatever is inside', async () => {
  const sizes = new Set<number>();
  for (const length of [1, 200, 900, 1_000, 3_000, 9_000, 14_000]) {
    const bytes = await sealEnvelope(alice, { envelopeId, recipient: bob.peerId }, padded(words(length)));
    expect(bytes.length).toBeLessThanOrEqual(envelopeMaxBytes);
    sizes.add(bytes.length);
  }
  expect(sizes.size).toBe(3);
});

test('one altered bit anywhere, and it is nobody’s envelope', () => {
  fc.assert(
    fc.property(fc.nat(sealed.length - 1), fc.nat(7), (at, bit) => {
      const altered = new Uint8Array(sealed);
      altered[at] = (altered[at] ?? 0) ^ (1 << bit);
      expect(readEnvelope(altered)).toBeNull();
    }),
    { numRuns: 300 },
  );
});

test('whoever puts their own name on another’s envelope makes one that does not open', async () => {
  const fields = decodeCbor(sealed) as [Uint8Array, Uint8Array, Uint8Array]; // sound: sealed above
  const header = new Uint8Array(fields[0]);
  header.set(carol.publicKey, Buffer.from(header).indexOf(Buffer.from(alice.publicKey)));
  const honest = await sealEnvelope(carol, { envelopeId, recipient: bob.peerId }, padded(words(300)));
  expect((decodeCbor(honest) as [Uint8Array])[0]).toEqual(header);
  const stolen = {
    envelopeId,
    owner: carol.peerId,
    recipient: bob.peerId,
    header,
    signature: fields[1],
    sealed: fields[2],
  };
  expect(await openEnvelope(bob, stolen)).toBeNull();
});

test('bytes of any kind are read without a throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
      expect(readEnvelope(bytes)).toBeNull();
      readContent(bytes);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.anything(), { maxLength: 4 }), (value) => {
      let bytes: Uint8Array;
      try {
        bytes = encodeCbor(value);
      } catch {
        return;
      }
      expect(readEnvelope(bytes)).toBeNull();
      readContent(bytes);
    }),
  );
});

test('a receipt holds for one envelope of one owner, by its recipient', () => {
  const owner = alice.peerId;
  const proof = signTaken(bob, { envelopeId, owner });
  expect(isTaken({ envelopeId, owner, recipient: bob.peerId }, proof)).toBe(true);
  expect(isTaken({ envelopeId, owner, recipient: carol.peerId }, proof)).toBe(false);
  expect(isTaken({ envelopeId, owner: carol.peerId, recipient: bob.peerId }, proof)).toBe(false);
  const other = 'cd'.repeat(16) as EnvelopeId; // sound: as above
  expect(isTaken({ envelopeId: other, owner, recipient: bob.peerId }, proof)).toBe(false);
  expect(isTaken({ envelopeId, owner, recipient: bob.peerId }, signTaken(carol, { envelopeId, owner }))).toBe(false);
});

// Packets from hands that may have altered them: only what the caster signed for this cast is given on, once; whoever brought anything else
// is named, once, and heard no more.
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { liveCrypto } from '#adapters/live-crypto';
import { LiveChecking, type Came } from '#core/cast/live-checking';
import { sign, signedPart, writePart, writeWord } from '#core/cast/packet';
import type { VerifyLive } from '#core/ports/live';
import { limits } from '#core/wire/limits';
import { CastId } from '#shared/cast';
import { PeerId } from '#shared/identity';
import { settle } from '#tests/support/fake-clock';

type Bytes = Uint8Array<ArrayBuffer>;

const castId = v.parse(CastId, '0'.repeat(32));
const otherCast = v.parse(CastId, '1'.repeat(32));
const senders = ['a', 'b', 'c'].map((letter) => v.parse(PeerId, `${letter.repeat(51)}a`));
const signer = await liveCrypto.createSigner();
const stranger = await liveCrypto.createSigner();
const verifyNow = await liveCrypto.verifier(signer.publicKey);
let verifying = 0;
const verify: VerifyLive = async (bytes, signature) => {
  verifying += 1;
  return await verifyNow(bytes, signature).finally(() => (verifying -= 1));
};

/** Until no signature is being looked at any more. */
async function idle(): Promise<void> {
  for (let quiet = 0, tries = 0; quiet < 3 && tries < 100_000; tries += 1) {
    await settle();
    quiet = verifying === 0 ? quiet + 1 : 0;
  }
}

const facts = { kind: 'video', isKey: true, timestampUs: 9, codec: 'vp9', width: 640, height: 360, parts: 1 } as const;

async function made(number: number, of = castId, by = signer): Promise<Bytes> {
  const bytes =
    number % 7 === 0
      ? writeWord(number, 9, { isOver: false, viewers: 3, removed: [number] })
      : writePart({ ...facts, first: number }, 0, Uint8Array.of(number, 1, 2));
  sign(bytes, await by.sign(signedPart(of, bytes)));
  return bytes;
}

const honest = await Promise.all(Array.from({ length: 24 }, async (_, number) => await made(number)));
const ofOtherCast = await Promise.all(Array.from({ length: 24 }, async (_, number) => await made(number, otherCast)));
const ofStranger = await Promise.all(
  Array.from({ length: 24 }, async (_, number) => await made(number, castId, stranger)),
);

const cutTo = (bytes: Bytes, length: number): Bytes => bytes.slice(0, length % bytes.length);
const number = fc.nat({ max: 23 });
const good = number.map((at) => ({ isGood: true, bytes: honest[at] ?? new Uint8Array() }));
const bad = fc
  .oneof(
    fc.tuple(number, fc.nat()).map(([at, bit]) => {
      const bytes = honest[at]?.slice() ?? new Uint8Array();
      bytes[(bit >> 3) % bytes.length] = (bytes[(bit >> 3) % bytes.length] ?? 0) ^ (1 << (bit & 7));
      return bytes;
    }),
    fc.tuple(number, fc.nat()).map(([at, cut]) => cutTo(honest[at] ?? new Uint8Array(), cut)),
    fc
      .tuple(number, fc.uint8Array({ minLength: 1, maxLength: 9 }))
      .map(([at, more]) => Uint8Array.from([...(honest[at] ?? []), ...more])),
    number.map((at) => ofOtherCast[at] ?? new Uint8Array()),
    number.map((at) => ofStranger[at] ?? new Uint8Array()),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.from(bytes)),
  )
  .map((bytes) => ({ isGood: false, bytes }));

function check(isNew: (number: number) => boolean) {
  const given: Came[] = [];
  const named: PeerId[] = [];
  const checking = new LiveChecking({
    castId,
    verify,
    isNew: (one) => isNew(one) && given.every(({ packet }) => packet.number !== one),
    good: (came) => given.push(came),
    again: () => undefined,
    bad: (from) => named.push(from),
  });
  return { given, named, checking };
}

test('of anything in any order only the signed is given on, each number once, and only who brought other things is named', async () => {
  const deliveries = fc.array(
    fc.record({
      from: fc.constantFrom(...senders),
      what: fc.oneof({ weight: 5, arbitrary: good }, { weight: 1, arbitrary: bad }),
      waits: fc.boolean(),
    }),
    { maxLength: 80 },
  );
  await fc.assert(
    fc.asyncProperty(deliveries, async (all) => {
      const { given, named, checking } = check(() => true);
      for (const { from, what, waits } of all) {
        checking.push(from, what.bytes.slice(), 0);
        if (waits) await settle();
      }
      await idle();
      for (const { packet } of given) expect(packet.bytes).toEqual(honest[packet.number]);
      const numbers = given.map(({ packet }) => packet.number);
      expect(numbers).toEqual([...new Set(numbers)]);
      expect(named).toEqual([...new Set(named)]);
      for (const from of named) expect(all.some((one) => one.from === from && !one.what.isGood)).toBe(true);
      // Whoever was honest throughout got through with all that nobody had brought before.
      for (const { from, what } of all)
        if (what.isGood && all.every((one) => one.from !== from || one.what.isGood))
          expect(given.some(({ packet }) => Buffer.from(packet.bytes).equals(what.bytes))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('whoever brought one altered packet that nobody had is named at once, and nothing more of theirs is looked at', async () => {
  const altered = honest[3]?.slice() ?? new Uint8Array();
  altered[30] = (altered[30] ?? 0) ^ 1;
  const { given, named, checking } = check(() => true);
  const [liar, other] = senders;
  if (!liar || !other) throw new Error('nobody');
  checking.push(liar, altered, 0);
  await idle();
  expect(named).toEqual([liar]);
  checking.push(liar, honest[4] ?? altered, 0);
  checking.push(other, honest[3] ?? altered, 0);
  await idle();
  expect(given.map(({ from, packet }) => [from, packet.number])).toEqual([[other, 3]]);
  expect(named).toEqual([liar]);
});

test('what was here before is not verified again, and not given on', async () => {
  const { given, named, checking } = check((one) => one > 10);
  const [from] = senders;
  if (!from) throw new Error('nobody');
  for (const bytes of honest) checking.push(from, bytes, 0);
  await idle();
  expect(given.map(({ packet }) => packet.number).toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 13 }, (_, at) => at + 11),
  );
  expect(named).toEqual([]);
});

test('while signatures take their time, so many packets wait and no more', async () => {
  const answers: (() => void)[] = [];
  const checking = new LiveChecking({
    castId,
    verify: async () => {
      return await new Promise<boolean>((resolve) => answers.push(() => resolve(true)));
    },
    isNew: () => true,
    good: () => undefined,
    again: () => undefined,
    bad: () => undefined,
  });
  const [from] = senders;
  if (!from) throw new Error('nobody');
  for (let at = 0; at < 3 * limits.castVerifyQueued; at += 1)
    checking.push(from, honest[at % 24] ?? new Uint8Array(), 0);
  await settle();
  expect(answers).toHaveLength(limits.castVerifyAtOnce);
  for (const answer of answers) {
    answer();
    await settle();
  }
  expect(answers).toHaveLength(limits.castVerifyAtOnce + limits.castVerifyQueued);
});

// How fast the vault cuts what is put into it: 252 MiB in memory, sealed, encoded and hashed by the threads that do so for a put, one
// segment under way while the next begins, as there. Beside it each of the three stages alone in one thread over the same bytes, in turns;
// the headline ratio is that of the whole to its slowest stage. No disk, no network.
import { hash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { VaultVersionId } from '#shared/vault';
import { encodeShares } from '#main/services/vault/erasure';
import { segmentMaxBytes, shareBytesFor } from '#main/services/vault/padding';
import { pieceHeaderOf } from '#main/services/vault/piece';
import { saltBytes, sealSegment, versionKeyBytes, type SegmentSeal } from '#main/services/vault/segment-cipher';
import { SegmentThreads } from '#main/services/vault/segment-threads';
import { giveBack } from '#main/services/vault/segment-work';
import { summarize } from '#scripts/bench/figures';
import { finish, parseBenchArguments } from '#scripts/bench/report';

const mib = 2 ** 20;
const target = 0.7;
const scheme = { needed: 3, total: 6 };
const plain = new Uint8Array(randomBytes(segmentMaxBytes(scheme.needed)));
const sealedBytes = shareBytesFor(plain.length, scheme.needed) * scheme.needed;
const segments = Math.round((256 * mib) / plain.length);
const { runs } = parseBenchArguments(7);

const sealOf = (position: number): SegmentSeal => ({
  key: randomBytes(versionKeyBytes),
  salt: randomBytes(saltBytes),
  versionId: v.parse(VaultVersionId, randomBytes(16).toString('hex')),
  position,
});

interface Speed {
  /** Of files a second. */
  readonly mib: number;
  /** Of one core, for a MiB of files. */
  readonly cpuMs: number;
}

/** One segment is on its way to its end while the next is begun. */
async function speedOf(work: (position: number) => unknown): Promise<Speed> {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  let before: unknown = null;
  for (let position = 0; position < segments; position += 1) {
    const begun = work(position);
    await before;
    before = begun;
  }
  await before;
  const { user, system } = process.cpuUsage(cpu);
  const all = (segments * plain.length) / mib;
  return { mib: (all * 1_000) / (performance.now() - startedAt), cpuMs: (user + system) / 1_000 / all };
}

const threads = new SegmentThreads({ log: { write: (...said) => console.error(...said) } });
const sealed = sealSegment(sealOf(0), plain, sealedBytes);
const shares = encodeShares(sealed, scheme);
const stages = {
  seal: (position: number) => sealSegment(sealOf(position), plain, sealedBytes),
  encode: () => encodeShares(sealed, scheme),
  hash: () => [hash('sha256', plain, 'buffer'), ...shares.map(pieceHeaderOf)],
  // The bytes are given away: it takes a copy, as a put does.
  all: async (position: number) => {
    const { pieces } = await threads.make(sealOf(position), plain.slice(), scheme);
    giveBack(pieces.map(({ bytes }) => bytes));
  },
};

const names = ['seal', 'encode', 'hash', 'all'] as const;
const speeds: Record<(typeof names)[number], Speed[]> = { seal: [], encode: [], hash: [], all: [] };
const ofRuns: number[] = [];
// The first round warms up and does not count.
for (let run = 0; run <= runs; run += 1) {
  const round: number[] = [];
  for (const name of names) {
    const speed = await speedOf(stages[name]);
    round.push(speed.mib);
    if (run > 0) speeds[name].push(speed);
  }
  const all = round.pop() ?? NaN;
  if (run > 0) ofRuns.push(all / Math.min(...round));
}
threads.close();

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const medians = names.map((name) => median(speeds[name].map((speed) => speed.mib)));
const ratio = (medians.pop() ?? NaN) / Math.min(...medians);
finish({
  name: 'vault',
  ok: ratio >= target,
  ratio,
  ratios: { ofMedians: ratio, leastOfRuns: Math.min(...ofRuns), mostOfRuns: Math.max(...ofRuns) },
  figures: Object.fromEntries(
    names.flatMap((name) => [
      [`${name}, MiB/s`, summarize(speeds[name].map((speed) => speed.mib))],
      [`${name}, µs of a core for a MiB`, summarize(speeds[name].map((speed) => speed.cpuMs * 1_000))],
    ]),
  ),
});

// One drop to many, in virtual time, by the code the app runs: how much the source uploads, and how long the last one takes
// beside the fluid limit (Kumar and Ross 2006): the longest of one copy out of the source, the slowest line in, and all copies
// over all lines out.
import { Scope } from '#core/base/scope';
import { SwarmPeer, simulatedBlockBytes, type Line } from '#scripts/sim/swarm-peer';
import { VirtualClock } from '#scripts/sim/virtual-clock';

const mbit = 1_000_000 / 8 / 1_000;

/** Lines of homes: share of people, Mbit/s up and down. */
const homes = [
  { share: 0.2, up: 10, down: 50 },
  { share: 0.4, up: 20, down: 100 },
  { share: 0.3, up: 40, down: 250 },
  { share: 0.1, up: 100, down: 500 },
] as const;
const sourceUp = 40;
/** With how many each is linked; a Roundtable holds 32 links. */
const neighbours = 20;

function numberOf(name: string, usual: number): number {
  const at = process.argv.indexOf(name);
  const value = at < 0 ? usual : Number(process.argv[at + 1]);
  if (!Number.isInteger(value) || value < 1 || value > 100_000) throw new Error(`${name} takes a whole number.`);
  return value;
}

/** Numbers that follow from a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const peers = numberOf('--peers', 1_000);
const mebibytes = numberOf('--mib', 128);
const random = seeded(numberOf('--seed', 1));
/** Mbit/s up for everybody, the source too, instead of the lines of homes. */
const equalUp = process.argv.includes('--uplink') ? numberOf('--uplink', 32) : null;
const blocks = (mebibytes * 1024 * 1024) / simulatedBlockBytes;

function lineOf(at: number): Line {
  const delayMs = 5 + 45 * random();
  if (equalUp !== null) return { upBytesPerMs: equalUp * mbit, downBytesPerMs: 1_000 * mbit, delayMs };
  let share = at / peers;
  const home = homes.find((one) => (share -= one.share) < 0) ?? homes[0];
  return { upBytesPerMs: home.up * mbit, downBytesPerMs: home.down * mbit, delayMs };
}

const clock = new VirtualClock();
let finished = 0;
const world = { clock, blocks, scope: new Scope(), random, finished: () => (finished += 1) };
const source = new SwarmPeer(
  world,
  { upBytesPerMs: (equalUp ?? sourceUp) * mbit, downBytesPerMs: 100, delayMs: 10 },
  true,
);
const receivers = Array.from({ length: peers }, (_, at) => new SwarmPeer(world, lineOf(at), false));

function link(one: SwarmPeer, other: SwarmPeer): void {
  one.swarm.join(other, { isSource: other === source });
  other.swarm.join(one, { isSource: one === source });
}

// A ring, so that nobody is alone, and random links besides; everybody has about as many.
const all = [source, ...receivers];
const linked = new Set<string>();
const linkOnce = (a: number, b: number): void => {
  const key = `${Math.min(a, b)},${Math.max(a, b)}`;
  const [one, other] = [all[a], all[b]];
  if (a === b || linked.has(key) || !one || !other) return;
  linked.add(key);
  link(one, other);
};
for (let at = 0; at < all.length; at += 1) {
  linkOnce(at, (at + 1) % all.length);
  const others = Math.min(neighbours / 2 - 1, all.length - 2);
  for (let more = 0; more < others; more += 1) linkOnce(at, Math.floor(random() * all.length));
}

const startedAt = performance.now();
clock.run(() => finished === peers, 24 * 3_600_000);
const bytes = blocks * simulatedBlockBytes;
const up = receivers.reduce((sum, { line }) => sum + line.upBytesPerMs, source.line.upBytesPerMs);
const slowestDown = Math.min(...receivers.map(({ line }) => line.downBytesPerMs));
const fluidMs = Math.max(bytes / source.line.upBytesPerMs, bytes / slowestDown, (peers * bytes) / up);
const times = receivers.map(({ finishedAtMs }) => finishedAtMs ?? Infinity).toSorted((a, b) => a - b);
const lastMs = times.at(-1) ?? Infinity;
const ratio = Math.round((lastMs / fluidMs) * 1000) / 1000;
const sourceUploadCopies = Math.round((source.sentBlocks / blocks) * 1000) / 1000;
const useless = receivers.reduce((sum, { uselessBlocks }) => sum + uselessBlocks, 0) / (peers * blocks);
const result = {
  name: 'swarm',
  ok: finished === peers && ratio <= 1.5 && sourceUploadCopies <= 2,
  ratio,
  sourceUploadCopies,
  figures: {
    peers,
    mebibytes,
    fluidSeconds: fluidMs / 1_000,
    medianSeconds: (times[Math.floor(times.length / 2)] ?? Infinity) / 1_000,
    lastSeconds: lastMs / 1_000,
    uselessShare: useless,
    simulatedInSeconds: (performance.now() - startedAt) / 1_000,
  },
};
console.log(`swarm of ${peers}: last ${ratio} times the fluid limit, the source sent ${sourceUploadCopies} copies`);
console.table(result.figures);
if (process.argv.includes('--json')) console.log(JSON.stringify(result));

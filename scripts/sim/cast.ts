// A cast to a crowd that comes and goes, in virtual time, by the code the app runs: how deep the trees are, how late the packets, how much
// of them everybody plays, how soon a newcomer sees something, and what all that costs the caster.
import { castStripes } from '#shared/cast';
import { stripes } from '#core/cast/member';
import type { Held } from '#core/cast/packet-window';
import { CastCrowd } from '#scripts/sim/cast-crowd';
import type { CastLine, CastPeer } from '#scripts/sim/cast-peer';

const mbit = 1_000_000 / 8 / 1_000;

/** Lines of homes: share of people, Mbit/s up. */
const homes = [
  { share: 0.2, up: 10 },
  { share: 0.4, up: 20 },
  { share: 0.3, up: 40 },
  { share: 0.1, up: 100 },
] as const;
const casterUp = 20;
/** What a viewer lends of their line; so many lend nothing. */
const lentShare = 0.5;
const onlyWatch = 0.3;
const packetsPerSecond = 24;
const keyEveryMs = 2_000;
const delayMinMs = 1_000;
const delayMaxMs = 4_000;

function numberOf(name: string, usual: number, most: number): number {
  const at = process.argv.indexOf(name);
  const value = at < 0 ? usual : Number.parseFloat(process.argv[at + 1] ?? '');
  if (!(value >= 0 && value <= most)) throw new Error(`${name} takes a number up to ${most}.`);
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

const viewersMost = numberOf('--viewers', 1_000, 20_000);
/** Percent of the audience that goes, and comes, a minute; half of them without a word. */
const churn = numberOf('--churn', 20, 600) / 100;
const seconds = numberOf('--seconds', 60, 3_600);
const rate = numberOf('--mbit', 2.5, 20) * mbit;
const random = seeded(numberOf('--seed', 1, 1e9));
const packetBytes = Math.round((rate * 1_000) / packetsPerSecond);

interface Watching {
  readonly peer: CastPeer;
  readonly cameAtMs: number;
  shownAtMs: number | null;
  firstNumber: number;
  delayMs: number;
  lateAtMs: number;
  inTime: number;
  /** Those of them that came last. */
  readonly recent: number[];
}

const watching = new Map<CastPeer, Watching>();
const delays: number[] = [];
const joins: number[] = [];
let [due, played] = [0, 0];
let isMeasuring = false;

const lineOf = (up: number): CastLine => ({ upBytesPerMs: up * mbit, delayMs: 5 + 45 * random() });

function upOfHome(): number {
  let share = random();
  return (homes.find((one) => (share -= one.share) < 0) ?? homes[0]).up;
}

function came(peer: CastPeer, packet: Held): void {
  const of = watching.get(peer);
  if (!of) return;
  const nowMs = clock.now();
  if (of.shownAtMs === null && peer.overlay.window.keyFirst !== null) {
    of.shownAtMs = nowMs;
    of.firstNumber = peer.overlay.window.newest + 1;
    if (isMeasuring) joins.push(nowMs - of.cameAtMs);
  }
  if (of.shownAtMs === null || packet.number < of.firstNumber) return;
  const lateMs = nowMs - packet.capturedAtMs;
  if (isMeasuring && random() < 0.01) delays.push(lateMs);
  if (lateMs <= of.delayMs) {
    of.inTime += 1;
    if (of.recent.push(packet.number) > 2 * packetsPerSecond * (delayMaxMs / 1_000))
      of.recent.splice(0, packetsPerSecond);
  } else if (nowMs - of.lateAtMs > 5_000) {
    // As the player does: more is held back once it has run dry.
    of.delayMs = Math.min(delayMaxMs, of.delayMs + 500);
    of.lateAtMs = nowMs;
  }
}

const crowd = new CastCrowd({
  random,
  casterLine: lineOf(casterUp),
  packetBytes,
  packetsPerSecond,
  keyEveryMs,
  came,
});
const { caster, clock } = crowd;

function comes(): void {
  const cameAtMs = clock.now();
  const up = upOfHome();
  const lends = random() < onlyWatch ? 0 : Math.floor((up * mbit * lentShare) / (rate / castStripes));
  const entered = (peer: CastPeer): void =>
    void watching.set(peer, {
      peer,
      cameAtMs,
      shownAtMs: null,
      firstNumber: 0,
      delayMs: delayMinMs,
      lateAtMs: 0,
      inTime: 0,
      recent: [],
    });
  crowd.comes({ line: lineOf(up), lends, entered });
}

function goes(peer: CastPeer): void {
  const of = watching.get(peer);
  if (of) settle(of);
  watching.delete(peer);
  peer.leave(random() < 0.5);
}

/** What somebody had to play while they watched, and did. */
function settle(of: Watching): void {
  if (!isMeasuring || of.shownAtMs === null) return;
  const last = caster.overlay.window.newest - Math.ceil((packetsPerSecond * of.delayMs) / 1_000);
  const numbers = last - of.firstNumber + 1;
  if (numbers < packetsPerSecond) return;
  due += numbers;
  played += of.inTime - of.recent.filter((one) => one > last).length;
}

function turnOver(): void {
  const everyMs = 60_000 / Math.max(1e-9, viewersMost * churn);
  clock.after(-Math.log(1 - random()) * everyMs, () => {
    turnOver();
    const all = [...watching.keys()];
    const peer = all[Math.floor(random() * all.length)];
    if (peer) goes(peer);
    comes();
  });
}

const startedAt = performance.now();
crowd.goLive();
const fillMs = Math.max(10_000, viewersMost * 50);
for (let at = 0; at < viewersMost; at += 1) clock.after((at / viewersMost) * fillMs, () => comes());
clock.after(fillMs + 15_000, () => churn > 0 && turnOver());
let [sentBefore, numberBefore] = [0, 0];
clock.after(fillMs + 25_000, () => {
  isMeasuring = true;
  for (const of of watching.values())
    Object.assign(of, { firstNumber: Math.max(of.firstNumber, crowd.number), inTime: 0 });
  [sentBefore, numberBefore] = [caster.sentBytes, crowd.number];
});
clock.run(() => false, fillMs + 25_000 + seconds * 1_000);
for (const of of watching.values()) settle(of);

const at = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
const sortedDelays = delays.toSorted((a, b) => a - b);
const sortedJoins = joins.toSorted((a, b) => a - b);
const depths = [...watching.keys()]
  .map(({ overlay }) => Math.max(...stripes.map((stripe) => overlay.depth(stripe) ?? 0)))
  .toSorted((a, b) => a - b);
const continuity = Math.round((played / Math.max(1, due)) * 100_000) / 100_000;
const copies =
  Math.round(((caster.sentBytes - sentBefore) / ((crowd.number - numberBefore) * packetBytes)) * 100) / 100;
const unfed = [...watching.keys()].reduce(
  (sum, { overlay }) => sum + overlay.parents.filter((parent) => parent === null).length,
  0,
);
const result = {
  name: 'cast',
  ok: continuity >= 0.995 && copies <= 3 && at(sortedJoins, 0.95) <= 2_000,
  continuity,
  sourceCopies: copies,
  joinP95Ms: at(sortedJoins, 0.95),
  figures: {
    viewers: watching.size,
    churnPerMinute: churn,
    depthMedian: at(depths, 0.5),
    depthMost: depths.at(-1) ?? 0,
    delayP50Ms: at(sortedDelays, 0.5),
    delayP95Ms: at(sortedDelays, 0.95),
    joinP50Ms: at(sortedJoins, 0.5),
    joined: joins.length,
    stripesUnfed: Math.round((unfed / Math.max(1, watching.size * castStripes)) * 10_000) / 10_000,
    simulatedInSeconds: Math.round((performance.now() - startedAt) / 100) / 10,
  },
};
console.log(
  `cast to ${watching.size}: ${continuity * 100} % played in time, the caster sent ${copies} copies, a newcomer waited ${at(sortedJoins, 0.95)} ms (p95)`,
);
console.table(result.figures);
if (process.argv.includes('--json')) console.log(JSON.stringify(result));

// Rooms of 2 to 8 people, sound alone and with pictures: processor and bytes per participant, and the time from pressing
// Join until everybody is heard; beside a bare mesh of plain PeerJS pages of the same size, one after the other. They talk
// in turns, as people do: each speaks four seconds, then the room around them is quiet while the others have theirs.
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '#tests/support/chromium';
import { freePort } from '#tests/support/free-port';
import { Person } from '#tests/support/person';
import { turnSeconds, writeTurns } from '#tests/support/tone';
import { goToDoor, join, leaveRoom, makeRoomLink, openRoom, seeInside } from '#tests/support/room-acts';
import { descendantsCpuByKind } from '#scripts/bench/descendants';
import { summarize, type Figures as Spread } from '#scripts/bench/figures';
import { awaitHeard, readMesh } from '#scripts/bench/mesh-readings';
import { openPeerJsMesh } from '#scripts/bench/peerjs-mesh';
import { finish, parseBenchArguments } from '#scripts/bench/report';

interface Size {
  readonly people: number;
  readonly video: boolean;
}

interface Figures {
  /** Of one core. */
  readonly cpuPerParticipant: number;
  readonly cpuByProcess: Readonly<Record<string, number>>;
  readonly sentKbpsPerParticipant: number;
  readonly tallestPicture: number;
  readonly joinMs: Spread;
}

/** `--sizes 2,3,2v`: only these, `v` with video. */
const sizesAt = process.argv.indexOf('--sizes');
const sizesNamed = sizesAt < 0 ? '2,3,4,6,8,2v,3v,4v' : (process.argv[sizesAt + 1] ?? '');
const sizes: readonly Size[] = sizesNamed.split(',').map((size) => {
  const [, people, video] = /^([2-8])(v?)$/.exec(size) ?? [];
  if (people === undefined) throw new Error('--sizes takes numbers from 2 to 8, each with a v for video: 2,4,4v.');
  return { people: Number(people), video: video === 'v' };
});
const settleMs = 4_000;
/** So long pictures may take to grow to what their sender gives; the baseline's take about 25 s. */
const growMs = 40_000;
const cameraLines = 720;
/** Everybody has had one turn. */
const measureMs = (people: number): number => people * turnSeconds * 1_000;
const joinTimeoutMs = 30_000;
const names = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gus', 'Hana'];

const wait = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

async function measure(pages: readonly Page[], joinsMs: readonly number[], { people, video }: Size): Promise<Figures> {
  const readAll = async () => await Promise.all(pages.map(async (page) => await page.evaluate(readMesh)));
  await wait(settleMs);
  // Two people send all that the camera gives, here and there; more of them what each side makes of it.
  for (let waitedMs = 0; video && waitedMs < growMs; waitedMs += 1_000) {
    if (people === 2 && (await readAll()).every(({ tallest }) => tallest === cameraLines)) break;
    await wait(1_000);
  }
  const before = { meshes: await readAll(), cpu: descendantsCpuByKind(), atMs: performance.now() };
  await wait(measureMs(pages.length));
  const after = { cpu: descendantsCpuByKind(), atMs: performance.now(), meshes: await readAll() };
  const ms = after.atMs - before.atMs;
  const perParticipant = (seconds: number): number => seconds / (ms / 1_000) / pages.length;
  const sum = (seconds: ReadonlyMap<string, number>): number =>
    [...seconds.values()].reduce((all, one) => all + one, 0);
  const sent = after.meshes.reduce(
    (bytes, { bytesSent }, at) => bytes + bytesSent - (before.meshes[at]?.bytesSent ?? 0),
    0,
  );
  return {
    cpuPerParticipant: perParticipant(sum(after.cpu) - sum(before.cpu)),
    cpuByProcess: Object.fromEntries(
      [...after.cpu].map(([kind, seconds]) => [kind, perParticipant(seconds - (before.cpu.get(kind) ?? 0))]),
    ),
    sentKbpsPerParticipant: (sent * 8) / ms / pages.length,
    tallestPicture: Math.max(...after.meshes.map(({ tallest }) => tallest)),
    joinMs: summarize(joinsMs),
  };
}

/** More people than this sit in one browser: as many browsers leave nothing of a small machine, the baseline's or ours. */
const browsersAtMost = 4;

async function inOneBrowser(people: number, work: (browser: Browser | null) => Promise<Figures>): Promise<Figures> {
  if (people <= browsersAtMost) return await work(null);
  const browser = await launchChromium({ microphone: writeTurns(people) });
  try {
    return await work(browser);
  } finally {
    await browser.close();
  }
}

async function measurePeerJs(size: Size, joins: number, browser: Browser | null): Promise<Figures> {
  const { people, video } = size;
  const mesh = await openPeerJsMesh({ video, browser, microphone: writeTurns(people) });
  const joinsMs: number[] = [];
  try {
    for (let at = 0; at < people - 1; at += 1) await mesh.grow();
    for (let at = 0; at < joins; at += 1) {
      if (at > 0) await mesh.shrink();
      joinsMs.push(await mesh.grow());
    }
    return await measure(mesh.pages, joinsMs, size);
  } finally {
    await mesh.close();
  }
}

/** From pressing Join until everybody inside is heard, ms. */
async function enter(person: Person, link: string, inside: readonly Person[], camera: boolean): Promise<number> {
  await goToDoor(person, link);
  const pressedAt = await join(person, { camera });
  const heardAt = await person.page.evaluate(awaitHeard, { others: inside.length, timeoutMs: joinTimeoutMs });
  await seeInside(person, inside, { timeout: joinTimeoutMs });
  return heardAt - pressedAt;
}

/** The camera stays in full, as the baseline's does, however little of the processor is left. */
function hidePressure(): void {
  Reflect.deleteProperty(globalThis, 'PressureObserver');
}

async function measureRoundtable(size: Size, joins: number, browser: Browser | null): Promise<Figures> {
  const seated: Person[] = [];
  try {
    return await measureSeated(seated, size, joins, browser);
  } finally {
    await Promise.allSettled(seated.map(async (person) => await person.leaveTable()));
  }
}

async function measureSeated(seated: Person[], size: Size, joins: number, browser: Browser | null): Promise<Figures> {
  const { people, video } = size;
  const peerPort = await freePort();
  const chromium = { microphone: writeTurns(people) };
  for (const name of names.slice(0, people))
    seated.push(
      await Person.sitDown({ name, peerPort, chromium, disguise: hidePressure, ...(browser && { browser }) }),
    );
  const [opener, ...others] = seated;
  const last = others.pop();
  if (!opener || !last) throw new Error('A room of one is no room.');
  await openRoom(opener, 'Bench', { camera: video });
  const link = await makeRoomLink(opener);
  const inside = [opener];
  for (const person of others) {
    await enter(person, link, inside, video);
    inside.push(person);
  }
  const joinsMs: number[] = [];
  for (let at = 0; at < joins; at += 1) {
    if (at > 0) {
      await leaveRoom(last);
      await seeInside(opener, inside.slice(1), { timeout: joinTimeoutMs });
    }
    joinsMs.push(await enter(last, link, inside, video));
  }
  return await measure(
    seated.map(({ page }) => page),
    joinsMs,
    size,
  );
}

const { runs } = parseBenchArguments(5);
const figures: Record<string, { roundtable: Figures; peerJs: Figures; cpuRatio: number }> = {};
/** Sizes that this machine did not bear, with what happened. */
const notMeasured: Record<string, string> = {};
for (const size of sizes) {
  const name = `${size.people} ${size.video ? 'with video' : 'with sound'}`;
  try {
    const peerJs = await inOneBrowser(size.people, (browser) => measurePeerJs(size, runs, browser));
    const roundtable = await inOneBrowser(size.people, (browser) => measureRoundtable(size, runs, browser));
    figures[name] = { roundtable, peerJs, cpuRatio: roundtable.cpuPerParticipant / peerJs.cpuPerParticipant };
    console.log(
      `${name}: cpu ${roundtable.cpuPerParticipant.toFixed(3)} / ${peerJs.cpuPerParticipant.toFixed(3)} of a core, ` +
        `sent ${Math.round(roundtable.sentKbpsPerParticipant)} / ${Math.round(peerJs.sentKbpsPerParticipant)} kbit/s, ` +
        `join p50 ${Math.round(roundtable.joinMs.median)} / ${Math.round(peerJs.joinMs.median)} ms, ` +
        `p95 ${Math.round(roundtable.joinMs.p95)} / ${Math.round(peerJs.joinMs.p95)} ms`,
    );
  } catch (reason) {
    notMeasured[name] = reason instanceof Error ? (reason.message.split('\n')[0] ?? '') : String(reason);
    console.log(`${name}: not measured: ${notMeasured[name]}`);
  }
}
const ratio = figures['4 with video']?.cpuRatio ?? Number.POSITIVE_INFINITY;
const sound = figures['4 with sound']?.cpuRatio ?? Number.POSITIVE_INFINITY;
const equalResolution = figures['2 with video']?.cpuRatio ?? Number.POSITIVE_INFINITY;
const sixthJoinMs = figures['6 with sound']?.roundtable.joinMs.p95 ?? Number.POSITIVE_INFINITY;
finish({
  name: 'mesh',
  ok: ratio <= 0.7 && sound <= 1 && equalResolution <= 1 && sixthJoinMs <= 2_000,
  ratio,
  ratios: { sound4: sound, video2: equalResolution, sixthJoinSeconds: sixthJoinMs / 1_000 },
  figures: { ...figures, notMeasured },
});

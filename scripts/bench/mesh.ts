// Rooms of 2 to 8 people, sound alone and with pictures: processor and bytes per participant, and the time from pressing
// Join until everybody is heard; beside a bare mesh of plain PeerJS pages of the same size, one after the other.
import type { Page } from 'playwright-core';
import { freePort } from '#tests/support/free-port';
import { Person } from '#tests/support/person';
import { goToDoor, join, leaveRoom, makeRoomLink, openRoom, seeInside } from '#tests/support/room-acts';
import { descendantsCpuSeconds } from '#scripts/bench/descendants';
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
  readonly sentKbpsPerParticipant: number;
  readonly tallestPicture: number;
  readonly joinMs: Spread;
}

/** `--short` leaves out the sizes that no target names. */
const isShort = process.argv.includes('--short');
const sizes: readonly Size[] = [
  ...(isShort ? [4, 6] : [2, 3, 4, 6, 8]).map((people) => ({ people, video: false })),
  ...(isShort ? [2, 4] : [2, 3, 4]).map((people) => ({ people, video: true })),
];
const settleMs = 4_000;
const measureMs = 6_000;
const joinTimeoutMs = 30_000;
const names = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gus', 'Hana'];

const wait = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

async function measure(pages: readonly Page[], joinsMs: readonly number[]): Promise<Figures> {
  const readAll = async () => await Promise.all(pages.map(async (page) => await page.evaluate(readMesh)));
  await wait(settleMs);
  const before = { cpu: descendantsCpuSeconds(), meshes: await readAll() };
  await wait(measureMs);
  const after = { cpu: descendantsCpuSeconds(), meshes: await readAll() };
  const sent = after.meshes.reduce(
    (sum, { bytesSent }, at) => sum + bytesSent - (before.meshes[at]?.bytesSent ?? 0),
    0,
  );
  return {
    cpuPerParticipant: (after.cpu - before.cpu) / (measureMs / 1_000) / pages.length,
    sentKbpsPerParticipant: (sent * 8) / measureMs / pages.length,
    tallestPicture: Math.max(...after.meshes.map(({ tallest }) => tallest)),
    joinMs: summarize(joinsMs),
  };
}

async function measurePeerJs({ people, video }: Size, joins: number): Promise<Figures> {
  const mesh = await openPeerJsMesh({ video });
  const joinsMs: number[] = [];
  for (let at = 0; at < people - 1; at += 1) await mesh.grow();
  for (let at = 0; at < joins; at += 1) {
    if (at > 0) await mesh.shrink();
    joinsMs.push(await mesh.grow());
  }
  const figures = await measure(mesh.pages, joinsMs);
  await mesh.close();
  return figures;
}

/** From pressing Join until everybody inside is heard, ms. */
async function enter(person: Person, link: string, inside: readonly Person[], camera: boolean): Promise<number> {
  await goToDoor(person, link);
  const pressedAt = await join(person, { camera });
  const heardAt = await person.page.evaluate(awaitHeard, { others: inside.length, timeoutMs: joinTimeoutMs });
  await seeInside(person, inside, { timeout: joinTimeoutMs });
  return heardAt - pressedAt;
}

async function measureRoundtable({ people, video }: Size, joins: number): Promise<Figures> {
  const peerPort = await freePort();
  const seated: Person[] = [];
  for (const name of names.slice(0, people)) seated.push(await Person.sitDown({ name, peerPort }));
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
  const figures = await measure(
    seated.map(({ page }) => page),
    joinsMs,
  );
  await Promise.allSettled(seated.map(async (person) => await person.leaveTable()));
  return figures;
}

const { runs } = parseBenchArguments(5);
const figures: Record<string, { roundtable: Figures; peerJs: Figures; cpuRatio: number }> = {};
for (const size of sizes) {
  const peerJs = await measurePeerJs(size, runs);
  const roundtable = await measureRoundtable(size, runs);
  const cpuRatio = roundtable.cpuPerParticipant / peerJs.cpuPerParticipant;
  const name = `${size.people} ${size.video ? 'with video' : 'with sound'}`;
  figures[name] = { roundtable, peerJs, cpuRatio };
  console.log(
    `${name}: cpu ${roundtable.cpuPerParticipant.toFixed(3)} / ${peerJs.cpuPerParticipant.toFixed(3)} of a core, ` +
      `sent ${Math.round(roundtable.sentKbpsPerParticipant)} / ${Math.round(peerJs.sentKbpsPerParticipant)} kbit/s, ` +
      `join p50 ${Math.round(roundtable.joinMs.median)} / ${Math.round(peerJs.joinMs.median)} ms, ` +
      `p95 ${Math.round(roundtable.joinMs.p95)} / ${Math.round(peerJs.joinMs.p95)} ms`,
  );
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
  figures,
});

// One file of 32 MiB for four people at once, from disk to disk, through the real interface. First with 4 MB/s up for each: how long
// until the last one has it beside the least time that any plan needs (all have sent what their lines bear), and how many
// copies the giver sent; beside four drops to one person each, and WebTorrent from memory to memory, with the same lines. Then
// without limits, beside one receiver.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { en } from '#messages/en';
import { makeGroup, openGroup } from '#tests/support/chat-acts';
import { acceptFiles, downloadsIn, pick, sha256, someBytes } from '#tests/support/drop-acts';
import { freePort } from '#tests/support/free-port';
import { Person } from '#tests/support/person';
import { readBulkSent } from '#scripts/bench/bulk-readings';
import { fileArrival } from '#scripts/bench/file-arrival';
import { finish, parseBenchArguments } from '#scripts/bench/report';
import { summarize } from '#scripts/bench/figures';
import { openTorrentSwarm } from '#scripts/bench/webtorrent-swarm';

const mib = 2 ** 20;
const bytes = 32 * mib;
const lineBytesPerSecond = 4_000_000;
const withinMs = 180_000;
const { dropped, settings } = en;

interface Seat {
  readonly person: Person;
  readonly home: string;
}

interface Spread {
  readonly seconds: number;
  readonly sourceCopies: number;
}

const { runs } = parseBenchArguments(3);
const group = 'Listeners';
const folder = mkdtempSync(join(tmpdir(), 'roundtable-bench-'));
const peerPort = await freePort();

async function sitDown(name: string): Promise<Seat> {
  const home = mkdtempSync(join(tmpdir(), `roundtable-home-${name}-`));
  return { person: await Person.sitDown({ name, peerPort, home }), home };
}

const giver = await sitDown('Ada');
const receivers: Seat[] = [];
for (const name of ['Ben', 'Cleo', 'Dan', 'Eve']) receivers.push(await sitDown(name));
const everybody = [giver, ...receivers];
for (const [at, { person }] of everybody.entries())
  for (const other of everybody.slice(at + 1)) await person.befriend(other.person);
await makeGroup(
  giver.person,
  group,
  receivers.map(({ person }) => person.name),
);

async function limitLines(limit: number | null): Promise<void> {
  for (const { person } of everybody) {
    await person.openSettings('files');
    await person.page.getByLabel(settings.files.limit).selectOption(limit === null ? '' : String(limit));
    await person.closeDialog();
  }
}

async function give(path: string): Promise<void> {
  await pick(giver.person, [path], async () => {
    await giver.person.choose(dropped.send, dropped.pickFiles);
  });
}

let serial = 0;

/** All are asked first; the clock runs from the first acceptance to the last arrival. */
async function spread(to: readonly Seat[], how: 'once' | 'each'): Promise<Spread> {
  serial += 1;
  const name = `take ${serial}.wav`;
  const path = join(folder, name);
  const content = someBytes(bytes, serial);
  writeFileSync(path, content);
  const before = await giver.person.page.evaluate(readBulkSent);
  if (how === 'once' && to.length > 1) {
    await openGroup(giver.person, group);
    await give(path);
  } else {
    for (const { person } of to) {
      await giver.person.openPerson(person.name);
      await give(path);
    }
  }
  for (const { person } of to)
    await person.page.getByRole('button', { name: dropped.ask.acceptOf(name), exact: true }).waitFor();
  // Until it is read and hashed, as people take longer to answer.
  await giver.person.page.waitForTimeout(2_000);
  const startedAt = performance.now();
  const arrivals = await Promise.all(
    to.map(async ({ person, home }) => {
      await acceptFiles(person, name);
      return await fileArrival(home, name, withinMs);
    }),
  );
  const seconds = (Math.max(...arrivals) - startedAt) / 1_000;
  for (const { person } of to) await person.page.getByText(dropped.said.received(name, 'Ada')).first().waitFor();
  const wanted = sha256(content);
  if (to.some(({ home }) => downloadsIn(home)[name] !== wanted)) throw new Error('What came is not what was sent.');
  const sent = (await giver.person.page.evaluate(readBulkSent)) - before;
  rmSync(path);
  for (const { home } of to) rmSync(join(home, 'Downloads', name));
  return { seconds, sourceCopies: sent / bytes };
}

const limited: Spread[] = [];
const fourTimes: Spread[] = [];
const unlimited: Spread[] = [];
const alone: Spread[] = [];
await limitLines(lineBytesPerSecond);
for (let run = 0; run < runs; run += 1) {
  limited.push(await spread(receivers, 'once'));
  fourTimes.push(await spread(receivers, 'each'));
}
await limitLines(null);
for (let run = 0; run < runs; run += 1) {
  unlimited.push(await spread(receivers, 'once'));
  alone.push(await spread(receivers.slice(0, 1), 'once'));
}
await Promise.allSettled(everybody.map(async ({ person }) => await person.leaveTable()));
for (const each of [folder, ...everybody.map(({ home }) => home)]) rmSync(each, { recursive: true, force: true });

// Alone on the machine, as the others were.
const torrents: Spread[] = [];
const swarm = await openTorrentSwarm({ receivers: receivers.length, uploadBytesPerSecond: lineBytesPerSecond });
for (let run = 0; swarm && run < runs; run += 1) {
  const { ms, sourceCopies } = await swarm.spread(bytes);
  torrents.push({ seconds: ms / 1_000, sourceCopies });
}
await swarm?.close();

const median = (values: readonly number[]): number => summarize(values.map((value) => value * 1_000)).median / 1_000;
const seconds = (of: readonly Spread[]): number => median(of.map((one) => one.seconds));
const copies = (of: readonly Spread[]): number => median(of.map((one) => one.sourceCopies));
// Kumar and Ross 2006: the longest of one copy out of the giver, and all copies over all lines.
const people = everybody.length;
const fluidSeconds = Math.max(bytes / lineBytesPerSecond, ((people - 1) * bytes) / (people * lineBytesPerSecond));
const ratio = seconds(limited) / fluidSeconds;
const overAlone = seconds(unlimited) / seconds(alone);
const figures = {
  fluid: { seconds: fluidSeconds },
  limited: { seconds: seconds(limited), sourceCopies: copies(limited) },
  fourTimes: { seconds: seconds(fourTimes), sourceCopies: copies(fourTimes) },
  unlimited: { seconds: seconds(unlimited), sourceCopies: copies(unlimited) },
  alone: { seconds: seconds(alone), sourceCopies: copies(alone) },
  ...(torrents.length > 0 && { webTorrent: { seconds: seconds(torrents), sourceCopies: copies(torrents) } }),
};
const overTorrent = torrents.length > 0 ? seconds(limited) / seconds(torrents) : null;
finish({
  name: 'swarm',
  ok: ratio <= 1.15 && copies(limited) <= 1.15 && overAlone <= 1.6 && overTorrent !== null && overTorrent < 1,
  ratio,
  ratios: {
    fourTimes: seconds(fourTimes) / seconds(limited),
    overAlone,
    ...(overTorrent !== null && { overTorrent }),
  },
  figures,
  sourceUploadCopies: copies(limited),
});

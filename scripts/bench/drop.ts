// One file, of 256 MiB unless --mib says another size, from disk to disk: read, hashed, sent, verified, written and renamed, between two people through the real
// interface. Beside it the same number of bytes from memory to memory: over a bare data channel, PeerJS and simple-peer,
// verified by nobody, and WebTorrent, which verifies. One after the other, run by run in turns.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { en } from '#messages/en';
import { launchChromium } from '#tests/support/chromium';
import { acceptFiles, downloadsIn, pick, sha256, someBytes } from '#tests/support/drop-acts';
import { freePort } from '#tests/support/free-port';
import { Person } from '#tests/support/person';
import { openDataBaselines, type Baseline } from '#scripts/bench/data-baselines';
import { descendantsCpuSeconds } from '#scripts/bench/descendants';
import { summarize } from '#scripts/bench/figures';
import { fileArrival } from '#scripts/bench/file-arrival';
import { finish, parseBenchArguments, parseMebibytes } from '#scripts/bench/report';
import { openTorrentSwarm } from '#scripts/bench/webtorrent-swarm';

const mib = 2 ** 20;
const bytes = parseMebibytes(256) * mib;
const withinMs = 120_000;
const { dropped } = en;

interface Moved {
  readonly seconds: number;
  /** Of one core, all browsers and services together. */
  readonly cpuSeconds: number;
}

async function timed(run: () => Promise<number>): Promise<Moved> {
  const cpu = descendantsCpuSeconds();
  const ms = await run();
  return { seconds: ms / 1_000, cpuSeconds: descendantsCpuSeconds() - cpu };
}

const { runs } = parseBenchArguments(3);
const folder = mkdtempSync(join(tmpdir(), 'roundtable-bench-'));
const homes = ['ada', 'ben'].map((name) => mkdtempSync(join(tmpdir(), `roundtable-home-${name}-`)));
const peerPort = await freePort();
const ada = await Person.sitDown({ name: 'Ada', peerPort, home: homes[0] ?? folder });
const ben = await Person.sitDown({ name: 'Ben', peerPort, home: homes[1] ?? folder });
await ada.befriend(ben);
await ada.openPerson('Ben');

/** From accepting until it lies under its name; the giver has hashed it by then, as people take longer to answer. */
async function moveFile(run: number): Promise<number> {
  const name = `take ${run}.wav`;
  const path = join(folder, name);
  const content = someBytes(bytes, run + 1);
  writeFileSync(path, content);
  await pick(ada, [path], async () => {
    await ada.choose(dropped.send, dropped.pickFiles);
  });
  await ben.page.getByRole('button', { name: dropped.ask.acceptOf(name), exact: true }).waitFor();
  await ada.page.waitForTimeout(4_000);
  const startedAt = performance.now();
  await acceptFiles(ben, name);
  const ms = (await fileArrival(homes[1] ?? '', name, withinMs)) - startedAt;
  await ben.page.getByText(dropped.said.received(name, 'Ada')).first().waitFor();
  if (downloadsIn(homes[1] ?? '')[name] !== sha256(content)) throw new Error('What came is not what was sent.');
  rmSync(path);
  rmSync(join(homes[1] ?? '', 'Downloads', name));
  return ms;
}

const browsers = [await launchChromium(), await launchChromium()] as const;
const baselines = await openDataBaselines(browsers);
const torrents = await openTorrentSwarm({ receivers: 1, uploadBytesPerSecond: null });
type Name = 'roundtable' | Baseline | 'webtorrent';
const names: readonly Name[] = [
  'roundtable',
  'raw',
  'peerjs',
  'simple-peer',
  ...(torrents ? ['webtorrent' as const] : []),
];
const moved: Record<Name, Moved[]> = { roundtable: [], raw: [], peerjs: [], 'simple-peer': [], webtorrent: [] };
for (let run = 0; run < runs; run += 1) {
  for (const baseline of ['raw', 'peerjs', 'simple-peer'] satisfies Baseline[])
    moved[baseline].push(await timed(async () => await baselines.measure(baseline, bytes)));
  if (torrents) moved.webtorrent.push(await timed(async () => (await torrents.spread(bytes)).ms));
  moved.roundtable.push(await timed(async () => await moveFile(run)));
}
await baselines.close();
await torrents?.close();
await Promise.all([...browsers.map(async (browser) => await browser.close()), ada.leaveTable(), ben.leaveTable()]);
for (const each of [folder, ...homes]) rmSync(each, { recursive: true, force: true });

const median = (of: readonly number[]): number => summarize(of.map((value) => value * 1_000)).median / 1_000;
const speed = (name: Name): number => bytes / mib / median(moved[name].map(({ seconds }) => seconds));
const figures = Object.fromEntries(
  names.map((name) => [
    name,
    {
      mibPerSecond: Math.round(speed(name) * 10) / 10,
      cpuSecondsPerGiB: Math.round(median(moved[name].map(({ cpuSeconds }) => cpuSeconds)) * 40) / 10,
      runs: moved[name].length,
    },
  ]),
);
const ratio = speed('roundtable') / speed('raw');
const peerJs = speed('roundtable') / speed('peerjs');
const webTorrent = torrents ? speed('roundtable') / speed('webtorrent') : null;
finish({
  name: 'drop',
  ok: ratio >= 0.85 && peerJs >= 1.2 && webTorrent !== null && webTorrent >= 1.5,
  ratio,
  ratios: {
    raw: ratio,
    peerJs,
    simplePeer: speed('roundtable') / speed('simple-peer'),
    ...(webTorrent !== null && { webTorrent }),
  },
  figures,
});

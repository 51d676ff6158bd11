// A file of 48 MiB, unless --mib says another size, from disk to disk through the real interface, on a path of 50 ms there and back that loses one
// packet in a hundred each way; beside one bare data channel on the same path, from memory to memory. How fast each is hangs on
// the path and little on the machine. Then on a clean path of the same people: how many connections more there are.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { en } from '#messages/en';
import { launchChromium } from '#tests/support/chromium';
import { acceptFiles, downloadsIn, pick, sha256, someBytes } from '#tests/support/drop-acts';
import { freePort } from '#tests/support/free-port';
import { Person } from '#tests/support/person';
import { openDataBaselines } from '#scripts/bench/data-baselines';
import { summarize } from '#scripts/bench/figures';
import { fileArrival } from '#scripts/bench/file-arrival';
import { loseOn, type LossyPath } from '#scripts/bench/lossy-path';
import { finish, parseBenchArguments, parseMebibytes } from '#scripts/bench/report';

const mib = 2 ** 20;
const bytes = parseMebibytes(48) * mib;
/** One channel is as fast at the end as at the beginning. */
const rawBytes = bytes / 6;
const withinMs = 280_000;
const path: LossyPath = { roundTripMs: 50, lostPercent: 1 };
const { dropped } = en;
const { runs } = parseBenchArguments(1);
const folder = mkdtempSync(join(tmpdir(), 'roundtable-bench-'));
const peerPort = await freePort();

interface Dropped {
  readonly seconds: number;
  /** Connections of the giver, the link among them. */
  readonly connections: number;
}

/** Two people who know each other, the giver behind that path where one is given; from accepting until the file lies under its name. */
async function moveFile(run: number, isLossy: boolean): Promise<Dropped> {
  const homes = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'roundtable-home-')));
  const [adaHome, benHome] = homes as [string, string]; // sound: two were made
  const ada = await Person.sitDown({ name: 'Ada', peerPort, home: adaHome });
  const ben = await Person.sitDown({ name: 'Ben', peerPort, home: benHome });
  if (isLossy) await loseOn(ada.page, path);
  await ada.befriend(ben);
  await ada.openPerson('Ben');
  const name = `take ${run}.wav`;
  const file = join(folder, name);
  const content = someBytes(bytes, run + 1);
  writeFileSync(file, content);
  await pick(ada, [file], async () => {
    await ada.choose(dropped.send, dropped.pickFiles);
  });
  await ben.page.getByRole('button', { name: dropped.ask.acceptOf(name), exact: true }).waitFor();
  await ada.page.waitForTimeout(3_000);
  const before = await ada.page.evaluate(() => window.observedConnections.length);
  const startedAt = performance.now();
  await acceptFiles(ben, name);
  const seconds = ((await fileArrival(benHome, name, withinMs)) - startedAt) / 1_000;
  const connections = 1 + (await ada.page.evaluate(() => window.observedConnections.length)) - before;
  if (downloadsIn(benHome)[name] !== sha256(content)) throw new Error('What came is not what was sent.');
  await Promise.all([ada.leaveTable(), ben.leaveTable()]);
  for (const each of [file, ...homes]) rmSync(each, { recursive: true, force: true });
  return { seconds, connections };
}

const browsers = [await launchChromium(), await launchChromium()] as const;
const baselines = await openDataBaselines(browsers, async (giver) => {
  await loseOn(giver, path);
});
const raw: number[] = [];
const lossy: Dropped[] = [];
for (let run = 0; run < runs; run += 1) {
  raw.push((await baselines.measure('raw', rawBytes)) / 1_000);
  lossy.push(await moveFile(run, true));
}
await baselines.close();
await Promise.all(browsers.map(async (browser) => await browser.close()));
const clean = await moveFile(runs, false);
rmSync(folder, { recursive: true, force: true });

const median = (of: readonly number[]): number => summarize(of.map((value) => value * 1_000)).median / 1_000;
const rounded = (value: number): number => Math.round(value * 100) / 100;
const rawSpeed = rawBytes / mib / median(raw);
const speed = bytes / mib / median(lossy.map(({ seconds }) => seconds));
const connections = Math.max(...lossy.map((one) => one.connections));
const ratio = speed / rawSpeed;
finish({
  name: 'drop-lossy',
  ok: ratio >= 3.5 && connections <= 5 && clean.connections === 1,
  ratio,
  ratios: { raw: ratio },
  figures: {
    raw: { mibPerSecond: rounded(rawSpeed), connections: 1 },
    roundtable: { mibPerSecond: rounded(speed), connections },
    clean: { mibPerSecond: rounded(bytes / mib / clean.seconds), connections: clean.connections },
  },
});

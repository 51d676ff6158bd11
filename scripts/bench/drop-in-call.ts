// A file at full speed beside a call of two, through the real interface: how much of the voice is made up because it came too late or not at all, and how long the
// path there and back is, with and without the file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { en } from '#messages/en';
import { acceptFiles, pick, someBytes } from '#tests/support/drop-acts';
import { freePort } from '#tests/support/free-port';
import { Person } from '#tests/support/person';
import { readBulkSent } from '#scripts/bench/bulk-readings';
import { summarize } from '#scripts/bench/figures';
import { finish, parseBenchArguments, parseMebibytes } from '#scripts/bench/report';
import { readVoice, type Voice } from '#scripts/bench/voice-readings';

const mib = 2 ** 20;
const bytes = parseMebibytes(512) * mib;
/** A drop is slow at first and becomes faster as long as the voice does not suffer. */
const settleMs = 5_000;
const readForMs = 15_000;
const { dropped } = en;
const { runs } = parseBenchArguments(1);

interface Reading extends Voice {
  readonly mibPerSecond: number;
}

const folder = mkdtempSync(join(tmpdir(), 'roundtable-bench-'));
const homes = ['ada', 'ben'].map((name) => mkdtempSync(join(tmpdir(), `roundtable-home-${name}-`)));
const peerPort = await freePort();
const ada = await Person.sitDown({ name: 'Ada', peerPort, home: homes[0] ?? folder, voiceHertz: 440 });
const ben = await Person.sitDown({ name: 'Ben', peerPort, home: homes[1] ?? folder, voiceHertz: 660 });
await ada.befriend(ben);

/** Of both; the worse of each. */
async function read(): Promise<Reading> {
  const before = await ada.page.evaluate(readBulkSent);
  const [one, other] = await Promise.all([ada, ben].map(async ({ page }) => await page.evaluate(readVoice, readForMs)));
  if (!one || !other) throw new Error('nobody was heard');
  const sent = (await ada.page.evaluate(readBulkSent)) - before;
  return {
    concealedPercent: Math.max(one.concealedPercent, other.concealedPercent),
    roundTripMs: Math.max(one.roundTripMs, other.roundTripMs),
    mibPerSecond: sent / mib / (readForMs / 1_000),
  };
}

const alone: Reading[] = [];
const beside: Reading[] = [];
for (let run = 0; run < runs; run += 1) {
  const name = `take ${run}.wav`;
  writeFileSync(join(folder, name), someBytes(bytes, run + 1));
  await ada.openPerson('Ben');
  await pick(ada, [join(folder, name)], async () => {
    await ada.choose(dropped.send, dropped.pickFiles);
  });
  await ben.page.getByRole('button', { name: dropped.ask.acceptOf(name), exact: true }).waitFor();
  await ada.page.waitForTimeout(8_000);
  await ada.page.getByRole('button', { name: en.person.call, exact: true }).click();
  await ben.accept({ video: false });
  await ada.seeCall('Ben');
  await ada.page.waitForTimeout(settleMs);
  alone.push(await read());
  await acceptFiles(ben, name);
  await ada.page.waitForTimeout(settleMs);
  beside.push(await read());
  await ada.hangUp();
  await ada.dismissEnded();
  rmSync(join(folder, name));
}
await Promise.all([ada.leaveTable(), ben.leaveTable()]);
for (const each of [folder, ...homes]) rmSync(each, { recursive: true, force: true });

const rounded = (value: number): number => Math.round(value * 100) / 100;
const median = (of: readonly Reading[], field: keyof Reading): number =>
  rounded(summarize(of.map((one) => one[field])).median);
const told = (of: readonly Reading[]): Reading => ({
  concealedPercent: median(of, 'concealedPercent'),
  roundTripMs: median(of, 'roundTripMs'),
  mibPerSecond: median(of, 'mibPerSecond'),
});
const figures = { alone: told(alone), beside: told(beside) };
const longerMs = figures.beside.roundTripMs - figures.alone.roundTripMs;
finish({
  name: 'drop-in-call',
  ok: figures.beside.concealedPercent < 1 && longerMs <= 30,
  ratio: figures.beside.concealedPercent,
  ratios: { longerMs },
  figures,
});

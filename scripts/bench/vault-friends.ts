// A file into the vault and back, through the real interface, with six keepers on this machine: from the press until all its pieces are
// with keepers, and from the press until it lies there again, without limits; then again while each keeper gives 4 MB a second at most,
// beside what six such lines bring. Seven shells and seven pages share the cores.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { en } from '#messages/en';
import { downloadsIn, sha256, someBytes } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';
import { openVault, pledgeTo, putIn, thing } from '#tests/support/vault-acts';
import { summarize } from '#scripts/bench/figures';
import { finish, parseBenchArguments, parseMebibytes } from '#scripts/bench/report';

const { settings, vault } = en;
const target = 0.85;
const withinMs = 240_000;
const lineBytesPerSecond = 4_000_000;
const names = ['Ben', 'Cleo', 'Dora', 'Emil', 'Fay', 'Gus'];
const { runs } = parseBenchArguments(3);
const bytes = parseMebibytes(96) * 2 ** 20;
const folder = mkdtempSync(join(tmpdir(), 'roundtable-bench-'));
const home = mkdtempSync(join(tmpdir(), 'roundtable-home-'));

const table = new Table();
await table.shareBrowser();
// The first at the table runs the mailbox of this machine.
const ada = await table.seat('Ada', { home });
const keepers: Person[] = [];
for (const name of names) {
  const keeper = await table.seat(name);
  await ada.befriend(keeper);
  await pledgeTo(keeper, 'Ada');
  keepers.push(keeper);
}

async function limitLines(limit: number | null): Promise<void> {
  for (const person of keepers) {
    await person.openSettings('files');
    await person.page.getByLabel(settings.files.limit).selectOption(limit === null ? '' : String(limit));
    await person.closeDialog();
  }
}

/** Bytes a second. */
async function speedOf(act: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return (bytes * 1_000) / (performance.now() - startedAt);
}

async function put(name: string, content: Uint8Array): Promise<number> {
  const path = join(folder, name);
  writeFileSync(path, content);
  return await speedOf(async () => {
    await putIn(ada, 'files', [path]);
    const safe = vault.health.safe(names.length - 3, names.length);
    await thing(ada, name).getByText(safe, { exact: true }).waitFor({ timeout: withinMs });
  });
}

async function restore(name: string, content: Uint8Array): Promise<number> {
  await openVault(ada);
  const speed = await speedOf(async () => {
    await ada.page.getByRole('button', { name: vault.item.restoreOf(name), exact: true }).click();
    await ada.page.getByText(vault.run.done(name), { exact: true }).waitFor({ timeout: withinMs });
  });
  if (downloadsIn(home)[name] !== sha256(content)) throw new Error('another file came back');
  rmSync(join(home, 'Downloads', name));
  await ada.page.getByRole('button', { name: vault.run.forgetOf(name), exact: true }).click();
  return speed;
}

const figures: Record<'put' | 'restore' | 'limited', number[]> = { put: [], restore: [], limited: [] };
for (let run = 0; run < runs; run += 1) {
  const name = `film ${run}.mkv`;
  const content = someBytes(bytes, run);
  await limitLines(null);
  figures.put.push(await put(name, content));
  figures.restore.push(await restore(name, content));
  await limitLines(lineBytesPerSecond);
  figures.limited.push(await restore(name, content));
}
await table.clear();
for (const each of [folder, home]) rmSync(each, { recursive: true, force: true });

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
const mib = (values: readonly number[]) => summarize(values.map((value) => value / 2 ** 20));
const ratio = median(figures.limited) / (names.length * lineBytesPerSecond);
finish({
  name: 'vault-friends',
  ok: ratio >= target,
  ratio,
  ratios: { limited: ratio },
  figures: {
    'put until with keepers, MiB/s': mib(figures.put),
    'restore, MiB/s': mib(figures.restore),
    'restore from lines of 4 MB/s, MiB/s': mib(figures.limited),
  },
});

// One large file from disk to disk, 20 GiB unless --mib says another size, and how much memory both sides take for it beyond what they took
// before. With --pages through the real interface, in Chromium, during a call; else by the same code in two plain processes, where only what carries
// the blocks is another. The file is sparse: every block of it begins with its number.
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { en } from '#messages/en';
import { blockBytes } from '#shared/content';
import { descendantsMemoryByKind, memoryOf } from '#scripts/bench/descendants';
import { finish, type BenchResult } from '#scripts/bench/report';
import { numberOf } from '#scripts/arguments';
import { DroppingPerson, hashOf, startTogether } from '#tests/support/crash/dropping-person';
import { acceptFiles, pick } from '#tests/support/drop-acts';
import { freePort } from '#tests/support/free-port';
import { Person } from '#tests/support/person';

const mib = 2 ** 20;
const bytes = numberOf('--mib', 20 * 1024) * mib;
/** On each side. */
const targetMib = 150;
/** Slower than this, something is wrong. */
const withinMs = 60_000 + (bytes / mib) * 1_000;
const name = 'large.bin';
const folder = mkdtempSync(join(tmpdir(), 'rt-large-'));

function makeSparse(path: string): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, bytes);
  for (let block = 0; block * blockBytes < bytes; block += 1) writeSync(file, `${block}`, block * blockBytes);
  closeSync(file);
}

/** Of several things that take memory, how much more each took at most than in the beginning, bytes. */
class Rise {
  readonly #read: () => ReadonlyMap<string, number>;
  readonly #before: ReadonlyMap<string, number>;
  readonly most = new Map<string, number>();
  #isOver = false;

  constructor(read: () => ReadonlyMap<string, number>) {
    this.#read = read;
    this.#before = read();
    void this.#follow();
  }

  stop(): void {
    this.#isOver = true;
  }

  async #follow(): Promise<void> {
    while (!this.#isOver) {
      for (const [what, now] of this.#read()) {
        const rise = now - (this.#before.get(what) ?? 0);
        this.most.set(what, Math.max(this.most.get(what) ?? 0, rise));
      }
      await sleep(500);
    }
  }
}

interface Moved {
  readonly seconds: number;
  readonly rise: ReadonlyMap<string, number>;
  readonly path: string;
}

async function inProcesses(path: string): Promise<Moved> {
  const [giver, receiver] = [new DroppingPerson(folder, 'b'), new DroppingPerson(folder, 'c')];
  await startTogether(giver, receiver);
  await sleep(2_000);
  const rise = new Rise(
    () =>
      new Map([
        ['giver', memoryOf(giver.program.pid)],
        ['receiver', memoryOf(receiver.program.pid)],
      ]),
  );
  const startedAt = performance.now();
  const dropId = await giver.give({ path, size: bytes, to: receiver.program.self });
  while ((await receiver.stage(dropId))?.phase !== 'finished') {
    if (performance.now() - startedAt > withinMs) throw new Error('it takes too long');
    await sleep(100);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  rise.stop();
  for (const { program } of [giver, receiver]) program.kill();
  return { seconds, rise: rise.most, path: join(receiver.downloads, name) };
}

/** Both sides together, by what a process is for. */
async function inPages(path: string): Promise<Moved> {
  const { dropped } = en;
  const peerPort = await freePort();
  const home = join(folder, 'home');
  const ada = await Person.sitDown({ name: 'Ada', peerPort });
  const ben = await Person.sitDown({ name: 'Ben', peerPort, home });
  await ada.befriend(ben);
  await ada.ring('Ben', { video: false });
  await ben.accept({ video: false });
  await ada.openPerson('Ben');
  await sleep(5_000);
  const rise = new Rise(descendantsMemoryByKind);
  const startedAt = performance.now();
  await pick(ada, [path], async () => await ada.choose(dropped.send, dropped.pickFiles));
  await acceptFiles(ben, name);
  await ben.page.getByText(dropped.said.received(name, 'Ada')).first().waitFor({ timeout: withinMs });
  const seconds = (performance.now() - startedAt) / 1_000;
  rise.stop();
  await Promise.all([ada.leaveTable(), ben.leaveTable()]);
  return { seconds, rise: rise.most, path: join(home, 'Downloads', name) };
}

const isInPages = process.argv.includes('--pages');

async function measure(): Promise<BenchResult> {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < bytes + 2 * 1024 * mib) throw new Error('There is not enough room for it here.');
  const given = join(folder, name);
  makeSparse(given);
  const { seconds, rise, path } = await (isInPages ? inPages(given) : inProcesses(given));
  if ((await hashOf(path)) !== (await hashOf(given))) throw new Error('What came is not what was given.');
  const inMib = new Map([...rise].map(([what, most]) => [what, Math.round(most / mib)]));
  const together = [...inMib.values()].reduce((sum, one) => sum + one, 0);
  const perSide = isInPages ? together / 2 : Math.max(...inMib.values());
  return {
    name: 'drop-large',
    ok: perSide <= targetMib,
    ratio: perSide / targetMib,
    ratios: {},
    figures: {
      file: { mib: bytes / mib, seconds: Math.round(seconds), mibPerSecond: Math.round(bytes / mib / seconds) },
      moreMemoryMib: Object.fromEntries(inMib),
    },
  };
}

finish(await measure().finally(() => rmSync(folder, { recursive: true, force: true })));

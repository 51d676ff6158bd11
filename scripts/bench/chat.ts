// Messages that one person wrote while the other was away, ten thousand unless --messages says otherwise: from the link to the last of them, two processes with a database on the disk
// each, over a local socket.
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { summarize } from '#scripts/bench/figures';
import { finish, parseBenchArguments } from '#scripts/bench/report';
import { numberOf } from '#scripts/arguments';
import { LinkedProgram } from '#tests/support/crash/linked-program';

const messages = numberOf('--messages', 10_000);
const targetMs = 3_000;
const withinMs = 60_000;

interface Used {
  readonly cpuMs: number;
  readonly mostBytes: number;
}

async function tooLong(atMs: number): Promise<never> {
  await sleep(atMs - performance.now(), null, { ref: false });
  throw new Error('it takes too long');
}

const personIn = (folder: string, name: string): LinkedProgram =>
  new LinkedProgram({ file: 'chat-person.ts', args: () => [join(folder, name), folder] });

const usedBy = async (person: LinkedProgram): Promise<Used> => (await person.ask('used', null)) as Used; // sound: so it answers

/** The profiles of both, once everything is written and both have gone. */
async function writeAll(folder: string): Promise<void> {
  const [ada, ben] = [personIn(folder, 'ada'), personIn(folder, 'ben')];
  await Promise.all([ada.start(), ben.start()]);
  await ada.meet(ben);
  await ada.ask('write', { to: ben.self, count: messages });
  for (const person of [ada, ben]) person.kill();
}

async function catchUp(written: string): Promise<{ ms: number; cpuMs: number; mostBytes: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'rt-chat-'));
  for (const name of ['ada', 'ben']) cpSync(join(written, name), join(folder, name), { recursive: true });
  const [ada, ben] = [personIn(folder, 'ada'), personIn(folder, 'ben')];
  try {
    await Promise.all([ada.start(), ben.start()]);
    await ada.meet(ben);
    const before = [await usedBy(ada), await usedBy(ben)];
    const startedAt = performance.now();
    const heard = ben.ask('heard', { from: ada.self, count: messages });
    await ada.reach(ben);
    await Promise.race([heard, tooLong(startedAt + withinMs)]);
    const ms = performance.now() - startedAt;
    const after = [await usedBy(ada), await usedBy(ben)];
    const cpuMs = after.reduce((sum, { cpuMs: now }, at) => sum + now - (before[at]?.cpuMs ?? 0), 0);
    const rises = after.map(({ mostBytes }, at) => mostBytes - (before[at]?.mostBytes ?? 0));
    return { ms, cpuMs, mostBytes: Math.max(...rises) };
  } finally {
    for (const person of [ada, ben]) person.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const { runs } = parseBenchArguments(5);
/** Each of so many messages is flushed when it is written: that is not what is measured. */
const memoryFolder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
const written = mkdtempSync(join(memoryFolder, 'rt-chat-'));
const taken = [];
try {
  await writeAll(written);
  for (let run = 0; run < runs; run += 1) taken.push(await catchUp(written));
} finally {
  rmSync(written, { recursive: true, force: true });
}
const { min, median, p95 } = summarize(taken.map(({ ms }) => ms));
finish({
  name: 'chat',
  ok: median <= targetMs,
  ratio: median / targetMs,
  ratios: {},
  figures: {
    caughtUpMs: { min: Math.round(min), median: Math.round(median), p95: Math.round(p95) },
    both: {
      processorMs: Math.round(summarize(taken.map(({ cpuMs }) => cpuMs)).median),
      moreMemoryMib: Math.round(Math.max(...taken.map(({ mostBytes }) => mostBytes)) / 2 ** 20),
    },
  },
});

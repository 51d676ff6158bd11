// What the processes started by this bench (browsers, shells) have used of the processor so far, and of memory now. Linux: proc(5).
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** USER_HZ of every Linux that Chromium runs on. */
const ticksPerSecond = 100;

interface Usage {
  readonly parent: number;
  readonly ticks: number;
}

function readUsage(pid: string): Usage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command may hold spaces and brackets; the fields after it do not.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null; // gone meanwhile
  }
}

/** What a process is for, by its command line: `renderer`, `gpu-process`, `audio.mojom.AudioService`; a program's own name else. */
function readKind(pid: string): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(/[\0 ]/);
    const valueOf = (name: string): string | undefined =>
      words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
    return valueOf('utility-sub-type') ?? valueOf('type') ?? basename(words[0] ?? '');
  } catch {
    return 'gone';
  }
}

function descendants(): ReadonlyMap<number, Usage> {
  const usages = new Map<number, Usage>();
  for (const name of readdirSync('/proc')) {
    const usage = /^\d+$/.test(name) ? readUsage(name) : null;
    if (usage) usages.set(Number(name), usage);
  }
  const isDescendant = (pid: number): boolean => {
    const parent = usages.get(pid)?.parent ?? 0;
    return parent === process.pid || (parent > 1 && isDescendant(parent));
  };
  return new Map([...usages].filter(([pid]) => isDescendant(pid)));
}

/** Processor time of all descendants of this process, by what they are for, seconds; not of this process itself. */
export function descendantsCpuByKind(): ReadonlyMap<string, number> {
  const seconds = new Map<string, number>();
  for (const [pid, { ticks }] of descendants()) {
    const kind = readKind(String(pid));
    seconds.set(kind, (seconds.get(kind) ?? 0) + ticks / ticksPerSecond);
  }
  return seconds;
}

/** Of all of them together, seconds. */
export function descendantsCpuSeconds(): number {
  return [...descendantsCpuByKind().values()].reduce((all, one) => all + one, 0);
}

/** Memory of all of them now, by what they are for, bytes; what several share counts once (Pss). */
export function descendantsMemoryByKind(): ReadonlyMap<string, number> {
  const bytes = new Map<string, number>();
  for (const pid of descendants().keys()) {
    const kind = readKind(String(pid));
    bytes.set(kind, (bytes.get(kind) ?? 0) + memoryOf(pid));
  }
  return bytes;
}

/** 0 of one that is gone. */
export function memoryOf(pid: number): number {
  try {
    const kib = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
}

// What the processes started by this bench (browsers, shells) have used of the processor so far. Linux: proc(5).
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

/** Processor time of all descendants of this process, by what they are for, seconds; not of this process itself. */
export function descendantsCpuByKind(): ReadonlyMap<string, number> {
  const usages = new Map<number, Usage>();
  for (const name of readdirSync('/proc')) {
    const usage = /^\d+$/.test(name) ? readUsage(name) : null;
    if (usage) usages.set(Number(name), usage);
  }
  const isDescendant = (pid: number): boolean => {
    const parent = usages.get(pid)?.parent ?? 0;
    return parent === process.pid || (parent > 1 && isDescendant(parent));
  };
  const seconds = new Map<string, number>();
  for (const [pid, { ticks }] of usages) {
    if (!isDescendant(pid)) continue;
    const kind = readKind(String(pid));
    seconds.set(kind, (seconds.get(kind) ?? 0) + ticks / ticksPerSecond);
  }
  return seconds;
}

/** Of all of them together, seconds. */
export function descendantsCpuSeconds(): number {
  return [...descendantsCpuByKind().values()].reduce((all, one) => all + one, 0);
}

// What the processes started by this bench (browsers, shells) have used of the processor so far. Linux: proc(5).
import { readdirSync, readFileSync } from 'node:fs';

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

/** Processor time of all descendants of this process, seconds; not of this process itself. */
export function descendantsCpuSeconds(): number {
  const usages = new Map<number, Usage>();
  for (const name of readdirSync('/proc')) {
    const usage = /^\d+$/.test(name) ? readUsage(name) : null;
    if (usage) usages.set(Number(name), usage);
  }
  const isDescendant = (pid: number): boolean => {
    const parent = usages.get(pid)?.parent ?? 0;
    return parent === process.pid || (parent > 1 && isDescendant(parent));
  };
  let ticks = 0;
  for (const [pid, usage] of usages) if (isDescendant(pid)) ticks += usage.ticks;
  return ticks / ticksPerSecond;
}

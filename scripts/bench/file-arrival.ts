// When a file that comes lies under its name. Looked for on the disk: a page that is asked over and over what it shows is drawn sixty times a second,
// which costs as much as the file.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const lookEveryMs = 10;

/** Resolves with the clock of `performance.now()`; the file gets its name only when it is whole. */
export async function fileArrival(home: string, name: string, withinMs: number): Promise<number> {
  const path = join(home, 'Downloads', name);
  const deadline = performance.now() + withinMs;
  while (!existsSync(path)) {
    if (performance.now() > deadline) throw new Error(`${name} did not come within ${withinMs / 1_000} s.`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return performance.now();
}

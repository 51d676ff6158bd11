// A disk that is really full: a small file system in memory, which takes the rights to mount one.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const mount = (folder: string, mib: number): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder]).status === 0;

const unmount = (folder: string): void => void spawnSync('umount', ['-l', folder]);

export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-mount-'));
  const can = mount(folder, 1);
  if (can) unmount(folder);
  rmdirSync(folder);
  if (!can) process.stdout.write('a full disk: not run: no right to mount a small file system\n');
  return can;
}

/** Until the test is over. */
export function mountSmallDisk(folder: string, mib: number): void {
  mount(folder, mib);
  onTestFinished(() => unmount(folder));
}

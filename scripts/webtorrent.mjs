// WebTorrent for the benches that measure beside it: its browser build alone, from its package in the registry, checked and
// kept beside the packages. As a dependency it would bring 170 others, some with programs that run at installation.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const name = 'webtorrent-3.0.21';
const integrity = 'PFgLphma0dsUWmbWrZ016Cja+j+3D3DXuhk09A5u9qVAzH1T4Vj1VZd8j+zb8sDwPv7NA7+qgPtDEN4iFd6wdw==';
const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'node_modules', '.cache', 'roundtable', name);

/** The path of its script; null where it cannot be had, and then it says so. */
export function fetchWebTorrent() {
  const script = join(folder, 'package', 'dist', 'webtorrent.min.js');
  if (existsSync(script)) return script;
  const packed = join(folder, `${name}.tgz`);
  try {
    mkdirSync(folder, { recursive: true });
    const quiet = { stdio: 'ignore', shell: process.platform === 'win32' };
    execFileSync('npm', ['pack', 'webtorrent@3.0.21', '--pack-destination', folder], quiet);
    if (createHash('sha512').update(readFileSync(packed)).digest('base64') !== integrity)
      throw new Error('it is not the package that was measured');
    // Unpacked aside: a script that is there is whole.
    mkdirSync(join(folder, 'unpacked'), { recursive: true });
    execFileSync('tar', ['-xzf', packed, '-C', join(folder, 'unpacked')]);
    renameSync(join(folder, 'unpacked', 'package'), join(folder, 'package'));
    return script;
  } catch (error) {
    console.log(`not run: WebTorrent beside it, because its package could not be fetched (${error.message.trim()}).`);
    return null;
  }
}

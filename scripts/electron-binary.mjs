// Finds Electron's program, which the npm package does not carry; fetches it once where that can work.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { node } from './setup.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'node_modules', 'electron');
const failure = join(root, 'out', '.electron-not-fetched');
const fetchLimitMs = 60_000;
const retryAfterMs = 24 * 3_600_000;

function find() {
  try {
    const program = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

const isOffline = () =>
  !Object.values(networkInterfaces())
    .flat()
    .some((address) => address && !address.internal);

function hasFailedLately() {
  const failedAtMs = statSync(failure, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - failedAtMs < retryAfterMs;
}

/** Why the desktop app cannot run here whatever is installed; null when it can. */
export function desktopObstacle() {
  if (process.platform !== 'linux') return null;
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'There is no display here';
  if (process.getuid?.() === 0) return 'The desktop app does not run as root';
  return null;
}

/** The path of Electron's program, or null. Tries to fetch it at most once a day, and never in CI or offline. */
export function ensureElectron() {
  const found = find();
  if (found) return found;
  if (process.env.ROUNDTABLE_SKIP_ELECTRON === '1' || process.env.CI || isOffline() || hasFailedLately()) return null;
  console.error('Fetching the desktop app (Electron), for at most a minute …');
  spawnSync(node, [join(folder, 'install.js')], {
    cwd: root,
    stdio: 'ignore',
    timeout: fetchLimitMs,
    killSignal: 'SIGKILL',
  });
  const fetched = find();
  if (fetched) rmSync(failure, { force: true });
  else {
    mkdirSync(dirname(failure), { recursive: true });
    writeFileSync(failure, 'Electron could not be fetched. Delete this file to try again at the next start.\n');
  }
  return fetched;
}

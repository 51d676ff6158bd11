// What has to be there before anything runs: packages, a modern Node, a build. Uses nothing but Node 20.19 itself.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);
const isWindows = process.platform === 'win32';

/** The Node of the project's own (24), whatever Node the machine has. */
export const node = at('node_modules', 'node', 'bin', isWindows ? 'node.exe' : 'node');

const lockFolder = at('out', '.setup');
const lockWaitMs = 300_000;
const pollMs = 200;

/** Ends the program with a sentence for the person. */
export function giveUp(sentence) {
  console.error(sentence);
  process.exit(1);
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Whether node_modules holds what package-lock.json names. Optional packages may be left out on this platform. */
function isInstalled() {
  const installedLock = at('node_modules', '.package-lock.json');
  if (!existsSync(installedLock) || !existsSync(node)) return false;
  const wanted = readJson(at('package-lock.json')).packages;
  const installed = readJson(installedLock).packages;
  return Object.entries(wanted).every(
    ([place, { version, optional }]) => place === '' || optional === true || installed[place]?.version === version,
  );
}

function npm(...args) {
  const cli = process.env.npm_execpath;
  const [program, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
  return spawnSync(program, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: program === 'npm' && isWindows,
  }).status;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The pid of the program that holds the lock; 0 when it is gone or has not written it yet. */
function lockHolder() {
  try {
    return Number(readFileSync(join(lockFolder, 'pid'), 'utf8'));
  } catch {
    return 0;
  }
}

/** Runs `work` alone: two people of one machine may start at the same moment. */
function alone(work) {
  mkdirSync(dirname(lockFolder), { recursive: true });
  const deadlineMs = Date.now() + lockWaitMs;
  for (;;) {
    try {
      mkdirSync(lockFolder);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = lockHolder();
    const isStale =
      holder === 0
        ? Date.now() - (statSync(lockFolder, { throwIfNoEntry: false })?.mtimeMs ?? 0) > 5_000
        : !isAlive(holder);
    if (isStale) rmSync(lockFolder, { recursive: true, force: true });
    else if (Date.now() > deadlineMs)
      giveUp(`Another Roundtable has been setting up for five minutes. If none is running, delete ${lockFolder}.`);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
  }
  try {
    writeFileSync(join(lockFolder, 'pid'), String(process.pid));
    work();
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

/** Installs what is missing and puts the project's programs first on the path of every child. */
export function prepare() {
  if (!isInstalled()) {
    alone(() => {
      if (isInstalled()) return;
      console.error('Installing what Roundtable needs …');
      if (npm('ci', '--no-audit', '--no-fund', '--loglevel', 'error') !== 0)
        giveUp('The installation failed; what npm says is above. Check the connection and start again.');
    });
  }
  if (!existsSync(node)) {
    giveUp(
      'The Node.js that Roundtable brings along is missing, because install scripts are switched off. Run: npm rebuild node',
    );
  }
  process.env.PATH = [at('node_modules', '.bin'), process.env.PATH].join(delimiter);
}

function newestMs(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return Math.max(found.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

const sources = ['src', 'resources', 'package.json', 'package-lock.json', 'electron.vite.config.ts'];
const stamp = at('out', '.built');

function isBuilt() {
  const builtMs = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return builtMs > 0 && sources.every((source) => newestMs(at(source)) < builtMs);
}

/** Builds when the sources are newer than the last build. */
export function build() {
  if (isBuilt()) return;
  alone(() => {
    if (isBuilt()) return;
    console.error('Building Roundtable …');
    rmSync(stamp, { force: true });
    const startedAt = new Date();
    const cli = at('node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    const { status, stdout, stderr } = spawnSync(node, [cli, 'build', '--logLevel', 'warn'], {
      cwd: root,
      encoding: 'utf8',
    });
    if (status !== 0) giveUp(`${stdout}${stderr}\nThe build failed; what it says is above.`);
    writeFileSync(stamp, `${startedAt.toISOString()}\n`);
  });
}

// Finds a Chromium, and the tools that judge recordings; installs Debian's where apt is there and the user is root.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const find = () => places.find((place) => place && existsSync(place)) ?? null;

export function has(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}

export function installPackages(names) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !has('apt-get')) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  console.log(`Installing ${names.join(' and ')} …`);
  execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env });
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], { stdio: 'ignore', env });
}

/** Without them the tests of recordings say that they did not run. */
export function ensureOpusTools() {
  if (has('opusinfo') && has('opusdec')) return;
  try {
    installPackages(['opus-tools']);
  } catch {
    console.log('opus-tools could not be installed: recordings are not tested.');
  }
}

/** The path of a Chromium. Throws a sentence when there is none and none can be installed. */
export function ensureChromium() {
  const missing = [!find() && 'chromium', process.platform === 'linux' && !has('ip') && 'iproute2'].filter(Boolean);
  if (missing.length > 0) installPackages(missing);
  const found = find();
  if (!found)
    throw new Error('No Chromium found. Install one (Debian: apt install chromium), or set CHROMIUM to its path.');
  return found;
}

// `npm run mutation`: changes the code that judges what strangers send, a little at a time, and counts the changes that no test notices.
// No part of `npm test`. Stryker is installed beside this when it is first run: nothing else needs its 170 packages.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { giveUp, node, prepare } from './setup.mjs';

const stryker = 'scripts/mutation/node_modules/@stryker-mutator/core/bin/stryker.js';
prepare();
if (!existsSync(stryker)) {
  const quiet = { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' };
  const { status } = spawnSync('npm', ['ci', '--ignore-scripts', '--prefix', 'scripts/mutation'], quiet);
  if (status !== 0) giveUp('not run: the packages of scripts/mutation could not be installed.');
}
const { status } = spawnSync(node, [stryker, 'run', 'scripts/mutation/stryker.json'], { stdio: 'inherit' });
process.exit(status ?? 1);

// `npm run crash -- [--rounds N] [--seed N]`: kills processes that keep a vault at random moments; fails when anything was lost.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { node, prepare } from './setup.mjs';

prepare();
const { status } = spawnSync(node, ['scripts/crash/vault.ts', ...process.argv.slice(2)], { stdio: 'inherit' });
process.exit(status ?? 1);

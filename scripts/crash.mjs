// `npm run crash -- [vault|drop] [--rounds N] [--seed N]`: kills processes that keep a vault, or that give and take files, at random moments; fails
// when anything was lost.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { node, prepare } from './setup.mjs';

const [first = '', ...rest] = process.argv.slice(2);
const isNamed = ['vault', 'drop'].includes(first);
if (!isNamed && first !== '' && !first.startsWith('--')) {
  console.error('Name what is killed: vault, drop.');
  process.exit(2);
}
prepare();
const args = isNamed ? rest : process.argv.slice(2);
const { status } = spawnSync(node, [`scripts/crash/${isNamed ? first : 'vault'}.ts`, ...args], { stdio: 'inherit' });
process.exit(status ?? 1);

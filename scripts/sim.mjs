// `npm run sim -- NAME [--json]`: runs the app's own policies for many people in virtual time; ends with one JSON line under --json.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { node, prepare } from './setup.mjs';

const names = ['cast', 'chat', 'swarm', 'vault'];
const [name, ...rest] = process.argv.slice(2);
if (!names.includes(name) || !existsSync(`scripts/sim/${name}.ts`)) {
  console.error(`Name a simulation: ${names.join(', ')}.`);
  process.exit(2);
}
prepare();
const { status } = spawnSync(node, [`scripts/sim/${name}.ts`, ...rest], { stdio: 'inherit' });
process.exit(status ?? 1);

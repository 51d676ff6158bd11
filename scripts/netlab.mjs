// `npm run netlab [-- --json] [--runs N] [CASE or FAULT …]`: calls of the real app through every kind of network, and what happens to
// them when the network changes; see docs/netlab.md. Ends with one JSON line under --json.
import { spawn } from 'node:child_process';
import process from 'node:process';
import { ensureChromium } from './chromium.mjs';
import { inLaboratory, laboratoryObstacle } from './laboratory.mjs';
import { build, node, prepare } from './setup.mjs';

prepare();
const obstacle = laboratoryObstacle();
if (obstacle !== null) {
  console.error(`netlab: not run: ${obstacle}`);
  process.exit(2);
}
build();
const [program, ...args] = inLaboratory([node, 'tests/netlab/run.ts', ...process.argv.slice(2)]);
const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, CHROMIUM: ensureChromium() } });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGKILL'));
child.on('close', (code) => process.exit(code ?? 1));

// `npm run bench -- NAME [--json] [--runs N] [--mib N]`: measures beside a baseline in the same run; ends with one JSON line under --json.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { ensureChromium } from './chromium.mjs';
import { withoutUplink } from './namespace.mjs';
import { build, node, prepare } from './setup.mjs';
import { fetchWebTorrent } from './webtorrent.mjs';

const names = [
  'call-setup',
  'cast',
  'chat',
  'drop',
  'drop-in-call',
  'drop-large',
  'drop-lossy',
  'mesh',
  'startup',
  'swarm',
  'vault',
  'vault-friends',
  'vault-memory',
  'vault-restore',
];
const [name, ...rest] = process.argv.slice(2);
if (!names.includes(name) || !existsSync(`scripts/bench/${name}.ts`)) {
  console.error(`Name a bench: ${names.join(', ')}.`);
  process.exit(2);
}
prepare();
/** These measure services alone. */
const hasPages = !['chat', 'vault', 'vault-memory', 'vault-restore'].includes(name);
if (hasPages) build();
const webTorrent = name === 'drop' || name === 'swarm' ? fetchWebTorrent() : null;
const { command, env } = withoutUplink([node, `scripts/bench/${name}.ts`, ...rest]);
const [program, ...args] = command;
const { status } = spawnSync(program, args, {
  stdio: 'inherit',
  env: { ...env, ...(hasPages && { CHROMIUM: ensureChromium() }), ...(webTorrent && { WEBTORRENT: webTorrent }) },
});
process.exit(status ?? 1);

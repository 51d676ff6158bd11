// `npm run demo [-- --json] [--people N]`: headless people call each other through the real interface; prints what happened.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { ensureChromium } from './chromium.mjs';
import { withoutUplink } from './namespace.mjs';
import { build, node, prepare } from './setup.mjs';

prepare();
build();
const { command, env } = withoutUplink([node, 'scripts/demo/demo.ts', ...process.argv.slice(2)]);
const [program, ...args] = command;
const { status } = spawnSync(program, args, { stdio: 'inherit', env: { ...env, CHROMIUM: ensureChromium() } });
process.exit(status ?? 1);

// `npm start [-- --web] [--profile NAME] [--port N] [--lan] …`: installs what is missing, builds, and opens Roundtable.
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Roundtable needs Node.js 20.19 or newer to start; this is ${process.versions.node}. Get a newer one and start again.`,
  );
  process.exit(1);
}
// Loaded only now: an older Node might not even read them.
const { build, node, prepare } = await import('./setup.mjs');
const { desktopObstacle, ensureElectron } = await import('./electron-binary.mjs');

/** The program that shows Roundtable, and its arguments. */
function chooseShell(args) {
  const passedOn = args.filter((argument) => argument !== '--web');
  const web = [node, ['out/main/web.js', ...passedOn]];
  if (passedOn.length < args.length || args.includes('--help')) return web;
  const obstacle = desktopObstacle();
  const electron = obstacle ? null : ensureElectron();
  if (electron) return [electron, ['.', ...passedOn]];
  console.error(`${obstacle ?? 'The desktop app (Electron) is not installed'}, so Roundtable opens in the browser.`);
  return web;
}

/** Runs it until it ends, passes signals on, and ends as it ended. */
function run([program, args]) {
  const env = { ...process.env };
  delete env.ELECTRON_RUN_AS_NODE;
  const child = spawn(program, args, { cwd: dirname(dirname(fileURLToPath(import.meta.url))), env, stdio: 'inherit' });
  process.on('SIGINT', () => undefined); // the terminal tells the child, too; it closes in order
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`Roundtable could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('close', (code) => process.exit(code ?? 1));
}

prepare();
build();
run(chooseShell(process.argv.slice(2)));

// The web shell as a program: reads the command line, says where it is, and ends in order when told to.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '#shared/failure';
import { parseShellOptions, usage, type ShellOptions } from '#main/shell/shell-options';
import { openBrowser } from '#main/web/open-browser';
import { openWebShell, type WebShell } from '#main/web/web-shell';

const closeLimitMs = 3_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

/** What went wrong, as a sentence for the terminal. */
function explain(error: unknown, { profile, port }: ShellOptions): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (error instanceof Failure && error.code === 'profile-in-use') {
    return `The profile "${profile}" is open in another Roundtable. Use that window, or start another person with --profile NAME.`;
  }
  if (code === 'EADDRINUSE' || code === 'EACCES')
    return `Port ${port ?? ''} cannot be used. Choose another with --port N.`;
  if (code === 'ENOENT') return 'Roundtable is not built yet. Run: npm start';
  return `Roundtable could not start: ${error instanceof Error ? error.message : String(error)}`;
}

function closeOnSignal(shell: WebShell, cleanUp: () => Promise<void>): void {
  let isClosing = false;
  const close = (): void => {
    if (isClosing) return;
    isClosing = true;
    setTimeout(() => process.exit(1), closeLimitMs).unref();
    void Promise.all([shell.close(), cleanUp()]).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, close);
}

/** `appFolder` is the project's folder: it holds package.json and the built page. Sets the exit code when it cannot run. */
export async function runWebShell(argv: readonly string[], appFolder: string): Promise<void> {
  let options: ShellOptions;
  try {
    options = parseShellOptions(argv);
  } catch (error) {
    complain(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exitCode = 2;
    return;
  }
  if (options.wantsHelp) {
    say(usage);
    return;
  }
  try {
    const { version } = JSON.parse(await readFile(join(appFolder, 'package.json'), 'utf8')) as { version: string }; // sound: our own
    const shell = await openWebShell({ ...options, version, pageFolder: join(appFolder, 'out', 'renderer') });
    say(`Roundtable is at ${shell.address}`);
    for (const address of shell.lanAddresses) say(`Others on this network add the server ${address}`);
    const cleanUp = options.opensBrowser ? await openBrowser(shell.address, shell.folder) : () => Promise.resolve();
    closeOnSignal(shell, cleanUp);
  } catch (error) {
    complain(explain(error, options));
    process.exitCode = 1;
  }
}

// Starts the real web shell as its own process in a throw-away profile folder, and ends it.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface WebShell {
  /** The address with its one-time token. */
  readonly url: string;
  readonly folder: string;
  readonly process: ChildProcess;
  /** From the start of the process to the printed address. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

export interface WebShellOptions {
  peerPort: number;
  /** Reuse a profile, to start the same person again; it is kept then. */
  folder?: string;
  /** The person's home on this machine, where recordings go; the tester's own when not given. */
  home?: string;
  args?: readonly string[];
  /** Stands before the command of the process, to run it elsewhere: `nsenter --net=…`. */
  prefix?: readonly string[];
}

const readyTimeoutMs = 20_000;

function firstAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`The web shell printed no address:\n${output}`)), readyTimeoutMs);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const address = /http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]+/.exec(output)?.[0];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`The web shell ended with ${String(code)}:\n${output}`));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(forced);
}

export async function startWebShell(options: WebShellOptions): Promise<WebShell> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'roundtable-profile-'));
  const startedAt = performance.now();
  const [program = '', ...args] = [
    ...(options.prefix ?? []),
    process.execPath,
    'out/main/web.js',
    '--folder',
    folder,
    '--port',
    '0',
    '--peer-port',
    String(options.peerPort),
    '--no-open',
    ...(options.args ?? []),
  ];
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(options.home === undefined ? {} : { HOME: options.home, USERPROFILE: options.home }) },
  });
  const url = await firstAddress(child);
  const readyMs = performance.now() - startedAt;
  const stop = async (): Promise<void> => {
    await end(child);
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  };
  return { url, folder, process: child, readyMs, stop };
}

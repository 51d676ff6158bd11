// Opens the person's browser where there is a display to open it on.
import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

type Command = readonly [program: string, ...args: string[]];

/** The platform's own opener, or null where nobody could see what it opens. */
export function openerFor(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): Command | null {
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return (env['DISPLAY'] ?? '') !== '' || (env['WAYLAND_DISPLAY'] ?? '') !== '' ? ['xdg-open'] : null;
}

/** False where there is no display. A missing opener shows nothing: the address stands in the terminal anyway. */
export function openOutside(target: string): boolean {
  const command = openerFor(process.platform, process.env);
  if (command === null) return false;
  const [program, ...args] = command;
  const child = spawn(program, [...args, target], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
  return true;
}

const page = (address: string): string =>
  `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Roundtable</title><meta http-equiv="refresh" content="0;url=${address}"><a href="${address}">Open Roundtable</a>`;

/**
 * Opens `address` by way of a file that only this user can read, because every user of the machine can read the
 * arguments of a program, and the address carries the token. Answers what removes the file again.
 */
export async function openBrowser(address: string, folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'open-roundtable.html');
  const remove = (): Promise<void> => rm(file, { force: true });
  if (openerFor(process.platform, process.env) === null) return remove;
  await remove();
  await writeFile(file, page(address), { mode: 0o600, flag: 'wx' });
  openOutside(file);
  return remove;
}

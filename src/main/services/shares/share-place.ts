// Which folders may be shared at all: one that is there, and neither a whole disk or home, nor hidden, nor about Roundtable's own data.
import { realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, relative, sep } from 'node:path';
import { Failure } from '#shared/failure';

/** Whether `inner` is `outer` or lies in it. */
function liesIn(inner: string, outer: string): boolean {
  const way = relative(outer, inner);
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way));
}

/** Without links. Fails `share-missing`, `share-refused`. */
export async function placeToShare(typed: string, profileFolder: string): Promise<string> {
  const path = typed.trim().replace(/^~(?=$|[/\\])/, homedir());
  if (!isAbsolute(path)) throw new Failure('share-missing', 'not a whole path');
  const real = await realpath(join(path)).catch(() => null);
  const found = real === null ? null : await stat(real).catch(() => null);
  if (real === null || found?.isDirectory() !== true) throw new Failure('share-missing');
  const profile = await realpath(profileFolder);
  const home = await realpath(homedir()).catch(() => homedir());
  const isHidden = real.split(sep).some((name) => name.startsWith('.'));
  if (isHidden || liesIn(home, real) || liesIn(profile, real) || liesIn(real, profile))
    throw new Failure('share-refused');
  return real;
}

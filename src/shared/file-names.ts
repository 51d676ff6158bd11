// Which names a file may get on this disk, whoever chose them: plain on every system, or refused. Names from others are
// only ever judged; a person's own files are renamed before they are offered.
export const maxNameBytes = 255;
const maxPathBytes = 1_024;
/** An extension that a number or a cut keeps, with its dot. */
const maxExtensionLength = 17;

const forbidden = /[/\\:*?"<>|\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
const deviceName = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])$/i;

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

const isDevice = (name: string): boolean => deviceName.test((name.split('.')[0] ?? '').replace(/[ .]+$/, ''));

/** True for one path component in NFC that no system gives a second meaning. */
export function isSafeFileName(name: string): boolean {
  if (name === '' || name !== name.normalize('NFC') || utf8Bytes(name) > maxNameBytes) return false;
  if (forbidden.test(name) || /^[\s.-]|[\s.]$/.test(name)) return false;
  return !isDevice(name);
}

/** What two names have in common that some system takes for the same. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase().toUpperCase().normalize('NFC');

/**
 * Whether all these files, given as name components, can lie side by side on every system: no two alike after case folding,
 * none inside another, none too long in all. Each name must be safe by itself.
 */
export function canLieTogether(paths: readonly (readonly string[])[]): boolean {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const path of paths) {
    if (path.length === 0 || utf8Bytes(path.join('/')) > maxPathBytes) return false;
    const file = folded(path.join('/'));
    if (files.has(file)) return false;
    files.add(file);
    for (let depth = 1; depth < path.length; depth += 1) folders.add(folded(path.slice(0, depth).join('/')));
  }
  return ![...files].some((file) => folders.has(file));
}

/** Splits before the extension, where there is one worth keeping. */
function splitExtension(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.length - dot <= maxExtensionLength ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}

/** `stem` and `rest`, the stem cut at a character where both would be too long. */
function fitted(stem: string, rest: string): string {
  let cut = stem;
  while (utf8Bytes(cut + rest) > maxNameBytes) cut = cut.replace(/.$/su, '');
  return `${cut.trimEnd()}${rest}`;
}

/** The name itself, then `name (2).ext`, `name (3).ext` and so on; cut where that would be too long. */
export function numberedName(name: string, count: number): string {
  if (count <= 1) return name;
  const [stem, extension] = splitExtension(name);
  return fitted(stem, ` (${count})${extension}`);
}

/** A name of this person's disk as one that others can take: `.bashrc` goes as `_bashrc`. */
export function offeredName(name: string): string {
  let plain = '';
  for (const char of name.normalize('NFC')) plain += forbidden.test(char) ? '_' : char;
  plain = plain.replace(/^[\s.-]/u, '_').replace(/[\s.]+$/u, '');
  if (plain === '' || isDevice(plain)) plain = `_${plain}`;
  const [stem, extension] = splitExtension(plain);
  const cut = utf8Bytes(plain) > maxNameBytes ? fitted(stem, extension) : plain;
  return isSafeFileName(cut) ? cut : '_';
}

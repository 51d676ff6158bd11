// Which names a file may get on this disk, whoever chose them: plain on every system, or refused.
const forbidden = /[/\\:*?"<>|\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;
const deviceName = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])$/i;
const maxNameBytes = 255;

/** True for one path component in NFC that no system gives a second meaning. */
export function isSafeFileName(name: string): boolean {
  if (name === '' || name !== name.normalize('NFC') || Buffer.byteLength(name) > maxNameBytes) return false;
  if (forbidden.test(name) || /^[\s.-]|[\s.]$/.test(name)) return false;
  return !deviceName.test((name.split('.')[0] ?? '').replace(/[ .]+$/, ''));
}

/** The name itself, then `name (2).ext`, `name (3).ext` and so on; cut where that would be too long. */
export function numberedName(name: string, count: number): string {
  if (count <= 1) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 17 ? name.slice(dot) : '';
  const suffix = ` (${count})${extension}`;
  let stem = extension === '' ? name : name.slice(0, dot);
  while (Buffer.byteLength(stem + suffix) > maxNameBytes) stem = stem.replace(/.$/su, '');
  return `${stem.trimEnd()}${suffix}`;
}

// What the folder and the files of a recording are called: the names people chose, made safe for every system.
import { isSafeFileName } from '#shared/file-names';

const stemBytes = 80;

/** `text` with every character that a system gives a meaning replaced, or `fallback` when little is left. */
export function safeStem(text: string, fallback: string): string {
  const isPlain = (char: string): boolean => isSafeFileName(`a${char}a`);
  let stem = '';
  for (const char of text.normalize('NFC')) {
    const next = isPlain(char) ? char : '-';
    if (Buffer.byteLength(stem + next) > stemBytes) break;
    stem += next;
  }
  stem = stem
    .normalize('NFC')
    .replace(/^[\s.-]+/u, '')
    .replace(/[\s.-]+$/u, '');
  return isSafeFileName(stem) && isSafeFileName(`${stem}.ogg`) ? stem : fallback;
}

/** `2026-01-31 14-05 Room name`, by this machine's clock and zone; sorts by time. */
export function recordingFolderName(room: string, nowMs: number): string {
  const at = new Date(nowMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}-${two(at.getMinutes())} ${safeStem(room, 'Room')}`;
}

/** The name itself, then `name (2)`, `name (3)` and so on, before the extension. */
export function recordingName(stem: string, count: number, extension = ''): string {
  return `${stem}${count <= 1 ? '' : ` (${count})`}${extension}`;
}

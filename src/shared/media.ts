// Files that can be played, by the last extension of their names, and where the page asks main for the bytes of one.
import * as v from 'valibot';
import { DropId, FileId } from '#shared/drop';

/** What main says a file is: never by its bytes, never by what a peer claims. */
const types: Readonly<Partial<Record<string, string>>> = {
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  opus: 'audio/ogg',
  flac: 'audio/flac',
  wav: 'audio/wav',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  avi: 'video/x-msvideo',
  ogv: 'video/ogg',
  mpg: 'video/mpeg',
  mpeg: 'video/mpeg',
};

/** Null for everything else. */
export function mediaType(name: string): string | null {
  const dot = name.lastIndexOf('.');
  const extension = dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
  return Object.hasOwn(types, extension) ? (types[extension] ?? null) : null;
}

const folder = '/media/';

export const mediaAddress = (dropId: DropId, fileId: FileId): string => `${folder}${dropId}/${fileId}`;

export const isMediaAddress = (path: string): boolean => path.startsWith(folder);

const Address = v.tuple([DropId, FileId]);

/** Null for anything that `mediaAddress` does not make. */
export function parseMediaAddress(path: string): { readonly dropId: DropId; readonly fileId: FileId } | null {
  if (!isMediaAddress(path)) return null;
  const parsed = v.safeParse(Address, path.slice(folder.length).split('/', 3));
  if (!parsed.success) return null;
  const [dropId, fileId] = parsed.output;
  return mediaAddress(dropId, fileId) === path ? { dropId, fileId } : null;
}

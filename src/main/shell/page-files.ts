// The built page as a fixed list of files, made once at start. A request either names one of them exactly or gets
// nothing: no path from outside ever reaches the file system.
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';

export interface PageFile {
  readonly type: string;
  /** The name carries a hash of the content, so that it may be kept for ever. */
  readonly isImmutable: boolean;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** Request path (`/`, `/assets/main-1a2b3c4d.js`) to file. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Vite's own naming: `name-<8 or more characters of hash>.ext` under `assets`. */
const hashedName = /^\/assets\/.+-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

/** Every regular file under `folder` of a known type. Links are left out; `index.html` also answers for `/`. */
export async function listPageFiles(folder: string): Promise<PageFiles> {
  const files = new Map<string, PageFile>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const place = join(entry.parentPath, entry.name);
    const path = `/${relative(folder, place).split(sep).join('/')}`;
    const file: PageFile = {
      type,
      isImmutable: hashedName.test(path),
      read: async () => new Uint8Array(await readFile(place)),
    };
    files.set(path, file);
    if (path === '/index.html') files.set('/', file);
  }
  return files;
}

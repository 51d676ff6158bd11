// The built page as a fixed list of files, made once at start. A request either names one of them exactly or gets
// nothing: no path from outside ever reaches the file system.
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

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
  const files = new Map(await listFolder(folder, '/'));
  const page = files.get('/index.html');
  if (page) files.set('/', page);
  return files;
}

/** Folder by folder: inside a packed app not every way of listing a tree works. */
async function listFolder(folder: string, path: string): Promise<[string, PageFile][]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const lists = entries.map(async (entry): Promise<[string, PageFile][]> => {
    const place = join(folder, entry.name);
    if (entry.isDirectory()) return await listFolder(place, `${path}${entry.name}/`);
    const type = types[extname(entry.name)];
    return entry.isFile() && type !== undefined ? [[path + entry.name, makeFile(place, path + entry.name, type)]] : [];
  });
  return (await Promise.all(lists)).flat();
}

const makeFile = (place: string, path: string, type: string): PageFile => ({
  type,
  isImmutable: hashedName.test(path),
  read: async () => new Uint8Array(await readFile(place)),
});

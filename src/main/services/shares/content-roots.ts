// What shared files are made of, hashed once and remembered for as long as size and time of change stay the same. One file at a time is
// hashed, and a bounded number waits: others ask for it.
import { createHash, webcrypto } from 'node:crypto';
import * as v from 'valibot';
import { blockBytes, blockCount, ContentId, encodeHeader, hashBytes, pageCount, pageLength } from '#shared/content';
import { Failure } from '#shared/failure';
import type { Clock } from '#main/services/clock';
import type { FileSource } from '#main/services/content/file-sources';
import { contentIdOf } from '#main/services/content/open-files';
import { KnownFile } from '#main/services/content/known-file';
import type { Database } from '#main/services/database';
import { serviceLimits as limits } from '#main/services/service-limits';

export interface ContentRoot {
  readonly contentId: ContentId;
  readonly header: Uint8Array<ArrayBuffer>;
}

const RootRow = v.object({ content_id: ContentId, header: v.instance(Uint8Array) });
const Hashes = v.object({ hashes: v.instance(Uint8Array) });
const Sum = v.object({ files: v.number(), bytes: v.nullable(v.number()) });

export interface ContentRootsOptions {
  readonly database: Database;
  readonly clock: Clock;
}

/** Database calls fail as `Database` does. */
export class ContentRoots {
  readonly #options: ContentRootsOptions;
  readonly #hashing = new Map<string, Promise<ContentRoot>>();
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: ContentRootsOptions) {
    this.#options = options;
  }

  /** Fails `shares-busy` when too many wait to be hashed, `file-changed`, `file-gone`, `file-unreadable`. */
  async rootOf(source: FileSource): Promise<ContentRoot> {
    const known = this.#find(source);
    if (known) return known;
    const key = `${source.size} ${source.mtimeMs} ${source.path}`;
    const running = this.#hashing.get(key);
    if (running) return await running;
    if (this.#hashing.size >= limits.rootsWaiting) throw new Failure('shares-busy');
    const hashing = this.#turn.then(async () => await this.#hash(source));
    this.#turn = hashing.catch(() => undefined);
    this.#hashing.set(key, hashing);
    try {
      return await hashing;
    } finally {
      this.#hashing.delete(key);
    }
  }

  /** One page of block hashes; hashes the file again where it was forgotten. Fails as `rootOf`. */
  async readHashes(source: FileSource, page: number): Promise<Uint8Array<ArrayBuffer>> {
    if (page >= pageCount(source.size)) throw new Failure('input-invalid', 'no such page');
    await this.rootOf(source);
    const sql = `SELECT substr(hashes, :from, :length) AS hashes FROM content_roots
      WHERE path = :path AND size = :size AND mtime_ms = :mtimeMs`;
    const from = page * blockBytes + 1; // a page is as long as a block
    const found = this.#options.database.one(sql, { ...source, from, length: pageLength(source.size, page) }, Hashes);
    if (!found) throw new Failure('file-changed', 'its hashes went meanwhile');
    return new Uint8Array(found.hashes);
  }

  /** Of everything below a folder. */
  forgetBelow(folder: string): void {
    this.#options.database.run('DELETE FROM content_roots WHERE substr(path, 1, length(:folder)) = :folder', {
      folder,
    });
  }

  close(): void {
    this.#isClosed = true;
  }

  #find({ path, size, mtimeMs }: FileSource): ContentRoot | null {
    const { database, clock } = this.#options;
    const found = database.one(
      `UPDATE content_roots SET used_at = :now WHERE path = :path AND size = :size AND mtime_ms = :mtimeMs
         RETURNING content_id, header`,
      { path, size, mtimeMs, now: clock.now() },
      RootRow,
    );
    return found && { contentId: found.content_id, header: new Uint8Array(found.header) };
  }

  async #hash(source: FileSource): Promise<ContentRoot> {
    const { size } = source;
    const hashes = new Uint8Array(blockCount(size) * hashBytes);
    const file = await KnownFile.open(source.path, source);
    try {
      for (let first = 0; first < blockCount(size); first += limits.rootsBlocksAtOnce) {
        if (this.#isClosed) throw new Failure('aborted');
        const count = Math.min(limits.rootsBlocksAtOnce, blockCount(size) - first);
        const blocks = await file.read(Array.from({ length: count }, (_, at) => first + at));
        const digests = await Promise.all(blocks.map(async (block) => await webcrypto.subtle.digest('SHA-256', block)));
        for (const [at, digest] of digests.entries()) hashes.set(new Uint8Array(digest), (first + at) * hashBytes);
      }
    } finally {
      await file.close();
    }
    return this.#keep(source, hashes);
  }

  #keep({ path, size, mtimeMs }: FileSource, hashes: Uint8Array<ArrayBuffer>): ContentRoot {
    const { database, clock } = this.#options;
    const pages = Array.from({ length: pageCount(size) }, (_, page) =>
      createHash('sha256')
        .update(hashes.subarray(page * blockBytes, (page + 1) * blockBytes))
        .digest(),
    );
    const header = encodeHeader(size, Buffer.concat(pages));
    const contentId = v.parse(ContentId, contentIdOf(header));
    database.transaction(() => {
      database.run(
        `INSERT OR REPLACE INTO content_roots VALUES (:path, :size, :mtimeMs, :contentId, :header, :hashes, :now)`,
        { path, size, mtimeMs, contentId, header, hashes, now: clock.now() },
      );
      this.#prune();
    });
    return { contentId, header };
  }

  /** Those longest unused go, a tenth at a time. */
  #prune(): void {
    const { database } = this.#options;
    for (;;) {
      const { files, bytes } = database.one(
        'SELECT count(*) AS files, sum(size) AS bytes FROM content_roots',
        {},
        Sum,
      ) ?? { files: 0, bytes: 0 };
      if (files <= 1 || (files <= limits.rootsKept && (bytes ?? 0) <= limits.rootsKeptOfBytes)) return;
      const few = Math.ceil(files / 10);
      database.run(
        'DELETE FROM content_roots WHERE path IN (SELECT path FROM content_roots ORDER BY used_at, path LIMIT :few)',
        { few },
      );
    }
  }
}

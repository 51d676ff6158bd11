// Drops and their files in the database. Small changes of files are gathered and written together; what is lost of them in a
// crash is found again from the disk.
import * as v from 'valibot';
import { ContentId } from '#shared/content';
import {
  DropFacts,
  DropId,
  FileEntry,
  FileId,
  dropStates,
  shownFiles,
  type DropProgress,
  type DropRecord,
} from '#shared/drop';
import { failureCodes } from '#shared/failure';
import { PeerId } from '#shared/identity';
import { RoomId } from '#shared/room';
import type { Database } from '#main/services/database';
import { serviceLimits } from '#main/services/service-limits';

const Path = v.pipe(v.string(), v.parseJson(), FileEntry.entries.path);
const Flag = v.pipe(
  v.number(),
  v.transform((value) => value !== 0),
);

const DropRow = v.object({
  drop_id: DropId,
  direction: DropFacts.entries.direction,
  from_peer_id: PeerId,
  from_name: v.string(),
  people: v.pipe(v.string(), v.parseJson(), DropFacts.entries.to),
  room_id: v.nullable(RoomId),
  state: v.picklist(dropStates),
  failure: v.nullable(v.picklist(failureCodes)),
  sent_bytes: v.number(),
  file_count: v.number(),
  bytes: v.number(),
  held_bytes: v.number(),
  started_at: v.number(),
  ended_at: v.nullable(v.number()),
  is_shared: Flag,
});
type DropRow = v.InferOutput<typeof DropRow>;

export const FileRow = v.object({
  file_id: FileId,
  drop_id: DropId,
  position: v.number(),
  path: Path,
  size: v.number(),
  header: v.nullable(v.instance(Uint8Array)),
  content_id: v.nullable(ContentId),
  /** The block hashes of a file that has one page of them. */
  hashes: v.nullable(v.instance(Uint8Array)),
  held_bytes: v.number(),
  /** All of it is here and flushed. */
  is_sealed: Flag,
  /** The name in the download folder that its first path component is being given; and was given. */
  placing: v.nullable(v.string()),
  placed: v.nullable(v.string()),
  /** Of a file of this person's, in the desktop app. */
  source_path: v.nullable(v.string()),
  mtime_ms: v.nullable(v.number()),
});
export type FileRow = v.InferOutput<typeof FileRow>;
export type FilePatch = Partial<Pick<FileRow, 'content_id' | 'held_bytes' | 'is_sealed' | 'mtime_ms'>> & {
  readonly header?: Uint8Array;
  readonly hashes?: Uint8Array;
};

const Direction = v.object({ direction: DropFacts.entries.direction });
const EntryRow = v.object({ drop_id: DropId, path: Path, size: v.number() });
const Sum = v.object({ bytes: v.nullable(v.number()) });

export interface NewFile {
  readonly fileId: FileId;
  readonly entry: FileEntry;
  readonly source: { readonly path: string; readonly mtimeMs: number } | null;
}

const gatherMs = 300;

/** All calls fail as `Database` does. */
export class DropRows {
  readonly #database: Database;
  readonly #patches = new Map<FileId, FilePatch>();
  #timer: NodeJS.Timeout | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  add(facts: DropFacts, files: readonly NewFile[], state: 'open' | 'declined', nowMs: number): void {
    this.#database.transaction(() => {
      this.#database.run(
        `INSERT INTO drops VALUES (:dropId, :direction, :from, :fromName, :people, :roomId, :state, NULL, 0,
           :fileCount, :bytes, 0, :now, :endedAt, :isShared)`,
        {
          dropId: facts.dropId,
          direction: facts.direction,
          from: facts.from.peerId,
          fromName: facts.from.name,
          people: JSON.stringify(facts.to),
          roomId: facts.roomId,
          isShared: Number(facts.isShared),
          fileCount: files.length,
          bytes: files.reduce((sum, { entry }) => sum + entry.size, 0),
          now: nowMs,
          state,
          endedAt: state === 'open' ? null : nowMs,
        },
      );
      for (const [position, file] of files.entries()) this.#addFile(facts.dropId, position, file);
    });
  }

  /** Newest first, with the first files of each. */
  list(): DropRecord[] {
    this.flush();
    const rows = this.#database.all('SELECT * FROM drops ORDER BY started_at DESC, drop_id', {}, DropRow);
    const sql = 'SELECT drop_id, path, size FROM drop_files WHERE position < :shown ORDER BY drop_id, position';
    const files = Map.groupBy(this.#database.all(sql, { shown: shownFiles }, EntryRow), ({ drop_id }) => drop_id);
    return rows.map((row) => recordOf(row, files.get(row.drop_id) ?? []));
  }

  find(dropId: DropId): DropRecord | null {
    this.flush();
    const row = this.#database.one('SELECT * FROM drops WHERE drop_id = :dropId', { dropId }, DropRow);
    if (!row) return null;
    const sql = 'SELECT drop_id, path, size FROM drop_files WHERE drop_id = :dropId ORDER BY position LIMIT :shown';
    return recordOf(row, this.#database.all(sql, { dropId, shown: shownFiles }, EntryRow));
  }

  files(dropId: DropId): FileRow[] {
    this.flush();
    const sql = 'SELECT * FROM drop_files WHERE drop_id = :dropId ORDER BY position';
    return this.#database.all(sql, { dropId }, FileRow);
  }

  file(fileId: FileId): { file: FileRow; direction: DropFacts['direction'] } | null {
    const sql = `SELECT f.*, d.direction FROM drop_files f JOIN drops d ON d.drop_id = f.drop_id WHERE f.file_id = :fileId`;
    const row = this.#database.one(sql, { fileId }, v.object({ ...FileRow.entries, ...Direction.entries }));
    if (!row) return null;
    const { direction, ...file } = row;
    return { file: patched(file, this.#patches.get(fileId)), direction };
  }

  note(dropId: DropId, { state, failure, sentBytes }: DropProgress, nowMs: number): void {
    const isOver = state !== 'open' && state !== 'paused';
    this.#database.transaction(() => {
      this.#database.run(
        `UPDATE drops SET state = :state, failure = :failure, sent_bytes = :sentBytes,
           ended_at = CASE WHEN :isOver = 1 THEN coalesce(ended_at, :now) END WHERE drop_id = :dropId`,
        { dropId, state, failure, sentBytes, isOver: Number(isOver), now: nowMs },
      );
      this.#sumHeld(dropId);
    });
  }

  describe(fileId: FileId, header: Uint8Array, contentId: string): void {
    this.patch(fileId, { header, content_id: v.parse(ContentId, contentId) });
  }

  /** Later, together with others. */
  patch(fileId: FileId, patch: FilePatch): void {
    this.#patches.set(fileId, { ...this.#patches.get(fileId), ...patch });
    this.#timer ??= setTimeout(() => {
      try {
        this.flush();
      } catch {
        return; // tried again by whoever reads next, and told to them
      }
    }, gatherMs).unref();
  }

  /** The last changes are written; those that cannot be are found again from the disk. */
  close(): void {
    try {
      this.flush();
    } catch {
      this.#patches.clear();
    }
    if (this.#timer) clearTimeout(this.#timer);
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#patches.size === 0) return;
    this.#database.transaction(() => {
      for (const [fileId, patch] of this.#patches) this.#writePatch(fileId, patch);
    });
    this.#patches.clear();
  }

  /** At once: these files are about to get, or have got, this name for their first path component. */
  notePlace(fileIds: readonly FileId[], column: 'placing' | 'placed', name: string): void {
    this.flush();
    const sql =
      column === 'placing'
        ? 'UPDATE drop_files SET placing = :name WHERE file_id = :fileId'
        : 'UPDATE drop_files SET placed = :name WHERE file_id = :fileId';
    this.#database.transaction(() => {
      for (const fileId of fileIds) this.#database.run(sql, { fileId, name });
    });
  }

  /** What was received and did not get its name is not there any more. */
  discardUnplaced(dropId: DropId): void {
    this.flush();
    const sql =
      'UPDATE drop_files SET is_sealed = 0, held_bytes = 0, placing = NULL WHERE drop_id = :dropId AND placed IS NULL';
    this.#database.transaction(() => {
      this.#database.run(sql, { dropId });
      this.#sumHeld(dropId);
    });
  }

  forget(dropId: DropId): void {
    this.#database.run('DELETE FROM drops WHERE drop_id = :dropId', { dropId });
  }

  /** Those that are over, beyond how many are kept. */
  surplus(): DropId[] {
    const sql = `SELECT drop_id FROM drops WHERE state NOT IN ('open', 'paused')
      ORDER BY ended_at DESC, drop_id LIMIT -1 OFFSET :most`;
    const most = serviceLimits.dropsKept;
    return this.#database.all(sql, { most }, v.object({ drop_id: DropId })).map(({ drop_id }) => drop_id);
  }

  /** What running incoming drops will still need, as far as the database knows. */
  bytesToCome(): number {
    this.flush();
    const sql = `SELECT sum(f.size - f.held_bytes) AS bytes FROM drop_files f JOIN drops d ON d.drop_id = f.drop_id
      WHERE d.direction = 'incoming' AND d.state IN ('open', 'paused')`;
    return this.#database.one(sql, {}, Sum)?.bytes ?? 0;
  }

  #addFile(dropId: DropId, position: number, { fileId, entry, source }: NewFile): void {
    this.#database.run(
      `INSERT INTO drop_files (file_id, drop_id, position, path, size, source_path, mtime_ms)
       VALUES (:fileId, :dropId, :position, :path, :size, :sourcePath, :mtimeMs)`,
      {
        fileId,
        dropId,
        position,
        path: JSON.stringify(entry.path),
        size: entry.size,
        sourcePath: source?.path ?? null,
        mtimeMs: source?.mtimeMs ?? null,
      },
    );
  }

  #writePatch(fileId: FileId, patch: FilePatch): void {
    this.#database.run(
      `UPDATE drop_files SET header = coalesce(:header, header), content_id = coalesce(:contentId, content_id),
         hashes = coalesce(:hashes, hashes), held_bytes = coalesce(:heldBytes, held_bytes),
         is_sealed = coalesce(:isSealed, is_sealed), mtime_ms = coalesce(:mtimeMs, mtime_ms) WHERE file_id = :fileId`,
      {
        fileId,
        header: patch.header ?? null,
        contentId: patch.content_id ?? null,
        hashes: patch.hashes ?? null,
        heldBytes: patch.held_bytes ?? null,
        isSealed: patch.is_sealed === undefined ? null : Number(patch.is_sealed),
        mtimeMs: patch.mtime_ms ?? null,
      },
    );
  }

  #sumHeld(dropId: DropId): void {
    const sum = 'SELECT sum(held_bytes) FROM drop_files WHERE drop_id = :dropId';
    this.#database.run(`UPDATE drops SET held_bytes = coalesce((${sum}), 0) WHERE drop_id = :dropId`, { dropId });
  }
}

function patched(file: FileRow, patch: FilePatch = {}): FileRow {
  const { header, hashes, ...rest } = patch;
  return {
    ...file,
    ...rest,
    header: header ? new Uint8Array(header) : file.header,
    hashes: hashes ? new Uint8Array(hashes) : file.hashes,
  };
}

function recordOf(row: DropRow, files: readonly v.InferOutput<typeof EntryRow>[]): DropRecord {
  return {
    dropId: row.drop_id,
    direction: row.direction,
    from: { peerId: row.from_peer_id, name: row.from_name },
    to: row.people,
    roomId: row.room_id,
    isShared: row.is_shared,
    state: row.state,
    failure: row.failure,
    sentBytes: row.sent_bytes,
    fileCount: row.file_count,
    bytes: row.bytes,
    heldBytes: row.held_bytes,
    files: files.map(({ path, size }) => ({ path, size })),
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

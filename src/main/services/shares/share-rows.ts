// Shared folders, who may look into them, and what was found there, in the database. A reading counts as a whole or not at all.
import * as v from 'valibot';
import { ContactId } from '#shared/contact';
import { fileKind } from '#shared/file-kinds';
import { ShareId, type ShareAudience, type ShareQuery } from '#shared/share';
import type { Database } from '#main/services/database';
import { serviceLimits as limits } from '#main/services/service-limits';
import { foldedName } from '#main/services/shares/folded-name';
import type { Walked, WalkedEntry } from '#main/services/shares/share-walk';

const Flag = v.pipe(
  v.number(),
  v.transform((value) => value !== 0),
);

const ShareRow = v.object({
  share_id: ShareId,
  path: v.string(),
  name: v.string(),
  is_for_all: Flag,
  reading: v.nullable(v.number()),
  is_cut: Flag,
  files: v.number(),
  bytes: v.number(),
});
export type ShareRow = v.InferOutput<typeof ShareRow>;

const EntryRow = v.object({
  entry_id: v.number(),
  share_id: ShareId,
  parent_id: v.number(),
  name: v.string(),
  disk_name: v.string(),
  is_folder: Flag,
  files: v.number(),
  bytes: v.number(),
});
export type EntryRow = v.InferOutput<typeof EntryRow>;

const Count = v.object({ count: v.number() });
const Most = v.object({ most: v.nullable(v.number()) });

const entryColumns = 'e.entry_id, e.share_id, e.parent_id, e.name, e.disk_name, e.is_folder, e.files, e.bytes';
const shareColumns = 's.share_id, s.path, s.name, s.is_for_all, s.reading, s.is_cut, s.files, s.bytes';
/** Whom a folder is shared with. */
const isVisible = `(s.is_for_all = 1 OR EXISTS (SELECT 1 FROM share_people p
  WHERE p.share_id = s.share_id AND p.contact_id = :contactId)) AND s.reading IS NOT NULL`;

/** Patterns for names that hold each of the words. */
export function wordsIn(text: string): string[] {
  const words = foldedName(text).split(/\s+/).filter(Boolean).slice(0, limits.shareWords);
  return words.map((word) => `%${word.replace(/[\\%_]/g, '\\$&')}%`);
}

/** All calls fail as `Database` does. */
export class ShareRows {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  list(): ShareRow[] {
    return this.#database.all(`SELECT ${shareColumns} FROM shares s ORDER BY added_at, share_id`, {}, ShareRow);
  }

  find(shareId: ShareId): ShareRow | null {
    return this.#database.one(`SELECT ${shareColumns} FROM shares s WHERE share_id = :shareId`, { shareId }, ShareRow);
  }

  audience({ share_id: shareId, is_for_all }: ShareRow): ShareAudience {
    if (is_for_all) return null;
    const sql = 'SELECT contact_id FROM share_people WHERE share_id = :shareId ORDER BY contact_id';
    return this.#database
      .all(sql, { shareId }, v.object({ contact_id: ContactId }))
      .map(({ contact_id }) => contact_id);
  }

  add(share: { shareId: ShareId; path: string; name: string; audience: ShareAudience }, nowMs: number): void {
    const { shareId, path, name, audience } = share;
    this.#database.transaction(() => {
      this.#database.run(
        'INSERT INTO shares (share_id, path, name, is_for_all, added_at) VALUES (:shareId, :path, :name, 0, :nowMs)',
        { shareId, path, name, nowMs },
      );
      this.setAudience(shareId, audience);
    });
  }

  /** Contacts that are gone meanwhile are left out. */
  setAudience(shareId: ShareId, audience: ShareAudience): void {
    this.#database.transaction(() => {
      const isForAll = Number(audience === null);
      this.#database.run('UPDATE shares SET is_for_all = :isForAll WHERE share_id = :shareId', { shareId, isForAll });
      this.#database.run('DELETE FROM share_people WHERE share_id = :shareId', { shareId });
      for (const contactId of new Set(audience ?? []))
        this.#database.run(
          'INSERT INTO share_people SELECT :shareId, contact_id FROM contacts WHERE contact_id = :contactId',
          { shareId, contactId },
        );
    });
  }

  remove(shareId: ShareId): void {
    this.#database.run('DELETE FROM shares WHERE share_id = :shareId', { shareId });
  }

  // ---- what is in them ------------------------------------------------------------------------------------------------

  nextEntryId(): number {
    return (this.#database.one('SELECT max(entry_id) AS most FROM share_entries', {}, Most)?.most ?? 0) + 1;
  }

  addEntries(shareId: ShareId, reading: number, entries: readonly WalkedEntry[]): void {
    this.#database.transaction(() => {
      for (const { entryId, parentId, name, diskName, isFolder, files, bytes } of entries)
        this.#database.run(
          `INSERT INTO share_entries VALUES
             (:entryId, :shareId, :reading, :parentId, :name, :diskName, :folded, :isFolder, :kind, :files, :bytes)`,
          {
            entryId,
            shareId,
            reading,
            parentId,
            name,
            diskName,
            folded: foldedName(name),
            isFolder: Number(isFolder),
            kind: isFolder ? 'folder' : fileKind(name),
            files,
            bytes,
          },
        );
    });
  }

  /** From here on this reading is what others see; null: nothing is, the folder is not there. */
  conclude(shareId: ShareId, reading: number | null, { files, bytes, isCut }: Walked): void {
    this.#database.transaction(() => {
      this.#database.run(
        `UPDATE shares SET reading = :reading, files = :files, bytes = :bytes, is_cut = :isCut WHERE share_id = :shareId`,
        { shareId, reading, files, bytes, isCut: Number(isCut) },
      );
      this.dropOthers(shareId, reading);
    });
  }

  /** Entries of readings that do not count. */
  dropOthers(shareId: ShareId, reading: number | null): void {
    this.#database.run('DELETE FROM share_entries WHERE share_id = :shareId AND reading IS NOT :reading', {
      shareId,
      reading,
    });
  }

  // ---- for a contact --------------------------------------------------------------------------------------------------

  visibleTo(contactId: ContactId): ShareRow[] {
    const sql = `SELECT ${shareColumns} FROM shares s WHERE ${isVisible} ORDER BY s.name, s.share_id`;
    return this.#database.all(sql, { contactId }, ShareRow);
  }

  child({ share_id: shareId, reading }: ShareRow, parentId: number, name: string): EntryRow | null {
    const sql = `SELECT ${entryColumns} FROM share_entries e WHERE share_id = :shareId AND reading = :reading
      AND parent_id = :parentId AND folded = :folded AND name = :name`;
    return this.#database.one(sql, { shareId, reading, parentId, folded: foldedName(name), name }, EntryRow);
  }

  children({ share_id: shareId, reading }: ShareRow, parentId: number, from: number, most: number): EntryRow[] {
    const sql = `SELECT ${entryColumns} FROM share_entries e WHERE share_id = :shareId AND reading = :reading
      AND parent_id = :parentId ORDER BY is_folder DESC, folded, name LIMIT :most OFFSET :from`;
    return this.#database.all(sql, { shareId, reading, parentId, most, from }, EntryRow);
  }

  countChildren({ share_id: shareId, reading }: ShareRow, parentId: number): number {
    const sql = `SELECT count(*) AS count FROM share_entries WHERE share_id = :shareId AND reading = :reading
      AND parent_id = :parentId`;
    return this.#database.one(sql, { shareId, reading, parentId }, Count)?.count ?? 0;
  }

  entry(entryId: number): EntryRow | null {
    const sql = `SELECT ${entryColumns} FROM share_entries e WHERE entry_id = :entryId`;
    return this.#database.one(sql, { entryId }, EntryRow);
  }

  /** Files of this size that the contact may see. */
  ofSize(contactId: ContactId, bytes: number): EntryRow[] {
    const sql = `SELECT ${entryColumns} FROM share_entries e JOIN shares s
        ON s.share_id = e.share_id AND s.reading = e.reading
      WHERE e.is_folder = 0 AND e.bytes = :bytes AND ${isVisible} ORDER BY e.entry_id LIMIT :most`;
    return this.#database.all(sql, { contactId, bytes, most: limits.shareAlike }, EntryRow);
  }

  search(contactId: ContactId, { words, kind }: ShareQuery): EntryRow[] {
    const looked = wordsIn(words);
    if (looked.length === 0 && kind === null) return [];
    const patterns = Object.fromEntries(looked.map((pattern, at) => [`word${at}`, pattern]));
    const matches = looked.map((_, at) => `AND e.folded LIKE :word${at} ESCAPE '\\'`).join(' ');
    const sql = `SELECT ${entryColumns} FROM share_entries e JOIN shares s
        ON s.share_id = e.share_id AND s.reading = e.reading
      WHERE ${isVisible} ${matches} ${kind === null ? '' : 'AND e.kind = :kind'}
      ORDER BY length(e.folded), e.folded, e.entry_id LIMIT :most`;
    const wanted = kind === null ? {} : { kind };
    return this.#database.all(sql, { contactId, ...patterns, ...wanted, most: limits.shareHits }, EntryRow);
  }
}

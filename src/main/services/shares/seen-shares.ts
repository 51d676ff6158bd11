// What contacts share with this person, as it was when it was last seen: kept for a while and up to a size, the longest unseen going first.
import * as v from 'valibot';
import type { Contact } from '#shared/contact';
import type { CallInput } from '#shared/contract';
import { Failure } from '#shared/failure';
import { fileKind } from '#shared/file-kinds';
import { PeerId } from '#shared/identity';
import type { SeenHit, SeenPage, SeenSharer } from '#shared/seen-share';
import { SharePath, type ShareEntry } from '#shared/share';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import { serviceLimits as limits } from '#main/services/service-limits';
import { foldedName } from '#main/services/shares/folded-name';
import { wordsIn } from '#main/services/shares/share-rows';

const EntryRow = v.object({
  name: v.string(),
  is_folder: v.number(),
  files: v.number(),
  bytes: v.number(),
  seen_at: v.number(),
});
const FoundRow = v.object({
  ...EntryRow.entries,
  peer_id: PeerId,
  folder: v.pipe(v.string(), v.parseJson(), SharePath),
});
const FolderRow = v.object({ total: v.number(), seen_at: v.number() });
const SharerRow = v.object({ peer_id: PeerId, seen_at: v.number() });
const Count = v.object({ count: v.number() });

const key = (path: SharePath): string => JSON.stringify(path);
/** Keys of all that lies below. */
const below = (path: SharePath): string => (path.length === 0 ? '[' : `${JSON.stringify(path).slice(0, -1)},`);

export interface SeenSharesOptions {
  readonly database: Database;
  readonly contacts: Contacts;
  readonly clock: Clock;
}

/** Calls fail as `Database` does. */
export class SeenShares {
  readonly #options: SeenSharesOptions;

  constructor(options: SeenSharesOptions) {
    this.#options = options;
  }

  notePage({ peerId, path, from, page }: CallInput<'noteSeenPage'>): void {
    const { database, clock } = this.#options;
    const contact = this.#contact(peerId);
    if (!contact) return;
    const { contactId } = contact;
    const now = clock.now();
    database.transaction(() => {
      if (from === 0) this.#begin(contact, path, page.entries.length === page.total ? page.entries : null);
      for (const entry of page.entries) this.#put(contact, path, entry, now);
      database.run('INSERT OR REPLACE INTO seen_folders VALUES (:contactId, :folder, :total, :now)', {
        contactId,
        folder: key(path),
        total: page.total,
        now,
      });
      this.#prune(contact);
    });
  }

  noteHits({ peerId, hits }: CallInput<'noteSeenHits'>): void {
    const contact = this.#contact(peerId);
    if (!contact) return;
    const now = this.#options.clock.now();
    this.#options.database.transaction(() => {
      for (const { folder, ...entry } of hits) this.#put(contact, folder, entry, now);
      this.#prune(contact);
    });
  }

  forget({ peerId, path }: CallInput<'forgetSeen'>): void {
    const contact = this.#contact(peerId);
    if (contact) this.#options.database.transaction(() => this.#forget(contact, path));
  }

  read({ peerId, path, from }: CallInput<'readSeen'>): SeenPage | null {
    const contact = this.#contact(peerId);
    if (!contact) return null;
    const { database } = this.#options;
    const known = { contactId: contact.contactId, folder: key(path) };
    const rows = database.all(
      `SELECT name, is_folder, files, bytes, seen_at FROM seen_entries WHERE contact_id = :contactId AND folder = :folder
         AND seen_at >= :since ORDER BY is_folder DESC, folded, name LIMIT :most OFFSET :from`,
      { ...known, from, since: this.#sinceMs(), most: limits.sharePageEntries },
      EntryRow,
    );
    const looked = database.one(
      'SELECT total, seen_at FROM seen_folders WHERE contact_id = :contactId AND folder = :folder AND seen_at >= :since',
      { ...known, since: this.#sinceMs() },
      FolderRow,
    );
    if (rows.length === 0 && !looked) return null;
    const total = database.one(
      'SELECT count(*) AS count FROM seen_entries WHERE contact_id = :contactId AND folder = :folder AND seen_at >= :since',
      { ...known, since: this.#sinceMs() },
      Count,
    );
    const seenAt = looked?.seen_at ?? Math.max(...rows.map(({ seen_at }) => seen_at));
    return { page: { entries: rows.map(entryOf), total: total?.count ?? rows.length }, seenAt };
  }

  search({ query: { words, kind }, except }: CallInput<'searchSeen'>): SeenHit[] {
    const looked = wordsIn(words);
    if (looked.length === 0 && kind === null) return [];
    const patterns = Object.fromEntries(looked.map((pattern, at) => [`word${at}`, pattern]));
    const matches = looked.map((_, at) => `AND e.folded LIKE :word${at} ESCAPE '\\'`).join(' ');
    const sql = `SELECT e.name, e.is_folder, e.files, e.bytes, e.seen_at, e.folder, c.peer_id
      FROM seen_entries e JOIN contacts c ON c.contact_id = e.contact_id
      WHERE c.is_accepted = 1 AND c.is_blocked = 0 AND e.seen_at >= :since
        AND c.peer_id NOT IN (SELECT value FROM json_each(:except))
        ${matches} ${kind === null ? '' : 'AND e.kind = :kind'}
      ORDER BY length(e.folded), e.folded, e.seen_at DESC LIMIT :most`;
    const wanted = kind === null ? {} : { kind };
    const more = { except: JSON.stringify(except), since: this.#sinceMs(), most: limits.shareHits };
    return this.#options.database
      .all(sql, { ...patterns, ...wanted, ...more }, FoundRow)
      .map((row) => ({ peerId: row.peer_id, hit: { ...entryOf(row), folder: row.folder }, seenAt: row.seen_at }));
  }

  sharers(): SeenSharer[] {
    const sql = `SELECT c.peer_id, max(e.seen_at) AS seen_at FROM seen_entries e
      JOIN contacts c ON c.contact_id = e.contact_id
      WHERE c.is_accepted = 1 AND c.is_blocked = 0 AND e.seen_at >= :since
      GROUP BY c.peer_id ORDER BY seen_at DESC`;
    return this.#options.database
      .all(sql, { since: this.#sinceMs() }, SharerRow)
      .map(({ peer_id, seen_at }) => ({ peerId: peer_id, seenAt: seen_at }));
  }

  #sinceMs(): number {
    return this.#options.clock.now() - limits.seenKeptMs;
  }

  /** Of somebody who is no contact, or whose key changed, nothing is kept and nothing shown. */
  #contact(peerId: PeerId): Contact | null {
    try {
      return this.#options.contacts.assertReachable(peerId);
    } catch (error) {
      if (error instanceof Failure && error.code.startsWith('database')) throw error;
      return null;
    }
  }

  /** What was known of the folder makes way; with all of it there, so does what lay in folders that are gone. */
  #begin(contact: Contact, path: SharePath, all: readonly ShareEntry[] | null): void {
    const { database } = this.#options;
    const { contactId } = contact;
    const folder = key(path);
    if (all) {
      const sql = 'SELECT name FROM seen_entries WHERE contact_id = :contactId AND folder = :folder AND is_folder = 1';
      const names = database.all(sql, { contactId, folder }, v.object({ name: v.string() }));
      const still = new Set(all.filter(({ kind }) => kind === 'folder').map(({ name }) => name));
      for (const { name } of names) if (!still.has(name)) this.#forget(contact, [...path, name]);
    }
    database.run('DELETE FROM seen_entries WHERE contact_id = :contactId AND folder = :folder', { contactId, folder });
  }

  #put({ contactId }: Contact, path: SharePath, { name, kind, files, bytes }: ShareEntry, now: number): void {
    this.#options.database.run(
      `INSERT OR REPLACE INTO seen_entries VALUES
         (:contactId, :folder, :name, :folded, :isFolder, :kind, :files, :bytes, :now)`,
      {
        contactId,
        folder: key(path),
        name,
        folded: foldedName(name),
        isFolder: Number(kind === 'folder'),
        kind: kind === 'folder' ? 'folder' : fileKind(name),
        files,
        bytes,
        now,
      },
    );
  }

  #forget({ contactId }: Contact, path: SharePath): void {
    const { database } = this.#options;
    const name = path.at(-1);
    if (name !== undefined)
      database.run('DELETE FROM seen_entries WHERE contact_id = :contactId AND folder = :above AND name = :name', {
        contactId,
        above: key(path.slice(0, -1)),
        name,
      });
    for (const table of ['seen_entries', 'seen_folders'])
      database.run(
        `DELETE FROM ${table} WHERE contact_id = :contactId
           AND (folder = :folder OR substr(folder, 1, length(:below)) = :below)`,
        { contactId, folder: key(path), below: below(path) },
      );
  }

  #prune({ contactId }: Contact): void {
    const { database } = this.#options;
    database.run('DELETE FROM seen_entries WHERE seen_at < :since', { since: this.#sinceMs() });
    database.run('DELETE FROM seen_folders WHERE seen_at < :since', { since: this.#sinceMs() });
    database.run(
      `DELETE FROM seen_entries WHERE rowid IN (SELECT rowid FROM seen_entries WHERE contact_id = :contactId
         ORDER BY seen_at DESC, rowid DESC LIMIT -1 OFFSET :most)`,
      { contactId, most: limits.seenOfOne },
    );
    database.run(
      `DELETE FROM seen_entries WHERE rowid IN (SELECT rowid FROM seen_entries ORDER BY seen_at DESC, rowid DESC
         LIMIT -1 OFFSET :most)`,
      { most: limits.seenInAll },
    );
    database.run(
      `DELETE FROM seen_folders WHERE rowid IN (SELECT rowid FROM seen_folders WHERE contact_id = :contactId
         ORDER BY seen_at DESC, rowid DESC LIMIT -1 OFFSET :most)`,
      { contactId, most: limits.seenOfOne },
    );
  }
}

const entryOf = (row: v.InferOutput<typeof EntryRow>): ShareEntry => ({
  name: row.name,
  kind: row.is_folder === 0 ? 'file' : 'folder',
  files: row.files,
  bytes: row.bytes,
});

// Folders this person shares: chosen, looked through one after the other, and shown to contacts who may see them. Whoever may not
// learns nothing: not even whether there is something.
import { lstat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import type { Contact } from '#shared/contact';
import type { CallInput, CallOutput } from '#shared/contract';
import { maxDropFiles } from '#shared/drop';
import { Failure } from '#shared/failure';
import { offeredName } from '#shared/file-names';
import type { PeerId } from '#shared/identity';
import {
  ShareId,
  type Share,
  type ShareEntry,
  type ShareHit,
  type SharedFile,
  type SharePage,
  type SharePath,
} from '#shared/share';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import { AnchoredFolder } from '#main/services/content/anchored-folder';
import type { FileSources } from '#main/services/content/file-sources';
import type { Database } from '#main/services/database';
import { serviceLimits as limits } from '#main/services/service-limits';
import { foldedName } from '#main/services/shares/folded-name';
import { placeToShare } from '#main/services/shares/share-place';
import { ContentRoots } from '#main/services/shares/content-roots';
import { LentFiles, type Candidate } from '#main/services/shares/lent-files';
import { SeenShares } from '#main/services/shares/seen-shares';
import { ShareReader } from '#main/services/shares/share-reader';
import { ShareRows, type EntryRow, type ShareRow } from '#main/services/shares/share-rows';
import { ShareWants } from '#main/services/shares/share-wants';
import { freeName } from '#main/services/shares/share-walk';

export interface SharesOptions {
  readonly database: Database;
  readonly contacts: Contacts;
  readonly sources: FileSources;
  /** The profile's: never shared. */
  readonly folder: string;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  readonly onChange: () => void;
}

/** What a path of names leads to: a shared folder, or something in one. */
interface Found {
  readonly share: ShareRow;
  /** Null for the shared folder itself. */
  readonly entry: EntryRow | null;
  /** Where it lies below the shared folder, as the disk calls it. */
  readonly disk: readonly string[];
}

export class Shares {
  readonly #options: SharesOptions;
  readonly #rows: ShareRows;
  readonly #reader: ShareReader;
  readonly #roots: ContentRoots;
  /** What contacts who download it elsewhere may have from here. */
  readonly lent: LentFiles;
  /** Of contacts who are away. */
  readonly seen: SeenShares;
  readonly wants: ShareWants;

  constructor(options: SharesOptions) {
    this.#options = options;
    this.#rows = new ShareRows(options.database);
    const { clock, onChange } = options;
    this.#reader = new ShareReader({ rows: this.#rows, clock, onChange });
    this.#roots = new ContentRoots(options);
    const candidates = (peerId: PeerId, size: number): Candidate[] => this.#candidates(peerId, size);
    this.seen = new SeenShares(options);
    this.wants = new ShareWants(options);
    this.lent = new LentFiles({ roots: this.#roots, random: options.random, candidates });
  }

  list(): Share[] {
    const rows = this.#rows.list();
    for (const { share_id } of rows) this.#reader.freshen(share_id);
    return rows.map((row) => ({
      shareId: row.share_id,
      name: row.name,
      path: row.path,
      audience: this.#rows.audience(row),
      state: this.#reader.stateOf(row),
      files: row.files,
      bytes: row.bytes,
      isCut: row.is_cut,
    }));
  }

  /** A folder that is shared already gets the new audience. */
  async add({ path, audience }: CallInput<'addShare'>): Promise<CallOutput<'addShare'>> {
    const { folder, random, clock, onChange } = this.#options;
    const place = await placeToShare(path, folder);
    const rows = this.#rows.list();
    const known = rows.find((row) => row.path === place);
    if (known) {
      this.setAudience({ shareId: known.share_id, audience });
      return { shareId: known.share_id };
    }
    if (rows.length >= limits.sharesMost) throw new Failure('shares-too-many');
    const shareId = v.parse(ShareId, toHex(random(16)));
    const name = freeName(offeredName(basename(place)), new Set(rows.map((row) => foldedName(row.name))));
    this.#rows.add({ shareId, path: place, name, audience }, clock.now());
    this.#reader.read(shareId).catch(() => undefined); // read again when somebody looks
    onChange();
    return { shareId };
  }

  setAudience({ shareId, audience }: CallInput<'setShareAudience'>): void {
    if (!this.#rows.find(shareId)) throw new Failure('share-gone');
    this.#rows.setAudience(shareId, audience);
    this.#options.onChange();
  }

  remove(shareId: ShareId): void {
    this.#reader.forget(shareId);
    const share = this.#rows.find(shareId);
    if (share) this.#roots.forgetBelow(join(share.path, '/'));
    this.#rows.remove(shareId);
    this.#options.onChange();
  }

  async reread(shareId: ShareId): Promise<void> {
    await this.#reader.read(shareId);
  }

  close(): void {
    this.#reader.close();
    this.#roots.close();
  }

  // ---- for a contact ------------------------------------------------------------------------------------------------

  page({ peerId, path, from }: CallInput<'readShareFor'>): SharePage | null {
    const visible = this.#visibleTo(peerId);
    if (path.length === 0) {
      const entries = visible.map((share): ShareEntry => folderEntry(share));
      return { entries: entries.slice(from, from + limits.sharePageEntries), total: entries.length };
    }
    const found = this.#find(visible, path);
    if (!found || found.entry?.is_folder === false) return null;
    const parentId = found.entry?.entry_id ?? 0;
    const entries = this.#rows.children(found.share, parentId, from, limits.sharePageEntries).map(entryOf);
    return { entries, total: this.#rows.countChildren(found.share, parentId) };
  }

  search({ peerId, query }: CallInput<'searchSharesFor'>): ShareHit[] {
    const contact = this.#allowed(peerId);
    if (!contact) return [];
    const visible = new Map(this.#visibleTo(peerId).map((share) => [share.share_id, share]));
    return this.#rows.search(contact.contactId, query).flatMap((row) => {
      const share = visible.get(row.share_id);
      return share ? [{ ...entryOf(row), folder: [share.name, ...this.#above(row).map(({ name }) => name)] }] : [];
    });
  }

  /** Fails `share-gone`, `share-too-much`. */
  async open({ peerId, path }: CallInput<'openShareFor'>): Promise<SharedFile[]> {
    const found = this.#find(this.#visibleTo(peerId), path);
    if (!found) throw new Failure('share-gone');
    const { share, entry, disk } = found;
    const root = await AnchoredFolder.openExisting(share.path).catch(() => {
      throw new Failure('share-gone');
    });
    try {
      const files = await this.#openFiles(
        root,
        this.#filesBelow(found),
        entry?.is_folder === false ? disk.slice(0, -1) : disk,
      );
      if (files.length === 0) throw new Failure('share-gone', 'nothing there any more');
      return files;
    } finally {
      await root.close();
    }
  }

  #candidates(peerId: PeerId, size: number): Candidate[] {
    const contact = this.#allowed(peerId);
    if (!contact) return [];
    return this.#rows.ofSize(contact.contactId, size).flatMap((row): Candidate[] => {
      const share = this.#rows.find(row.share_id);
      const disk = [...this.#above(row), row].map(({ disk_name }) => disk_name);
      return share ? [{ name: row.name, folder: share.path, disk }] : [];
    });
  }

  #allowed(peerId: PeerId): Contact | null {
    try {
      return this.#options.contacts.assertReachable(peerId);
    } catch (error) {
      if (error instanceof Failure && error.code.startsWith('database')) throw error;
      return null;
    }
  }

  /** Whoever looks has it looked through again, for the next time. */
  #visibleTo(peerId: PeerId): ShareRow[] {
    const contact = this.#allowed(peerId);
    const visible = contact ? this.#rows.visibleTo(contact.contactId) : [];
    for (const { share_id } of visible) this.#reader.freshen(share_id);
    return visible;
  }

  #find(visible: readonly ShareRow[], [first, ...names]: SharePath): Found | null {
    const share = visible.find(({ name }) => name === first);
    if (!share) return null;
    let entry: EntryRow | null = null;
    const disk: string[] = [];
    for (const name of names) {
      if (entry?.is_folder === false) return null;
      entry = this.#rows.child(share, entry?.entry_id ?? 0, name);
      if (!entry) return null;
      disk.push(entry.disk_name);
    }
    return { share, entry, disk };
  }

  /** The folders it lies in, outermost first. */
  #above(row: EntryRow): EntryRow[] {
    const above: EntryRow[] = [];
    for (let at = row.parent_id; at !== 0 && above.length < limits.shareDepth;) {
      const folder = this.#rows.entry(at);
      if (!folder) break;
      above.unshift(folder);
      at = folder.parent_id;
    }
    return above;
  }

  /** Names as given, beside names on the disk below the folder that was asked for. Fails `share-too-much`. */
  #filesBelow({ share, entry }: Found): { shown: string[]; disk: string[] }[] {
    if (entry?.is_folder === false) return [{ shown: [entry.name], disk: [entry.disk_name] }];
    const files: { shown: string[]; disk: string[] }[] = [];
    const read = (parentId: number, shown: string[], disk: string[]): void => {
      for (const child of this.#rows.children(share, parentId, 0, limits.shareEntries)) {
        const place = { shown: [...shown, child.name], disk: [...disk, child.disk_name] };
        if (child.is_folder) read(child.entry_id, place.shown, place.disk);
        else if (files.push(place) > maxDropFiles) throw new Failure('share-too-much');
      }
    };
    if ((entry ?? share).files > maxDropFiles) throw new Failure('share-too-much');
    read(entry?.entry_id ?? 0, [entry?.name ?? share.name], []);
    return files;
  }

  /** As they are now. What went away since, or is a link by now, is left out. */
  async #openFiles(
    root: AnchoredFolder,
    files: readonly { shown: string[]; disk: string[] }[],
    folder: readonly string[],
  ): Promise<SharedFile[]> {
    const opened: SharedFile[] = [];
    const inside = new Map<string, boolean>();
    for (const { shown, disk } of files) {
      const above = [...folder, ...disk.slice(0, -1)];
      const key = join(...above, '.');
      const isInside = inside.get(key) ?? (await root.leadsInside(...above));
      inside.set(key, isInside);
      const found = isInside ? await lstat(root.at(...folder, ...disk)).catch(() => null) : null;
      if (found?.isFile() !== true) continue;
      const { size, mtimeMs } = found;
      const sourceId = this.#options.sources.add({ path: join(root.path, ...folder, ...disk), size, mtimeMs });
      opened.push({ entry: { path: shown, size }, sourceId });
    }
    return opened;
  }
}

const folderEntry = ({ name, files, bytes }: { name: string; files: number; bytes: number }): ShareEntry => ({
  name,
  kind: 'folder',
  files,
  bytes,
});

const entryOf = ({ name, is_folder, files, bytes }: EntryRow): ShareEntry => ({
  name,
  kind: is_folder ? 'folder' : 'file',
  files,
  bytes,
});

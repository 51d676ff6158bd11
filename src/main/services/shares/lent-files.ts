// Finds, among what a contact may see, files with the content they are downloading, and reads them for that download. Whoever may see
// nothing of it gets the same nothing as for content that is not here, and has nothing hashed.
import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { blockCount } from '#shared/content';
import type { CallInput } from '#shared/contract';
import { SourceId, type DropId } from '#shared/drop';
import { Failure } from '#shared/failure';
import { holderProofBytes, holderProofInput } from '#shared/holder-proof';
import type { LentFile, SoughtContent } from '#shared/share';
import { toHex } from '#main/services/byte-layout';
import { AnchoredFolder } from '#main/services/content/anchored-folder';
import type { FileSource } from '#main/services/content/file-sources';
import { KnownFile } from '#main/services/content/known-file';
import { serviceLimits as limits } from '#main/services/service-limits';
import type { ContentRoots } from '#main/services/shares/content-roots';

/** A file somebody may see, and where it lies. */
export interface Candidate {
  readonly name: string;
  readonly folder: string;
  /** Names below the folder. */
  readonly disk: readonly string[];
}

export interface LentFilesOptions {
  readonly roots: ContentRoots;
  readonly random: (length: number) => Uint8Array;
  /** Files of this size that the contact may see; none for whoever may see nothing. */
  readonly candidates: (peerId: CallInput<'findLentFor'>['peerId'], size: number) => readonly Candidate[];
}

export class LentFiles {
  readonly #options: LentFilesOptions;
  /** The one longest unread first. */
  readonly #lent = new Map<SourceId, FileSource>();

  constructor(options: LentFilesOptions) {
    this.#options = options;
  }

  /** Fails `shares-busy`. */
  async find({ peerId, dropId, files }: CallInput<'findLentFor'>): Promise<LentFile[]> {
    const found: LentFile[] = [];
    for (const [at, sought] of files.entries()) {
      for (const candidate of this.#options.candidates(peerId, sought.size)) {
        const lent = await this.#match(candidate, dropId, sought);
        if (!lent) continue;
        found.push({ at, ...lent });
        break;
      }
    }
    return found;
  }

  /** Fails `file-changed`, `file-gone`, `file-unreadable`. */
  async readBlocks({ sourceId, indices }: CallInput<'readLentBlocks'>): Promise<Uint8Array<ArrayBuffer>[]> {
    const source = this.#find(sourceId);
    if (indices.some((index) => index >= blockCount(source.size))) throw new Failure('input-invalid', 'no such block');
    const file = await KnownFile.open(source.path, source);
    try {
      return await file.read(indices);
    } finally {
      await file.close();
    }
  }

  async readHashes({ sourceId, page }: CallInput<'readLentHashes'>): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#options.roots.readHashes(this.#find(sourceId), page);
  }

  async #match(
    candidate: Candidate,
    dropId: DropId,
    { size, proof }: SoughtContent,
  ): Promise<Omit<LentFile, 'at'> | null> {
    const source = await sourceOf(candidate, size);
    if (!source) return null;
    try {
      const { contentId, header } = await this.#options.roots.rootOf(source);
      const hash = createHash('sha256').update(holderProofInput(dropId, contentId)).digest();
      if (!hash.subarray(0, holderProofBytes).equals(proof)) return null;
      return { entry: { path: [candidate.name], size }, sourceId: this.#add(source), contentId, header };
    } catch (error) {
      // Changed or gone in this moment: it is not what was looked for.
      if (error instanceof Failure && error.code.startsWith('file-')) return null;
      throw error;
    }
  }

  #add(source: FileSource): SourceId {
    const sourceId = v.parse(SourceId, toHex(this.#options.random(16)));
    this.#lent.set(sourceId, source);
    const [oldest] = this.#lent.keys();
    if (oldest !== undefined && this.#lent.size > limits.filesLent) this.#lent.delete(oldest);
    return sourceId;
  }

  #find(sourceId: SourceId): FileSource {
    const source = this.#lent.get(sourceId);
    if (!source) throw new Failure('file-gone', 'not lent any more');
    this.#lent.delete(sourceId);
    this.#lent.set(sourceId, source);
    return source;
  }
}

/** As it lies there now; null where it does not, has another size, or is reached through a link. */
async function sourceOf({ folder, disk }: Candidate, size: number): Promise<FileSource | null> {
  const root = await AnchoredFolder.openExisting(folder).catch(() => null);
  if (!root) return null;
  try {
    const above = disk.slice(0, -1);
    if (!(await root.leadsInside(...above))) return null;
    const found = await lstat(root.at(...disk));
    const path = join(root.path, ...disk);
    return found.isFile() && found.size === size ? { path, size, mtimeMs: found.mtimeMs } : null;
  } catch {
    return null;
  } finally {
    await root.close();
  }
}

// Puts files into the vault while their bytes come: sealed and cut segment by segment, whatever the size. What does not come to its
// end leaves nothing behind.
import { createHash, type Hash } from 'node:crypto';
import * as v from 'valibot';
import type { CallInput } from '#shared/contract';
import { Failure } from '#shared/failure';
import { canLieTogether, isSafeFileName } from '#shared/file-names';
import { VaultItemId, VaultVersionId } from '#shared/vault';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import type { Database } from '#main/services/database';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { Scheme } from '#main/services/vault/erasure';
import { ItemRows } from '#main/services/vault/item-rows';
import { segmentMaxBytes, shareBytesFor } from '#main/services/vault/padding';
import type { PieceStore } from '#main/services/vault/piece-store';
import { saltBytes, versionKeyBytes } from '#main/services/vault/segment-cipher';
import { giveBack, type Segments } from '#main/services/vault/segment-work';

export interface PuttingOptions {
  readonly database: Database;
  /** Of pieces of mine; nobody else adds to it before `settle` is done. */
  readonly store: Pick<PieceStore, 'writeWhole' | 'remove' | 'list' | 'freeBytes'>;
  readonly segments: Pick<Segments, 'make'>;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  /** How a version that begins now is cut. */
  readonly scheme: () => Scheme;
  /** The pieces of this segment are on the disk, and known. */
  readonly onSegment: (versionId: VaultVersionId, position: number) => void;
}

interface Put {
  readonly versionId: VaultVersionId;
  readonly key: Uint8Array;
  readonly scheme: Scheme;
  readonly isQuiet: boolean;
  readonly sizes: readonly number[];
  readonly bytes: number;
  /** What a segment holds. */
  readonly segmentBytes: number;
  /** All of the one that is being filled. */
  plain: Uint8Array<ArrayBuffer>;
  filled: number;
  segments: number;
  came: number;
  /** The file whose bytes are coming, how many of them came, and their hash so far. */
  file: { position: number; came: number; hash: Hash };
  /** Of files that came whole since the last segment. */
  hashes: { position: number; sha256: Uint8Array }[];
  /** The segment before, on its way to the disk. */
  saving: Promise<void>;
  turn: Promise<unknown>;
  usedAt: number;
}

export class Putting {
  readonly #options: PuttingOptions;
  readonly #rows: ItemRows;
  readonly #puts = new Map<VaultVersionId, Put>();
  #settled: Promise<void> | null = null;

  constructor(options: PuttingOptions) {
    this.#options = options;
    this.#rows = new ItemRows(options.database);
  }

  /** Removes what was left when the program ended: versions whose bytes did not all come, and pieces that no version names. */
  async settle(): Promise<void> {
    this.#settled ??= this.#clear();
    await this.#settled;
  }

  /** Quietly: no segment is begun while another is worked on. Fails `disk-full`, `file-refused`, `vault-busy`. */
  async begin(
    { name, kind, files }: CallInput<'beginPut'>,
    { isQuiet = false } = {},
  ): Promise<{ versionId: VaultVersionId }> {
    await this.settle();
    assertFit({ name, kind, files });
    if ((this.#rows.item(name)?.kind ?? kind) !== kind)
      throw new Failure('file-refused', 'a file and a folder of one name');
    const { clock, random, scheme } = this.#options;
    await this.#giveUpIdle();
    if (this.#puts.size >= limits.vaultPutsAtOnce) throw new Failure('vault-busy');
    const versionId = v.parse(VaultVersionId, toHex(random(16)));
    const put = newPut(versionId, {
      key: random(versionKeyBytes),
      scheme: scheme(),
      isQuiet,
      sizes: files.map(({ size }) => size),
    });
    this.#puts.set(versionId, { ...put, usedAt: clock.now() });
    try {
      await this.#checkSpace();
      const itemId = v.parse(VaultItemId, toHex(random(16)));
      this.#rows.begin({ itemId, name, kind, versionId, key: put.key, files, addedAt: clock.now() });
    } catch (error) {
      this.#puts.delete(versionId);
      throw error;
    }
    return { versionId };
  }

  /** Fails `disk-full`, `file-changed`, and then nothing of it is kept; `vault-unknown` for what is not being put. */
  async write({ versionId, bytes }: CallInput<'writePut'>): Promise<void> {
    await this.#inTurn(versionId, async (put) => {
      if (put.came + bytes.length > put.bytes) throw new Failure('file-changed', 'more bytes than there were');
      noteHashes(put, bytes);
      for (let at = 0; at < bytes.length;) {
        const part = bytes.subarray(at, at + put.plain.length - put.filled);
        put.plain.set(part, put.filled);
        put.filled += part.length;
        put.came += part.length;
        at += part.length;
        if (put.filled === put.plain.length) await this.#cut(put);
      }
    });
  }

  /** All of it is on this disk, sealed. Fails as `write` does. */
  async finish({ versionId }: CallInput<'finishPut'>): Promise<void> {
    await this.#inTurn(versionId, async (put) => {
      if (put.came < put.bytes) throw new Failure('file-changed', 'fewer bytes than there were');
      // Even of nothing there is something to keep: that it is nothing.
      if (put.filled > 0 || put.segments === 0) await this.#cut(put);
      await put.saving;
      noteHashes(put, new Uint8Array());
      this.#options.database.transaction(() => {
        this.#saveHashes(put);
        this.#rows.finish(versionId);
      });
      this.#puts.delete(versionId);
    });
  }

  /** Nothing of it is kept. Content with what is over. */
  async abort({ versionId }: CallInput<'abortPut'>): Promise<void> {
    const put = this.#puts.get(versionId);
    if (!put) return;
    put.turn = put.turn.then(async () => await this.#drop(put));
    await put.turn;
  }

  async #inTurn(versionId: VaultVersionId, work: (put: Put) => Promise<void>): Promise<void> {
    const known = this.#puts.get(versionId);
    if (!known) throw new Failure('vault-unknown', 'nothing that is being put');
    known.usedAt = this.#options.clock.now();
    const turn = known.turn.then(async () => {
      // An earlier one may have failed since.
      if (!this.#puts.has(versionId)) throw new Failure('vault-unknown', 'nothing that is being put');
      try {
        await work(known);
      } catch (error) {
        await this.#drop(known);
        throw error;
      }
    });
    known.turn = turn.catch(() => undefined);
    await turn;
  }

  /** While the segment before is still worked on or written; no more than these two are in memory. */
  async #cut(put: Put): Promise<void> {
    const before = put.saving;
    put.saving = this.#save(put, put.segments, put.plain, before);
    put.saving.catch(() => undefined);
    put.segments += 1;
    await (put.isQuiet ? put.saving : before);
    put.plain = roomFor(put);
    put.filled = 0;
  }

  async #save(put: Put, position: number, plain: Uint8Array<ArrayBuffer>, before: Promise<void>): Promise<void> {
    const { versionId, key, scheme } = put;
    const { random, store, segments, database, onSegment } = this.#options;
    const salt = random(saltBytes);
    const bytes = plain.length;
    const { sha256, pieces } = await segments.make({ key, salt, versionId, position }, plain, scheme);
    await before;
    try {
      await Promise.all(pieces.map(async (piece) => await store.writeWhole(piece.header.pieceId, piece.bytes)));
      database.transaction(() => {
        this.#rows.addSegment(versionId, position, { ...scheme, salt, bytes, sha256, pieces });
        this.#saveHashes(put);
      });
    } catch (error) {
      await store.remove(pieces.map(({ header }) => header.pieceId));
      throw error;
    } finally {
      giveBack(pieces.map((piece) => piece.bytes));
    }
    onSegment(versionId, position);
  }

  #saveHashes(put: Put): void {
    for (const { position, sha256 } of put.hashes.splice(0)) this.#rows.noteHash(put.versionId, position, sha256);
  }

  async #drop(put: Put): Promise<void> {
    if (!this.#puts.delete(put.versionId)) return;
    await put.saving.catch(() => undefined);
    await this.#options.store.remove(this.#rows.remove(put.versionId));
  }

  /** Its page went away without a word. */
  async #giveUpIdle(): Promise<void> {
    const idleSince = this.#options.clock.now() - limits.vaultPutIdleMs;
    for (const { versionId, usedAt } of [...this.#puts.values()])
      if (usedAt <= idleSince) await this.abort({ versionId });
  }

  /** For all that are being put. */
  async #checkSpace(): Promise<void> {
    const wanted = [...this.#puts.values()].reduce((sum, put) => sum + bytesToCome(put), 0);
    const free = await this.#options.store.freeBytes();
    if (wanted > free) throw new Failure('disk-full', `${wanted} bytes wanted, ${free} free`);
  }

  async #clear(): Promise<void> {
    const { store } = this.#options;
    for (const versionId of this.#rows.unfinished()) await store.remove(this.#rows.remove(versionId));
    const stray = (await store.list()).filter(({ pieceId, isWhole }) => !isWhole || !this.#rows.isHere(pieceId));
    await store.remove(stray.map(({ pieceId }) => pieceId));
  }
}

function newPut(versionId: VaultVersionId, made: Pick<Put, 'key' | 'scheme' | 'sizes' | 'isQuiet'>): Put {
  const bytes = made.sizes.reduce((sum, size) => sum + size, 0);
  const segmentBytes = segmentMaxBytes(made.scheme.needed);
  return {
    versionId,
    ...made,
    bytes,
    segmentBytes,
    plain: roomFor({ segmentBytes, bytes, came: 0 }),
    filled: 0,
    segments: 0,
    came: 0,
    file: { position: 0, came: 0, hash: createHash('sha256') },
    hashes: [],
    saving: Promise.resolve(),
    turn: Promise.resolve(),
    usedAt: 0,
  };
}

/** For the next segment. */
const roomFor = ({ segmentBytes, bytes, came }: Pick<Put, 'segmentBytes' | 'bytes' | 'came'>): Put['plain'] =>
  new Uint8Array(Math.min(segmentBytes, bytes - came));

/** Every path begins with the name of the whole; a single file has no other part. Fails `file-refused`. */
function assertFit({ name, kind, files }: CallInput<'beginPut'>): void {
  if (!isSafeFileName(name)) throw new Failure('file-refused', 'a name that no system takes');
  const isFit = ({ path }: (typeof files)[number]): boolean =>
    path[0] === name && path.length > 1 === (kind === 'folder');
  if (!files.every(isFit) || (kind === 'file' && files.length !== 1))
    throw new Failure('file-refused', 'not of that name');
  if (!canLieTogether(files.map(({ path }) => path))) throw new Failure('file-refused', 'names in each other’s way');
}

/** What its pieces will still take on this disk. */
function bytesToCome({ scheme, bytes, came, segmentBytes }: Put): number {
  const left = bytes - came;
  const rest = left % segmentBytes;
  const full = (left - rest) / segmentBytes;
  const share = full * shareBytesFor(segmentBytes, scheme.needed) + (rest && shareBytesFor(rest, scheme.needed));
  return share * (scheme.needed === 1 ? 1 : scheme.total);
}

/** Of the next bytes of all files in a row; files without bytes end as soon as those before them do. */
function noteHashes(put: Put, bytes: Uint8Array): void {
  for (let at = 0; put.file.position < put.sizes.length;) {
    const { file } = put;
    const part = bytes.subarray(at, at + (put.sizes[file.position] ?? 0) - file.came);
    file.hash.update(part);
    file.came += part.length;
    at += part.length;
    if (file.came < (put.sizes[file.position] ?? 0)) return;
    put.hashes.push({ position: file.position, sha256: new Uint8Array(file.hash.digest()) });
    put.file = { position: file.position + 1, came: 0, hash: createHash('sha256') };
  }
}

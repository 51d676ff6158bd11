// Looks through shared folders, one at a time: when one was added, when its owner says so, and when somebody looked into one that was
// not looked through for a while. What others see changes once all of it has been read.
import type { Share, ShareId } from '#shared/share';
import type { Clock } from '#main/services/clock';
import { AnchoredFolder } from '#main/services/content/anchored-folder';
import { serviceLimits as limits } from '#main/services/service-limits';
import type { ShareRow, ShareRows } from '#main/services/shares/share-rows';
import { ShareWalk, type Walked, type WalkedEntry } from '#main/services/shares/share-walk';

export interface ShareReaderOptions {
  readonly rows: ShareRows;
  readonly clock: Clock;
  readonly onChange: () => void;
}

const nothing: Walked = { files: 0, bytes: 0, isCut: false };

export class ShareReader {
  readonly #options: ShareReaderOptions;
  readonly #reading = new Map<ShareId, Promise<void>>();
  readonly #readAtMs = new Map<ShareId, number>();
  readonly #missing = new Set<ShareId>();
  readonly #end = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ShareReaderOptions) {
    this.#options = options;
  }

  stateOf({ share_id, reading }: ShareRow): Share['state'] {
    if (this.#missing.has(share_id)) return 'gone';
    return reading === null || this.#reading.has(share_id) ? 'reading' : 'ready';
  }

  /** Resolves once it has been looked through, or is found missing. */
  async read(shareId: ShareId): Promise<void> {
    const known = this.#reading.get(shareId);
    if (known) {
      await known;
      return;
    }
    const reading = this.#turn.then(async () => {
      await this.#readNow(shareId);
    });
    this.#turn = reading.catch(() => undefined);
    this.#reading.set(shareId, reading);
    try {
      await reading;
    } finally {
      this.#reading.delete(shareId);
      if (!this.#end.signal.aborted) this.#options.onChange();
    }
  }

  /** Looks through it in a while, when that was not done lately. */
  freshen(shareId: ShareId): void {
    const atMs = this.#readAtMs.get(shareId);
    const nowMs = this.#options.clock.now();
    if (this.#reading.has(shareId) || (atMs !== undefined && nowMs - atMs < limits.shareStaleMs)) return;
    this.#readAtMs.set(shareId, nowMs);
    this.read(shareId).catch(() => undefined); // what was found before stays
  }

  forget(shareId: ShareId): void {
    this.#missing.delete(shareId);
    this.#readAtMs.delete(shareId);
  }

  close(): void {
    this.#end.abort();
  }

  async #readNow(shareId: ShareId): Promise<void> {
    const { rows, clock } = this.#options;
    if (this.#end.signal.aborted) return;
    const share = rows.find(shareId);
    if (!share) return;
    this.#readAtMs.set(shareId, clock.now());
    const root = await AnchoredFolder.openExisting(share.path).catch(() => null);
    if (!root) {
      this.#missing.add(shareId);
      rows.conclude(shareId, null, nothing);
      return;
    }
    try {
      await this.#walk(share, root);
      this.#missing.delete(shareId);
    } finally {
      await root.close();
    }
  }

  async #walk(share: ShareRow, root: AnchoredFolder): Promise<void> {
    const { rows } = this.#options;
    const { share_id: shareId, name } = share;
    const reading = (share.reading ?? 0) + 1;
    rows.dropOthers(shareId, share.reading); // of a reading that a crash ended
    const found: WalkedEntry[] = [];
    const write = (): void => {
      // Stopped sharing meanwhile: nothing more is kept of it.
      if (rows.find(shareId)) rows.addEntries(shareId, reading, found.splice(0));
      else found.length = 0;
    };
    const walk = new ShareWalk({
      root,
      name,
      firstId: rows.nextEntryId(),
      signal: this.#end.signal,
      found: (entry) => {
        found.push(entry);
        if (found.length >= limits.shareRowsAtOnce) write();
      },
    });
    const walked = await walk.run();
    write();
    rows.conclude(shareId, reading, walked);
  }
}

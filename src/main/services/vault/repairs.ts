// Makes pieces again that a new keeper waits for and that are not on this disk: from the others of their segment.
import type { PieceId } from '#shared/vault';
import type { LogFile } from '#main/services/log-file';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { SegmentPlace } from '#main/services/vault/copy-counts';
import type { CopyRows } from '#main/services/vault/copy-rows';
import type { PieceGroups } from '#main/services/vault/piece-groups';
import type { PieceStore } from '#main/services/vault/piece-store';
import type { Segments } from '#main/services/vault/segment-work';
import type { PieceGroup } from '#main/services/vault/wanted-pieces';

export interface RepairsOptions {
  readonly rows: CopyRows;
  readonly groups: PieceGroups;
  readonly own: PieceStore;
  readonly segments: Pick<Segments, 'rebuild'>;
  /** Who has which piece of a segment. */
  readonly copiesOf: (place: SegmentPlace) => PieceGroup['pieces'];
  readonly log: Pick<LogFile, 'write'>;
  readonly onChange: () => void;
}

export class Repairs {
  readonly #options: RepairsOptions;
  /** Segments that are being fetched, or wait to be. */
  readonly #waiting = new Map<string, { readonly place: SegmentPlace; readonly pieceIds: Set<PieceId> }>();
  readonly #running = new Set<string>();

  constructor(options: RepairsOptions) {
    this.#options = options;
  }

  rebuild(place: SegmentPlace, pieceIds: readonly PieceId[]): void {
    const name = `${place.versionId} ${place.position}`;
    if (this.#running.has(name) || this.#waiting.size >= limits.vaultRepairsWaiting) return;
    this.#waiting.set(name, { place, pieceIds: new Set(pieceIds) });
    this.#next();
  }

  #next(): void {
    for (const [name, { place, pieceIds }] of this.#waiting) {
      if (this.#running.size >= limits.vaultRepairsAtOnce) return;
      this.#waiting.delete(name);
      this.#begin(name, place, pieceIds);
    }
  }

  #begin(name: string, place: SegmentPlace, pieceIds: ReadonlySet<PieceId>): void {
    const { rows, groups, copiesOf } = this.#options;
    const segment = rows.segment(place);
    if (!segment) return;
    this.#running.add(name);
    groups.add({
      needed: segment.needed,
      pieces: copiesOf(place),
      ready: (shares) => {
        this.#finish(shares, segment, this.#awaited(place, pieceIds))
          .catch((error: unknown) => {
            const detail = error instanceof Error ? error.message : String(error);
            this.#options.log.write('warn', 'vault.repair', { detail });
          })
          .finally(() => {
            this.#running.delete(name);
            this.#next();
          });
      },
    });
  }

  /** Those that somebody still waits for. */
  #awaited(place: SegmentPlace, pieceIds: ReadonlySet<PieceId>): ReadonlySet<PieceId> {
    const pieces = this.#options.rows.segment(place)?.pieces ?? [];
    const open = pieces.filter(({ copies }) => copies.some(({ state }) => state === 'assigned'));
    return new Set(open.flatMap(({ pieceId }) => (pieceIds.has(pieceId) ? [pieceId] : [])));
  }

  async #finish(
    shares: ReadonlyMap<number, Uint8Array<ArrayBuffer>>,
    { needed, total }: { needed: number; total: number },
    pieceIds: ReadonlySet<PieceId>,
  ): Promise<void> {
    const { rows, own, segments, onChange } = this.#options;
    for (const { header, bytes } of await segments.rebuild(shares, { needed, total })) {
      const { pieceId } = header;
      if (!pieceIds.has(pieceId)) continue;
      await own.writeWhole(pieceId, bytes);
      rows.setHere(pieceId, true);
    }
    onChange();
  }
}

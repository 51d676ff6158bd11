// Gets the bytes of a segment back: pieces that are still on this disk first, the others from keepers.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { VaultVersionId } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { ItemRows, SegmentRow, VersionRow } from '#main/services/vault/item-rows';
import type { PieceGroups } from '#main/services/vault/piece-groups';
import type { PieceStore } from '#main/services/vault/piece-store';
import type { Segments } from '#main/services/vault/segment-work';
import type { WantedPiece } from '#main/services/vault/wanted-pieces';

export interface SegmentSourceOptions {
  readonly rows: Pick<ItemRows, 'pieces'>;
  /** Of pieces of mine. */
  readonly store: Pick<PieceStore, 'read'>;
  readonly segments: Pick<Segments, 'open'>;
  readonly groups: PieceGroups;
  readonly clock: Clock;
  /** The pieces of a segment, and who has each. */
  readonly copiesOf: (versionId: VaultVersionId, position: number) => readonly WantedPiece[];
}

export interface SegmentFetch {
  /** Fails `aborted` once cancelled, and `file-changed` when the pieces are right and give no such segment. */
  readonly plain: Promise<Uint8Array<ArrayBuffer>>;
  readonly cancel: () => void;
}

export interface FetchOptions {
  /** As if this disk were lost: what a keeper has comes from a keeper. */
  readonly onlyKeepers: boolean;
  readonly came: (keeper: PeerId, bytes: number) => void;
}

type Shares = Map<number, Uint8Array<ArrayBuffer>>;

export class SegmentSource {
  readonly #options: SegmentSourceOptions;

  constructor(options: SegmentSourceOptions) {
    this.#options = options;
  }

  fetch(version: VersionRow, segment: SegmentRow, options: FetchOptions): SegmentFetch {
    const cancelling = new AbortController();
    const plain = this.#fetch(version, segment, { ...options, signal: cancelling.signal });
    // Whoever has several under way looks at one after another.
    plain.catch(() => undefined);
    return { plain, cancel: () => cancelling.abort() };
  }

  async #fetch(
    version: VersionRow,
    segment: SegmentRow,
    options: FetchOptions & { signal: AbortSignal },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { version_id: versionId, sealed_id: sealedId, key } = version;
    const { position, salt, bytes, needed, total } = segment;
    const shares = await this.#readHere(versionId, segment, options.onlyKeepers);
    if (shares.size < needed) await this.#collect(versionId, segment, shares, options);
    const seal = { key, salt, versionId: sealedId, position };
    const plain = await this.#options.segments.open(seal, shares, { needed, total }, bytes);
    if (!plain) throw new Failure('file-changed', 'pieces that make no such segment');
    return plain;
  }

  async #readHere(versionId: VaultVersionId, segment: SegmentRow, onlyKeepers: boolean): Promise<Shares> {
    const { rows, store, copiesOf } = this.#options;
    const { position, needed } = segment;
    const withKeepers = new Set<number>();
    if (onlyKeepers)
      for (const { share, keepers } of copiesOf(versionId, position)) if (keepers.length > 0) withKeepers.add(share);
    const shares: Shares = new Map();
    for (const { header, share, isHere } of rows.pieces(versionId, position)) {
      if (!isHere || withKeepers.has(share) || shares.size >= needed - withKeepers.size) continue;
      const piece = await store.read(header);
      if (piece) shares.set(share, piece);
    }
    return shares;
  }

  /** Adds what is lacking to `shares`. */
  async #collect(
    versionId: VaultVersionId,
    { position, needed }: SegmentRow,
    shares: Shares,
    { signal, came }: FetchOptions & { signal: AbortSignal },
  ): Promise<void> {
    const pieces = this.#wanted(versionId, position).filter(({ share }) => !shares.has(share));
    await new Promise<void>((resolve, reject) => {
      if (signal.aborted) {
        reject(new Failure('aborted'));
        return;
      }
      const ready = (brought: ReadonlyMap<number, Uint8Array<ArrayBuffer>>): void => {
        for (const [share, bytes] of brought) shares.set(share, bytes);
        resolve();
      };
      const takeBack = this.#options.groups.add({ needed: needed - shares.size, pieces, ready, came });
      signal.addEventListener('abort', () => {
        takeBack();
        reject(new Failure('aborted'));
      });
    });
  }

  /** Who has them may change while they are waited for. */
  #wanted(versionId: VaultVersionId, position: number): WantedPiece[] {
    const { clock, copiesOf } = this.#options;
    let copies = copiesOf(versionId, position);
    let knownAt = clock.now();
    const keepersOf = (share: number): readonly PeerId[] => {
      if (clock.now() - knownAt >= limits.vaultCopiesKnownMs) {
        copies = copiesOf(versionId, position);
        knownAt = clock.now();
      }
      return copies.find((one) => one.share === share)?.keepers ?? [];
    };
    return copies.map(({ header, share }) => ({
      header,
      share,
      get keepers() {
        return keepersOf(share);
      },
    }));
  }
}

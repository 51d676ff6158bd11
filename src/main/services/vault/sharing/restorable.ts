// Versions that can be restored: those of this person, and those of others that they may read.
import type { VaultVersionId } from '#shared/vault';
import type { ItemRows } from '#main/services/vault/item-rows';
import type { WantedPiece } from '#main/services/vault/wanted-pieces';
import type { PieceStore } from '#main/services/vault/piece-store';
import type { SharedWithMe } from '#main/services/vault/sharing/shared-with-me';

export interface RestorableOptions {
  readonly own: Pick<ItemRows, 'version' | 'files' | 'segments' | 'pieces' | 'restorable'>;
  readonly shared: Pick<
    SharedWithMe,
    'version' | 'files' | 'segments' | 'pieces' | 'copiesOf' | 'readHere' | 'isOver'
  > | null;
  readonly store: Pick<PieceStore, 'read'>;
  /** Of own versions: the pieces of a segment, and who has each. */
  readonly copiesOf: (versionId: VaultVersionId, position: number) => readonly WantedPiece[];
}

export class Restorable {
  readonly #options: RestorableOptions;

  constructor(options: RestorableOptions) {
    this.#options = options;
  }

  /** Its pieces are handed out to nobody any more. */
  isOver(versionId: VaultVersionId): boolean {
    return this.#sharedOf(versionId)?.isOver(versionId) ?? false;
  }

  version(versionId: VaultVersionId): ReturnType<ItemRows['version']> {
    return this.#options.own.version(versionId) ?? this.#options.shared?.version(versionId) ?? null;
  }

  /** Own ones. */
  restorable(): VaultVersionId[] {
    return this.#options.own.restorable();
  }

  files(versionId: VaultVersionId): ReturnType<ItemRows['files']> {
    return (this.#sharedOf(versionId) ?? this.#options.own).files(versionId);
  }

  segments(versionId: VaultVersionId): ReturnType<ItemRows['segments']> {
    return (this.#sharedOf(versionId) ?? this.#options.own).segments(versionId);
  }

  pieces(versionId: VaultVersionId, position: number): ReturnType<ItemRows['pieces']> {
    return (this.#sharedOf(versionId) ?? this.#options.own).pieces(versionId, position);
  }

  copiesOf(versionId: VaultVersionId, position: number): readonly WantedPiece[] {
    return (this.#sharedOf(versionId) ?? this.#options).copiesOf(versionId, position);
  }

  /** What lies on this disk: of mine, and of others for whom I keep it. */
  async read(header: Parameters<PieceStore['read']>[0]): ReturnType<PieceStore['read']> {
    const { store, shared } = this.#options;
    return (await store.read(header)) ?? (await shared?.readHere(header)) ?? null;
  }

  #sharedOf(versionId: VaultVersionId): RestorableOptions['shared'] {
    return this.#options.own.version(versionId) ? null : this.#options.shared;
  }
}

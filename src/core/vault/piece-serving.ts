// Pieces that go out over one link: of what I keep for them, of mine that they are to keep, and of others that they may read.
import type { CallInput } from '#shared/contract';
import { blockBytes } from '#shared/content';
import type { PieceId } from '#shared/vault';
import type { VaultGrant } from '#shared/vault-share';
import type { BulkLane } from '#core/bulk/bulk-lane';
import { limits } from '#core/wire/limits';

/** mine: I offered it to them. theirs: I keep it for them. Else by what its owner signed for them. */
export type Whose = 'mine' | 'theirs' | VaultGrant;

export interface PieceServingDeps {
  readonly lane: BulkLane;
  /** Null where it is not to be had. */
  read(wish: CallInput<'readOwnPiece'>, whose: Whose): Promise<readonly Uint8Array<ArrayBuffer>[] | null>;
  lacks(pieceId: PieceId, stream: number): void;
}

export interface Asked {
  readonly pieceId: PieceId;
  readonly whose: Whose;
  readonly stream: number;
  readonly blocks: readonly number[];
}

interface Served {
  readonly asked: Asked;
  left: number;
  isLacking: boolean;
}

export class PieceServing {
  readonly #deps: PieceServingDeps;
  readonly #served = new Map<number, Served>();

  constructor(deps: PieceServingDeps) {
    this.#deps = deps;
  }

  /** More than are served at a time are told to be lacking; whoever asked comes back. */
  serve(asked: Asked): void {
    const { stream, pieceId } = asked;
    if (this.#served.has(stream)) this.stop(stream);
    if (this.#served.size >= limits.vaultServed) {
      this.#deps.lacks(pieceId, stream);
      return;
    }
    const blocks = [...new Set(asked.blocks)];
    const served: Served = { asked, left: blocks.length, isLacking: false };
    this.#served.set(stream, served);
    for (const block of blocks) {
      this.#deps.lane.upload.add({
        owner: served,
        kind: 'block',
        stream,
        block,
        read: async () => await this.#read(served, block),
        sent: () => {
          served.left -= 1;
          if (served.left === 0 && this.#served.get(stream) === served) this.#served.delete(stream);
        },
      });
    }
  }

  /** They want nothing more in this stream. */
  stop(stream: number): void {
    const served = this.#served.get(stream);
    if (!served) return;
    this.#served.delete(stream);
    this.#deps.lane.upload.remove(served, null);
  }

  end(): void {
    for (const stream of [...this.#served.keys()]) this.stop(stream);
  }

  async #read(served: Served, block: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const { pieceId, whose, stream } = served.asked;
    const blocks = served.isLacking ? null : await this.#readOne(pieceId, whose, block);
    if (blocks !== null) return blocks;
    if (!served.isLacking && this.#served.get(stream) === served) {
      served.isLacking = true;
      this.#deps.lacks(pieceId, stream);
      queueMicrotask(() => this.stop(stream));
    }
    return null;
  }

  async #readOne(pieceId: PieceId, whose: Whose, block: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const [bytes] = (await this.#deps.read({ pieceId, blocks: [block] }, whose).catch(() => null)) ?? [];
    return bytes && bytes.length <= blockBytes ? bytes : null;
  }
}

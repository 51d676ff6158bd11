// Blocks of one piece on their way here: asked for all at once, handed on in small groups as they come, given up when nothing comes.
import { blockLength } from '#shared/content';
import type { PieceHeader, PieceId } from '#shared/vault';
import { Scope } from '#core/base/scope';
import type { BulkLane } from '#core/bulk/bulk-lane';
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';

export interface CameBlock {
  readonly index: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface PieceFetchDeps {
  readonly lane: BulkLane;
  readonly clock: Clock;
  readonly header: PieceHeader;
  readonly blocks: readonly number[];
  /** Sends the question; false when the link is over. */
  ask(stream: number, blocks: number[]): Promise<boolean>;
  /** Nothing more is wanted in that stream. */
  unask(stream: number): void;
  /** Answers false when nothing more is to be taken: they are not what they should be, or no more of it is wanted. */
  take(blocks: CameBlock[]): Promise<boolean>;
  readonly scope: Scope;
}

/** wrong: `take` wanted no more. */
export type FetchEnd = 'whole' | 'wrong' | 'lacking' | 'stalled';

const blocksPerTake = 4;

export class PieceFetch {
  readonly pieceId: PieceId;
  readonly #deps: PieceFetchDeps;
  readonly #scope: Scope;
  readonly #missing: Set<number>;
  #came: CameBlock[] = [];
  #isTaking = false;
  #stream: number | null = null;
  #cancelStall = (): void => undefined;
  #settle: (end: FetchEnd) => void = () => undefined;

  constructor(deps: PieceFetchDeps) {
    this.#deps = deps;
    this.pieceId = deps.header.pieceId;
    this.#scope = new Scope(deps.scope);
    this.#missing = new Set(deps.blocks);
  }

  get stream(): number | null {
    return this.#stream;
  }

  /** Resolves when it is over, however it ends; `stalled` too when the link does. */
  async run(): Promise<FetchEnd> {
    const { lane, header, blocks } = this.#deps;
    const stream = lane.openStream({
      expect: (kind, block) => (kind === 'block' && this.#missing.has(block) ? blockLength(header.bytes, block) : null),
      complete: (_, block, bytes) => this.#complete(block, bytes),
    });
    this.#stream = stream;
    const ended = new Promise<FetchEnd>((resolve) => {
      this.#settle = resolve;
    });
    this.#scope.onEnd(() => this.#settle('stalled'));
    this.#awaitMore();
    for (const block of blocks) lane.owe(blockLength(header.bytes, block));
    if (!(await this.#deps.ask(stream, [...blocks]))) this.#settle('stalled');
    const end = await ended;
    this.#cancelStall();
    lane.closeStream(stream);
    if (end === 'wrong' || end === 'stalled') this.#deps.unask(stream);
    this.#scope.end();
    return end;
  }

  /** They say that they have it not. */
  lacks(): void {
    this.#settle('lacking');
  }

  #complete(index: number, bytes: Uint8Array<ArrayBuffer>): void {
    this.#missing.delete(index);
    this.#came.push({ index, bytes });
    this.#awaitMore();
    void this.#takeAll();
  }

  async #takeAll(): Promise<void> {
    if (this.#isTaking) return;
    this.#isTaking = true;
    while (this.#came.length > 0) {
      const some = this.#came.splice(0, blocksPerTake);
      const isRight = await this.#deps.take(some).catch(() => null);
      if (isRight === true) continue;
      this.#settle(isRight === null ? 'stalled' : 'wrong');
      return;
    }
    this.#isTaking = false;
    if (this.#missing.size === 0) this.#settle('whole');
  }

  #awaitMore(): void {
    this.#cancelStall();
    this.#cancelStall = this.#deps.clock.after(paces.vaultStalledMs, () => this.#settle('stalled'));
  }
}

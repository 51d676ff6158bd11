// The blocks of one drop, and the pages of their hashes: served to those who take part, and taken from them, verified before they
// are written. Who takes part is for Exchange.
import { hasBit, hashBytes, hashesPerPage, makeBits, setBit } from '#shared/content';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { StreamSink } from '#core/bulk/bulk-lane';
import type { PartKind } from '#core/bulk/parts';
import { blocksOf } from '#core/drop/block-ranges';
import type { DropFiles } from '#core/drop/drop-files';
import type { DropLink } from '#core/drop/drop-link';
import { PagesWanted, type PageHolder } from '#core/drop/pages-wanted';
import type { DropSnapshot } from '#core/drop/snapshot';
import { Speed } from '#core/drop/speed';
import type { Swarm } from '#core/drop/swarm';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';

/** Where blocks go to somebody who takes part: what I send them carries `stream`. */
interface Outgoing {
  readonly link: DropLink;
  readonly stream: number;
}

export interface BlockTransferDeps {
  readonly files: DropFiles;
  readonly isSource: boolean;
  readonly clock: Clock;
  readonly swarm: Pick<
    Swarm<PeerId>,
    'isAsked' | 'arrived' | 'kept' | 'lost' | 'sent' | 'setReady' | 'want' | 'bitsOf' | 'askAgain'
  >;
  /** Null before they have joined. */
  readonly outgoing: (to: PeerId) => Outgoing | null;
  /** Those that pages of hashes may be asked of. */
  readonly holders: () => readonly Pick<PageHolder<PeerId>, 'id' | 'isSource'>[];
  readonly askPages: (of: PeerId, starts: readonly number[]) => void;
  /** What they sent was not what it should be. */
  readonly blame: (peerId: PeerId) => void;
  readonly counted: (peerId: PeerId, sentBytes: number, receivedBytes: number) => void;
  completed(file: number): void;
  changed(): void;
  failed(code: FailureCode): void;
  readonly scope: Scope;
}

export class BlockTransfer {
  readonly #deps: BlockTransferDeps;
  readonly #pages: PagesWanted<PeerId>;
  /** Blocks whose hashes are in memory. */
  readonly #ready: Uint8Array;
  readonly #received = new Speed();
  readonly #sent = new Speed();
  readonly #gaveBytes = new Map<PeerId, number>();
  #sentBytes: number;

  constructor(deps: BlockTransferDeps, sentBytes: number) {
    this.#deps = deps;
    this.#sentBytes = sentBytes;
    this.#ready = makeBits(deps.files.layout.blocks);
    this.#pages = new PagesWanted(deps.files.layout);
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Who gave how much since this began. */
  get givers(): DropSnapshot['givers'] {
    return [...this.#gaveBytes].map(([peerId, bytes]) => ({ peerId, bytes }));
  }

  /** Whether a block can be verified when it comes. */
  isReady(block: number): boolean {
    return hasBit(this.#ready, block);
  }

  bytesPerSecond(): number {
    const speed = this.#deps.isSource ? this.#sent : this.#received;
    return speed.bytesPerSecond(this.#deps.clock.now());
  }

  // ---- files ----------------------------------------------------------------------------------------------------------

  /** What a file is made of is known now. */
  opened(file: number): void {
    const { files, isSource, swarm } = this.#deps;
    if (isSource) {
      swarm.setReady(files.knownBlocks);
      return;
    }
    if (files.isFileWhole(file)) return;
    const end = files.layout.first(file + 1);
    for (let start = files.layout.first(file); start < end; start += hashesPerPage) {
      if (files.hasPage(start)) this.#markReady(start);
      else this.#pages.want(start);
    }
    swarm.setReady(files.layout.blocks);
    this.askPages();
  }

  /** A file is played here: from this block of it on it is fetched first. */
  want(file: number, index: number): void {
    const { layout } = this.#deps.files;
    if (index < 0 || index >= layout.count(file)) return;
    const block = layout.first(file) + index;
    this.#pages.wantFirst(layout.pageStart(layout.page(block)));
    this.askPages();
    this.#deps.swarm.want(block, layout.first(file + 1));
  }

  /** Pages of hashes that are missing, and were not asked for or did not come: so once a second too. */
  askPages(): void {
    const { swarm, clock, holders, askPages } = this.#deps;
    const having = holders().map((holder) => ({ ...holder, bits: swarm.bitsOf(holder.id) }));
    for (const [id, starts] of this.#pages.next(having, clock.now())) askPages(id, starts);
  }

  /** Pages asked of them are asked of others. */
  released(peerId: PeerId): void {
    this.#pages.release(peerId);
  }

  // ---- sending --------------------------------------------------------------------------------------------------------

  serve(to: PeerId, kind: PartKind, block: number): void {
    const outgoing = this.#deps.outgoing(to);
    if (!outgoing) return;
    const { files, scope } = this.#deps;
    outgoing.link.upload.add({
      owner: this,
      kind,
      stream: outgoing.stream,
      block,
      read: async () => {
        try {
          if (kind === 'page') return await files.readPage(block, scope.signal);
          return await files.readBlock(block, scope.signal);
        } catch (reason) {
          this.#fail(reason);
          return null;
        }
      },
      sent: (bytes) => {
        this.#sentBytes += bytes;
        this.#deps.counted(to, bytes, 0);
        this.#sent.note(bytes, this.#deps.clock.now());
        if (kind === 'block') this.#deps.swarm.sent(to, block);
        this.#deps.changed();
      },
    });
  }

  servePages(to: PeerId, ranges: readonly number[]): void {
    let left: number = limits.dropPagesAtOnce;
    for (const start of blocksOf(ranges)) {
      const { layout } = this.#deps.files;
      if (layout.pageStart(layout.page(start)) === start) this.serve(to, 'page', start);
      if (--left === 0) return;
    }
  }

  /** Takes back what has not begun to go out over this link; null for all of it. */
  takeBack(link: DropLink, block: number | null): void {
    link.upload.remove(this, block);
  }

  // ---- receiving ------------------------------------------------------------------------------------------------------

  /** Where what comes from them belongs. */
  sinkOf(peerId: PeerId): StreamSink {
    return {
      expect: (kind, block) => this.#expect(peerId, kind, block),
      complete: (kind, block, bytes) => {
        if (kind === 'page') void this.#takePage(peerId, block, bytes);
        else void this.#takeBlock(peerId, block, bytes);
      },
      lost: () => {
        this.released(peerId);
        this.#deps.swarm.askAgain(peerId);
        this.askPages();
      },
    };
  }

  #expect(peerId: PeerId, kind: PartKind, block: number): number | null {
    const { files, swarm } = this.#deps;
    if (kind === 'page') return this.#pages.isAsked(peerId, block) ? files.layout.page(block).length : null;
    return swarm.isAsked(peerId, block) ? files.layout.length(block) : null;
  }

  async #takePage(peerId: PeerId, start: number, hashes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!this.#pages.came(peerId, start)) return;
    const { files, swarm, scope } = this.#deps;
    try {
      if (await files.takePage(start, hashes, scope.signal)) {
        this.#markReady(start);
        swarm.setReady(files.layout.blocks);
      } else {
        this.#pages.want(start);
        this.#deps.blame(peerId);
      }
    } catch (reason) {
      this.#pages.want(start);
      this.#fail(reason);
    }
    this.askPages();
  }

  async #takeBlock(peerId: PeerId, block: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { files, swarm, clock, scope } = this.#deps;
    if (!swarm.arrived(peerId, block)) return;
    try {
      if (!(await files.isGenuine(block, bytes))) {
        swarm.lost(block);
        this.#deps.blame(peerId);
        return;
      }
      await files.writeBlock(block, bytes, scope.signal);
    } catch (reason) {
      swarm.lost(block);
      this.#fail(reason);
      return;
    }
    if (scope.hasEnded) return;
    this.#received.note(bytes.length, clock.now());
    this.#deps.counted(peerId, 0, bytes.length);
    this.#gaveBytes.set(peerId, (this.#gaveBytes.get(peerId) ?? 0) + bytes.length);
    swarm.kept(block);
    const { file } = files.layout.place(block);
    if (files.isFileWhole(file)) this.#deps.completed(file);
    this.#deps.changed();
  }

  #markReady(start: number): void {
    const { layout } = this.#deps.files;
    const end = start + layout.page(start).length / hashBytes;
    for (let block = start; block < end; block += 1) setBit(this.#ready, block);
  }

  #fail(reason: unknown): void {
    const { code } = Failure.from(reason);
    if (code !== 'aborted' && !this.#deps.scope.hasEnded) this.#deps.failed(code);
  }
}

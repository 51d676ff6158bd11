// The blocks of one drop between me and everybody of it that I have a link with: joins links, asks, verifies, writes and serves.
import { hasBit, hashesPerPage, makeBits, setBit } from '#shared/content';
import type { DropId } from '#shared/drop';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { AskPace } from '#core/bulk/ask-pace';
import { blocksOf, rangesEnd, toRanges } from '#core/drop/block-ranges';
import type { PartKind } from '#core/bulk/parts';
import type { DropFiles } from '#core/drop/drop-files';
import type { DropLink, DropMessage } from '#core/drop/drop-link';
import { PagesWanted } from '#core/drop/pages-wanted';
import type { DropSnapshot } from '#core/drop/snapshot';
import { Speed } from '#core/drop/speed';
import { Swarm } from '#core/drop/swarm';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';

export interface ExchangeDeps {
  readonly dropId: DropId;
  readonly source: PeerId;
  readonly files: DropFiles;
  readonly isSource: boolean;
  readonly goesToMany: boolean;
  readonly clock: Clock;
  /** In [0, 1). */
  random(): number;
  /** How fast blocks may be asked for. */
  readonly asking: AskPace;
  /** So much went to and came from somebody. */
  readonly counted: (peerId: PeerId, sentBytes: number, receivedBytes: number) => void;
  /** A file is complete and on disk. */
  completed(file: number): void;
  /** Anything to be shown changed. */
  changed(): void;
  /** Reading or writing failed; nothing more is asked for or served until it is resumed. */
  failed(code: FailureCode): void;
}

interface Lane {
  readonly link: DropLink;
  /** What they send me carries this. */
  readonly incoming: number;
  /** What I send them carries that; null until they have joined. */
  outgoing: number | null;
  bad: number;
}

export class Exchange {
  readonly #deps: ExchangeDeps;
  readonly #scope: Scope;
  readonly #swarm: Swarm<PeerId>;
  readonly #lanes = new Map<PeerId, Lane>();
  readonly #pages: PagesWanted<PeerId>;
  /** Blocks whose hashes are in memory. */
  readonly #ready: Uint8Array;
  readonly #received = new Speed();
  readonly #sent = new Speed();
  /** Who sent too many bad blocks. */
  readonly #cut = new Set<PeerId>();
  /** Who may give besides the people of the drop; they get nothing. */
  readonly #admitted = new Set<PeerId>();
  readonly #gaveBytes = new Map<PeerId, number>();
  #sentBytes: number;
  #isPaused = false;

  constructor(deps: ExchangeDeps, sentBytes: number, scope: Scope) {
    this.#deps = deps;
    this.#scope = scope.child();
    this.#sentBytes = sentBytes;
    const { files, isSource, goesToMany, clock } = deps;
    const { blocks } = files.layout;
    this.#ready = makeBits(blocks);
    this.#pages = new PagesWanted(files.layout);
    this.#swarm = new Swarm<PeerId>(
      {
        blocks,
        held: files.held,
        isSource,
        goesToMany,
        isReady: (block) => hasBit(this.#ready, block),
        clock,
        random: () => deps.random(),
        wire: this.#wire(),
        asking: askingOf(deps),
        upload: {
          add: (to, block) => this.#serve(to, 'block', block),
          remove: (to, block) => this.#lanes.get(to)?.link.upload.remove(this, block),
        },
      },
      this.#scope,
    );
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  get feeders(): readonly PeerId[] {
    return this.#swarm.feeders;
  }

  /** Who gave how much since this began. */
  get givers(): DropSnapshot['givers'] {
    return [...this.#gaveBytes].map(([peerId, bytes]) => ({ peerId, bytes }));
  }

  /** Admitted ones that take part now. */
  get admitted(): ReadonlySet<PeerId> {
    return new Set([...this.#lanes.keys()].filter((peerId) => this.#admitted.has(peerId)));
  }

  get fed(): readonly PeerId[] {
    return this.#swarm.served;
  }

  /** Somebody takes part whose link carries now. */
  get isReached(): boolean {
    return [...this.#lanes.values()].some(({ link }) => link.session.state.snapshot.phase === 'open');
  }

  bytesPerSecond(): number {
    const speed = this.#deps.isSource ? this.#sent : this.#received;
    return speed.bytesPerSecond(this.#deps.clock.now());
  }

  // ---- links ----------------------------------------------------------------------------------------------------------

  /** Somebody who is none of the drop's people may join as a giver. */
  admit(peerId: PeerId): void {
    this.#admitted.add(peerId);
  }

  isAdmitted(peerId: PeerId): boolean {
    return this.#admitted.has(peerId);
  }

  /** Nothing more is wanted of those who were admitted. */
  dismissAdmitted(): void {
    const { dropId } = this.#deps;
    for (const peerId of this.admitted) {
      this.#lanes.get(peerId)?.link.send('drop.leave', { dropId });
      this.leave(peerId);
    }
    this.#admitted.clear();
  }

  /** Asks them to take part, unless they were asked over this link. */
  join(link: DropLink): void {
    if (this.#cut.has(link.peerId) || this.#lanes.get(link.peerId)?.link === link) return;
    this.#sayJoin(this.#openLane(link), { isAnswer: false });
  }

  /** Whoever is asked to take part answers, even when both ask at once: an earlier word may not have been heard. */
  heardJoin(link: DropLink, stream: number, { isAnswer }: { isAnswer: boolean }): void {
    if (this.#cut.has(link.peerId)) return;
    const before = this.#lanes.get(link.peerId);
    let lane = before?.link === link ? before : null;
    const isKnown = lane?.outgoing === stream;
    if (isAnswer && (!lane || isKnown)) return;
    // They begin anew: so do I.
    if (!lane || (!isKnown && !isAnswer && lane.outgoing !== null)) lane = this.#openLane(link);
    if (!isAnswer) this.#sayJoin(lane, { isAnswer: true });
    if (isKnown) return;
    lane.outgoing = stream;
    const { peerId } = link;
    this.#swarm.join(peerId, { isSource: peerId === this.#deps.source, isGiver: this.#admitted.has(peerId) });
    this.#askPages();
    this.#deps.changed();
  }

  leave(peerId: PeerId): void {
    const lane = this.#lanes.get(peerId);
    if (!lane) return;
    this.#swarm.leave(peerId);
    this.#pages.release(peerId);
    lane.link.lane.closeStream(lane.incoming);
    lane.link.upload.remove(this, null);
    this.#lanes.delete(peerId);
    this.#askPages();
    this.#deps.changed();
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#swarm.setPaused(isPaused);
    if (!isPaused) this.#askPages();
  }

  end(): void {
    const { dropId } = this.#deps;
    for (const { link } of this.#lanes.values()) link.send('drop.leave', { dropId });
    for (const peerId of [...this.#lanes.keys()]) this.leave(peerId);
    this.#swarm.end();
    this.#scope.end();
  }

  // ---- files ----------------------------------------------------------------------------------------------------------

  /** What a file is made of is known now. */
  opened(file: number): void {
    const { files, isSource } = this.#deps;
    if (isSource) {
      this.#swarm.setReady(files.knownBlocks);
      return;
    }
    if (files.isFileWhole(file)) return;
    const end = files.layout.first(file + 1);
    for (let start = files.layout.first(file); start < end; start += hashesPerPage) {
      if (files.hasPage(start)) this.#markReady(start);
      else this.#pages.want(start);
    }
    this.#swarm.setReady(files.layout.blocks);
    this.#askPages();
  }

  /** A file is played here: from this block of it on it is fetched first. */
  want(file: number, index: number): void {
    const { layout } = this.#deps.files;
    if (index < 0 || index >= layout.count(file)) return;
    const block = layout.first(file) + index;
    this.#pages.wantFirst(layout.pageStart(layout.page(block)));
    this.#askPages();
    this.#swarm.want(block, layout.first(file + 1));
  }

  /** What was held when it was opened counts. */
  refresh(): void {
    this.#swarm.refresh();
  }

  /** Once a second: pages that did not come are asked of others. */
  tick(): void {
    this.#askPages();
  }

  // ---- messages -------------------------------------------------------------------------------------------------------

  receive(link: DropLink, message: DropMessage): void {
    const { peerId } = link;
    if (this.#lanes.get(peerId)?.link !== link) return;
    const swarm = this.#swarm;
    if (message.kind === 'drop.leave') this.leave(peerId);
    else if (message.kind === 'drop.choke') swarm.heardChoke(peerId, message.body.isChoked);
    if (!('blocks' in message.body) || rangesEnd(message.body.blocks) > this.#deps.files.layout.blocks) return;
    const { blocks } = message.body;
    if (message.kind === 'drop.have') swarm.heardHave(peerId, blocks, message.body.isWhole);
    else if (message.kind === 'drop.ask') swarm.heardAsk(peerId, blocks);
    else if (message.kind === 'drop.unask') swarm.heardUnask(peerId, blocks);
    else if (message.kind === 'drop.ask-pages') this.#servePages(peerId, blocks);
    if (message.kind === 'drop.have') this.#askPages();
  }

  #openLane(link: DropLink): Lane {
    const { peerId } = link;
    this.leave(peerId);
    const incoming = link.lane.openStream({
      expect: (kind, block) => this.#expect(peerId, kind, block),
      complete: (kind, block, bytes) => {
        if (kind === 'page') void this.#takePage(peerId, block, bytes);
        else void this.#takeBlock(peerId, block, bytes);
      },
    });
    const lane: Lane = { link, incoming, outgoing: null, bad: 0 };
    this.#lanes.set(peerId, lane);
    return lane;
  }

  #sayJoin({ link, incoming }: Lane, { isAnswer }: { isAnswer: boolean }): void {
    const { dropId, files } = this.#deps;
    link.send('drop.join', { dropId, stream: incoming, isAnswer, contents: files.known });
  }

  #wire() {
    const { dropId, files } = this.#deps;
    const link = (to: PeerId): DropLink | undefined => this.#lanes.get(to)?.link;
    const copy = (ranges: readonly number[]): number[] => [...ranges];
    return {
      have: (to: PeerId, ranges: readonly number[], isWhole: boolean) =>
        link(to)?.send('drop.have', { dropId, isWhole, blocks: copy(ranges) }),
      ask: (to: PeerId, ranges: readonly number[]) => {
        const theirs = link(to);
        if (!theirs) return false;
        for (const block of blocksOf(ranges)) theirs.lane.owe(files.layout.length(block));
        theirs.send('drop.ask', { dropId, blocks: copy(ranges) });
        return true;
      },
      unask: (to: PeerId, ranges: readonly number[]) => link(to)?.send('drop.unask', { dropId, blocks: copy(ranges) }),
      choke: (to: PeerId, isChoked: boolean) => link(to)?.send('drop.choke', { dropId, isChoked }),
    };
  }

  // ---- sending --------------------------------------------------------------------------------------------------------

  #serve(to: PeerId, kind: PartKind, block: number): void {
    const lane = this.#lanes.get(to);
    if (!lane?.outgoing) return;
    const { files } = this.#deps;
    lane.link.upload.add({
      owner: this,
      kind,
      stream: lane.outgoing,
      block,
      read: async () => {
        try {
          if (kind === 'page') return await files.readPage(block, this.#scope.signal);
          return await files.readBlock(block, this.#scope.signal);
        } catch (reason) {
          this.#fail(reason);
          return null;
        }
      },
      sent: (bytes) => {
        this.#sentBytes += bytes;
        this.#deps.counted(to, bytes, 0);
        this.#sent.note(bytes, this.#deps.clock.now());
        if (kind === 'block') this.#swarm.sent(to, block);
        this.#deps.changed();
      },
    });
  }

  #servePages(to: PeerId, ranges: readonly number[]): void {
    if (this.#admitted.has(to)) return;
    let left: number = limits.dropPagesAtOnce;
    for (const start of blocksOf(ranges)) {
      const { layout } = this.#deps.files;
      if (layout.pageStart(layout.page(start)) === start) this.#serve(to, 'page', start);
      if (--left === 0) return;
    }
  }

  // ---- receiving ------------------------------------------------------------------------------------------------------

  #expect(peerId: PeerId, kind: PartKind, block: number): number | null {
    const { layout } = this.#deps.files;
    if (kind === 'page') return this.#pages.isAsked(peerId, block) ? layout.page(block).length : null;
    return this.#swarm.isAsked(peerId, block) ? layout.length(block) : null;
  }

  async #takePage(peerId: PeerId, start: number, hashes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (!this.#pages.came(peerId, start)) return;
    try {
      if (await this.#deps.files.takePage(start, hashes, this.#scope.signal)) {
        this.#markReady(start);
        this.#swarm.setReady(this.#deps.files.layout.blocks);
      } else {
        this.#pages.want(start);
        this.#blame(peerId);
      }
    } catch (reason) {
      this.#pages.want(start);
      this.#fail(reason);
    }
    this.#askPages();
  }

  async #takeBlock(peerId: PeerId, block: number, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const { files, clock } = this.#deps;
    if (!this.#swarm.arrived(peerId, block)) return;
    try {
      if (!(await files.isGenuine(block, bytes))) {
        this.#swarm.lost(block);
        this.#blame(peerId);
        return;
      }
      await files.writeBlock(block, bytes, this.#scope.signal);
    } catch (reason) {
      this.#swarm.lost(block);
      this.#fail(reason);
      return;
    }
    if (this.#scope.hasEnded) return;
    this.#received.note(bytes.length, clock.now());
    this.#deps.counted(peerId, 0, bytes.length);
    this.#gaveBytes.set(peerId, (this.#gaveBytes.get(peerId) ?? 0) + bytes.length);
    this.#swarm.kept(block);
    const { file } = files.layout.place(block);
    if (files.isFileWhole(file)) this.#deps.completed(file);
    this.#deps.changed();
  }

  #markReady(start: number): void {
    const { layout } = this.#deps.files;
    const end = start + layout.page(start).length / 32;
    for (let block = start; block < end; block += 1) setBit(this.#ready, block);
  }

  #askPages(): void {
    const { dropId, files, source, clock } = this.#deps;
    if (this.#isPaused) return;
    const holders = [...this.#lanes]
      .filter(([, { outgoing }]) => outgoing !== null)
      .map(([id]) => ({ id, isSource: id === source, bits: this.#swarm.bitsOf(id) }));
    for (const [id, starts] of this.#pages.next(holders, clock.now())) {
      const link = this.#lanes.get(id)?.link;
      for (const start of starts) link?.lane.owe(files.layout.page(start).length);
      link?.send('drop.ask-pages', { dropId, blocks: toRanges(starts) });
    }
  }

  /** Three bad blocks, and they are asked for nothing more. */
  #blame(peerId: PeerId): void {
    const lane = this.#lanes.get(peerId);
    if (!lane) return;
    lane.bad += 1;
    if (lane.bad < limits.dropBadBlocks) return;
    this.#cut.add(peerId);
    this.leave(peerId);
  }

  #fail(reason: unknown): void {
    const { code } = Failure.from(reason);
    if (code === 'aborted' || this.#scope.hasEnded) return;
    this.setPaused(true);
    this.#deps.failed(code);
  }
}

/** The pace of all drops, for the blocks of this one. */
function askingOf({ asking, files }: Pick<ExchangeDeps, 'asking' | 'files'>) {
  return {
    get waitMs(): number {
      return asking.waitMs;
    },
    get most(): number {
      return asking.most;
    },
    asked: (blocks: readonly number[]): void => {
      asking.asked(blocks.reduce((sum, block) => sum + files.layout.length(block), 0));
    },
  };
}

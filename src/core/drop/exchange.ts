// Who takes part in one drop with me, and over which link: joins and leaves, what they say of blocks, who is cut off. The blocks
// themselves: block-transfer.ts.
import type { DropId } from '#shared/drop';
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { AskPace } from '#core/bulk/ask-pace';
import { blocksOf, rangesEnd, toRanges } from '#core/drop/block-ranges';
import { BlockTransfer } from '#core/drop/block-transfer';
import type { DropFiles } from '#core/drop/drop-files';
import type { DropLink, DropMessage } from '#core/drop/drop-link';
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
  /** The blocks that go and come. */
  readonly transfer: BlockTransfer;
  readonly #deps: ExchangeDeps;
  readonly #scope: Scope;
  readonly #swarm: Swarm<PeerId>;
  readonly #lanes = new Map<PeerId, Lane>();
  /** Who sent too many bad blocks. */
  readonly #cut = new Set<PeerId>();
  /** Who may give besides the people of the drop; they get nothing. */
  readonly #admitted = new Set<PeerId>();
  #isPaused = false;

  constructor(deps: ExchangeDeps, sentBytes: number, scope: Scope) {
    this.#deps = deps;
    this.#scope = scope.child();
    const { files, isSource, goesToMany, clock } = deps;
    const { blocks } = files.layout;
    this.#swarm = new Swarm<PeerId>(
      {
        blocks,
        held: files.held,
        isSource,
        goesToMany,
        isReady: (block) => this.transfer.isReady(block),
        channels: (peerId) => this.#lanes.get(peerId)?.link.lane.channels ?? 1,
        clock,
        random: () => deps.random(),
        wire: this.#wire(),
        asking: askingOf(deps),
        upload: {
          add: (to, block) => this.transfer.serve(to, 'block', block),
          remove: (to, block) => this.#takeBack(to, block),
        },
      },
      this.#scope,
    );
    this.transfer = new BlockTransfer(
      {
        ...deps,
        swarm: this.#swarm,
        outgoing: (to) => this.#outgoing(to),
        holders: () => this.#holders(),
        askPages: (of, starts) => this.#askPages(of, starts),
        blame: (peerId) => this.#blame(peerId),
        failed: (code) => {
          this.setPaused(true);
          deps.failed(code);
        },
        scope: this.#scope,
      },
      sentBytes,
    );
  }

  get feeders(): readonly PeerId[] {
    return this.#swarm.feeders;
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
    this.transfer.askPages();
    this.#deps.changed();
  }

  leave(peerId: PeerId): void {
    const lane = this.#lanes.get(peerId);
    if (!lane) return;
    this.#swarm.leave(peerId);
    this.transfer.released(peerId);
    lane.link.lane.closeStream(lane.incoming);
    this.transfer.takeBack(lane.link, null);
    this.#lanes.delete(peerId);
    this.transfer.askPages();
    this.#deps.changed();
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#swarm.setPaused(isPaused);
    if (!isPaused) this.transfer.askPages();
  }

  end(): void {
    const { dropId } = this.#deps;
    for (const { link } of this.#lanes.values()) link.send('drop.leave', { dropId });
    for (const peerId of [...this.#lanes.keys()]) this.leave(peerId);
    this.#swarm.end();
    this.#scope.end();
  }

  // ---- files ----------------------------------------------------------------------------------------------------------

  /** What was held when it was opened counts. */
  refresh(): void {
    this.#swarm.refresh();
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
    else if (message.kind === 'drop.ask-pages' && !this.#admitted.has(peerId)) this.transfer.servePages(peerId, blocks);
    if (message.kind === 'drop.have') this.transfer.askPages();
  }

  #openLane(link: DropLink): Lane {
    const { peerId } = link;
    this.leave(peerId);
    const incoming = link.lane.openStream(this.transfer.sinkOf(peerId));
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

  #outgoing(to: PeerId): { link: DropLink; stream: number } | null {
    const lane = this.#lanes.get(to);
    return lane && lane.outgoing !== null ? { link: lane.link, stream: lane.outgoing } : null;
  }

  #takeBack(from: PeerId, block: number | null): void {
    const link = this.#lanes.get(from)?.link;
    if (link) this.transfer.takeBack(link, block);
  }

  #holders(): { id: PeerId; isSource: boolean }[] {
    if (this.#isPaused) return [];
    return [...this.#lanes]
      .filter(([, { outgoing }]) => outgoing !== null)
      .map(([id]) => ({ id, isSource: id === this.#deps.source }));
  }

  #askPages(of: PeerId, starts: readonly number[]): void {
    const { dropId, files } = this.#deps;
    const link = this.#lanes.get(of)?.link;
    for (const start of starts) link?.lane.owe(files.layout.page(start).length);
    link?.send('drop.ask-pages', { dropId, blocks: toRanges(starts) });
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

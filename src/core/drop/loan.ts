// What I give to a drop that somebody else made: files of mine with the same content, to the one who downloads, beside other givers.
// Asks for nothing and takes nothing.
import { blockCount, blockLength, hashesPerPage, pageCount } from '#shared/content';
import type { DropId, FileEntry } from '#shared/drop';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import { blocksOf, rangesEnd } from '#core/drop/block-ranges';
import type { PartKind } from '#core/bulk/parts';
import type { DropLink, DropMessage } from '#core/drop/drop-link';
import type { DropSnapshot } from '#core/drop/snapshot';
import { Speed } from '#core/drop/speed';
import type { HeldFile } from '#core/ports/content';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';

/** A file of mine, and where it lies in the row of all blocks of their drop. */
interface LoanPiece {
  readonly first: number;
  readonly entry: FileEntry;
  readonly held: HeldFile;
}

export interface LoanDeps {
  readonly dropId: DropId;
  readonly self: PeerId;
  readonly link: DropLink;
  /** Rising and apart. */
  readonly pieces: readonly LoanPiece[];
  readonly clock: Clock;
  readonly nameOf: (peerId: PeerId) => string;
  readonly changed: () => void;
  readonly counted: (peerId: PeerId, sentBytes: number, receivedBytes: number) => void;
  /** They want nothing more, or it cannot be read any more. */
  over(loan: Loan): void;
  readonly scope: Scope;
}

const shownFiles = 20;

export class Loan {
  readonly #deps: LoanDeps;
  readonly #scope: Scope;
  readonly #incoming: number;
  readonly #atMs: number;
  readonly #speed = new Speed();
  readonly #bytes: number;
  /** What I send them carries this; null until they have joined. */
  #outgoing: number | null = null;
  #sentBytes = 0;

  constructor(deps: LoanDeps) {
    this.#deps = deps;
    this.#scope = deps.scope.child();
    this.#atMs = deps.clock.now();
    this.#bytes = deps.pieces.reduce((sum, { entry }) => sum + entry.size, 0);
    this.#incoming = deps.link.lane.openStream({ expect: () => null, complete: () => undefined });
    this.#sayJoin({ isAnswer: false });
  }

  get dropId(): DropId {
    return this.#deps.dropId;
  }

  get peerId(): PeerId {
    return this.#deps.link.peerId;
  }

  snapshot(): DropSnapshot {
    const { dropId, self, pieces, nameOf, clock } = this.#deps;
    const { peerId } = this;
    const stage = { phase: 'running' } as const;
    const name = nameOf(peerId);
    return {
      dropId,
      direction: 'outgoing',
      from: self,
      fromName: nameOf(self),
      roomId: null,
      atMs: this.#atMs,
      files: pieces.slice(0, shownFiles).map(({ entry }) => ({ path: entry.path, bytes: entry.size })),
      fileCount: pieces.length,
      bytes: this.#bytes,
      stage,
      doneBytes: this.#sentBytes,
      bytesPerSecond: this.#speed.bytesPerSecond(clock.now()),
      receivers: [{ peerId, name, stage, doneBytes: this.#sentBytes, feeders: [] }],
      feeders: [],
      givers: [],
      fed: this.#outgoing === null ? [] : [peerId],
      sentBytes: this.#sentBytes,
      isLoan: true,
    };
  }

  receive(message: DropMessage): void {
    if (message.kind === 'drop.join') this.#heardJoin(message.body.stream, message.body.isAnswer);
    else if (message.kind === 'drop.leave') this.#deps.over(this);
    else if (message.kind === 'drop.ask') this.#heardAsk(message.body.blocks);
    else if (message.kind === 'drop.ask-pages') this.#heardAskPages(message.body.blocks);
    else if (message.kind === 'drop.unask') this.#heardUnask(message.body.blocks);
  }

  /** @param says whether they have to hear of it: not when their link is gone, or they said so themselves */
  end({ says }: { says: boolean }): void {
    const { link, dropId } = this.#deps;
    link.lane.closeStream(this.#incoming);
    link.upload.remove(this, null);
    if (says) link.send('drop.leave', { dropId });
    this.#scope.end();
  }

  #sayJoin({ isAnswer }: { isAnswer: boolean }): void {
    const { link, dropId } = this.#deps;
    link.send('drop.join', { dropId, stream: this.#incoming, isAnswer, contents: 0 });
  }

  #heardJoin(stream: number, isAnswer: boolean): void {
    if (!isAnswer) this.#sayJoin({ isAnswer: true });
    if (this.#outgoing === stream) return;
    const { link, dropId, pieces } = this.#deps;
    link.upload.remove(this, null); // of a stream that is no more
    this.#outgoing = stream;
    const blocks = pieces.flatMap(({ first, entry }) => [first, blockCount(entry.size)]);
    link.send('drop.have', { dropId, isWhole: false, blocks: joined(blocks) });
    link.send('drop.choke', { dropId, isChoked: false });
    this.#deps.changed();
  }

  #heardAsk(ranges: readonly number[]): void {
    let left: number = limits.dropAsksQueued;
    for (const block of blocksOf(ranges)) {
      this.#serve('block', block);
      if (--left === 0) return;
    }
  }

  #heardAskPages(ranges: readonly number[]): void {
    let left: number = limits.dropPagesAtOnce;
    for (const start of blocksOf(ranges)) {
      this.#serve('page', start);
      if (--left === 0) return;
    }
  }

  #heardUnask(ranges: readonly number[]): void {
    const { upload } = this.#deps.link;
    if (rangesEnd(ranges) - (ranges[0] ?? 0) >= limits.dropAsksQueued) upload.remove(this, null);
    else for (const block of blocksOf(ranges)) upload.remove(this, block);
  }

  #serve(kind: PartKind, block: number): void {
    const found = this.#find(block);
    if (!found || this.#outgoing === null) return;
    const { held, index } = found;
    const page = index / hashesPerPage;
    if (kind === 'page' && (!Number.isInteger(page) || page >= pageCount(held.manifest.size))) return;
    const { link, clock } = this.#deps;
    const { signal } = this.#scope;
    link.upload.add({
      owner: this,
      kind,
      stream: this.#outgoing,
      block,
      read: async () => {
        try {
          if (kind === 'page') return new Uint8Array(await held.readHashes(page, signal));
          const bytes = await held.readBlock(index, signal);
          return bytes.length === blockLength(held.manifest.size, index) ? bytes : null;
        } catch {
          if (!this.#scope.hasEnded) this.#deps.over(this);
          return null;
        }
      },
      sent: (bytes) => {
        this.#sentBytes += bytes;
        this.#deps.counted(this.peerId, bytes, 0);
        this.#speed.note(bytes, clock.now());
        this.#deps.changed();
      },
    });
  }

  #find(block: number): { held: HeldFile; index: number } | null {
    const { pieces } = this.#deps;
    let low = 0;
    let high = pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((pieces[middle]?.first ?? 0) <= block) low = middle;
      else high = middle - 1;
    }
    const piece = pieces[low];
    const index = block - (piece?.first ?? 0);
    return piece && index >= 0 && index < blockCount(piece.entry.size) ? { held: piece.held, index } : null;
  }
}

/** Runs that touch become one. */
function joined(runs: readonly number[]): number[] {
  const ranges: number[] = [];
  for (let at = 0; at < runs.length; at += 2) {
    const [start = 0, count = 0] = runs.slice(at, at + 2);
    if (ranges.length > 0 && rangesEnd(ranges) === start) ranges.push((ranges.pop() ?? 0) + count);
    else ranges.push(start, count);
  }
  return ranges;
}

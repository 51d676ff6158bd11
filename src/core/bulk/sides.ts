// The side connections of one link: those I opened because the path loses packets, and those that the other side opened while it owes me
// blocks. Where a friend carries the link there are none.
import { bulkMessages, type SideSignal } from '#core/bulk/messages';
import { PartAssembly, type AssemblyDeps, type Owed } from '#core/bulk/parts';
import { Side } from '#core/bulk/side';
import { SidePolicy } from '#core/bulk/side-policy';
import type { Upload } from '#core/bulk/upload';
import type { Session } from '#core/peers/session';
import type { Clock, Connection } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { TokenBucket } from '#core/wire/rate-limit';
import type { Joined } from '#core/wire/router';

export interface SidesDeps {
  readonly session: Pick<Session, 'connection' | 'router' | 'via' | 'close'>;
  readonly upload: Upload;
  readonly owed: Owed;
  /** Where what comes belongs. */
  readonly assembly: AssemblyDeps;
  /** A connection for data alone. */
  readonly open: (isPolite: boolean) => Connection;
  readonly clock: Clock;
  /** Something of what was asked for may never come. */
  lost(): void;
}

type Owner = 'mine' | 'theirs';

export class Sides {
  readonly #deps: SidesDeps;
  readonly #joined: Joined<typeof bulkMessages>;
  readonly #sides: Record<Owner, Map<number, Side>> = { mine: new Map(), theirs: new Map() };
  readonly #retired = new WeakSet<Side>();
  readonly #policy = new SidePolicy();
  readonly #offers: TokenBucket;
  #nextSide = 0;
  #isReading = false;
  #cancelRead: () => void = () => undefined;
  #isEnded = false;

  constructor(deps: SidesDeps) {
    this.#deps = deps;
    const { session, clock } = deps;
    this.#offers = new TokenBucket({ perSecond: limits.bulkSidesPerSecond, burst: limits.bulkSidesBurst }, clock.now());
    this.#joined = session.router.join(bulkMessages, {
      'bulk.side': ({ side, isMine, signal }) => this.#heard(isMine ? 'theirs' : 'mine', side, signal),
    });
    if (session.via === null) this.#readLater();
  }

  /** Through how many of them blocks may come. */
  get receiving(): number {
    return countOpen(this.#sides.theirs);
  }

  end(): void {
    this.#isEnded = true;
    this.#cancelRead();
    this.#joined.leave();
    for (const sides of Object.values(this.#sides)) {
      for (const side of sides.values()) side.stop();
      sides.clear();
    }
  }

  // ---- what I open ----------------------------------------------------------------------------------------------------

  #readLater(): void {
    this.#cancelRead = this.#deps.clock.after(paces.bulkSideReadMs, () => {
      void this.#read();
      this.#readLater();
    });
  }

  async #read(): Promise<void> {
    const { session, upload, clock } = this.#deps;
    if (this.#isReading) return;
    this.#isReading = true;
    const isSaturated = upload.waitingBytes > limits.bulkPartBytes;
    // A link at rest is not measured.
    const path = isSaturated ? await session.connection.diagnose().catch(() => null) : null;
    this.#isReading = false;
    if (this.#isEnded) return;
    const wanted = this.#policy.wanted({
      nowMs: clock.now(),
      sentBytes: upload.goneBytes,
      roundTripMs: path?.counters.roundTripMs ?? null,
      isSaturated,
      sides: countOpen(this.#sides.mine),
    });
    this.#provide(wanted);
  }

  #provide(wanted: number): void {
    const mine = [...this.#sides.mine.values()];
    const going = mine.filter((side) => !this.#retired.has(side));
    for (const side of going.slice(wanted)) this.#retired.add(side);
    for (const side of mine) if (this.#retired.has(side)) side.rest(this.#deps.upload.retire(side));
    for (let count = going.length; count < wanted && this.#nextSide < limits.bulkSideNumber; count += 1) {
      this.#nextSide += 1;
      this.#make('mine', this.#nextSide).offer();
    }
  }

  // ---- what they open -------------------------------------------------------------------------------------------------

  #heard(owner: Owner, number: number, signal: SideSignal): void {
    const known = this.#sides[owner].get(number);
    if (known) known.receive(signal);
    else if (owner === 'theirs' && signal.kind === 'offer' && this.#mayAnswer())
      this.#make(owner, number).receive(signal);
  }

  #mayAnswer(): boolean {
    const { session, owed, clock } = this.#deps;
    if (session.via !== null || owed.bytes <= 0 || this.#sides.theirs.size >= limits.bulkSides) return false;
    return this.#offers.take(clock.now());
  }

  // ---- both -----------------------------------------------------------------------------------------------------------

  #make(owner: Owner, number: number): Side {
    const { session, upload, owed, assembly, clock } = this.#deps;
    const isMine = owner === 'mine';
    const parts = new PartAssembly(assembly, owed);
    const side = new Side({
      connection: this.#deps.open(!isMine),
      link: session.connection,
      isMine,
      clock,
      say: (signal) => this.#joined.send('bulk.side', { side: number, isMine, signal }),
      opened: (opened) => {
        if (isMine) upload.widen(opened);
      },
      drained: () => upload.drained(),
      received: (part) => {
        const isFine = parts.take(part);
        if (!isFine) session.close('protocol-broken');
        return isFine;
      },
      ended: (ended, isLost) => {
        this.#sides[owner].delete(number);
        if (isMine) upload.lose(ended);
        else if (isLost) this.#deps.lost();
        if (isMine && !ended.isOpen) this.#policy.refused(clock.now(), countOpen(this.#sides.mine));
      },
    });
    this.#sides[owner].set(number, side);
    return side;
  }
}

const countOpen = (sides: ReadonlyMap<number, Side>): number =>
  [...sides.values()].filter(({ isOpen }) => isOpen).length;

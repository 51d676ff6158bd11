// File drop of this person: what they give, take, stop and see of it. What others say: drop-desk.ts; drops that run: drop-runs.ts.
import type { DropFacts, DropId, DropRecord } from '#shared/drop';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import { toHex } from '#core/base/bytes';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import type { ReadableStore } from '#core/base/store';
import type { BulkLanes } from '#core/bulk/bulk-lanes';
import { DropAsks, type Ask } from '#core/drop/drop-asks';
import { DropDesk } from '#core/drop/drop-desk';
import { DropLinks } from '#core/drop/drop-links';
import type { RunDeps } from '#core/drop/drop-run';
import { DropRuns, type Heard } from '#core/drop/drop-runs';
import { DropShelf } from '#core/drop/drop-shelf';
import { Loans, type Lent } from '#core/drop/loans';
import type { Offer } from '#core/drop/offer-parts';
import type { DropSnapshot } from '#core/drop/snapshot';
import type { Sought } from '#core/drop/sought';
import type { Peers } from '#core/peers/peers';
import type { ContentStore, GivenFile, Sha256 } from '#core/ports/content';
import type { Clock, RandomBytes } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface DropsDeps {
  readonly self: PeerId;
  /** Empty when nothing is known of them. */
  readonly nameOf: (peerId: PeerId) => string;
  readonly peers: Pick<Peers, 'events' | 'session'>;
  readonly lanes: BulkLanes;
  readonly content: ContentStore;
  readonly sha256: Sha256;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Whether this is taken without asking. */
  readonly acceptsAtOnce: (from: PeerId, offer: Offer) => boolean;
  /** Whether this person asked for it out of a shared folder. */
  readonly isShared: (dropId: DropId) => boolean;
  /** So much of files went to and came from somebody. */
  readonly counted: (peerId: PeerId, sentBytes: number, receivedBytes: number) => void;
  /** Whether this person is in a call or a room: speech and pictures come first then. */
  readonly isTalking: () => boolean;
  readonly scope: Scope;
}

export interface DropsEvents {
  asked: DropId;
  finished: DropId;
  failed: { readonly dropId: DropId; readonly code: FailureCode };
}

const goesOn: ReadonlySet<DropRecord['state']> = new Set(['open', 'paused', 'failed']);

export class Drops {
  readonly #deps: DropsDeps;
  readonly #events = new Emitter<DropsEvents>();
  readonly #links: DropLinks;
  readonly #runs: DropRuns;
  readonly #asks = new DropAsks();
  readonly #shelf: DropShelf;
  readonly #desk: DropDesk;
  readonly #loans: Loans;

  constructor(deps: DropsDeps) {
    this.#deps = deps;
    const { self, clock, scope } = deps;
    this.#shelf = new DropShelf({ self, clock, scope, collect: () => this.#collect() });
    this.#links = new DropLinks({
      ...deps,
      opened: (link) => {
        for (const run of this.#runs.all) run.linked(link);
      },
      closed: (peerId) => {
        for (const run of this.#runs.all) run.unlinked(peerId);
        this.#loans.unlinked(peerId);
      },
      offered: (link, offer) => this.#desk.offered(link, offer),
      received: (link, message) => this.#desk.receive(link, message),
    });
    this.#runs = new DropRuns({
      ...deps,
      run: this.#runDeps(),
      links: () => this.#links.capable(),
      began: (dropId) => {
        this.#asks.remove(dropId);
        this.#shelf.remove(dropId);
      },
      failed: (dropId, code) => this.#failed(dropId, code),
    });
    this.#loans = new Loans({
      ...deps,
      link: (peerId) => this.#links.get(peerId),
      isKnown: (dropId) => this.#isKnown(dropId),
      changed: () => this.#shelf.changed(),
    });
    this.#desk = new DropDesk({
      ...deps,
      runs: this.#runs,
      asks: this.#asks,
      shelf: this.#shelf,
      loans: this.#loans,
      links: this.#links,
      accept: (dropId) => this.accept(dropId),
      asked: (dropId) => this.#events.emit('asked', dropId),
    });
    this.#every(paces.dropStateMs, () => {
      for (const run of this.#runs.all) run.tick();
      this.#shelf.changed();
    });
    scope.onEnd(() => this.#runs.end());
    void this.#load();
  }

  get store(): ReadableStore<readonly DropSnapshot[]> {
    return this.#shelf.store;
  }

  get events(): Subscribable<DropsEvents> {
    return this.#events;
  }

  /** Their Roundtable is older than file drop. */
  unavailableAt(peerId: PeerId): boolean {
    return this.#links.isUnable(peerId);
  }

  /** What all drops together, and all else that goes in blocks, may send, bytes a second; null for no limit. */
  limitUpload(bytesPerSecond: number | null): void {
    this.#links.limitTo(bytesPerSecond);
  }

  /** The same for what they may get. */
  limitDownload(bytesPerSecond: number | null): void {
    this.#deps.lanes.asking.limitTo(bytesPerSecond);
  }

  /** Nothing is given while it is held; what others give goes on. */
  holdGiving(isHeld: boolean): void {
    this.#links.hold(isHeld);
  }

  /**
   * Resolves once it is in the store; it goes on from there. Fails as `ContentStore.give` does.
   * @param to with the drop's id where it was asked for under that
   */
  async send(
    files: readonly GivenFile[],
    to: { readonly people: readonly PeerId[]; readonly roomId: RoomId | null; readonly dropId?: DropId },
  ): Promise<DropId> {
    const { self, random, content } = this.#deps;
    const people = [...new Set(to.people)].filter((peerId) => peerId !== self).slice(0, limits.dropPeople);
    if (people.length === 0) throw new Failure('peer-unreachable', 'nobody to give it to');
    const dropId = to.dropId ?? (toHex(random(16)) as DropId); // sound: 32 hex digits
    if (this.#isKnown(dropId)) throw new Failure('input-invalid', 'this drop is known');
    const isShared = to.dropId !== undefined;
    const facts = this.#facts({ dropId, direction: 'outgoing', from: self, to: people, roomId: to.roomId, isShared });
    this.#runs.start(await content.give(facts, files));
    return dropId;
  }

  accept(dropId: DropId): void {
    const ask = this.#asks.get(dropId);
    if (ask?.stage.phase !== 'asked' || this.#runs.isOpening(dropId)) return;
    const facts = this.#factsOf(ask);
    const early = [...ask.told, ...ask.heard.values()].map(({ link, message }): Heard => [link, message]);
    this.#runs.open(dropId, async () => await this.#deps.content.take(facts, ask.offer.entries), early);
  }

  decline(dropId: DropId): void {
    const ask = this.#asks.get(dropId);
    if (ask?.stage.phase !== 'asked') return;
    ask.stage = { phase: 'declined' };
    this.#desk.say(ask.from, dropId, 'declined');
    void this.#keepDeclined(ask);
    this.#shelf.changed();
  }

  pause(dropId: DropId): void {
    this.#runs.get(dropId)?.pause();
  }

  resume(dropId: DropId): void {
    this.#runs.get(dropId)?.resume();
  }

  cancel(dropId: DropId): void {
    this.decline(dropId);
    if (!this.#loans.stop(dropId)) void this.#runs.get(dropId)?.cancel(this.#deps.self);
  }

  /** This person plays a file that still comes: from this block on it is fetched before everything else of its drop. */
  want(dropId: DropId, file: number, index: number): void {
    this.#runs.taken(dropId)?.want(file, index);
  }

  // ---- givers besides whoever made a drop -----------------------------------------------------------------------------

  /** What running downloads out of shared folders lack, and others may have. */
  sought(): readonly Sought[] {
    return this.#runs.incoming.flatMap((run) => run.sought() ?? []);
  }

  /** They were asked: when they join it as a giver, they are one. */
  admit(dropId: DropId, peerId: PeerId): void {
    this.#runs.taken(dropId)?.admit(peerId);
  }

  /** Gives files of mine to somebody who downloads the same. Fails as `Loans.lend` does. */
  lend(to: PeerId, dropId: DropId, lent: readonly Lent[]): void {
    this.#loans.lend(to, dropId, lent);
  }

  /** Whoever gave it, me or another, wants nothing more of it: it stops here too. Somebody else's word counts for nothing. */
  takeBack(dropId: DropId, by: PeerId): void {
    const ask = this.#asks.get(dropId);
    if (ask?.from === by && ask.stage.phase === 'asked') {
      ask.stage = { phase: 'cancelled', by };
      this.#shelf.changed();
    }
    const run = this.#runs.get(dropId);
    if (run?.facts.from.peerId === by) void run.cancel(by);
  }

  /** After a failure; of a detached drop of mine, lets the browser ask for its files again. Called on a press. */
  retry(dropId: DropId): void {
    if (this.#asks.get(dropId)?.stage.phase === 'failed') {
      this.#acceptAgain(dropId);
      return;
    }
    const run = this.#runs.get(dropId);
    if (!run || run.state === 'cancelled' || run.state === 'finished') return;
    const { content } = this.#deps;
    const isMine = run.facts.direction === 'outgoing';
    const allowed = isMine ? content.allowAgain(dropId).catch(() => false) : Promise.resolve(true);
    void allowed.then(() => this.#runs.renew(dropId));
  }

  /** The files of a drop that is `detached`, chosen again. */
  async giveAgain(dropId: DropId, files: readonly GivenFile[]): Promise<void> {
    await this.#deps.content.giveAgain(dropId, files);
    this.#runs.renew(dropId);
  }

  /** Of what is over; files stay. */
  clear(dropId: DropId): void {
    const run = this.#runs.get(dropId);
    if (this.#asks.get(dropId)?.stage.phase === 'asked' || (run && (run.state === 'open' || run.state === 'paused')))
      return;
    const isKept = run !== undefined || this.#shelf.kept(dropId) !== null;
    this.#runs.remove(dropId);
    this.#asks.remove(dropId);
    this.#shelf.remove(dropId);
    if (isKept) void this.#deps.content.forget([dropId]).catch(() => undefined); // shown again after a restart
    this.#shelf.changed();
  }

  // ---- drops ----------------------------------------------------------------------------------------------------------

  async #load(): Promise<void> {
    // What cannot be read now is not lost: it is read at the next start.
    const records = await this.#deps.content.list().catch((): readonly DropRecord[] => []);
    if (this.#deps.scope.hasEnded) return;
    for (const record of records) {
      this.#shelf.keep(record);
      if (goesOn.has(record.state)) this.#runs.reopen(record.dropId);
    }
    this.#shelf.changed();
    this.#links.begin();
  }

  #acceptAgain(dropId: DropId): void {
    const ask = this.#asks.get(dropId);
    if (!ask) return;
    ask.stage = { phase: 'asked' };
    this.accept(dropId);
  }

  /** Over restarts; where that fails, for as long as the app runs. */
  async #keepDeclined(ask: Ask): Promise<void> {
    const { dropId, entries } = ask.offer;
    const record = await this.#deps.content.decline(this.#factsOf(ask), entries).catch(() => null);
    if (!record || this.#asks.get(dropId) !== ask || this.#deps.scope.hasEnded) return;
    this.#asks.remove(dropId);
    this.#shelf.keep(record);
    this.#shelf.changed();
  }

  /** It could not even be taken or opened. */
  #failed(dropId: DropId, code: FailureCode): void {
    const ask = this.#asks.get(dropId);
    if (ask) ask.stage = { phase: 'failed', code };
    else this.#shelf.fail(dropId, code);
    this.#events.emit('failed', { dropId, code });
    this.#shelf.changed();
  }

  #runDeps(): RunDeps {
    const { self, clock, sha256, nameOf, counted, scope } = this.#deps;
    return {
      asking: this.#deps.lanes.asking,
      counted,
      self,
      clock,
      sha256,
      nameOf,
      random: () => this.#random(),
      link: (peerId) => this.#links.get(peerId),
      changed: () => this.#shelf.changed(),
      ended: (dropId, how) => {
        if ('finished' in how) this.#events.emit('finished', dropId);
        else this.#events.emit('failed', { dropId, code: how.failed });
      },
      scope,
    };
  }

  // ---- around it ------------------------------------------------------------------------------------------------------

  #factsOf({ from, offer: { dropId, roomId, people } }: Ask): DropFacts {
    const isShared = this.#deps.isShared(dropId);
    return this.#facts({ dropId, direction: 'incoming', from, to: people, roomId, isShared });
  }

  #facts(
    given: Pick<DropFacts, 'dropId' | 'direction' | 'roomId' | 'isShared'> & { from: PeerId; to: readonly PeerId[] },
  ): DropFacts {
    const person = (peerId: PeerId): DropFacts['from'] => ({ peerId, name: this.#deps.nameOf(peerId).slice(0, 64) });
    return { ...given, from: person(given.from), to: given.to.map(person) };
  }

  #collect(): DropSnapshot[] {
    const { self, nameOf } = this.#deps;
    const runs = this.#runs.all.map((run) => run.snapshot());
    return [...runs, ...this.#loans.snapshots(), ...this.#asks.snapshots(self, nameOf)];
  }

  #isKnown(dropId: DropId): boolean {
    return this.#runs.has(dropId) || this.#asks.get(dropId) !== null || this.#shelf.kept(dropId) !== null;
  }

  #random(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#deps.random(4);
    return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) / 2 ** 32;
  }

  #every(periodMs: number, act: () => void): void {
    const { clock, scope } = this.#deps;
    let cancel = (): void => undefined;
    const next = (): void => {
      cancel = clock.after(periodMs, () => {
        act();
        next();
      });
    };
    next();
    scope.onEnd(() => cancel());
  }
}

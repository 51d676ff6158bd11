// File drop of this person: what they gave and took, over every link, and as it is kept over restarts.
import type { DropFacts, DropId, DropRecord } from '#shared/drop';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import { toHex } from '#core/base/bytes';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import type { ReadableStore } from '#core/base/store';
import type { BulkLanes } from '#core/bulk/bulk-lanes';
import { DropAsks } from '#core/drop/drop-asks';
import type { DropLink, DropMessage } from '#core/drop/drop-link';
import { DropLinks } from '#core/drop/drop-links';
import type { DropRun, RunDeps } from '#core/drop/drop-run';
import { DropShelf } from '#core/drop/drop-shelf';
import { IncomingRun } from '#core/drop/incoming-run';
import { Loans, type Lent } from '#core/drop/loans';
import type { Offer } from '#core/drop/offer-parts';
import { OutgoingRun } from '#core/drop/outgoing-run';
import type { DropSnapshot } from '#core/drop/snapshot';
import type { Sought } from '#core/drop/sought';
import type { Peers } from '#core/peers/peers';
import type { ContentStore, GivenFile, IncomingDrop, OutgoingDrop, Sha256 } from '#core/ports/content';
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
  readonly #runs = new Map<DropId, DropRun>();
  readonly #asks = new DropAsks();
  readonly #shelf: DropShelf;
  readonly #loans: Loans;
  /** Being taken, given or opened: what is said of them meanwhile. */
  readonly #opening = new Map<DropId, [DropLink, DropMessage][]>();

  constructor(deps: DropsDeps) {
    this.#deps = deps;
    const { self, clock, scope } = deps;
    this.#shelf = new DropShelf({ self, clock, scope, collect: () => this.#collect() });
    this.#links = new DropLinks({
      ...deps,
      opened: (link) => {
        for (const run of this.#runs.values()) run.linked(link);
      },
      closed: (peerId) => {
        for (const run of this.#runs.values()) run.unlinked(peerId);
        this.#loans.unlinked(peerId);
      },
      offered: (link, offer) => this.#heardOffer(link, offer),
      received: (link, message) => this.#receive(link, message),
    });
    this.#loans = new Loans({
      ...deps,
      link: (peerId) => this.#links.get(peerId),
      isKnown: (dropId) => this.#isKnown(dropId),
      changed: () => this.#shelf.changed(),
    });
    this.#every(paces.dropStateMs, () => {
      for (const run of this.#runs.values()) run.tick();
      this.#shelf.changed();
    });
    scope.onEnd(() => {
      for (const run of this.#runs.values()) run.end();
    });
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
    this.#start(await content.give(facts, files));
    return dropId;
  }

  accept(dropId: DropId): void {
    const ask = this.#asks.get(dropId);
    if (ask?.stage.phase !== 'asked' || this.#opening.has(dropId)) return;
    const { from, offer, heard } = ask;
    const { roomId, people, entries } = offer;
    const isShared = this.#deps.isShared(dropId);
    const facts = this.#facts({ dropId, direction: 'incoming', from, to: people, roomId, isShared });
    const early = [...heard.values()].map(({ link, message }): [DropLink, DropMessage] => [link, message]);
    this.#open(dropId, async () => await this.#deps.content.take(facts, entries), early);
  }

  decline(dropId: DropId): void {
    const ask = this.#asks.get(dropId);
    if (ask?.stage.phase !== 'asked') return;
    ask.stage = { phase: 'declined' };
    this.#say(ask.from, dropId, 'declined');
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
    const run = this.#runs.get(dropId);
    if (run instanceof IncomingRun) run.want(file, index);
  }

  // ---- givers besides whoever made a drop -----------------------------------------------------------------------------

  /** What running downloads out of shared folders lack, and others may have. */
  sought(): readonly Sought[] {
    return [...this.#runs.values()].flatMap((run) => (run instanceof IncomingRun ? (run.sought() ?? []) : []));
  }

  /** They were asked: when they join it as a giver, they are one. */
  admit(dropId: DropId, peerId: PeerId): void {
    const run = this.#runs.get(dropId);
    if (run instanceof IncomingRun) run.admit(peerId);
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
    void allowed.then(() => this.#renew(dropId));
  }

  /** The files of a drop that is `detached`, chosen again. */
  async giveAgain(dropId: DropId, files: readonly GivenFile[]): Promise<void> {
    await this.#deps.content.giveAgain(dropId, files);
    this.#renew(dropId);
  }

  /** Of what is over; files stay. */
  clear(dropId: DropId): void {
    const run = this.#runs.get(dropId);
    if (this.#asks.get(dropId)?.stage.phase === 'asked' || (run && (run.state === 'open' || run.state === 'paused')))
      return;
    const isKept = run !== undefined || this.#shelf.kept(dropId) !== null;
    run?.end();
    this.#runs.delete(dropId);
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
      if (goesOn.has(record.state)) this.#reopen(record.dropId);
    }
    this.#shelf.changed();
    this.#links.begin();
  }

  #reopen(dropId: DropId, early: [DropLink, DropMessage][] = []): void {
    this.#open(dropId, async () => await this.#deps.content.reopen(dropId), early);
  }

  #renew(dropId: DropId): void {
    this.#runs.get(dropId)?.end();
    this.#runs.delete(dropId);
    this.#reopen(dropId);
  }

  #acceptAgain(dropId: DropId): void {
    const ask = this.#asks.get(dropId);
    if (!ask) return;
    ask.stage = { phase: 'asked' };
    this.accept(dropId);
  }

  #open(dropId: DropId, opening: () => Promise<OutgoingDrop | IncomingDrop>, early: [DropLink, DropMessage][]): void {
    const waiting = this.#opening.get(dropId);
    if (waiting) {
      waiting.push(...early);
      return;
    }
    this.#opening.set(dropId, early);
    opening().then(
      (content) => {
        if (!this.#deps.scope.hasEnded) this.#start(content);
      },
      (reason: unknown) => {
        this.#opening.delete(dropId);
        this.#failed(dropId, Failure.from(reason).code);
      },
    );
  }

  #start(content: OutgoingDrop | IncomingDrop): void {
    const { dropId } = content.record;
    const deps = this.#runDeps();
    const run = content.direction === 'outgoing' ? new OutgoingRun(deps, content) : new IncomingRun(deps, content);
    const early = this.#opening.get(dropId) ?? [];
    this.#opening.delete(dropId);
    this.#asks.remove(dropId);
    this.#shelf.remove(dropId);
    this.#runs.set(dropId, run);
    // A drop that failed before is tried again with everything else.
    if (run.state === 'failed') run.resume();
    for (const link of this.#links.capable()) run.linked(link);
    for (const [link, message] of early) if (this.#links.get(link.peerId) === link) run.receive(link, message);
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

  // ---- what others say ------------------------------------------------------------------------------------------------

  #heardOffer(link: DropLink, offer: Offer): void {
    const { dropId, people } = offer;
    const { self, clock, acceptsAtOnce } = this.#deps;
    const run = this.#runs.get(dropId);
    if (run?.facts.from.peerId === link.peerId) run.linked(link);
    if (run || this.#opening.has(dropId)) return;
    const kept = this.#shelf.kept(dropId);
    if (kept) {
      const isTheirs = kept.direction === 'incoming' && kept.from.peerId === link.peerId;
      if (isTheirs && kept.state !== 'open' && kept.state !== 'paused') this.#say(link.peerId, dropId, kept.state);
      return;
    }
    if (!people.includes(self) || people.includes(link.peerId)) return;
    const isNew = this.#asks.get(dropId) === null;
    const ask = this.#asks.add(offer, link.peerId, clock.now());
    if (ask?.stage.phase === 'declined') this.#say(link.peerId, dropId, 'declined');
    if (ask?.stage.phase !== 'asked') return;
    if (acceptsAtOnce(link.peerId, offer)) this.accept(dropId);
    else if (isNew) this.#events.emit('asked', dropId);
    this.#shelf.changed();
  }

  #receive(link: DropLink, message: DropMessage): void {
    if (!('dropId' in message.body) || this.#loans.receive(link, message)) return;
    const { dropId } = message.body;
    const run = this.#runs.get(dropId);
    const opening = this.#opening.get(dropId);
    if (run) this.#receiveInRun(run, link, message);
    else if (opening) {
      if (opening.length < limits.dropMessagesQueued) opening.push([link, message]);
    } else if (this.#asks.get(dropId)) this.#receiveAsked(dropId, link, message);
    else if (message.kind === 'drop.join') this.#heardJoin(dropId, link, message);
  }

  #receiveInRun(run: DropRun, link: DropLink, message: DropMessage): void {
    if (run.state !== 'cancelled') run.receive(link, message);
    else if (message.kind === 'drop.join') this.#say(link.peerId, run.facts.dropId, 'cancelled');
  }

  #receiveAsked(dropId: DropId, link: DropLink, message: DropMessage): void {
    const ask = this.#asks.get(dropId);
    if (!ask) return;
    if (message.kind === 'drop.state' && link.peerId === ask.from && message.body.phase === 'cancelled') {
      ask.stage = { phase: 'cancelled', by: ask.from };
      this.#shelf.changed();
    } else if (ask.offer.people.includes(link.peerId) && message.kind === 'drop.join') {
      ask.heard.set(link.peerId, { link, message });
    }
  }

  /** Of a drop that is over here: whoever belongs to it is served from what is on the disk. */
  #heardJoin(dropId: DropId, link: DropLink, message: DropMessage): void {
    const kept = this.#shelf.kept(dropId);
    const isOfIt = kept !== null && [kept.from, ...kept.to].some(({ peerId }) => peerId === link.peerId);
    if (isOfIt && kept.state === 'finished') this.#reopen(dropId, [[link, message]]);
    else this.#say(link.peerId, dropId, 'cancelled'); // believed of the one who gave it only
  }

  #say(to: PeerId, dropId: DropId, phase: 'declined' | 'cancelled' | 'finished' | 'failed'): void {
    const doneBytes = phase === 'finished' ? (this.#shelf.kept(dropId)?.bytes ?? 0) : 0;
    this.#links.get(to)?.send('drop.state', { dropId, phase, code: null, doneBytes, feeders: [] });
  }

  // ---- around it ------------------------------------------------------------------------------------------------------

  #facts(
    given: Pick<DropFacts, 'dropId' | 'direction' | 'roomId' | 'isShared'> & { from: PeerId; to: readonly PeerId[] },
  ): DropFacts {
    const person = (peerId: PeerId): DropFacts['from'] => ({ peerId, name: this.#deps.nameOf(peerId).slice(0, 64) });
    return { ...given, from: person(given.from), to: given.to.map(person) };
  }

  #collect(): DropSnapshot[] {
    const { self, nameOf } = this.#deps;
    const runs = [...this.#runs.values()].map((run) => run.snapshot());
    return [...runs, ...this.#loans.snapshots(), ...this.#asks.snapshots(self, nameOf)];
  }

  #isKnown(dropId: DropId): boolean {
    const isOpen = this.#runs.has(dropId) || this.#opening.has(dropId);
    return isOpen || this.#asks.get(dropId) !== null || this.#shelf.kept(dropId) !== null;
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

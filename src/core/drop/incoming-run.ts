// A drop that this person took: learns what its files are made of, fetches them from everybody who has them, gives them their
// names, and passes on what is here as long as the app runs.
import type { DropFacts, DropState, FileEntry } from '#shared/drop';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import { DropFiles } from '#core/drop/drop-files';
import type { DropBody, DropLink, DropMessage } from '#core/drop/drop-link';
import { DropPeople, progressOf, shownFacts, type DropRun, type RunDeps } from '#core/drop/drop-run';
import { Exchange } from '#core/drop/exchange';
import type { Content } from '#core/drop/messages';
import type { DropSnapshot, DropStage } from '#core/drop/snapshot';
import { soughtOf, type Sought } from '#core/drop/sought';
import type { IncomingDrop } from '#core/ports/content';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export class IncomingRun implements DropRun {
  readonly facts: DropFacts;
  readonly #deps: RunDeps;
  readonly #content: IncomingDrop;
  readonly #scope: Scope;
  readonly #entries: readonly FileEntry[];
  readonly #files: DropFiles;
  readonly #people: DropPeople;
  readonly #exchange: Exchange;
  readonly #finished = new Set<number>();
  /** One file after the other is opened and finished. */
  #work: Promise<void> = Promise.resolve();
  #isOpened = false;
  /** What was heard before it was known what is held. */
  #early: (() => void)[] = [];
  #state: DropState;
  #failure: FailureCode | null;
  #cancelledBy: PeerId | null = null;
  #saidState = '';
  #notedAtMs = 0;

  constructor(deps: RunDeps, content: IncomingDrop) {
    this.#deps = deps;
    this.#content = content;
    this.facts = content.record;
    this.#scope = deps.scope.child();
    this.#state = content.record.state;
    this.#failure = content.record.failure;
    this.#entries = content.files.map(({ entry }) => entry);
    this.#files = new DropFiles(this.#entries, deps.sha256);
    this.#people = new DropPeople(deps, this.facts.to);
    const { dropId, from } = this.facts;
    this.#exchange = new Exchange(
      {
        dropId,
        source: from.peerId,
        files: this.#files,
        isSource: false,
        goesToMany: false,
        clock: deps.clock,
        asking: deps.asking,
        counted: deps.counted,
        random: () => deps.random(),
        completed: (file) => this.#then(async () => await this.#finish(file)),
        changed: () => deps.changed(),
        failed: (code) => this.#fail(code),
      },
      content.record.sentBytes,
      this.#scope,
    );
    this.#exchange.setPaused(this.#state !== 'open' && this.#state !== 'finished');
    this.#then(async () => await this.#open());
  }

  get state(): DropState {
    return this.#state;
  }

  snapshot(): DropSnapshot {
    const atMs = this.#content.record.startedAt;
    const isFinished = this.#state === 'finished';
    const shown = { facts: this.facts, atMs, entries: this.#entries, files: this.#files };
    return {
      ...shownFacts(shown, (peerId) => this.#deps.nameOf(peerId)),
      stage: this.#stage(),
      doneBytes: isFinished ? this.#files.layout.bytes : this.#files.heldBytes,
      bytesPerSecond: this.#exchange.transfer.bytesPerSecond(),
      receivers: this.#people.receivers(this.#deps.self, () => ({ phase: 'offered' })),
      feeders: this.#exchange.feeders,
      givers: this.#exchange.transfer.givers,
      fed: this.#exchange.fed,
      sentBytes: this.#exchange.transfer.sentBytes,
      isLoan: false,
    };
  }

  /** What others who share the same could give; null of what is not out of a shared folder, and of what does not go on. */
  sought(): Sought | null {
    if (!this.facts.isShared || this.#state !== 'open' || !this.#isOpened) return null;
    const sizes = this.#entries.map(({ size }) => size);
    return soughtOf(this.facts, this.#files, sizes, this.#exchange.admitted);
  }

  /** They were asked whether they have the same: what they give is taken, and they get nothing. */
  admit(peerId: PeerId): void {
    if (this.#state === 'open' && !this.#isOfDrop(peerId)) this.#exchange.admit(peerId);
  }

  /** This person plays a file of it, and wants it from this block on. */
  want(file: number, index: number): void {
    this.#exchange.transfer.want(file, index);
  }

  linked(link: DropLink): void {
    if (this.#isOpened && this.#isOfDrop(link.peerId)) this.#exchange.join(link);
    this.#saidState = '';
  }

  unlinked(peerId: PeerId): void {
    this.#exchange.leave(peerId);
    this.#people.unlinked(peerId);
  }

  receive(link: DropLink, message: DropMessage): void {
    const { peerId } = link;
    if (!this.#isWithUs(peerId)) return;
    if (!this.#isOpened) this.#early.push(() => this.receive(link, message));
    else if (message.kind === 'drop.join') this.#heardJoin(link, message.body);
    else if (message.kind === 'drop.contents') {
      if (peerId !== this.facts.from.peerId) return;
      for (const content of message.body.contents) this.#then(async () => await this.#take(content));
    } else if (message.kind === 'drop.state') {
      if (this.#isOfDrop(peerId)) this.#heardState(message.body, peerId);
    } else this.#exchange.receive(link, message);
  }

  pause(): void {
    if (this.#state !== 'open') return;
    this.#setState('paused', null);
    this.#exchange.setPaused(true);
  }

  /** Also after a failure: what is held stays held. */
  resume(): void {
    if (this.#state !== 'paused' && this.#state !== 'failed') return;
    this.#setState('open', null);
    this.#exchange.setPaused(false);
    if (this.#isOpened) this.#joinAll();
    // A file that could not be finished is tried again.
    for (const file of this.#entries.keys()) if (this.#files.isFileWhole(file)) this.#then(() => this.#finish(file));
  }

  async cancel(by: PeerId): Promise<void> {
    await this.#stop(by);
  }

  tick(): void {
    this.#exchange.transfer.askPages();
    this.#sayState();
    const nowMs = this.#deps.clock.now();
    if (this.#state !== 'open' || nowMs - this.#notedAtMs < paces.dropNoteMs) return;
    this.#note();
  }

  end(): void {
    this.#exchange.end();
    this.#scope.end();
  }

  /** One of its people, or a giver from elsewhere. */
  #isWithUs(peerId: PeerId): boolean {
    return this.#isOfDrop(peerId) || this.#exchange.isAdmitted(peerId);
  }

  #isOfDrop(peerId: PeerId): boolean {
    return peerId === this.facts.from.peerId || this.facts.to.some((person) => person.peerId === peerId);
  }

  #stage(): DropStage {
    if (this.#state === 'cancelled') return { phase: 'cancelled', by: this.#cancelledBy ?? this.#deps.self };
    if (this.#state === 'failed') return { phase: 'failed', code: this.#failure ?? 'internal' };
    if (this.#state === 'paused') return { phase: 'paused', by: this.#deps.self };
    if (this.#state !== 'open') return { phase: this.#state };
    if (this.#exchange.feeders.length > 0 && this.#exchange.isReached) return { phase: 'running' };
    const { peerId } = this.facts.from;
    if (this.#people.told(peerId)?.phase === 'paused') return { phase: 'paused', by: peerId };
    const isGiverHere = this.#deps.link(peerId)?.session.state.snapshot.phase === 'open';
    if (!isGiverHere && this.#files.known < this.#entries.length) return { phase: 'waiting', isUntold: true };
    return { phase: this.#exchange.isReached ? 'running' : 'waiting' };
  }

  #heardJoin(link: DropLink, { stream, isAnswer }: DropBody<'drop.join'>): void {
    if (this.#state === 'cancelled') return;
    this.#exchange.heardJoin(link, stream, { isAnswer });
    this.#saidState = '';
    this.#sayState();
  }

  #heardState(told: DropBody<'drop.state'>, peerId: PeerId): void {
    this.#people.tell(told, peerId);
    const isGone = told.phase === 'cancelled' && peerId === this.facts.from.peerId;
    if (isGone && this.#state !== 'finished') {
      // What others give can become whole without whoever began it.
      const goesOn = this.#exchange.admitted.size > 0 && this.#files.known === this.#entries.length;
      if (goesOn) this.#exchange.leave(peerId);
      else void this.#stop(peerId);
    }
    this.#deps.changed();
  }

  #joinAll(): void {
    for (const { peerId } of [this.facts.from, ...this.facts.to]) {
      const link = peerId === this.#deps.self ? null : this.#deps.link(peerId);
      if (link) this.#exchange.join(link);
    }
  }

  // ---- files ----------------------------------------------------------------------------------------------------------

  /** After a restart: what was held before. */
  async #open(): Promise<void> {
    for (const [at, file] of this.#content.files.entries()) {
      if (file.isFinished) this.#finished.add(at);
      const held = await file.open(this.#scope.signal);
      if (!held) continue;
      this.#files.open(at, held);
      if (!this.#files.isFileWhole(at)) await this.#files.loadPages(at, this.#scope.signal);
      this.#exchange.transfer.opened(at);
      if (this.#files.isFileWhole(at)) await this.#finish(at);
    }
    this.#exchange.refresh();
    if (this.#scope.hasEnded) return;
    this.#isOpened = true;
    for (const act of this.#early.splice(0)) act();
    this.#joinAll();
    this.#deps.changed();
  }

  async #take(content: Content): Promise<void> {
    const { file } = content;
    const incoming = this.#content.files[file];
    if (!incoming || this.#files.isKnown(file)) return;
    const manifest = await this.#files.manifestOf(content);
    if (!manifest) throw new Failure('file-refused', 'not of the size that was offered');
    this.#files.open(file, await incoming.begin(manifest, this.#scope.signal));
    const first = this.#files.layout.first(file);
    if (content.hashes && this.#files.layout.count(file) > 0) {
      await this.#files.takePage(first, new Uint8Array(content.hashes), this.#scope.signal);
    }
    this.#exchange.transfer.opened(file);
    if (this.#files.isFileWhole(file)) await this.#finish(file);
  }

  async #finish(file: number): Promise<void> {
    if (!this.#finished.has(file)) {
      await this.#content.files[file]?.finish(this.#scope.signal);
      this.#finished.add(file);
    }
    if (this.#finished.size < this.#content.files.length || this.#state === 'finished') return;
    this.#setState('finished', null);
    this.#exchange.dismissAdmitted();
    this.#deps.ended(this.facts.dropId, { finished: true });
  }

  #then(act: () => Promise<void> | void): void {
    this.#work = this.#work.then(act).catch((reason: unknown) => {
      const { code } = Failure.from(reason);
      if (code !== 'aborted' && !this.#scope.hasEnded) this.#fail(code);
    });
  }

  // ---- how it stands --------------------------------------------------------------------------------------------------

  #fail(code: FailureCode): void {
    if (this.#state !== 'open') return;
    this.#exchange.setPaused(true);
    this.#setState('failed', code);
    this.#deps.ended(this.facts.dropId, { failed: code });
  }

  async #stop(by: PeerId): Promise<void> {
    if (this.#state === 'finished' || this.#state === 'cancelled') return;
    this.#cancelledBy = by;
    this.#setState('cancelled', by === this.#deps.self ? 'aborted' : null); // so it is known later who it was
    this.end();
    await this.#content.discard().catch(() => undefined); // main clears up at its next start
  }

  #setState(state: DropState, failure: FailureCode | null): void {
    this.#state = state;
    this.#failure = failure;
    this.#note();
    this.#sayState();
    this.#deps.changed();
  }

  #note(): void {
    this.#notedAtMs = this.#deps.clock.now();
    const progress = progressOf(this.#state, this.#failure, this.#exchange.transfer.sentBytes);
    this.#content.note(progress).catch(() => undefined); // noted again later
  }

  #sayState(): void {
    const { dropId, from, to } = this.facts;
    const stage = this.#stage();
    const phase =
      stage.phase === 'asked' || stage.phase === 'offered' || stage.phase === 'preparing' ? 'waiting' : stage.phase;
    const body = {
      dropId,
      phase: phase === 'detached' ? ('waiting' as const) : phase,
      code: this.#failure,
      doneBytes: this.#state === 'finished' ? this.#files.layout.bytes : this.#files.heldBytes,
      feeders: [...this.#exchange.feeders].slice(0, limits.dropPeople),
    };
    const said = JSON.stringify(body);
    if (said === this.#saidState) return;
    this.#saidState = said;
    for (const { peerId } of [from, ...to]) {
      // Whoever stopped it knows; told of it before they have done so, they would take it for mine.
      if (peerId !== this.#deps.self && peerId !== this.#cancelledBy) this.#deps.link(peerId)?.send('drop.state', body);
    }
  }
}

// A drop of this person's: reads and hashes the files while the offer waits for its answers, tells those who join what the files
// are made of, and gives blocks to them. It is over when nobody waits for it any more.
import { encodeHeader, hashBytes } from '#shared/content';
import type { DropFacts, DropState, FileEntry } from '#shared/drop';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import { DropFiles } from '#core/drop/drop-files';
import type { DropBody, DropLink, DropMessage } from '#core/drop/drop-link';
import { DropPeople, overPhases, progressOf, shownFacts, type DropRun, type RunDeps } from '#core/drop/drop-run';
import { Exchange } from '#core/drop/exchange';
import { cutOffer } from '#core/drop/offer-parts';
import type { DropReceiver, DropSnapshot, DropStage } from '#core/drop/snapshot';
import { ToldContents } from '#core/drop/told-contents';
import type { OutgoingDrop } from '#core/ports/content';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export class OutgoingRun implements DropRun {
  readonly facts: DropFacts;
  readonly #deps: RunDeps;
  readonly #content: OutgoingDrop;
  readonly #scope: Scope;
  readonly #entries: readonly FileEntry[];
  readonly #files: DropFiles;
  readonly #people: DropPeople;
  readonly #exchange: Exchange;
  readonly #contents: ToldContents;
  #state: DropState;
  #failure: FailureCode | null;
  #readBytes = 0;
  #isDetached = false;
  #notedAtMs = 0;

  constructor(deps: RunDeps, content: OutgoingDrop) {
    this.#deps = deps;
    this.#content = content;
    this.facts = content.record;
    this.#contents = new ToldContents(this.facts.dropId);
    this.#scope = deps.scope.child();
    this.#state = content.record.state === 'failed' ? 'open' : content.record.state;
    this.#failure = null;
    this.#entries = content.files.map(({ entry }) => entry);
    this.#files = new DropFiles(this.#entries, deps.sha256);
    this.#people = new DropPeople(deps, this.facts.to);
    this.#exchange = new Exchange(
      {
        dropId: this.facts.dropId,
        source: deps.self,
        files: this.#files,
        isSource: true,
        goesToMany: this.facts.to.length > 1,
        clock: deps.clock,
        asking: deps.asking,
        counted: deps.counted,
        random: () => deps.random(),
        completed: () => undefined,
        changed: () => deps.changed(),
        failed: (code) => this.#fail(code),
      },
      content.record.sentBytes,
      this.#scope,
    );
    if (this.#state === 'paused') this.#exchange.setPaused(true);
    this.#prepare().catch((reason: unknown) => {
      const { code } = Failure.from(reason);
      if (code !== 'aborted' && !this.#scope.hasEnded) this.#fail(code);
    });
  }

  get state(): DropState {
    return this.#state;
  }

  snapshot(): DropSnapshot {
    const shown = {
      facts: this.facts,
      atMs: this.#content.record.startedAt,
      entries: this.#entries,
      files: this.#files,
    };
    const receivers = this.#receivers();
    const going = receivers.filter(({ stage }) => !overPhases.has(stage.phase) || stage.phase === 'finished');
    const isReading = this.#files.known < this.#entries.length;
    return {
      ...shownFacts(shown, (peerId) => this.#deps.nameOf(peerId)),
      stage: this.#stage(receivers),
      doneBytes: isReading
        ? this.#readBytes
        : Math.min(...going.map(({ doneBytes }) => doneBytes), this.#files.layout.bytes),
      bytesPerSecond: this.#exchange.transfer.bytesPerSecond(),
      receivers,
      feeders: [],
      givers: [],
      fed: this.#exchange.fed,
      sentBytes: this.#exchange.transfer.sentBytes,
      isLoan: false,
    };
  }

  linked(link: DropLink): void {
    const { peerId } = link;
    const isOver = overPhases.has(this.#people.told(peerId)?.phase ?? 'offered');
    if (this.#state !== 'open' && this.#state !== 'paused') return;
    if (isOver || !this.#isReceiver(peerId)) return;
    const { dropId, roomId, to } = this.facts;
    const people = to.map((person) => person.peerId);
    for (const part of cutOffer({ dropId, roomId, people, entries: this.#entries })) link.send('drop.offer', part);
    this.#contents.offered(link);
    this.#sayStateTo(link);
  }

  unlinked(peerId: PeerId): void {
    this.#contents.unlinked(peerId);
    this.#exchange.leave(peerId);
    this.#people.unlinked(peerId);
  }

  receive(link: DropLink, message: DropMessage): void {
    const { peerId } = link;
    if (!this.#isReceiver(peerId)) return;
    if (message.kind === 'drop.join') this.#heardJoin(link, message.body);
    else if (message.kind === 'drop.state') {
      this.#people.tell(message.body, peerId);
      if (overPhases.has(message.body.phase) && message.body.phase !== 'finished') this.#exchange.leave(peerId);
      this.#judge();
      this.#deps.changed();
    } else this.#exchange.receive(link, message);
  }

  pause(): void {
    if (this.#state !== 'open') return;
    this.#exchange.setPaused(true);
    this.#setState('paused', null);
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#setState('open', null);
    this.#exchange.setPaused(false);
  }

  async cancel(): Promise<void> {
    if (this.#state === 'finished' || this.#state === 'cancelled') return;
    this.#setState('cancelled', null);
    this.end();
    await Promise.resolve();
  }

  tick(): void {
    const nowMs = this.#deps.clock.now();
    if (this.#state !== 'open' || nowMs - this.#notedAtMs < paces.dropNoteMs) return;
    this.#note();
  }

  end(): void {
    this.#exchange.end();
    this.#scope.end();
  }

  #isReceiver(peerId: PeerId): boolean {
    return this.facts.to.some((person) => person.peerId === peerId);
  }

  #receivers(): DropReceiver[] {
    return this.#people.receivers(this.#deps.self, () => ({ phase: 'offered' }));
  }

  #stage(receivers: readonly DropReceiver[]): DropStage {
    if (this.#state === 'cancelled') return { phase: 'cancelled', by: this.#deps.self };
    if (this.#state === 'failed') return { phase: 'failed', code: this.#failure ?? 'internal' };
    if (this.#state === 'paused') return { phase: 'paused', by: this.#deps.self };
    if (this.#state !== 'open') return { phase: this.#state };
    if (this.#isDetached) return { phase: 'detached' };
    if (this.#files.known < this.#entries.length) return { phase: 'preparing' };
    const going = receivers.filter(({ stage }) => !overPhases.has(stage.phase));
    if (going.every(({ stage }) => stage.phase === 'offered')) return { phase: 'offered' };
    const paused = going.find(({ stage }) => stage.phase === 'paused');
    if (paused && going.length === 1) return { phase: 'paused', by: paused.peerId };
    return { phase: this.#exchange.isReached ? 'running' : 'waiting' };
  }

  async #prepare(): Promise<void> {
    let before = 0;
    for (const [at, file] of this.#content.files.entries()) {
      if (file.place === 'elsewhere') {
        this.#isDetached = true;
        this.#deps.changed();
        return;
      }
      if (file.place !== 'here') throw new Failure(file.place === 'changed' ? 'file-changed' : 'file-gone');
      const onRead = (bytes: number): void => {
        this.#readBytes = before + bytes;
        this.#deps.changed();
      };
      const held = await file.prepare(onRead, this.#scope.signal);
      if (this.#scope.hasEnded) return;
      this.#files.open(at, held);
      before += file.entry.size;
      await this.#learn(at);
      this.#exchange.transfer.opened(at);
      this.#contents.tellAll();
    }
    this.#deps.changed();
  }

  /** What others have to know of a file of mine. */
  async #learn(file: number): Promise<void> {
    const manifest = this.#files.manifest(file);
    if (!manifest) return;
    const header = encodeHeader(manifest.size, manifest.pageHashes);
    if (header.length > limits.dropHeaderBytes) throw new Failure('file-too-large');
    const { layout } = this.#files;
    const isSmall = layout.count(file) * hashBytes <= limits.dropHashesBytes && layout.count(file) > 0;
    const hashes = isSmall ? await this.#files.readPage(layout.first(file), this.#scope.signal) : null;
    this.#contents.add({ file, header, hashes });
  }

  #heardJoin(link: DropLink, { stream, isAnswer, contents }: DropBody<'drop.join'>): void {
    if (this.#state !== 'open' && this.#state !== 'paused' && this.#state !== 'finished') return;
    this.#exchange.heardJoin(link, stream, { isAnswer });
    this.#contents.joined(link, contents, { isAnswer });
    this.#sayStateTo(link);
  }

  /** Over, when everybody has it, does not want it, or gave up. */
  #judge(): void {
    if (this.#state !== 'open') return;
    const receivers = this.#receivers();
    if (!receivers.every(({ stage }) => overPhases.has(stage.phase))) return;
    const isAnyFinished = receivers.some(({ stage }) => stage.phase === 'finished');
    const isAllDeclined = receivers.every(({ stage }) => stage.phase === 'declined');
    if (isAnyFinished || !isAllDeclined) {
      this.#setState('finished', null);
      this.#deps.ended(this.facts.dropId, { finished: true });
    } else this.#setState('declined', null);
  }

  #fail(code: FailureCode): void {
    if (this.#state !== 'open' && this.#state !== 'paused') return;
    this.#exchange.setPaused(true);
    this.#setState('failed', code);
    this.#deps.ended(this.facts.dropId, { failed: code });
  }

  #setState(state: DropState, failure: FailureCode | null): void {
    this.#state = state;
    this.#failure = failure;
    this.#note();
    for (const { peerId } of this.facts.to) {
      const link = this.#deps.link(peerId);
      if (link) this.#sayStateTo(link);
    }
    this.#deps.changed();
  }

  #note(): void {
    this.#notedAtMs = this.#deps.clock.now();
    const progress = progressOf(this.#state, this.#failure, this.#exchange.transfer.sentBytes);
    this.#content.note(progress).catch(() => undefined); // noted again later
  }

  #sayStateTo(link: DropLink): void {
    const phase = this.#state === 'open' ? (this.#isDetached ? 'waiting' : 'running') : this.#state;
    const doneBytes = this.#files.layout.bytes;
    link.send('drop.state', { dropId: this.facts.dropId, phase, code: this.#failure, doneBytes, feeders: [] });
  }
}

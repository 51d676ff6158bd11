// One person's part in one drop: asks others for blocks, says what it has, and serves those who ask. Knows blocks by number
// only; what they are, how they travel and where they are kept is for whoever owns it. The simulator runs it as it is.
import { hasBit } from '#shared/content';
import type { Scope } from '#core/base/scope';
import type { Clock } from '#core/ports';
import { Announcing } from '#core/drop/announcing';
import { blocksOf, rangesEnd, toRanges } from '#core/drop/block-ranges';
import { chooseServed } from '#core/drop/choke-policy';
import { FetchPlan } from '#core/drop/fetch-plan';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface SwarmDeps<Id> {
  readonly blocks: number;
  /** What is held; changes before `kept` is told of it. */
  readonly held: Uint8Array;
  /** The drop is mine: everything is held, as far as it is ready. */
  readonly isSource: boolean;
  /** It goes to several: as a fresh source I give each of them other blocks first. */
  readonly goesToMany: boolean;
  /** Whether a block can be verified when it comes. */
  isReady(block: number): boolean;
  /** Through how many channels their blocks come; one where it is not given. */
  channels?(id: Id): number;
  readonly clock: Clock;
  /** In [0, 1). */
  random(): number;
  readonly wire: {
    have(to: Id, ranges: readonly number[], isWhole: boolean): void;
    /** False when it could not be said now. */
    ask(to: Id, ranges: readonly number[]): boolean;
    unask(to: Id, ranges: readonly number[]): void;
    choke(to: Id, isChoked: boolean): void;
  };
  /** How fast blocks may be asked for; as fast as they come where it is not given. */
  readonly asking?: {
    readonly waitMs: number;
    readonly most: number;
    asked(blocks: readonly number[]): void;
  };
  readonly upload: {
    add(to: Id, block: number): void;
    /** Null takes back everything of theirs. */
    remove(to: Id, block: number | null): void;
  };
}

interface Neighbour {
  /** Gives and gets nothing, not even a word of what is here. */
  readonly isGiver: boolean;
  isServed: boolean;
  servedAtMs: number;
  gaveBlocks: number;
  askTimer: (() => void) | null;
  askedAtMs: number;
}

export class Swarm<Id> {
  readonly #deps: SwarmDeps<Id>;
  readonly #scope: Scope;
  readonly #neighbours = new Map<Id, Neighbour>();
  readonly #fetch: FetchPlan<Id>;
  readonly #announcing: Announcing<Id>;
  #isPaused = false;
  #held = 0;

  constructor(deps: SwarmDeps<Id>, scope: Scope) {
    this.#deps = deps;
    this.#scope = scope.child();
    this.#fetch = new FetchPlan(deps);
    this.#announcing = new Announcing({
      ...deps,
      isWhole: () => this.isWhole,
      isAllHad: () => this.#fetch.isAllHad,
      have: (to, ranges, isWhole) => deps.wire.have(to, ranges, isWhole),
    });
    for (let block = 0; block < deps.blocks; block += 1) if (hasBit(deps.held, block)) this.#held += 1;
    this.#every(paces.dropServeRoundMs, () => this.#serveRound());
    this.#every(paces.dropTickMs, () => this.#tick());
  }

  get isWhole(): boolean {
    return this.#held === this.#deps.blocks;
  }

  /** Whom I serve and who wants something; who owes me blocks. */
  get served(): Id[] {
    return [...this.#neighbours].filter(([id, { isServed }]) => isServed && !this.#fetch.isWhole(id)).map(([id]) => id);
  }

  get feeders(): Id[] {
    return this.#fetch.feeders;
  }

  has(id: Id): boolean {
    return this.#neighbours.has(id);
  }

  isAsked(id: Id, block: number): boolean {
    return this.#fetch.isAsked(id, block);
  }

  /** By their word. */
  bitsOf(id: Id): Uint8Array | null {
    return this.#fetch.bitsOf(id);
  }

  /** A giver that is not the source counts as one: whatever either gives is spared for neither. */
  join(id: Id, { isSource, isGiver = false }: { isSource: boolean; isGiver?: boolean }): void {
    if (this.#neighbours.has(id)) this.leave(id);
    const nowMs = this.#deps.clock.now();
    const fresh = { isGiver, isServed: false, gaveBlocks: 0, askTimer: null };
    this.#neighbours.set(id, { ...fresh, servedAtMs: nowMs, askedAtMs: -Infinity });
    this.#fetch.join(id, { isSource: isSource || isGiver }, nowMs);
    if (isGiver) return;
    this.#announcing.join(id);
    this.#serveIfRoom();
  }

  leave(id: Id): void {
    const neighbour = this.#neighbours.get(id);
    if (!neighbour) return;
    neighbour.askTimer?.();
    this.#neighbours.delete(id);
    this.#fetch.leave(id);
    this.#announcing.leave(id);
    this.#deps.upload.remove(id, null);
    this.#serveIfRoom();
    this.#announcing.nameAll();
    this.#askAll();
  }

  end(): void {
    for (const id of [...this.#neighbours.keys()]) this.leave(id);
    this.#announcing.end();
    this.#scope.end();
  }

  /** Neither asks nor serves until it is resumed. */
  setPaused(isPaused: boolean): void {
    if (this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    if (!isPaused) {
      this.#serveIfRoom();
      this.#askAll();
      return;
    }
    for (const [id, neighbour] of this.#neighbours) {
      this.#setServed(id, neighbour, false);
      const asked = this.#fetch.forgetAsked(id);
      if (asked.length > 0) this.#deps.wire.unask(id, toRanges(asked));
    }
  }

  /** More is held than was known when it began, and nobody has been told of anything. */
  refresh(): void {
    this.#fetch.refresh();
    this.#held = 0;
    for (let block = 0; block < this.#deps.blocks; block += 1) if (hasBit(this.#deps.held, block)) this.#held += 1;
  }

  /** As the source: the first so many blocks can be given. As a receiver: call it when more blocks can be verified. */
  setReady(blocks: number): void {
    this.#announcing.setReady(blocks);
    this.#askAll();
  }

  /** Somebody here plays it: blocks from here on are asked for first, up to the end of their file. */
  want(from: number, end: number): void {
    this.#fetch.want(from, end);
    this.#askAll();
  }

  // ---- what others say ------------------------------------------------------------------------------------------------

  heardHave(id: Id, ranges: readonly number[], isWhole: boolean): void {
    if (!this.#neighbours.has(id)) return;
    const blocks = [...blocksOf(isWhole ? [0, this.#deps.blocks] : ranges)];
    this.#fetch.has(id, blocks);
    this.#announcing.heard(id, blocks);
    this.#scheduleAsk(id);
  }

  heardChoke(id: Id, isChoked: boolean): void {
    this.#fetch.setServing(id, !isChoked, this.#deps.clock.now());
    if (isChoked) this.#askAll();
    else this.#scheduleAsk(id);
  }

  heardAsk(id: Id, ranges: readonly number[]): void {
    if (!this.#neighbours.get(id)?.isServed) return; // choked meanwhile: they have forgotten it too
    let left: number = limits.dropAsksQueued;
    for (const block of blocksOf(ranges)) {
      if (this.#holds(block)) this.#deps.upload.add(id, block);
      if (--left === 0) return;
    }
  }

  heardUnask(id: Id, ranges: readonly number[]): void {
    if (rangesEnd(ranges) - (ranges[0] ?? 0) >= limits.dropAsksQueued) this.#deps.upload.remove(id, null);
    else for (const block of blocksOf(ranges)) this.#deps.upload.remove(id, block);
  }

  // ---- blocks ---------------------------------------------------------------------------------------------------------

  /** A whole block came from them. False when nobody waits for it any more. */
  arrived(id: Id, block: number): boolean {
    const others = this.#fetch.arrived(id, block, this.#deps.clock.now());
    const neighbour = this.#neighbours.get(id);
    if (!others || !neighbour) return false;
    neighbour.gaveBlocks += 1;
    for (const other of others) this.#deps.wire.unask(other, [block, 1]);
    this.#scheduleAsk(id);
    return true;
  }

  /** It is verified and written: others hear of it. */
  kept(block: number): void {
    this.#held += 1;
    this.#fetch.kept();
    this.#announcing.kept(block);
    this.#serveIfRoom();
    this.#askAll();
  }

  /** It was not good, or could not be written. */
  lost(block: number): void {
    this.#fetch.lost(block);
    this.#askAll();
  }

  /** Some of what they owe may never come: all of it is asked for anew. */
  askAgain(id: Id): void {
    if (this.#fetch.forgetAsked(id).length === 0) return;
    this.#deps.wire.unask(id, [0, this.#deps.blocks]);
    this.#scheduleAsk(id);
  }

  /** The last of it went out to them. */
  sent(id: Id, block: number): void {
    this.#announcing.sent(id, block);
  }

  #holds(block: number): boolean {
    return this.#deps.isSource ? block < this.#announcing.ready : hasBit(this.#deps.held, block);
  }

  // ---- asking ---------------------------------------------------------------------------------------------------------

  #askAll(): void {
    for (const id of this.#neighbours.keys()) this.#scheduleAsk(id);
  }

  /** Asks at once, or a little later when they were asked just now: few messages, each for several blocks. */
  #scheduleAsk(id: Id): void {
    const neighbour = this.#neighbours.get(id);
    if (!neighbour || neighbour.askTimer || this.#isPaused) return;
    const { clock, asking } = this.#deps;
    const waitMs = Math.max(neighbour.askedAtMs + paces.dropAskEveryMs - clock.now(), asking?.waitMs ?? 0);
    if (waitMs <= 0) this.#ask(id, neighbour);
    else {
      neighbour.askTimer = clock.after(waitMs, () => {
        neighbour.askTimer = null;
        this.#scheduleAsk(id);
      });
    }
  }

  #ask(id: Id, neighbour: Neighbour): void {
    const nowMs = this.#deps.clock.now();
    const blocks = this.#isPaused ? [] : this.#fetch.ask(id, nowMs, this.#deps.asking?.most);
    if (blocks.length === 0) return;
    neighbour.askedAtMs = nowMs;
    if (!this.#deps.wire.ask(id, toRanges(blocks))) this.#fetch.forgetAsked(id);
    else this.#deps.asking?.asked(blocks);
  }

  /** Lost time: people who owe and do not send; ends that hang on one person. */
  #tick(): void {
    for (const id of this.#fetch.findStalled(this.#deps.clock.now())) this.#deps.wire.unask(id, [0, this.#deps.blocks]);
    this.#askAll();
  }

  // ---- serving --------------------------------------------------------------------------------------------------------

  #isInterested(id: Id): boolean {
    const bits = this.#fetch.bitsOf(id);
    if (!bits || this.#fetch.isWhole(id) || this.#neighbours.get(id)?.isGiver === true) return false;
    if (this.#deps.isSource) return true;
    return this.#deps.held.some((byte, at) => (byte & ~(bits[at] ?? 0)) !== 0);
  }

  #serveIfRoom(): void {
    let [served, isAnyWaiting] = [0, false];
    for (const [id, { isServed, isGiver }] of this.#neighbours) {
      if (isGiver || this.#fetch.isWhole(id)) continue;
      if (isServed) served += 1;
      else isAnyWaiting = true;
    }
    if (isAnyWaiting && served < paces.dropServed) this.#serve({ isRound: false });
  }

  #serveRound(): void {
    this.#serve({ isRound: true });
    for (const neighbour of this.#neighbours.values()) neighbour.gaveBlocks = 0;
  }

  #serve(options: { isRound: boolean }): void {
    if (this.#isPaused) return;
    const nowMs = this.#deps.clock.now();
    const rivals = [...this.#neighbours]
      .filter(([id]) => this.#isInterested(id))
      .map(([id, { isServed, servedAtMs, gaveBlocks }]) => ({ id, isServed, servedAtMs, gaveBlocks }));
    const chosen = chooseServed(rivals, options);
    for (const [id, neighbour] of this.#neighbours) {
      if (chosen.has(id)) neighbour.servedAtMs = nowMs;
      this.#setServed(id, neighbour, chosen.has(id));
    }
    this.#announcing.nameAll();
  }

  #setServed(id: Id, neighbour: Neighbour, isServed: boolean): void {
    if (neighbour.isServed === isServed) return;
    neighbour.isServed = isServed;
    if (!isServed) this.#deps.upload.remove(id, null);
    this.#announcing.setServed(id, isServed);
    this.#deps.wire.choke(id, !isServed);
  }

  #every(periodMs: number, act: () => void): void {
    let cancel = (): void => undefined;
    const run = (): void => {
      cancel = this.#deps.clock.after(periodMs, () => {
        act();
        run();
      });
    };
    run();
    this.#scope.onEnd(() => cancel());
  }
}

// What to ask of whom, for one drop: who has which blocks, what was asked of them, and what comes next. Knows no clock and no
// wire. What is being played first and in its order; then rarest first; the source last for what others have; near the end, and where
// it is being played, a slow block is asked of a second person too.
import { hasBit, makeBits, setBit } from '#shared/content';
import { pickBlocks } from '#core/drop/pick-blocks';
import { WantedPlaces } from '#core/drop/wanted-places';
import { RequestWindow } from '#core/drop/request-window';
import { paces } from '#core/wire/paces';

interface Holder {
  readonly isSource: boolean;
  readonly bits: Uint8Array;
  count: number;
  /** They serve me: what I ask for will come. */
  isServing: boolean;
  servingSinceMs: number;
  readonly window: RequestWindow;
  readonly asked: Map<number, number>;
  heardAtMs: number;
  /** Blocks per millisecond, of late. */
  rate: number;
  lastRateAtMs: number;
}

export interface FetchDeps<Id> {
  readonly blocks: number;
  /** What is held already. */
  readonly held: Uint8Array;
  /** Whether a block can be verified when it comes. */
  isReady(block: number): boolean;
  /** Through how many channels their blocks come; one where it is not given. */
  channels?(id: Id): number;
  /** In [0, 1). */
  random(): number;
}

/** How fast the memory of a rate fades. */
const rateFadesMs = 3_000;

export class FetchPlan<Id> {
  readonly #deps: FetchDeps<Id>;
  readonly #holders = new Map<Id, Holder>();
  /** Held, or here and being checked and written. */
  readonly #here: Uint8Array;
  /** How many people have a block; how many others than the source have it and serve me; of how many it was asked. */
  readonly #having: Uint16Array;
  readonly #serving: Uint16Array;
  readonly #asked: Uint8Array;
  readonly #startAt: number;
  readonly #played = new WantedPlaces();
  #missing: number;
  #unasked: number;
  /** Asked for and not here; and here, but not kept yet. */
  #coming = 0;
  #keeping = 0;
  /** No block before it is open to be asked for: the place to go on from while one person gives all. */
  #cursor = 0;

  constructor(deps: FetchDeps<Id>) {
    this.#deps = deps;
    const { blocks } = deps;
    this.#here = makeBits(blocks);
    this.#having = new Uint16Array(blocks);
    this.#serving = new Uint16Array(blocks);
    this.#asked = new Uint8Array(blocks);
    this.#startAt = Math.floor(deps.random() * blocks);
    this.#unasked = this.#missing = blocks;
    this.refresh();
  }

  /** Before anything is asked for: takes what is held. */
  refresh(): void {
    for (let block = 0; block < this.#deps.blocks; block += 1) {
      if (!hasBit(this.#deps.held, block) || hasBit(this.#here, block)) continue;
      setBit(this.#here, block);
      this.#missing -= 1;
      this.#unasked -= 1;
    }
  }

  /** Blocks that are neither held nor here. */
  get missing(): number {
    return this.#missing;
  }

  /** Blocks from here on are asked for first; `end` is where their file ends. */
  want(from: number, end: number): void {
    this.#played.want(from, end);
  }

  join(id: Id, options: { isSource: boolean }, nowMs: number): void {
    this.#holders.set(id, {
      ...options,
      bits: makeBits(this.#deps.blocks),
      count: 0,
      isServing: false,
      servingSinceMs: 0,
      window: new RequestWindow(),
      asked: new Map(),
      heardAtMs: nowMs,
      rate: 0,
      lastRateAtMs: nowMs,
    });
  }

  leave(id: Id): void {
    const holder = this.#holders.get(id);
    if (!holder) return;
    this.#release(holder);
    this.#countServing(holder, -1);
    for (let block = 0; block < this.#deps.blocks; block += 1) {
      if (hasBit(holder.bits, block)) this.#having[block] = (this.#having[block] ?? 1) - 1;
    }
    this.#holders.delete(id);
  }

  /** They say they have these. */
  has(id: Id, blocks: Iterable<number>): void {
    const holder = this.#holders.get(id);
    if (!holder) return;
    for (const block of blocks) {
      if (block >= this.#deps.blocks || hasBit(holder.bits, block)) continue;
      setBit(holder.bits, block);
      holder.count += 1;
      this.#having[block] = (this.#having[block] ?? 0) + 1;
      if (holder.isServing && !holder.isSource) this.#serving[block] = (this.#serving[block] ?? 0) + 1;
    }
  }

  isAsked(id: Id, block: number): boolean {
    return this.#holders.get(id)?.asked.has(block) ?? false;
  }

  bitsOf(id: Id): Uint8Array | null {
    return this.#holders.get(id)?.bits ?? null;
  }

  /** Of each block somebody says they have it. */
  get isAllHad(): boolean {
    return this.#having.every((people) => people > 0);
  }

  isWhole(id: Id): boolean {
    return this.#holders.get(id)?.count === this.#deps.blocks;
  }

  /** What was asked of those who stop serving is open again. */
  setServing(id: Id, isServing: boolean, nowMs: number): void {
    const holder = this.#holders.get(id);
    if (!holder || holder.isServing === isServing) return;
    if (!isServing) {
      this.#release(holder);
      this.#countServing(holder, -1);
    }
    holder.isServing = isServing;
    holder.servingSinceMs = holder.heardAtMs = nowMs;
    if (isServing) this.#countServing(holder, 1);
  }

  /** What to ask of them now, marked as asked: so many blocks at most. Nothing until there is room for a batch. */
  ask(id: Id, nowMs: number, most = Infinity): number[] {
    const holder = this.#holders.get(id);
    if (!holder?.isServing || this.#missing === 0) return [];
    // A channel that has nothing to send is lost: each keeps some.
    const window = Math.max(holder.window.blocks, paces.dropWindowMin * (this.#deps.channels?.(id) ?? 1));
    const inFlight = this.#coming + this.#keeping;
    const room = Math.min(window - holder.asked.size, paces.dropInFlight - inFlight, most);
    if (room < Math.max(1, Math.floor(Math.min(window, most) / 4))) return [];
    const isAllAsked = this.#unasked === 0;
    const blocks: number[] = [];
    const add = (picked: readonly number[]): void => {
      for (const block of picked) this.#mark(holder, block, nowMs);
      blocks.push(...picked);
    };
    if (!this.#played.isEmpty) {
      add(this.#pickLate(holder, room, nowMs));
      add(this.#pickPlayed(holder, room - blocks.length, nowMs));
    }
    add(this.#pickFresh(holder, room - blocks.length, nowMs));
    if (isAllAsked) add(this.#pickLate(holder, room - blocks.length, nowMs));
    return blocks;
  }

  /** Answers who else was asked for it and need not send it, or null when nobody waits for it any more. */
  arrived(id: Id, block: number, nowMs: number): readonly Id[] | null {
    const holder = this.#holders.get(id);
    const askedAtMs = holder?.asked.get(block);
    if (!holder || askedAtMs === undefined) return null;
    holder.heardAtMs = nowMs;
    holder.window.note(nowMs - askedAtMs);
    this.#noteRate(holder, nowMs);
    const others: Id[] = [];
    for (const [other, { asked }] of this.#holders) if (other !== id && asked.has(block)) others.push(other);
    for (const one of this.#holders.values()) this.#unmark(one, block);
    this.#missing -= 1;
    this.#unasked -= 1;
    this.#keeping += 1;
    setBit(this.#here, block);
    return others;
  }

  /** One that arrived was written. */
  kept(): void {
    this.#keeping -= 1;
  }

  /** It came and was not good, or could not be kept: it is missing again. */
  lost(block: number): void {
    if (!hasBit(this.#here, block)) return;
    const at = block >> 3;
    this.#here[at] = (this.#here[at] ?? 0) & ~(0x80 >> (block & 7));
    this.#missing += 1;
    this.#unasked += 1;
    this.#keeping -= 1;
    this.#cursor = Math.min(this.#cursor, block);
  }

  /** People who owe blocks and sent nothing for too long; what was asked of them is open again. */
  findStalled(nowMs: number): Id[] {
    const stalled: Id[] = [];
    for (const [id, holder] of this.#holders) {
      if (holder.asked.size === 0 || nowMs - holder.heardAtMs < paces.dropStalledMs) continue;
      holder.heardAtMs = nowMs;
      holder.window.shrink();
      this.#release(holder);
      stalled.push(id);
    }
    return stalled;
  }

  /** Everything asked of them is open again; answers what it was. */
  forgetAsked(id: Id): number[] {
    const holder = this.#holders.get(id);
    if (!holder) return [];
    const blocks = [...holder.asked.keys()];
    this.#release(holder);
    return blocks;
  }

  /** Who owes me blocks. */
  get feeders(): Id[] {
    return [...this.#holders].filter(([, { asked }]) => asked.size > 0).map(([id]) => id);
  }

  /** The source is spared here too, so that whoever plays in a room does not take from it what others have. */
  #pickPlayed(holder: Holder, wanted: number, nowMs: number): number[] {
    const sparesSource = holder.isSource && this.#sparesSource(nowMs);
    return this.#played.pick(wanted, (block) => this.#isToAsk(holder, block, sparesSource));
  }

  #pickFresh(holder: Holder, wanted: number, nowMs: number): number[] {
    if (this.#unasked === 0) return [];
    const { blocks } = this.#deps;
    if (this.#holders.size === 1) return this.#pickInOrder(holder, wanted);
    const sparesSource = holder.isSource && this.#sparesSource(nowMs);
    return pickBlocks({
      startAt: this.#startAt,
      blocks,
      wanted,
      rarity: (block) => (this.#isToAsk(holder, block, sparesSource) ? (this.#having[block] ?? 0) : 0),
    });
  }

  #isToAsk(holder: Holder, block: number, sparesSource: boolean): boolean {
    if (this.#asked[block] !== 0 || hasBit(this.#here, block) || !hasBit(holder.bits, block)) return false;
    return !(sparesSource && this.#serving[block] !== 0) && this.#deps.isReady(block);
  }

  /** Of one person alone there is nothing to choose. */
  #pickInOrder(holder: Holder, wanted: number): number[] {
    const { blocks } = this.#deps;
    const isOpen = (block: number): boolean => this.#asked[block] === 0 && !hasBit(this.#here, block);
    while (this.#cursor < blocks && !isOpen(this.#cursor)) this.#cursor += 1;
    const picked: number[] = [];
    for (let block = this.#cursor; block < blocks && picked.length < wanted; block += 1) {
      if (isOpen(block) && hasBit(holder.bits, block) && this.#deps.isReady(block)) picked.push(block);
    }
    return picked;
  }

  /** Blocks that are owed for long already, of a second person: while others are open, only of those that are just being played. */
  #pickLate(holder: Holder, wanted: number, nowMs: number): number[] {
    const patienceMs = holder.isSource ? paces.dropSpareSourceMs : paces.dropEndGameMs;
    const picked: number[] = [];
    for (const other of this.#holders.values()) {
      if (other === holder) continue;
      for (const [block, askedAtMs] of other.asked) {
        if (picked.length >= wanted) return picked;
        if (nowMs - askedAtMs < patienceMs || (this.#asked[block] ?? 0) > 1) continue;
        if (this.#unasked !== 0 && !this.#played.isUrgent(block)) continue;
        if (hasBit(holder.bits, block) && !holder.asked.has(block)) picked.push(block);
      }
    }
    return picked;
  }

  /** Whether the others will soon have given me what they can. */
  #sparesSource(nowMs: number): boolean {
    let rate = 0;
    let isNew = false;
    for (const holder of this.#holders.values()) {
      if (holder.isSource || !holder.isServing) continue;
      rate += holder.rate * Math.exp((holder.lastRateAtMs - nowMs) / rateFadesMs);
      isNew ||= nowMs - holder.servingSinceMs < paces.dropEndGameMs;
    }
    return isNew || this.#missing < rate * paces.dropSpareSourceMs;
  }

  #noteRate(holder: Holder, nowMs: number): void {
    const fade = Math.exp((holder.lastRateAtMs - nowMs) / rateFadesMs);
    holder.rate = holder.rate * fade + 1 / rateFadesMs;
    holder.lastRateAtMs = nowMs;
  }

  #mark(holder: Holder, block: number, nowMs: number): void {
    if (holder.asked.size === 0) holder.heardAtMs = nowMs;
    holder.asked.set(block, nowMs);
    this.#coming += 1;
    if (this.#asked[block] === 0) this.#unasked -= 1;
    this.#asked[block] = (this.#asked[block] ?? 0) + 1;
  }

  #unmark(holder: Holder, block: number): void {
    if (!holder.asked.delete(block)) return;
    this.#coming -= 1;
    this.#asked[block] = (this.#asked[block] ?? 1) - 1;
    if (this.#asked[block] !== 0) return;
    this.#unasked += 1;
    this.#cursor = Math.min(this.#cursor, block);
  }

  #release(holder: Holder): void {
    for (const block of [...holder.asked.keys()]) this.#unmark(holder, block);
  }

  #countServing(holder: Holder, by: 1 | -1): void {
    if (holder.isSource || (by < 0 && !holder.isServing)) return;
    for (let block = 0; block < this.#deps.blocks; block += 1) {
      if (hasBit(holder.bits, block)) this.#serving[block] = (this.#serving[block] ?? 0) + by;
    }
  }
}

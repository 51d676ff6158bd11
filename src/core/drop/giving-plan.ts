// What a fresh source says it has: to each receiver other blocks, until everything has gone out once; they pass them on to
// each other. Then it says that it has everything.
import { hasBit, makeBits, setBit } from '#shared/content';
import { paces } from '#core/wire/paces';

interface Receiver {
  /** What was named to them, was sent to them, or they have. */
  readonly known: Uint8Array;
  /** Named, and neither sent nor had yet. */
  readonly due: Set<number>;
  isServed: boolean;
}

export class GivingPlan<Id> {
  readonly #blocks: number;
  readonly #receivers = new Map<Id, Receiver>();
  /** How many receivers a block is out with, and how many being served were named it and wait for it. */
  readonly #out: Uint16Array;
  readonly #due: Uint16Array;
  /** Blocks that can be given: files are hashed one after the other. */
  #ready = 0;
  /** Blocks that nobody was sent. */
  #unsent: number;
  #cursor = 0;

  constructor(blocks: number) {
    this.#blocks = blocks;
    this.#unsent = blocks;
    this.#out = new Uint16Array(blocks);
    this.#due = new Uint16Array(blocks);
  }

  /** Everything is out with somebody. */
  get isOver(): boolean {
    return this.#unsent === 0;
  }

  setReady(blocks: number): void {
    this.#ready = Math.max(this.#ready, blocks);
  }

  join(id: Id): void {
    this.#receivers.set(id, { known: makeBits(this.#blocks), due: new Set(), isServed: false });
  }

  leave(id: Id): void {
    const receiver = this.#receivers.get(id);
    if (!receiver) return;
    this.setServed(id, false);
    this.#receivers.delete(id);
    for (let block = 0; block < this.#blocks; block += 1) {
      if (!hasBit(receiver.known, block) || receiver.due.has(block)) continue;
      this.#out[block] = (this.#out[block] ?? 1) - 1;
      if (this.#out[block] === 0) this.#unsent += 1;
    }
  }

  /** What was named to somebody who is not served any more goes to others. */
  setServed(id: Id, isServed: boolean): void {
    const receiver = this.#receivers.get(id);
    if (!receiver || receiver.isServed === isServed) return;
    receiver.isServed = isServed;
    for (const block of receiver.due) this.#due[block] = (this.#due[block] ?? 0) + (isServed ? 1 : -1);
  }

  /** They have it, or it is on its way to them. */
  sent(id: Id, block: number): void {
    const receiver = this.#receivers.get(id);
    if (!receiver) return;
    const wasDue = receiver.due.delete(block);
    if (wasDue && receiver.isServed) this.#due[block] = (this.#due[block] ?? 1) - 1;
    if (!wasDue && hasBit(receiver.known, block)) return;
    setBit(receiver.known, block);
    if (this.#out[block] === 0) this.#unsent -= 1;
    this.#out[block] = (this.#out[block] ?? 0) + 1;
  }

  /** What to name to them now; none while they have enough to ask for. */
  next(id: Id): number[] {
    const receiver = this.#receivers.get(id);
    if (!receiver?.isServed || receiver.due.size > paces.dropNamedAhead / 2) return [];
    const fresh = this.#name(receiver, paces.dropNamedAhead - receiver.due.size, (block) => this.#due[block] === 0);
    // All is named: whoever has nothing left to ask for takes some of what others still wait for.
    if (fresh.length > 0 || receiver.due.size > 0) return fresh;
    return this.#name(receiver, paces.dropNamedTwice, () => true);
  }

  #name(receiver: Receiver, wanted: number, fits: (block: number) => boolean): number[] {
    const named: number[] = [];
    for (let step = 0; step < this.#ready && named.length < wanted; step += 1) {
      const block = (this.#cursor + step) % this.#ready;
      if (this.#out[block] !== 0 || !fits(block) || hasBit(receiver.known, block)) continue;
      setBit(receiver.known, block);
      receiver.due.add(block);
      this.#due[block] = (this.#due[block] ?? 0) + 1;
      named.push(block);
    }
    const last = named.at(-1);
    if (last !== undefined) this.#cursor = (last + 1) % this.#ready;
    return named;
  }
}

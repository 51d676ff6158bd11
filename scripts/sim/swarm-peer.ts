// One person of a simulated swarm: the app's own Swarm, with a line of its own to the others. The line sends whole blocks, in
// turn to all who wait; messages and blocks take the path's delay.
import { makeBits, setBit } from '#shared/content';
import type { Scope } from '#core/base/scope';
import { Swarm } from '#core/drop/swarm';
import type { VirtualClock } from '#scripts/sim/virtual-clock';

export const simulatedBlockBytes = 256 * 1024;

export interface Line {
  readonly upBytesPerMs: number;
  readonly downBytesPerMs: number;
  readonly delayMs: number;
  /** What hashing and writing a block takes; 4 ms. */
  readonly keepMs?: number;
}

export interface SwarmWorld {
  readonly clock: VirtualClock;
  readonly blocks: number;
  readonly scope: Scope;
  readonly random: () => number;
  readonly finished: (peer: SwarmPeer) => void;
}

export class SwarmPeer {
  readonly line: Line;
  readonly swarm: Swarm<SwarmPeer>;
  finishedAtMs: number | null = null;
  sentBlocks = 0;
  uselessBlocks = 0;
  readonly #world: SwarmWorld;
  readonly #held: Uint8Array;
  readonly #queues = new Map<SwarmPeer, number[]>();
  #isSending = false;
  #downFreeAtMs = 0;
  #heldBlocks = 0;
  #isGone = false;

  constructor(world: SwarmWorld, line: Line, isSource: boolean) {
    this.#world = world;
    this.line = line;
    const { clock, blocks, scope, random } = world;
    this.#held = makeBits(blocks);
    if (isSource) {
      for (let block = 0; block < blocks; block += 1) setBit(this.#held, block);
      this.#heldBlocks = blocks;
    }
    const later = (to: SwarmPeer, act: () => void): void => {
      clock.after(line.delayMs + to.line.delayMs, () => {
        if (!this.#isGone && !to.#isGone) act();
      });
    };
    this.swarm = new Swarm<SwarmPeer>(
      {
        blocks,
        held: this.#held,
        isSource,
        goesToMany: true,
        isReady: () => true,
        clock,
        random,
        wire: {
          have: (to, ranges, isWhole) => later(to, () => to.swarm.heardHave(this, ranges, isWhole)),
          ask: (to, ranges) => {
            later(to, () => to.swarm.heardAsk(this, ranges));
            return true;
          },
          unask: (to, ranges) => later(to, () => to.swarm.heardUnask(this, ranges)),
          choke: (to, isChoked) => later(to, () => to.swarm.heardChoke(this, isChoked)),
        },
        upload: {
          add: (to, block) => this.#add(to, block),
          remove: (to, block) => this.#remove(to, block),
        },
      },
      scope,
    );
    if (isSource) this.swarm.setReady(blocks);
  }

  leave(): void {
    this.#isGone = true;
    this.swarm.end();
    this.#queues.clear();
  }

  #add(to: SwarmPeer, block: number): void {
    const queue = this.#queues.get(to);
    if (queue) queue.push(block);
    else this.#queues.set(to, [block]);
    this.#sendNext();
  }

  #remove(to: SwarmPeer, block: number | null): void {
    const queue = this.#queues.get(to);
    if (!queue) return;
    if (block === null) this.#queues.delete(to);
    else if (queue.includes(block)) queue.splice(queue.indexOf(block), 1);
  }

  #sendNext(): void {
    if (this.#isSending || this.#isGone) return;
    for (const [to, queue] of this.#queues) {
      const block = queue.shift();
      this.#queues.delete(to);
      if (block === undefined) continue;
      if (queue.length > 0) this.#queues.set(to, queue); // to the end: everybody in turn
      this.#isSending = true;
      this.#world.clock.after(simulatedBlockBytes / this.line.upBytesPerMs, () => {
        this.#isSending = false;
        this.sentBlocks += 1;
        this.swarm.sent(to, block);
        if (!to.#isGone) to.#receive(this, block);
        this.#sendNext();
      });
      return;
    }
  }

  #receive(from: SwarmPeer, block: number): void {
    const { clock } = this.#world;
    const arrivesAtMs = Math.max(clock.now() + from.line.delayMs + this.line.delayMs, this.#downFreeAtMs);
    this.#downFreeAtMs = arrivesAtMs + simulatedBlockBytes / this.line.downBytesPerMs;
    clock.after(this.#downFreeAtMs - clock.now(), () => {
      if (this.#isGone) return;
      if (!this.swarm.arrived(from, block)) {
        this.uselessBlocks += 1;
        return;
      }
      clock.after(this.line.keepMs ?? 4, () => {
        setBit(this.#held, block);
        this.#heldBlocks += 1;
        this.swarm.kept(block);
        if (this.#heldBlocks < this.#world.blocks) return;
        this.finishedAtMs = clock.now();
        this.#world.finished(this);
      });
    });
  }
}

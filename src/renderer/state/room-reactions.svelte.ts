// Reactions that float over the table for a moment.
import type { PeerId } from '#shared/identity';
import { reactions } from '#core/conference/messages';
import type { Clock } from '#core/ports';

export interface FloatingReaction {
  readonly id: number;
  readonly peerId: PeerId;
  readonly reaction: (typeof reactions)[number];
}

const floatsForMs = 4_000;
const floatingAtOnce = 24;

export class RoomReactions {
  readonly #clock: Clock;
  #floating = $state.raw<readonly FloatingReaction[]>([]);
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get floating(): readonly FloatingReaction[] {
    return this.#floating;
  }

  /** One of another kind is a newer version's: it is not shown. */
  show(peerId: PeerId, sign: string): void {
    const reaction = reactions.find((known) => known === sign);
    if (!reaction) return;
    const one: FloatingReaction = { id: (this.#lastId += 1), peerId, reaction };
    this.#floating = [...this.#floating, one].slice(-floatingAtOnce);
    this.#clock.after(floatsForMs, () => {
      this.#floating = this.#floating.filter((other) => other !== one);
    });
  }
}

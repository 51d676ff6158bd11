// Counts who broke the rules of a room; each is shown, and who goes on is not linked with any more.
import type { PeerId } from '#shared/identity';
import type { RoomEvents } from '#core/conference/snapshot';
import { limits } from '#core/wire/limits';

export type Broken = RoomEvents['refused']['what'];

export interface BreaksDeps {
  refused: (peerId: PeerId, what: Broken) => void;
  /** They broke the rules `limits.roomBreaks` times. */
  exhausted: (peerId: PeerId) => void;
}

export class Breaks {
  readonly #deps: BreaksDeps;
  readonly #counts = new Map<PeerId, number>();

  constructor(deps: BreaksDeps) {
    this.#deps = deps;
  }

  note(peerId: PeerId, what: Broken): void {
    const count = (this.#counts.get(peerId) ?? 0) + 1;
    this.#counts.set(peerId, count);
    this.#deps.refused(peerId, what);
    if (count >= limits.roomBreaks) this.#deps.exhausted(peerId);
  }

  has(peerId: PeerId): boolean {
    return this.#counts.has(peerId);
  }

  /** Their link is not opened again for this room's sake. */
  isExhausted(peerId: PeerId): boolean {
    return (this.#counts.get(peerId) ?? 0) >= limits.roomBreaks;
  }
}

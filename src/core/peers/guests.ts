// Those who asked to be let near with a link of mine, whose proof main has checked: they get a while to open one of their own.
import type { PeerId } from '#shared/identity';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';

export class Guests {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #most: number;
  readonly #untilMs = new Map<PeerId, number>();

  /** @param most at once */
  constructor(clock: Pick<Clock, 'now'>, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  has(peerId: PeerId): boolean {
    return (this.#untilMs.get(peerId) ?? 0) > this.#clock.now();
  }

  /** False when too many others are near already. */
  take(peerId: PeerId): boolean {
    const nowMs = this.#clock.now();
    for (const [guest, untilMs] of this.#untilMs) if (untilMs <= nowMs) this.#untilMs.delete(guest);
    if (this.#untilMs.size >= this.#most && !this.#untilMs.has(peerId)) return false;
    this.#untilMs.set(peerId, nowMs + limits.guestMs);
    return true;
  }

  /** There is another reason for their link by now. */
  letIn(peerId: PeerId): void {
    this.#untilMs.delete(peerId);
  }
}

// How fast each keeper brings what they are asked for, as far as that was seen. What came long ago counts less and less.
import type { PeerId } from '#shared/identity';
import type { Clock } from '#main/services/clock';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';

interface Seen {
  /** Of what came, and the time that took, both fading. */
  bytes: number;
  ms: number;
  /** When something came last, or was asked for after a rest. */
  lastMs: number;
}

/** What came before the newest block weighs so much. */
const fading = 0.9;

export class KeeperSpeeds {
  readonly #clock: Clock;
  readonly #seen = new Map<PeerId, Seen>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** They were idle, and are asked for something now. */
  asked(keeper: PeerId): void {
    this.#of(keeper).lastMs = this.#clock.now();
  }

  came(keeper: PeerId, bytes: number): void {
    const seen = this.#of(keeper);
    const now = this.#clock.now();
    seen.ms = seen.ms * fading + Math.max(0, now - seen.lastMs);
    seen.bytes = seen.bytes * fading + bytes;
    seen.lastMs = now;
  }

  /**
   * How long they will take to bring so many bytes, ms. Where nothing is known, what counts as late; Infinity for those of whom nothing
   * comes although they were asked.
   */
  msFor(keeper: PeerId, bytes: number, isAsked: boolean): number {
    const { bytes: came, ms, lastMs } = this.#of(keeper);
    if (isAsked && this.#clock.now() - lastMs > limits.vaultLateMs) return Infinity;
    return came === 0 ? limits.vaultLateMs : (bytes * ms) / came;
  }

  #of(keeper: PeerId): Seen {
    const seen = this.#seen.get(keeper) ?? { bytes: 0, ms: 0, lastMs: this.#clock.now() };
    this.#seen.set(keeper, seen);
    return seen;
  }
}

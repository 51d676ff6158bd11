// How much of my upload I lend to casts that I watch: so many seats, each a quarter of a cast sent to one other viewer.
import type { Settings } from '#shared/settings';
import type { Clock, LineCost } from '#core/ports';
import { paces } from '#core/wire/paces';

/** @param uploadBitsPerSecond of the whole line, as far as it is known */
export function seatsLent(
  { lendShare, lendsOnMetered }: Settings['casts'],
  cost: LineCost,
  uploadBitsPerSecond: number,
): number {
  if (cost === 'metered' && !lendsOnMetered) return 0;
  return Math.floor((uploadBitsPerSecond * lendShare) / paces.castSeatBitsPerSecond);
}

/** The most that ever went out of this app over a few seconds; what most lines bear until more was seen. */
export class UploadSeen {
  readonly #clock: Pick<Clock, 'now'>;
  #bitsPerSecond: number = paces.castUploadAssumedBitsPerSecond;
  #sinceMs: number;
  #bytes = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
    this.#sinceMs = clock.now();
  }

  get bitsPerSecond(): number {
    return this.#bitsPerSecond;
  }

  note(bytes: number): void {
    const tookMs = this.#clock.now() - this.#sinceMs;
    this.#bytes += bytes;
    if (tookMs >= 0 && tookMs < paces.castUploadSeenOverMs) return;
    if (tookMs > 0) this.#bitsPerSecond = Math.max(this.#bitsPerSecond, (this.#bytes * 8_000) / tookMs);
    this.#sinceMs += tookMs;
    this.#bytes = 0;
  }
}

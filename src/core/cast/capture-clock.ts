// When frames were captured, by this machine's clock: one even offset for all, though every packet comes with an age of its own. Each
// stripe has a say, so that one who lies about ages moves nothing.
import { stripes } from '#core/cast/member';

const windowMs = 10_000;
const jumpMs = 2_000;
const slewMsPerSecond = 20;

interface Lowest {
  offsetMs: number;
  atMs: number;
}

export class CaptureClock {
  readonly #now: (Lowest | null)[] = stripes.map(() => null);
  readonly #before: (Lowest | null)[] = stripes.map(() => null);
  #offsetMs: number | null = null;
  #movedAtMs = 0;

  note(stripe: number, timestampUs: number, capturedAtMs: number, nowMs: number): void {
    const offsetMs = capturedAtMs - timestampUs / 1_000;
    const lowest = this.#now[stripe] ?? null;
    if (lowest && nowMs - lowest.atMs < windowMs / 2) {
      lowest.offsetMs = Math.min(lowest.offsetMs, offsetMs);
      return;
    }
    this.#before[stripe] = lowest;
    this.#now[stripe] = { offsetMs, atMs: nowMs };
  }

  /** By this machine's clock. */
  capturedAtMs(timestampUs: number, nowMs: number): number {
    this.#move(nowMs);
    return timestampUs / 1_000 + (this.#offsetMs ?? nowMs - timestampUs / 1_000);
  }

  #move(nowMs: number): void {
    const aims = stripes.flatMap((stripe) => {
      const offsets = [this.#now[stripe], this.#before[stripe]].flatMap((one) => (one ? [one.offsetMs] : []));
      return offsets.length > 0 ? [Math.min(...offsets)] : [];
    });
    const sorted = aims.toSorted((a, b) => a - b);
    const aim = sorted[Math.floor((sorted.length - 1) / 2)];
    if (aim === undefined) return;
    const isFar = this.#offsetMs === null || Math.abs(aim - this.#offsetMs) > jumpMs;
    const stepMs = ((nowMs - this.#movedAtMs) / 1_000) * slewMsPerSecond;
    this.#movedAtMs = nowMs;
    if (isFar || this.#offsetMs === null) this.#offsetMs = aim;
    else this.#offsetMs += Math.max(-stepMs, Math.min(stepMs, aim - this.#offsetMs));
  }
}

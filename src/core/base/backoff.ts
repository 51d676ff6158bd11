// How long to wait before trying again: doubling from a minimum to a cap, spread so that many do not come back at once.

/** @param attempt 0 for the first retry. @param random in [0, 1): the wait is 50-100 % of the doubled value. */
export function backoffMs(attempt: number, range: { minMs: number; maxMs: number }, random: number): number {
  const full = Math.min(range.maxMs, range.minMs * 2 ** Math.min(attempt, 30));
  return Math.round(full * (0.5 + random / 2));
}

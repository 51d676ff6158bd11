// How many calls one window may make: a token bucket of one second.

/** Answers whether one more call is within the rate. `nowMs` comes from a clock that only rises. */
export function limitCalls(callsPerSecond: number): (nowMs: number) => boolean {
  let tokens = callsPerSecond;
  let lastMs: number | null = null;
  return (nowMs) => {
    if (lastMs !== null) tokens = Math.min(callsPerSecond, tokens + ((nowMs - lastMs) / 1000) * callsPerSecond);
    lastMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

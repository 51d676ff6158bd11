// Notices that the machine slept: a timer that comes much later than it was due.

const everyMs = 5_000;
const lateMs = 15_000;

/** Calls `woke` after each sleep; returns its own off. */
export function watchSleep(woke: () => void, now: () => number = Date.now): () => void {
  let lastMs = now();
  const timer = setInterval(() => {
    const nowMs = now();
    if (nowMs - lastMs > everyMs + lateMs) woke();
    lastMs = nowMs;
  }, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

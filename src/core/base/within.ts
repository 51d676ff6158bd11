// Bounds a wait: it ends with its own result, when its time is over, or when whoever waits gives up.
import { Failure, type FailureCode } from '#shared/failure';
import type { Clock } from '#core/ports';

/** Fails with `code` after `limitMs` and with `aborted` when `signal` fires; the work's own signal fires in both cases. */
export function within<T>(
  clock: Clock,
  limitMs: number,
  code: FailureCode,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const stop = (failure: Failure): void => {
      own.abort(failure);
      reject(failure);
    };
    const abandon = (): void => {
      stop(new Failure('aborted'));
    };
    if (signal.aborted) {
      abandon();
      return;
    }
    const cancel = clock.after(limitMs, () => {
      stop(new Failure(code, `nothing within ${limitMs} ms`));
    });
    signal.addEventListener('abort', abandon, { once: true });
    const settle = (): void => {
      cancel();
      signal.removeEventListener('abort', abandon);
    };
    own.signal.addEventListener('abort', settle, { once: true });
    work(own.signal).finally(settle).then(resolve, reject);
  });
}

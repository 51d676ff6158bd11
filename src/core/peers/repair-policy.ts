// When a broken link is repaired, how often, and when it is given up.
import type { ConnectionState } from '#core/ports';
import { paces } from '#core/wire/paces';

/** How long a connection may stay in this state before it is repaired; null: it is fine. `connectionState` is the truth. */
export function repairDelayMs(state: ConnectionState): number | null {
  if (state === 'disconnected') return paces.restartAfterMs;
  return state === 'failed' ? 0 : null;
}

export interface RepairProgress {
  readonly brokenAtMs: number;
  /** Attempts made so far. */
  readonly attempts: number;
  readonly lastAttemptAtMs: number;
}

export type RepairStep = { do: 'wait'; ms: number } | { do: 'attempt' } | { do: 'give-up' };

/** What to do now. The last delay repeats until `paces.repairForMs` is over. */
export function nextRepairStep(progress: RepairProgress, nowMs: number): RepairStep {
  const endAtMs = progress.brokenAtMs + paces.repairForMs;
  if (nowMs >= endAtMs) return { do: 'give-up' };
  const delays = paces.repairDelaysMs;
  const delayMs = delays[progress.attempts] ?? delays.at(-1) ?? 0;
  const dueAtMs = Math.min(endAtMs, progress.lastAttemptAtMs + delayMs);
  return nowMs >= dueAtMs ? { do: 'attempt' } : { do: 'wait', ms: dueAtMs - nowMs };
}

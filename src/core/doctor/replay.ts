// A case as it was at an earlier moment, out of what was noted by then.
import type { ChosenPath } from '#core/ports/diagnosis';
import { emptyRecord, type Case, type LinkEvent } from '#core/doctor/record';

function pathAt(events: readonly LinkEvent[]): ChosenPath | null {
  const begins = events.findLastIndex(({ what }) => what === 'attempt');
  const found = events.slice(Math.max(0, begins)).findLast((event) => event.what === 'path');
  return found?.path ?? null;
}

/** From its first moment to its last, ms. */
export function spanOf({ atMs, record: { events, samples } }: Case): {
  readonly fromMs: number;
  readonly toMs: number;
} {
  const times = [events[0], samples[0]].flatMap((first) => (first ? [first.atMs] : []));
  return { fromMs: Math.min(atMs, ...times), toMs: atMs };
}

/** The figures of its end are known of its end only. */
export function caseAt(facts: Case, atMs: number): Case {
  if (atMs >= facts.atMs) return facts;
  const events = facts.record.events.filter((event) => event.atMs <= atMs);
  const samples = facts.record.samples.filter((sample) => sample.atMs <= atMs);
  return { ...facts, atMs, record: { ...emptyRecord, events, samples, path: pathAt(events) } };
}

// The way to a link, step by step: what is done, what is under way, where it ended, and what was not come to.
import { stepNames, type StepName } from '#shared/connection-verdict';
import type { Journey, Milestone } from '#core/doctor/journey';
import type { Case } from '#core/doctor/record';

export interface Step {
  readonly name: StepName;
  readonly state: 'done' | 'running' | 'failed' | 'open';
  /** Since the attempt began; null where it is not known. */
  readonly afterMs: number | null;
}

type Done = (facts: Case, journey: Journey) => boolean;

const done: Readonly<Record<StepName, Done>> = {
  mailbox: ({ mailboxes }, { hasSent, hasHeard }) =>
    hasSent || hasHeard || mailboxes.some(({ phase }) => phase === 'open'),
  signal: (_, { hasSent, hasHeard }) => hasSent || hasHeard,
  answer: (_, { hasHeard }) => hasHeard,
  addresses: (_, { mine, theirs, hasPath }) => hasPath || (mine.length > 0 && theirs.length > 0),
  path: ({ record }, { hasPath, states }) => hasPath || states.has('connected') || record.pairs.answered > 0,
  encryption: (_, { states }) => states.has('connected'),
  identity: (_, { wasOpen }) => wasOpen,
};

const milestones: Readonly<Record<StepName, Milestone | null>> = {
  mailbox: null,
  signal: 'sent',
  answer: 'heard',
  addresses: 'candidates',
  path: 'path',
  encryption: 'connected',
  identity: 'open',
};

/** @param failed where the verdict says that it ended */
export function stepsOf(facts: Case, journey: Journey, failed: StepName | null): readonly Step[] {
  const isUnderWay = journey.phase === 'dialing' || journey.phase === 'proving';
  const began = journey.times.began;
  let hasStopped = false;
  return stepNames.map((name): Step => {
    const milestone = milestones[name];
    const atMs = milestone === null ? undefined : journey.times[milestone];
    const state = ((): Step['state'] => {
      if (name === failed) return 'failed';
      // The proof still holds: only the path is looked for anew.
      if (journey.phase === 'repairing') return name === 'path' ? 'running' : 'done';
      if (hasStopped) return 'open';
      // A link that stands has done them all, whatever was noted of them.
      if (journey.wasOpen || done[name](facts, journey)) return 'done';
      return isUnderWay ? 'running' : 'open';
    })();
    if (state !== 'done' && journey.phase !== 'repairing') hasStopped = true;
    return {
      name,
      state,
      afterMs: state === 'done' && atMs !== undefined && began !== undefined ? Math.max(0, atMs - began) : null,
    };
  });
}

// How far the last attempt to link with somebody came, out of what was noted of it.
import type { FailureCode } from '#shared/failure';
import type { ConnectionState } from '#core/ports';
import type { CandidateFacts } from '#core/ports/diagnosis';
import type { LinkEvent } from '#core/doctor/record';

export interface Journey {
  readonly phase: 'none' | 'dialing' | 'proving' | 'open' | 'repairing' | 'closed';
  /** Why it closed. */
  readonly code: FailureCode | null;
  /** Why my first signal could not be left anywhere; null when it could, or none was. */
  readonly unsent: FailureCode | null;
  readonly hasSent: boolean;
  /** They answered, or asked. */
  readonly hasHeard: boolean;
  readonly mine: readonly CandidateFacts[];
  readonly theirs: readonly CandidateFacts[];
  /** All states of the connection so far. */
  readonly states: ReadonlySet<ConnectionState>;
  readonly hasPath: boolean;
  readonly wasOpen: boolean;
  /** When each thing was first so. */
  readonly times: Readonly<Partial<Record<Milestone, number>>>;
}

export type Milestone = 'began' | 'sent' | 'heard' | 'candidates' | 'path' | 'connected' | 'open' | 'closed';

type Draft = {
  -readonly [K in keyof Journey]: Journey[K] extends readonly (infer Item)[]
    ? Item[]
    : Journey[K] extends ReadonlySet<infer Member>
      ? Set<Member>
      : Journey[K];
} & { times: Partial<Record<Milestone, number>> };

const beginning = (): Draft => ({
  phase: 'none',
  code: null,
  unsent: null,
  hasSent: false,
  hasHeard: false,
  mine: [],
  theirs: [],
  states: new Set(),
  hasPath: false,
  wasOpen: false,
  times: {},
});

/** What was said before the attempt belongs to none; a greeting that found nobody still tells something. */
export function journeyOf(events: readonly LinkEvent[]): Journey {
  const begins = events.findLastIndex(({ what }) => what === 'attempt');
  const draft = beginning();
  for (const event of events.slice(Math.max(0, begins))) take(draft, event);
  return draft;
}

function reached(draft: Draft, milestone: Milestone, { atMs }: LinkEvent): void {
  draft.times[milestone] ??= atMs;
}

function take(draft: Draft, event: LinkEvent): void {
  switch (event.what) {
    case 'attempt':
      draft.phase = 'dialing';
      reached(draft, 'began', event);
      if (event.role === 'responder') hear(draft, event);
      break;
    case 'sent':
      if (event.signal === 'bye') break;
      draft.hasSent = true;
      draft.unsent = null;
      reached(draft, 'sent', event);
      break;
    case 'unsent':
      if (event.signal !== 'bye' && !draft.hasSent) draft.unsent = event.code;
      break;
    case 'received':
      if (event.signal === 'offer' || event.signal === 'answer') hear(draft, event);
      break;
    case 'candidate':
      draft[event.side].push(event.candidate);
      if (draft.mine.length > 0) reached(draft, 'candidates', event);
      break;
    case 'connection':
      draft.states.add(event.state);
      if (event.state !== 'connected') break;
      // The path is read once a second, and so is noted later than it was found.
      reached(draft, 'path', event);
      reached(draft, 'connected', event);
      break;
    case 'path':
      draft.hasPath = true;
      reached(draft, 'path', event);
      break;
    default:
      takePhase(draft, event);
  }
}

function takePhase(
  draft: Draft,
  event: Extract<LinkEvent, { what: 'proving' | 'open' | 'repairing' | 'closed' }>,
): void {
  draft.phase = event.what;
  draft.code = event.what === 'closed' ? event.code : null;
  if (event.what === 'open') draft.wasOpen = true;
  if (event.what === 'open' || event.what === 'closed') reached(draft, event.what, event);
}

function hear(draft: Draft, event: LinkEvent): void {
  draft.hasHeard = true;
  reached(draft, 'heard', event);
}

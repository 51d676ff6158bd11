// What is noted of the way to one person: what happened, when, and what was measured. Bounded, and without any address.
import type { FailureCode } from '#shared/failure';
import type { ConnectionState } from '#core/ports';
import type { CandidateFacts, ChosenPath, PathReading } from '#core/ports/diagnosis';
import type { Reachability, Way } from '#core/peers/presence';

export const signalKinds = ['here', 'offer', 'answer', 'candidates', 'bye'] as const;
type SignalKind = (typeof signalKinds)[number];

export const connectionStates = [
  'new',
  'connecting',
  'connected',
  'disconnected',
  'failed',
  'closed',
] as const satisfies readonly ConnectionState[];

export type LinkHappening =
  /** A connection was made, to dial or to answer. */
  | { readonly what: 'attempt'; readonly role: 'initiator' | 'responder' }
  | { readonly what: 'sent'; readonly signal: SignalKind; readonly way: Way }
  | { readonly what: 'unsent'; readonly signal: SignalKind; readonly code: FailureCode }
  | { readonly what: 'received'; readonly signal: SignalKind }
  | { readonly what: 'candidate'; readonly side: 'mine' | 'theirs'; readonly candidate: CandidateFacts }
  | { readonly what: 'connection'; readonly state: ConnectionState }
  | { readonly what: 'path'; readonly path: ChosenPath }
  | { readonly what: 'proving' | 'open' | 'repairing' }
  | { readonly what: 'closed'; readonly code: FailureCode | null };

export type LinkEvent = LinkHappening & { readonly atMs: number };

/** A second of a link; null where nothing could be measured. */
export interface Sample {
  readonly atMs: number;
  readonly roundTripMs: number | null;
  /** Of what came since the sample before, 0-1. */
  readonly lossRatio: number | null;
  readonly jitterMs: number | null;
  readonly sentBitsPerSecond: number | null;
  readonly receivedBitsPerSecond: number | null;
}

/**
 * How a network translates addresses (RFC 4787). `none`: a public address of its own. `steady`: the same public address
 * towards everybody. `varying`: another one towards each, which is called symmetric. `translated`: one of these two.
 */
export const natKinds = ['none', 'steady', 'varying', 'translated', 'unknown'] as const;
export type NatKind = (typeof natKinds)[number];

export interface LinkRecord {
  /** Oldest first. */
  readonly events: readonly LinkEvent[];
  readonly samples: readonly Sample[];
  readonly path: ChosenPath | null;
  readonly pairs: PathReading['pairs'];
  readonly dtls: PathReading['dtls'];
  readonly nats: { readonly mine: NatKind; readonly theirs: NatKind };
}

export const recordLimits = { events: 240, samples: 120, people: 64, sampleEveryMs: 1_000 } as const;

export const emptyRecord: LinkRecord = {
  events: [],
  samples: [],
  path: null,
  pairs: { tried: 0, answered: 0 },
  dtls: null,
  nats: { mine: 'unknown', theirs: 'unknown' },
};

/** Everything that is judged about one person, at one moment. */
export interface Case {
  readonly atMs: number;
  readonly record: LinkRecord;
  /** How I can be reached. */
  readonly mailboxes: readonly { readonly scope: Reachability['scope']; readonly phase: Reachability['phase'] }[];
  /** What the settings allow to be asked for a path. */
  readonly servers: { readonly stun: number; readonly turn: number; readonly isRelayOnly: boolean };
  /** Why no link with them is wanted. */
  readonly obstacle: 'not-accepted' | 'key-changed' | null;
  /** Somebody in a room carries their voice to me. */
  readonly isCarried: boolean;
  /** A friend carries the link itself. */
  readonly isByFriend: boolean;
}

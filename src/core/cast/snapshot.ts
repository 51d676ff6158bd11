// Casts as the interface sees them: the one I give, those I may watch, and the one I watch.
import type { CastAudience, CastFacts, CastId } from '#shared/cast';
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { ReadableStore } from '#core/base/store';
import type { LiveEncoder, LiveOutput } from '#core/ports/live';

/** One who watches, as far as they were told of. */
export interface MapPerson {
  readonly peerId: PeerId;
  readonly name: string;
  /** Who feeds them, for each stripe; null where nobody does now. */
  readonly parents: readonly (PeerId | null)[];
  /** Hops from the caster, the longest of their stripes. */
  readonly depth: number;
  /** They pass packets on to others. */
  readonly isLending: boolean;
}

export interface OwnCast {
  readonly castId: CastId;
  readonly facts: CastFacts;
  readonly viewers: number;
  /** What goes out to all who are fed by me directly. */
  readonly uploadBitsPerSecond: number;
  /** The same in copies of the stream, rounded to hundredths: the whole audience costs so many. */
  readonly copies: number;
  /** Of a small audience everybody, of a large one some. */
  readonly people: readonly MapPerson[];
}

export interface OfferedCast {
  readonly castId: CastId;
  readonly facts: CastFacts;
  readonly from: PeerId;
}

/**
 * `joining`: on the way to the first place. `looking`: nothing comes any more, others are asked; it ends as `watching` or
 * `failed`. `over`: the caster ended it.
 */
export type WatchPhase = 'joining' | 'watching' | 'looking' | 'over' | 'failed';

export interface WatchedCast {
  readonly castId: CastId;
  readonly facts: CastFacts;
  readonly phase: WatchPhase;
  /** Of `failed`. */
  readonly code: FailureCode | null;
  /** Who feeds me, for each stripe. */
  readonly parents: readonly (PeerId | null)[];
  /** Whom I feed; a person in one stripe. */
  readonly children: readonly PeerId[];
  /** Hops from the caster, the longest of my stripes; null without a place. */
  readonly depth: number | null;
  /** The whole audience, as the caster told it last. */
  readonly viewers: number;
  /** Everybody of whom I have heard: who feeds me and whom I feed. */
  readonly people: readonly MapPerson[];
  /** Packets that came altered; none of them was shown. */
  readonly refusedPackets: number;
}

export interface CastsSnapshot {
  readonly mine: OwnCast | null;
  readonly offered: readonly OfferedCast[];
  readonly watched: WatchedCast | null;
}

/** What the interface does with casts. */
export interface CastsSurface {
  readonly store: ReadableStore<CastsSnapshot>;
  /** Where the watched cast plays; null while none is. */
  readonly output: ReadableStore<LiveOutput | null>;
  /**
   * Goes live; one cast of mine at a time, which owns the encoder from now on and closes it. Fails `cast-limit`, or as main does;
   * the encoder is closed then too.
   */
  start(title: string, audience: CastAudience, encoder: LiveEncoder): Promise<void>;
  stop(): void;
  /** Takes somebody out of the audience of my cast for good. Fails as main does. */
  remove(peerId: PeerId): Promise<void>;
  /**
   * By a link: resolves when its caster has let me near, and the cast is among those offered. Fails as main does for the link;
   * `peer-unreachable`; `cast-over`; `version-differs`; `aborted` when I left meanwhile.
   */
  enter(link: string): Promise<CastId>;
  /** Resolves when I have a place or the cast is `failed`; the cast watched before is left. Fails `cast-over` when it is not offered. */
  watch(castId: CastId): Promise<void>;
  /** Also puts away one that is over or failed. */
  leave(): void;
}

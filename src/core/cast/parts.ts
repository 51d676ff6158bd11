// What casts need from outside, and what the two sides of a cast share.
import type { PeerId } from '#shared/identity';
import type { CastLink } from '#core/cast/cast-link';
import type { Scope } from '#core/base/scope';
import type { Mailbox } from '#core/peers/mailbox';
import type { Peers } from '#core/peers/peers';
import type { Clock, Host, RandomBytes } from '#core/ports';
import type { LiveCrypto, OpenLiveOutput } from '#core/ports/live';

/** What main does for casts: it alone holds the keys that cards and passes are signed with. */
export type CastHost = Pick<
  Host,
  | 'startCast'
  | 'endCast'
  | 'mayWatchCast'
  | 'issueCastPass'
  | 'revokeCastPass'
  | 'readCastCard'
  | 'watchCast'
  | 'admitCastViewer'
  | 'enterCastLink'
>;

export interface CastsDeps {
  readonly self: PeerId;
  readonly readName: () => Promise<string>;
  readonly peers: Pick<Peers, 'events' | 'reach' | 'greet' | 'dropUnaccepted'>;
  readonly mailbox: Pick<Mailbox, 'events' | 'requestCast'>;
  readonly host: CastHost;
  readonly crypto: LiveCrypto;
  readonly openOutput: OpenLiveOutput;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly scope: Scope;
  /** Seats that I lend: to so many I can pass a quarter of a cast on. */
  readonly lends: () => number;
  /** A link with them is kept whatever becomes of a cast: a contact, or somebody of a room. */
  readonly isFriend: (peerId: PeerId) => boolean;
}

/** One side of a cast beside its peers. */
export interface CastSideDeps extends Omit<CastsDeps, 'scope' | 'openOutput'> {
  /** Ends with the cast. */
  readonly scope: Scope;
  readonly link: (peerId: PeerId) => CastLink | null;
  readonly changed: () => void;
}

/** Calls `work` again and again until the scope ends. */
export function every(clock: Clock, scope: Scope, ms: number, work: () => void): void {
  const cancel = clock.after(ms, () => {
    forget();
    work();
    every(clock, scope, ms, work);
  });
  const forget = scope.onEnd(cancel);
}

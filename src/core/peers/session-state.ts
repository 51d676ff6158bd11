// What a link's session is made of, and what it shows of itself.
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { SessionId } from '#shared/signal';
import type { Clock, Connection, Host } from '#core/ports';
import type { Mailbox } from '#core/peers/mailbox';

export type SessionState =
  | { phase: 'dialing' | 'proving' | 'open' }
  | { phase: 'repairing'; sinceMs: number }
  /** `code` is null when one side closed it on purpose. */
  | { phase: 'closed'; code: FailureCode | null };

export interface SessionDeps {
  peerId: PeerId;
  sessionId: SessionId;
  role: 'initiator' | 'responder';
  isPolite: boolean;
  /** People carry its descriptions, which takes its time: whoever began it says when it has taken too long. */
  isByHand?: boolean;
  /** The friend who carries the connection; absent where there is none in between. */
  via?: PeerId;
  connection: Connection;
  mailbox: Pick<Mailbox, 'send' | 'check'>;
  host: Pick<Host, 'advanceProof'>;
  clock: Clock;
}

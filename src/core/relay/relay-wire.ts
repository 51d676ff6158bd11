// The open links with friends, as those who carry and those who are carried use them.
import type { PeerId } from '#shared/identity';
import type { Session } from '#core/peers/session';
import type { relayMessages } from '#core/relay/messages';
import type { Joined } from '#core/wire/router';

export interface RelayWire {
  /** A direct link with a friend that is open now. */
  isOpen(peerId: PeerId): boolean;
  /** False when nothing was sent. */
  readonly send: (to: PeerId, ...message: Parameters<Joined<typeof relayMessages>['send']>) => boolean;
  /** False when there is no such link, or it is full. */
  sendPart(to: PeerId, part: Uint8Array<ArrayBuffer>): boolean;
  session(peerId: PeerId): Session | null;
}

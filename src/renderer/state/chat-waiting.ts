// Why my latest message has not arrived yet, in words: who is away, and who keeps it meanwhile.
import type { ChatMessage } from '#shared/chat';
import type { PeerId } from '#shared/identity';
import { m } from '#messages/messages';
import type { NameOf } from '#state/message-view';

export interface WaitingFor {
  /** The other person; null in a group. */
  readonly name: string | null;
  readonly isOnline: boolean;
  /** Friends keep no more for them: they have no room. */
  readonly isFull: boolean;
  readonly nameOf: NameOf;
}

/** Null when it arrived, or was not mine. */
export function waitingWords(latest: ChatMessage | null, other: WaitingFor): string | null {
  if (latest?.delivery?.state !== 'waiting' || latest.content.kind === 'act') return null;
  if (other.name === null) return m.chat.waitingGroup;
  if (other.isOnline) return null;
  const { keptBy } = latest.delivery;
  if (keptBy.length > 0) return m.chat.waitingKept(other.name, friendsIn(keptBy, other.nameOf));
  return other.isFull ? m.chat.waitingFull(other.name) : m.chat.waitingAway(other.name);
}

const friendsIn = (keptBy: readonly PeerId[], nameOf: NameOf): string[] => keptBy.map((peerId) => nameOf(peerId, null));

// Why my latest message has not arrived yet, in words: who is away.
import type { ChatMessage } from '#shared/chat';
import { m } from '#messages/messages';

export interface WaitingFor {
  /** The other person; null in a group. */
  readonly name: string | null;
  readonly isOnline: boolean;
}

/** Null when it arrived, or was not mine. */
export function waitingWords(latest: ChatMessage | null, other: WaitingFor): string | null {
  if (latest?.delivery?.state !== 'waiting' || latest.content.kind === 'act') return null;
  if (other.name === null) return m.chat.waitingGroup;
  return other.isOnline ? null : m.chat.waitingAway(other.name);
}

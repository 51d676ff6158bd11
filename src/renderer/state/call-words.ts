// A line of call history, and a person's presence, in words.
import type { CallRecord } from '#shared/call-record';
import type { Contact } from '#shared/contact';
import type { Presence } from '#core/peers/presence';
import { m } from '#messages/messages';

/** "Missed call", "Outgoing video call", "No answer": what a call was, in two or three words. */
export function recordTitle(record: CallRecord): string {
  const words = m.person.record;
  if (record.talkedMs > 0 || record.direction === 'incoming') return directionOf(record);
  const outcomes: Partial<Record<CallRecord['reason'], string>> = {
    declined: words.declined,
    busy: words.busy,
    'no-answer': words.noAnswer,
    cancelled: words.cancelled,
    unreachable: words.unreachable,
    'identity-failed': words.stopped,
    'key-changed': words.stopped,
    failed: words.failed,
  };
  return outcomes[record.reason] ?? directionOf(record);
}

function directionOf(record: CallRecord): string {
  const words = m.person.record;
  if (record.direction === 'outgoing') return record.video ? words.outgoingVideo : words.outgoing;
  if (record.isMissed) return record.video ? words.missedVideo : words.missed;
  if (record.talkedMs === 0 && record.reason === 'declined') return words.declinedByMe;
  return record.video ? words.incomingVideo : words.incoming;
}

export function presenceWords(contact: Contact, presence: Presence, nowMs: number): string {
  if (presence === 'offline' && contact.lastSeenAt !== null) return m.presence.lastSeen(contact.lastSeenAt, nowMs);
  return m.presence[presence];
}

/** The dot on an avatar. */
export function presenceDot(presence: Presence): 'online' | 'busy' | 'offline' {
  if (presence === 'online') return 'online';
  return presence === 'offline' ? 'offline' : 'busy';
}

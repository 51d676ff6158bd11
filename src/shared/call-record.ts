// One line of call history: who, when, which way, and how it ended.
import * as v from 'valibot';
import { ContactId } from '#shared/contact';

export const CallId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('CallId'));
export type CallId = v.InferOutput<typeof CallId>;

/** How a call ended. Each is a different sentence for the person. */
export const endReasons = [
  'hung-up',
  'they-hung-up',
  'declined',
  'busy',
  'no-answer',
  'cancelled',
  'unreachable',
  'link-lost',
  'identity-failed',
  'key-changed',
  'failed',
] as const;
export type EndReason = (typeof endReasons)[number];

export const CallRecord = v.strictObject({
  callId: CallId,
  contactId: ContactId,
  direction: v.picklist(['incoming', 'outgoing']),
  video: v.boolean(),
  startedAt: v.number(),
  /** Milliseconds talked; 0 when it was never answered. */
  talkedMs: v.pipe(v.number(), v.minValue(0)),
  reason: v.picklist(endReasons),
  /** Incoming, unanswered and not looked at yet: counts in the badge. */
  isMissed: v.boolean(),
  isSeen: v.boolean(),
});
export type CallRecord = v.InferOutput<typeof CallRecord>;

// What two sides of a call tell each other over the control channel.
import * as v from 'valibot';
import { CallId } from '#shared/call-record';
import { limits } from '#core/wire/limits';

const callId = { callId: CallId };

export const callMessages = {
  /** I call you. */
  'call.ring': v.strictObject({ ...callId, video: v.boolean() }),
  /** Your ring reached a person: it rings here. */
  'call.ringing': v.strictObject(callId),
  'call.accept': v.strictObject({ ...callId, video: v.boolean() }),
  /** `note`: words of the person, shown as text. */
  'call.decline': v.strictObject({
    ...callId,
    reason: v.picklist(['declined', 'busy']),
    note: v.nullable(v.pipe(v.string(), v.maxLength(limits.declineNoteLength))),
  }),
  'call.cancel': v.strictObject(callId),
  'call.hang-up': v.strictObject(callId),
  /** What I send now; a hint for the picture, never a command. */
  'call.media': v.strictObject({ ...callId, microphone: v.boolean(), camera: v.boolean() }),
  /** I was in this call and come back (after a reload or a lost link). */
  'call.resume': v.strictObject(callId),
} as const;

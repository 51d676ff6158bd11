// A person I know: a stable local id, their current key, and how far I trust that key.
import * as v from 'valibot';
import { DisplayName, PeerId } from '#shared/identity';

export const ContactId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('ContactId'));
export type ContactId = v.InferOutput<typeof ContactId>;

export const Contact = v.strictObject({
  contactId: ContactId,
  peerId: PeerId,
  /** The name they gave themselves. */
  name: DisplayName,
  /** The name I gave them, shown instead. */
  alias: v.nullable(DisplayName),
  /** invited: I opened their invite and wait for their welcome. */
  state: v.picklist(['invited', 'accepted', 'blocked']),
  /** changed: I verified another key than the current one; nothing is sent until I decide. */
  trust: v.picklist(['unverified', 'verified', 'changed']),
  /** The invite I opened, while I wait for its maker's welcome. Refused: somebody else had used it. */
  request: v.nullable(v.strictObject({ expiresAt: v.number(), isRefused: v.boolean() })),
  addedAt: v.number(),
  lastSeenAt: v.nullable(v.number()),
});
export type Contact = v.InferOutput<typeof Contact>;

/** Why the invite of a person I wait for will not be answered any more, or null. */
export function lostRequest({ request }: Contact, nowMs: number): 'invite-used' | 'invite-expired' | null {
  if (request === null) return null;
  if (request.isRefused) return 'invite-used';
  return request.expiresAt <= nowMs ? 'invite-expired' : null;
}

/** 60 digits in 12 groups of five, the same on both sides, and the text of its QR code. */
export const SafetyNumber = v.strictObject({
  peerId: PeerId,
  digits: v.pipe(v.string(), v.regex(/^\d{60}$/)),
  qrText: v.string(),
});
export type SafetyNumber = v.InferOutput<typeof SafetyNumber>;

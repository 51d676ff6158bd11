// The invite link as text: its one grammar, shared by deep links, the paste field and main. Signatures are checked in main.
import * as v from 'valibot';
import { ContactId } from '#shared/contact';
import { DisplayName, PeerId } from '#shared/identity';
import { linkReader } from '#shared/link-text';

/** `roundtable:i1/<base64url>`, or any https page that carries the same text in its fragment; at most 512 characters. */
export const inviteTextMaxLength = 512;
/** The version and payload of an invite text, or null when it is none. */
export const parseInviteText = linkReader('i', { payloadLength: 400, textLength: inviteTextMaxLength });

export const InviteId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/), v.brand('InviteId'));
export type InviteId = v.InferOutput<typeof InviteId>;

/** An invite I made. */
export const OpenInvite = v.strictObject({
  inviteId: InviteId,
  link: v.string(),
  createdAt: v.number(),
  expiresAt: v.number(),
  state: v.picklist(['open', 'used', 'expired', 'withdrawn']),
});
export type OpenInvite = v.InferOutput<typeof OpenInvite>;

/** What an invite from somebody else says, after its signature was checked. */
export const InvitePreview = v.strictObject({
  peerId: PeerId,
  nameHint: DisplayName,
  expiresAt: v.number(),
  /** Set when this key is a contact already. */
  knownAs: v.nullable(ContactId),
  /** Set when another contact carries the same name: maybe the same person with a new key. */
  sameNameAs: v.nullable(ContactId),
});
export type InvitePreview = v.InferOutput<typeof InvitePreview>;

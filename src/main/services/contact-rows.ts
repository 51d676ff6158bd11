// A contact as the database keeps it, and as everybody else sees it. Trust follows from the keys; it is never stored.
import * as v from 'valibot';
import { ContactId, type Contact } from '#shared/contact';
import { DisplayName, PeerId } from '#shared/identity';

const Flag = v.pipe(
  v.number(),
  v.transform((value) => value !== 0),
);

export const ContactRow = v.object({
  contact_id: ContactId,
  peer_id: PeerId,
  name: DisplayName,
  alias: v.nullable(DisplayName),
  is_accepted: Flag,
  is_blocked: Flag,
  verified_peer_id: v.nullable(PeerId),
  added_at: v.number(),
  last_seen_at: v.nullable(v.number()),
  invite_secret: v.nullable(v.instance(Uint8Array)),
  invite_expires_at: v.nullable(v.number()),
  invite_is_refused: Flag,
});
export type ContactRow = v.InferOutput<typeof ContactRow>;

export function contactOf(row: ContactRow): Contact {
  return {
    contactId: row.contact_id,
    peerId: row.peer_id,
    name: row.name,
    alias: row.alias,
    state: row.is_blocked ? 'blocked' : row.is_accepted ? 'accepted' : 'invited',
    trust: trustOf(row),
    request: requestOf(row),
    addedAt: row.added_at,
    lastSeenAt: row.last_seen_at,
  };
}

function trustOf(row: ContactRow): Contact['trust'] {
  if (row.verified_peer_id === null) return 'unverified';
  return row.verified_peer_id === row.peer_id ? 'verified' : 'changed';
}

function requestOf(row: ContactRow): Contact['request'] {
  if (row.is_accepted || row.invite_expires_at === null) return null;
  return { expiresAt: row.invite_expires_at, isRefused: row.invite_is_refused };
}

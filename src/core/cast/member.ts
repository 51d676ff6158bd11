// Somebody of the audience as the caster signed them, with that word itself. The caster stands above all at order 0.
import { castStripes, type CastViewer } from '#shared/cast';
import type { PeerId } from '#shared/identity';

export interface Member extends CastViewer {
  readonly pass: Uint8Array<ArrayBuffer>;
}

export const stripes: readonly number[] = Array.from({ length: castStripes }, (_, stripe) => stripe);

/** They may have children in this stripe. */
export const isInner = (member: Pick<CastViewer, 'seats'>, stripe: number): boolean => (member.seats[stripe] ?? 0) > 0;

/**
 * Whoever feeds others in a stripe is fed only by those who came earlier: so no packet ever goes in a circle. Who feeds nobody in it
 * may be fed by anybody.
 */
export const mayFeed = (parent: Member, child: Pick<Member, 'order' | 'seats'>, stripe: number): boolean =>
  isInner(parent, stripe) && (!isInner(child, stripe) || parent.order < child.order);

export const isOneOf = (members: readonly Pick<Member, 'peerId'>[], peerId: PeerId): boolean =>
  members.some((member) => member.peerId === peerId);

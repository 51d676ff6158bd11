// Who gets a seat at somebody who feeds a stripe, and who has to make way for them.
import { castStripes } from '#shared/cast';
import { isInner, stripes, type Member } from '#core/cast/member';
import { limits } from '#core/wire/limits';

export interface SeatGiven {
  /** Somebody who gives up a seat in a stripe, and is fed by another from now on. */
  readonly displaced: { readonly member: Member; readonly stripe: number } | null;
}

/** Below zero: `a` is to be nearer to the caster than `b`. Whoever feeds others before who does not, then by order. */
function rank(a: Member, b: Member, stripe: number): number {
  return Number(isInner(b, stripe)) - Number(isInner(a, stripe)) || a.order - b.order;
}

/** A free seat, that of somebody whom the asker can feed in turn, or null. */
export function giveSeat(
  asker: Member,
  stripe: number,
  children: readonly Member[],
  isFree: boolean,
): SeatGiven | null {
  if (isFree) return { displaced: null };
  if (!isInner(asker, stripe)) return null;
  const worst = children.toSorted((a, b) => rank(a, b, stripe)).at(-1);
  if (worst === undefined || rank(asker, worst, stripe) >= 0) return null;
  return { displaced: { member: worst, stripe } };
}

export interface CasterFacts {
  readonly asker: Member;
  readonly stripe: number;
  /** By stripe. */
  readonly children: readonly (readonly Member[])[];
  /** Whether somebody else could feed them in a stripe. */
  readonly hasOther: (member: Member, stripe: number) => boolean;
  /** False of who had to make way lately: they take what is free. */
  readonly mayPush: boolean;
}

const share = limits.castSourceSeats / castStripes;

/**
 * The caster's seats are few, whatever the crowd: as many in each stripe, but more where nobody of the audience feeds others as long
 * as the rest can do with less.
 */
export function giveCasterSeat({ asker, stripe, children, hasOther, mayPush }: CasterFacts): SeatGiven | null {
  const total = children.reduce((sum, of) => sum + of.length, 0);
  const own = children[stripe] ?? [];
  const isRoom = total < limits.castSourceSeats;
  const given = giveSeat(asker, stripe, mayPush ? own : [], own.length < share && isRoom);
  if (given) return given;
  if (hasOther(asker, stripe)) return null;
  if (isRoom) return { displaced: null };
  // Another stripe can do without: somebody who only watches it is fed by others.
  for (const from of stripes.toSorted((a, b) => (children[b]?.length ?? 0) - (children[a]?.length ?? 0))) {
    if (from === stripe || (children[from]?.length ?? 0) <= 1) continue;
    const member = (children[from] ?? []).findLast((child) => !isInner(child, from) && hasOther(child, from));
    if (member) return { displaced: { member, stripe: from } };
  }
  return null;
}

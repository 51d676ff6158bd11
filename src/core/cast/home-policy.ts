// In which stripes a newcomer passes packets on: in the one that needs it most; in several while nobody else does in them.
import type { CastSeats } from '#shared/cast';
import { stripes } from '#core/cast/member';
import { limits } from '#core/wire/limits';

export interface StripeNeed {
  /** Viewers who feed others in it. */
  readonly lenders: number;
  /** Seats that nobody has taken. */
  readonly spare: number;
  /** Viewers who asked in vain again and again. What is told of the trees may be a lie; that they ask is not. */
  readonly hungry: number;
}

const clearlyMore = 2;

export function homeSeats(lends: number, needs: readonly StripeNeed[]): CastSeats {
  const seats: CastSeats = [0, 0, 0, 0];
  const lent = Math.min(lends, limits.castSeatsLent);
  if (lent < 1) return seats;
  const ranked = stripes.toSorted((a, b) => spareOf(needs, a) - spareOf(needs, b));
  const bare = ranked.filter((stripe) => (needs[stripe]?.lenders ?? 0) <= 0);
  const homes = (wanted(needs, bare) ?? (bare.length > 0 ? bare : ranked.slice(0, 1))).slice(0, lent);
  homes.forEach((stripe, at) => {
    seats[stripe] = Math.floor(lent / homes.length) + (at < lent % homes.length ? 1 : 0);
  });
  return seats;
}

/** Where clearly more ask in vain than elsewhere: all such stripes in which nobody feeds others, or the worst. */
function wanted(needs: readonly StripeNeed[], bare: readonly number[]): readonly number[] | null {
  const hungryOf = (stripe: number): number => needs[stripe]?.hungry ?? 0;
  const ranked = stripes.toSorted((a, b) => hungryOf(b) - hungryOf(a));
  const least = hungryOf(ranked.at(-1) ?? 0);
  const short = ranked.filter((stripe) => hungryOf(stripe) - least >= clearlyMore);
  if (short.length === 0) return null;
  const both = short.filter((stripe) => bare.includes(stripe));
  return both.length > 0 ? both : short.slice(0, 1);
}

const spareOf = (needs: readonly StripeNeed[], stripe: number): number => needs[stripe]?.spare ?? 0;

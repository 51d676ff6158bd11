// In which stripes a newcomer passes packets on: in the one that needs it most; in several while nobody else does in them.
import type { CastSeats } from '#shared/cast';
import { stripes } from '#core/cast/member';
import { limits } from '#core/wire/limits';

export interface StripeNeed {
  /** Viewers who feed others in it. */
  readonly lenders: number;
  /** Seats that nobody has taken. */
  readonly spare: number;
}

export function homeSeats(lends: number, needs: readonly StripeNeed[]): CastSeats {
  const seats: CastSeats = [0, 0, 0, 0];
  const lent = Math.min(lends, limits.castSeatsLent);
  if (lent < 1) return seats;
  const ranked = stripes.toSorted((a, b) => spareOf(needs, a) - spareOf(needs, b));
  const bare = ranked.filter((stripe) => (needs[stripe]?.lenders ?? 0) === 0);
  const homes = (bare.length > 0 ? bare : ranked.slice(0, 1)).slice(0, lent);
  homes.forEach((stripe, at) => {
    seats[stripe] = Math.floor(lent / homes.length) + (at < lent % homes.length ? 1 : 0);
  });
  return seats;
}

const spareOf = (needs: readonly StripeNeed[], stripe: number): number => needs[stripe]?.spare ?? 0;

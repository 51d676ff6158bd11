// Where the caster lets newcomers pass packets on: by what is told of the trees, and by who was let in and is not told of yet.
import type { CastSeats } from '#shared/cast';
import { homeSeats } from '#core/cast/home-policy';
import type { Report } from '#core/cast/overlay-wire';
import { paces } from '#core/wire/paces';

/** In a moment of change some are counted twice in a stripe, or not at all: neither extreme counts. The caster is no viewer. */
export function countViewers(reports: readonly Pick<Report, 'viewers'>[]): number {
  const counts = reports.map(({ viewers }) => viewers - 1).toSorted((a, b) => a - b);
  return counts[Math.floor(counts.length / 2)] ?? 0;
}

export class Homes {
  #fresh: { readonly seats: CastSeats; readonly atMs: number }[] = [];

  /** @param reports of the whole trees, by stripe @param hungry viewers who asked in vain again and again, by stripe */
  assign(lends: number, reports: readonly Report[], hungry: readonly number[], nowMs: number): CastSeats {
    this.#fresh = this.#fresh.filter(({ atMs }) => nowMs - atMs <= paces.castHungryMs);
    const untold = this.#fresh.filter(({ atMs }) => nowMs - atMs <= 2 * paces.castReportMs);
    // Those whom nobody feeds in a stripe yet need a seat there all the same.
    const viewers = countViewers(reports);
    const needs = reports.map(({ lenders, seats }, stripe) => {
      const coming = untold.map((one) => one.seats[stripe] ?? 0);
      const lately = this.#fresh.reduce((sum, one) => sum + (one.seats[stripe] ?? 0), 0);
      return {
        lenders: lenders - 1 + coming.filter((more) => more > 0).length,
        hungry: Math.max(0, (hungry[stripe] ?? 0) - lately),
        spare: coming.reduce((sum, more) => sum + more - 1, seats - viewers),
      };
    });
    const seats = homeSeats(lends, needs);
    this.#fresh.push({ seats, atMs: nowMs });
    return seats;
  }
}

// Where files of a drop are being played, as far as it is told: from there on blocks are wanted before all others and in their order,
// as far as a window goes; of the latest place first, as whoever plays has gone on to it.
import { paces } from '#core/wire/paces';

interface Place {
  readonly from: number;
  readonly to: number;
}

export class WantedPlaces {
  /** The latest first. */
  #places: readonly Place[] = [];

  get isEmpty(): boolean {
    return this.#places.length === 0;
  }

  /** @param end of the file: what lies behind it is another one */
  want(from: number, end: number): void {
    const place = { from, to: Math.min(end, from + paces.dropPlayedAhead) };
    // Going on from a place, or back a little, is no other place.
    const others = this.#places.filter((other) => place.to < other.from || other.to < place.from);
    this.#places = [place, ...others].slice(0, paces.dropPlacesWanted);
  }

  /** It is about to be heard or seen, or waited for already. */
  isUrgent(block: number): boolean {
    const [latest] = this.#places;
    return (
      latest !== undefined && block >= latest.from && block < Math.min(latest.to, latest.from + paces.dropPlayedNow)
    );
  }

  /** The first of them that fit, so many at most. */
  pick(most: number, fits: (block: number) => boolean): number[] {
    const picked: number[] = [];
    for (const { from, to } of this.#places) {
      for (let block = from; block < to && picked.length < most; block += 1) if (fits(block)) picked.push(block);
    }
    return picked;
  }
}

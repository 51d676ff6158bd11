// What comes up a stripe's tree: how many watch, how many seats there are and where, and by whom somebody below is reached.
import type { PeerId } from '#shared/identity';
import { isInner, stripes, type Member } from '#core/cast/member';
import type { Edge, Report, Spare } from '#core/cast/overlay-wire';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

interface Heard {
  readonly report: Report;
  readonly atMs: number;
}

export interface OwnPlace {
  readonly self: Member;
  readonly stripe: number;
  readonly depth: number;
  readonly children: readonly Member[];
}

const most = 1_000_000;
/** Of whom nothing was said yet. */
const nothing = { viewers: 1, lenders: 0, seats: 0, spare: [], edges: [] } as const;

export class Tidings {
  readonly #heard: readonly Map<PeerId, Heard>[] = stripes.map(() => new Map<PeerId, Heard>());

  /** @param depth mine in that stripe: nobody below stands nearer to the caster than a child of mine, or than I say */
  heard(from: PeerId, report: Report, depth: number, nowMs: number): void {
    const spare = report.spare.map((one) => ({
      ...one,
      depth: one.peerId === from ? depth + 1 : Math.max(one.depth, depth + 2),
    }));
    this.#heard[report.stripe]?.set(from, { report: { ...report, spare }, atMs: nowMs });
  }

  drop(from: PeerId, stripe: number): void {
    this.#heard[stripe]?.delete(from);
  }

  /** A child that feeds others takes its seat, and is to be heard of from now on. */
  seated(child: PeerId, stripe: number, nowMs: number): void {
    this.#heard[stripe]?.set(child, { report: { ...nothing, stripe, lenders: 1 }, atMs: nowMs });
  }

  /** It feeds others and has said nothing for long: it is gone. */
  isSilent(child: PeerId, stripe: number, nowMs: number): boolean {
    const heard = this.#heard[stripe]?.get(child);
    return heard === undefined || nowMs - heard.atMs > paces.castReportStaleMs;
  }

  #below(stripe: number, children: readonly Member[]): Report[] {
    return children.map((child) => this.#heard[stripe]?.get(child.peerId)?.report ?? { ...nothing, stripe });
  }

  /** How many a child says there are from it downwards. */
  viewers(child: PeerId, stripe: number): number {
    return this.#heard[stripe]?.get(child)?.report.viewers ?? 0;
  }

  /** Seats below the children, beginning with those nearest to the caster. */
  spare({ stripe, children }: Pick<OwnPlace, 'stripe' | 'children'>): Spare[] {
    const all = this.#below(stripe, children).flatMap(({ spare }) => spare);
    return all.toSorted(isNearer);
  }

  /** The child by whom somebody below is reached. */
  route(peerId: PeerId): PeerId | null {
    for (const of of this.#heard)
      for (const [child, { report }] of of)
        if (child !== peerId && report.spare.some((spare) => spare.peerId === peerId)) return child;
    return null;
  }

  compose(place: OwnPlace): Report {
    const { self, stripe, depth, children } = place;
    const below = this.#below(stripe, children);
    const sum = (of: (report: Report) => number, own: number): number =>
      Math.min(
        most,
        below.reduce((all, report) => all + of(report), own),
      );
    const seats = self.seats[stripe] ?? 0;
    const leaves = children.filter((child) => !isInner(child, stripe)).length;
    const isTooFar = depth >= limits.castDepth;
    const free = isTooFar ? 0 : Math.max(0, seats - children.length);
    const own: Spare[] = seats > 0 ? [{ peerId: self.peerId, free, leaves: isTooFar ? 0 : leaves, depth }] : [];
    const spare = [...own, ...this.spare(place)];
    const edges: Edge[] = children.map(({ peerId }) => ({ peerId, parent: self.peerId, depth: depth + 1 }));
    return {
      stripe,
      viewers: sum(({ viewers }) => viewers, 1),
      lenders: sum(({ lenders }) => lenders, seats > 0 ? 1 : 0),
      seats: sum(({ seats: of }) => of, seats),
      spare: chooseSpare(spare),
      edges: [...edges, ...below.flatMap((report) => report.edges)].slice(0, limits.castEdges),
    };
  }
}

const isNearer = (a: Spare, b: Spare): number => a.depth - b.depth || b.free - a.free;

/** Free seats above all; some besides that only those who feed others can get, by sending away who feeds nobody. */
function chooseSpare(spare: readonly Spare[]): Spare[] {
  const free = spare.filter((one) => one.free > 0).toSorted(isNearer);
  const taken = spare.filter((one) => one.free === 0 && one.leaves > 0).toSorted(isNearer);
  const room = Math.max(limits.castSpare - free.length, limits.castSpare / 4);
  return [...free.slice(0, limits.castSpare - Math.min(room, taken.length)), ...taken.slice(0, room)].toSorted(
    isNearer,
  );
}

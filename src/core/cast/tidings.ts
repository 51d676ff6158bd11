// What comes up a stripe's tree: how many watch, how many seats there are and where, and by whom somebody below is reached.
import type { PeerId } from '#shared/identity';
import { isInner, stripes, type Member } from '#core/cast/member';
import type { Edge, Report, Spare } from '#core/cast/overlay-wire';
import { limits } from '#core/wire/limits';

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

export class Tidings {
  readonly #heard: readonly Map<PeerId, Heard>[] = stripes.map(() => new Map<PeerId, Heard>());

  heard(from: PeerId, report: Report, nowMs: number): void {
    this.#heard[report.stripe]?.set(from, { report, atMs: nowMs });
  }

  drop(from: PeerId, stripe: number): void {
    this.#heard[stripe]?.delete(from);
  }

  /** Freshest word of each child; of who said nothing what their pass says. */
  #below(stripe: number, children: readonly Member[], depth: number, nowMs: number): Report[] {
    return children.map((child) => {
      const heard = this.#heard[stripe]?.get(child.peerId);
      if (heard && nowMs - heard.atMs <= limits.castReportStaleMs) return heard.report;
      const seats = child.seats[stripe] ?? 0;
      const spare = seats > 0 ? [{ peerId: child.peerId, free: seats, leaves: 0, depth: depth + 1 }] : [];
      return { stripe, viewers: 1, lenders: seats > 0 ? 1 : 0, seats, spare, edges: [] };
    });
  }

  /** Seats below the children, beginning with those nearest to the caster. */
  spare({ stripe, depth, children }: Omit<OwnPlace, 'self'>, nowMs: number): Spare[] {
    const all = this.#below(stripe, children, depth, nowMs).flatMap(({ spare }) => spare);
    return all.toSorted((a, b) => a.depth - b.depth || b.free - a.free);
  }

  /** The child by whom somebody below is reached. */
  route(peerId: PeerId, nowMs: number): PeerId | null {
    for (const of of this.#heard)
      for (const [child, { report, atMs }] of of) {
        const isFresh = nowMs - atMs <= limits.castReportStaleMs;
        if (isFresh && child !== peerId && report.spare.some((spare) => spare.peerId === peerId)) return child;
      }
    return null;
  }

  compose(place: OwnPlace, nowMs: number): Report {
    const { self, stripe, depth, children } = place;
    const below = this.#below(stripe, children, depth, nowMs);
    const sum = (of: (report: Report) => number, own: number): number =>
      Math.min(
        most,
        below.reduce((all, report) => all + of(report), own),
      );
    const seats = self.seats[stripe] ?? 0;
    const leaves = children.filter((child) => !isInner(child, stripe)).length;
    const own: Spare[] =
      seats > 0 ? [{ peerId: self.peerId, free: Math.max(0, seats - children.length), leaves, depth }] : [];
    const spare = [...own, ...this.spare(place, nowMs)].filter(({ free, leaves: taken }) => free + taken > 0);
    const edges: Edge[] = children.map(({ peerId }) => ({ peerId, parent: self.peerId, depth: depth + 1 }));
    return {
      stripe,
      viewers: sum(({ viewers }) => viewers, 1),
      lenders: sum(({ lenders }) => lenders, seats > 0 ? 1 : 0),
      seats: sum(({ seats: of }) => of, seats),
      spare: spare.toSorted((a, b) => a.depth - b.depth || b.free - a.free).slice(0, limits.castSpare),
      edges: [...edges, ...below.flatMap((report) => report.edges)].slice(0, limits.castEdges),
    };
  }
}

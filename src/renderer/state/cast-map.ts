// Who feeds whom in a cast, as rows below the caster and lines between people. Pure.
import type { PeerId } from '#shared/identity';
import type { MapPerson } from '#core/cast/snapshot';

export interface MapSpot {
  readonly peerId: PeerId;
  readonly name: string;
  /** 0 to 1 in both directions. */
  readonly x: number;
  readonly y: number;
  /** Null of the caster. */
  readonly person: MapPerson | null;
}

export interface MapLine {
  readonly from: MapSpot;
  readonly to: MapSpot;
  /** Strands that run along it. */
  readonly stripes: readonly number[];
}

/** What fits on a drawing. */
export const mapPeople = 48;

/** The caster at the top, everybody else in the row of their depth. Who is fed by somebody unknown has no line for it. */
export function mapOf(
  caster: { readonly peerId: PeerId; readonly name: string },
  everybody: readonly MapPerson[],
): { readonly spots: readonly MapSpot[]; readonly lines: readonly MapLine[]; readonly left: number } {
  const people = everybody.filter(({ peerId }) => peerId !== caster.peerId).slice(0, mapPeople);
  const deepest = Math.max(1, ...people.map(({ depth }) => depth));
  const rows = Map.groupBy(people, ({ depth }) => Math.max(1, depth));
  const top: MapSpot = { ...caster, x: 0.5, y: 0, person: null };
  const below = [...rows].flatMap(([depth, row]) =>
    row.map((person, index): MapSpot => ({
      peerId: person.peerId,
      name: person.name,
      x: (index + 1) / (row.length + 1),
      y: depth / deepest,
      person,
    })),
  );
  const spots = [top, ...below];
  const at = new Map(spots.map((spot) => [spot.peerId, spot]));
  const lines = below.flatMap((to) => linesTo(to, at));
  return { spots, lines, left: everybody.length - people.length };
}

function linesTo(to: MapSpot, at: ReadonlyMap<PeerId, MapSpot>): MapLine[] {
  const stripes = new Map<PeerId, number[]>();
  (to.person?.parents ?? []).forEach((parent, stripe) => {
    if (parent !== null) stripes.set(parent, [...(stripes.get(parent) ?? []), stripe]);
  });
  return [...stripes].flatMap(([parent, along]) => {
    const from = at.get(parent);
    return from ? [{ from, to, stripes: along }] : [];
  });
}

/** How many are fed by each. */
export function fedBy(people: readonly MapPerson[]): ReadonlyMap<PeerId, number> {
  const counts = new Map<PeerId, number>();
  for (const { parents } of people)
    for (const parent of new Set(parents)) if (parent !== null) counts.set(parent, (counts.get(parent) ?? 0) + 1);
  return counts;
}

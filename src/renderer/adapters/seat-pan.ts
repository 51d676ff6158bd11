// From which side a voice comes, by where its seat is.
import type { PeerId } from '#shared/identity';

/** Less than all the way: a voice in one ear only tires. */
const widest = 0.8;

/**
 * Sides of the others, -1 (left) to 1 (right), spread evenly in the order of seats, which goes clockwise from me at the
 * bottom of the table: my left neighbour comes first. One other person sits opposite, in the middle.
 */
export function seatPans(order: readonly PeerId[], self: PeerId): ReadonlyMap<PeerId, number> {
  const seats = [...new Set(order)];
  const mine = Math.max(0, seats.indexOf(self));
  const others = [...seats.slice(mine), ...seats.slice(0, mine)].filter((peerId) => peerId !== self);
  const last = others.length - 1;
  return new Map(others.map((peerId, at) => [peerId, last === 0 ? 0 : widest * ((2 * at) / last - 1)]));
}

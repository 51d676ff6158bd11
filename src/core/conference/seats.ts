// Where people sit around the table. Everybody sees the same ring, turned so that they sit at the bottom themselves.
import type { PeerId } from '#shared/identity';

/** Radians, clockwise as a screen counts them: 0 is at the right, π/2 at the bottom, -π/2 at the top. */
export const bottom = Math.PI / 2;

/**
 * The angle of each seat. The order is the roster's, so who comes later sits down beside the last and nobody changes
 * neighbours, but the one seat in which the ring is opened. Without me in the order, its first sits at the bottom.
 */
export function seatAngles(order: readonly PeerId[], self: PeerId): ReadonlyMap<PeerId, number> {
  const seats = [...new Set(order)];
  const mine = Math.max(0, seats.indexOf(self));
  const step = (2 * Math.PI) / Math.max(1, seats.length);
  return new Map(seats.map((peerId, at) => [peerId, normalized(bottom + (at - mine) * step)]));
}

/** The same angle in (-π, π]. */
function normalized(angle: number): number {
  const turned = angle % (2 * Math.PI);
  if (turned > Math.PI) return turned - 2 * Math.PI;
  return turned <= -Math.PI ? turned + 2 * Math.PI : turned;
}

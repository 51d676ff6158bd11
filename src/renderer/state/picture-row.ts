// Which pictures are looked at one after the other.
import type { DropId } from '#shared/drop';
import type { PeerId } from '#shared/identity';
import type { DropSnapshot } from '#core/drop/snapshot';
import { dropKind } from '#state/drop-facts';

/** A single picture that lies on this disk, whole. */
export const isPicture = (drop: DropSnapshot): boolean =>
  dropKind(drop) === 'image' && (drop.direction === 'outgoing' || drop.stage.phase === 'finished');

const peopleOf = ({ from, receivers }: DropSnapshot, self: PeerId): string =>
  [...new Set([from, ...receivers.map(({ peerId }) => peerId)])]
    .filter((peerId) => peerId !== self)
    .sort()
    .join();

const isSameRow = (one: DropSnapshot, other: DropSnapshot, self: PeerId): boolean =>
  one.roomId === other.roomId && (one.roomId !== null || peopleOf(one, self) === peopleOf(other, self));

/** The pictures that went between the same people, or in the same room, the oldest first; null when it is none any more. */
export function pictureRow(
  all: readonly DropSnapshot[],
  dropId: DropId,
  self: PeerId,
): { readonly shown: DropSnapshot; readonly before: DropId | null; readonly after: DropId | null } | null {
  const shown = all.find((drop) => drop.dropId === dropId && isPicture(drop));
  if (!shown) return null;
  const row = all.filter((drop) => isPicture(drop) && isSameRow(drop, shown, self)).sort((a, b) => a.atMs - b.atMs);
  const at = row.indexOf(shown);
  return { shown, before: row[at - 1]?.dropId ?? null, after: row[at + 1]?.dropId ?? null };
}

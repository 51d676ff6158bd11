// What stands on the stage of a room and how a grid is laid: decisions only.
import type { PeerId } from '#shared/identity';
import type { RoomMember } from '#core/conference/snapshot';

/** What the person asked for; `auto` is the table without pictures and the grid with them. */
export type LayoutChoice = 'auto' | 'table' | 'speaker';

export interface Tile {
  readonly key: string;
  readonly peerId: PeerId;
  readonly picture: 'camera' | 'screen';
}

export type StagePlan =
  | { readonly kind: 'table' }
  | { readonly kind: 'grid'; readonly tiles: readonly Tile[] }
  | { readonly kind: 'focus'; readonly main: Tile; readonly strip: readonly Tile[] };

export interface StageWishes {
  readonly members: readonly RoomMember[];
  readonly choice: LayoutChoice;
  /** Key of a tile. */
  readonly pinned: string | null;
  /** Whose shared screens I asked to see, the latest last. */
  readonly watched: readonly PeerId[];
  /** The last one besides me who had the floor. */
  readonly speaker: PeerId | null;
}

export const tileOf = (peerId: PeerId, picture: Tile['picture']): Tile => ({
  key: `${peerId}/${picture}`,
  peerId,
  picture,
});

export function planStage({ members, choice, pinned, watched, speaker }: StageWishes): StagePlan {
  const others = members.filter((member) => !member.isSelf);
  const me = members.filter((member) => member.isSelf);
  const faces = [...others, ...me].map(({ peerId }) => tileOf(peerId, 'camera'));
  const isShared = (peerId: PeerId): boolean => others.some((member) => member.peerId === peerId && member.screen);
  const screens = watched.filter(isShared).map((peerId) => tileOf(peerId, 'screen'));
  const isLit = members.some((member) => member.camera);
  if (screens.length === 0 && (!isLit || (choice === 'table' && pinned === null))) return { kind: 'table' };

  const tiles = [...screens, ...faces];
  const inFront =
    tiles.find(({ key }) => key === pinned) ?? screens.at(-1) ?? (choice === 'speaker' ? speaking() : undefined);
  if (!inFront || tiles.length === 1) return { kind: 'grid', tiles: faces };
  return { kind: 'focus', main: inFront, strip: tiles.filter((tile) => tile !== inFront) };

  function speaking(): Tile | undefined {
    return faces.find(({ peerId }) => peerId === speaker) ?? faces[0];
  }
}

/** How many columns make the tiles largest, and how large those are, px. */
export function gridOf(
  count: number,
  room: { readonly width: number; readonly height: number },
  gap: number,
  aspect = 16 / 10,
): { columns: number; width: number; height: number } {
  let best = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const widthEach = (room.width - gap * (columns - 1)) / columns;
    const heightEach = (room.height - gap * (rows - 1)) / rows;
    const width = Math.max(0, Math.floor(Math.min(widthEach, heightEach * aspect)));
    if (width > best.width) best = { columns, width, height: Math.floor(width / aspect) };
  }
  return best;
}

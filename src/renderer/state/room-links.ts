// Who is connected to whom in a room, from what each member says about themself.
import type { PeerId } from '#shared/identity';
import type { RoomMember } from '#core/conference/snapshot';

type LinkState = Exclude<RoomMember['pair'], 'self'>;

export interface RoomLink {
  readonly key: string;
  readonly one: RoomMember;
  readonly other: RoomMember;
  readonly state: LinkState;
  readonly through: PeerId | null;
}

const worstFirst: readonly LinkState[] = ['unreachable', 'carried', 'reconnecting', 'connecting', 'connected'];

type Word = { readonly state: LinkState; readonly through: PeerId | null };

/** What `one` says of `other`; of those I am one of, only my own view counts. */
function wordOf(one: RoomMember, other: RoomMember): Word | null {
  if (other.isSelf) return one.pair === 'self' ? null : { state: one.pair, through: one.through };
  if (one.isSelf) return wordOf(other, one);
  return one.pairs.find((pair) => pair.peerId === other.peerId) ?? null;
}

/** One for each two members; where the two differ the worse word stands, and nobody's word is `connecting`. */
export function roomLinks(members: readonly RoomMember[]): readonly RoomLink[] {
  return members.flatMap((one, at) =>
    members.slice(at + 1).map((other) => {
      const words = [wordOf(one, other), wordOf(other, one)].filter((word) => word !== null);
      const worst = words.toSorted((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state))[0];
      const { state, through } = worst ?? { state: 'connecting', through: null };
      return { key: `${one.peerId}-${other.peerId}`, one, other, state, through };
    }),
  );
}

// The state of a member and of the whole room in words.
import type { PeerId } from '#shared/identity';
import { m } from '#messages/messages';
import type { RoomState } from '#state/room.svelte';

export type Member = RoomState['members'][number];

/** One short line under a name. */
export function stateWords(room: RoomState, member: Member): string {
  const words = m.room.state;
  if (member.isSelf) return room.mine.isTalking ? words.talking : room.mine.isMuted ? words.muted : '';
  if (member.isHolding) return words.holding;
  if (member.pair === 'carried') {
    return member.through === null ? words.carriedUnknown : words.carried(room.nameOfPeer(member.through));
  }
  if (member.pair === 'connecting' || member.pair === 'reconnecting' || member.pair === 'unreachable')
    return words[member.pair];
  if (room.volumes.isSilenced(member.peerId)) return words.silenced;
  return member.microphone ? words.connected : words.muted;
}

export const isHeard = (member: Member): boolean =>
  member.isSelf || member.pair === 'connected' || member.pair === 'carried';

/** What the head says: how many, and the worst that anybody has to know. */
export function factsOf(room: RoomState): string {
  const { facts } = m.room;
  const { members, links } = room;
  const count = members.length;
  if (room.snapshot?.stage.phase === 'held') return facts.held;
  if (count < 2) return m.room.alone;
  const apart = links.filter(({ state }) => state === 'unreachable');
  const [first] = apart;
  if (first && apart.length === 1) {
    const other = [first.one, first.other].find(({ isSelf }) => !isSelf) ?? first.other;
    const isMine = first.one.isSelf || first.other.isSelf;
    return isMine ? facts.apartMe(room.nameOf(other)) : facts.apart(room.nameOf(first.one), room.nameOf(first.other));
  }
  if (first) return facts.apartMany(apart.length);
  const carried = links.filter(({ state }) => state === 'carried').length;
  if (links.some(({ state }) => state === 'reconnecting')) return facts.reconnecting(count);
  if (links.some(({ state }) => state === 'connecting')) return facts.connecting(count);
  if (carried > 0) return facts.carried(count, carried);
  const isVerified = room.others.every(({ peerId }) => room.contactOf(peerId)?.trust === 'verified');
  return isVerified ? facts.verified(count) : facts.connected(count);
}

export function namesOf(room: RoomState, peerIds: readonly PeerId[]): string {
  return names.format(peerIds.map((peerId) => room.nameOfPeer(peerId)));
}

const names = new Intl.ListFormat('en', { type: 'conjunction' });

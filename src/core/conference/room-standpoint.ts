// A room from my seat: what I tell the others of myself, and how I fare with each of them.
import type { PeerId } from '#shared/identity';
import type { RoomId, StayId } from '#shared/room';
import type { OwnState } from '#core/conference/member-states';
import type { PairState } from '#core/conference/messages';
import type { RoomDeps, RoomParts } from '#core/conference/room-parts';
import type { Facts } from '#core/conference/room-view';
import type { OwnRecording } from '#core/conference/snapshot';
import { limits } from '#core/wire/limits';

export interface Standpoint extends Pick<RoomDeps, 'self' | 'media' | 'screen'> {
  readonly roomId: RoomId;
  readonly parts: Pick<RoomParts, 'breaks' | 'watch' | 'carrying' | 'sync' | 'states'>;
  /** Null while I am not inside. */
  readonly stay: StayId | null;
  readonly isHeld: boolean;
  readonly hand: number | null;
  readonly carries: boolean;
  readonly recording: OwnRecording['phase'];
}

function pairWith({ parts: { breaks, watch, carrying } }: Standpoint, peerId: PeerId): PairState {
  if (breaks.isExhausted(peerId)) return 'unreachable';
  const fare = watch.fareOf(peerId);
  return fare === 'unreachable' && carrying.in.has(peerId) ? 'carried' : fare;
}

/** Null while I am not inside. */
export function readOwn(standpoint: Standpoint): OwnState | null {
  const { roomId, self, parts, media, screen, stay, isHeld, hand, carries, recording } = standpoint;
  if (stay === null) return null;
  const { microphone, isMuted, videoTrack } = media.store.snapshot;
  const shared = screen.store.snapshot;
  const isTold = recording === 'asking' || recording === 'running' || recording === 'paused';
  const others = parts.sync.roster.members.map(({ peerId }) => peerId).filter((peerId) => peerId !== self);
  return {
    roomId,
    stay,
    microphone: microphone.phase === 'live' && !isMuted && !isHeld,
    camera: videoTrack !== null && !isHeld,
    screen: shared !== null && !isHeld,
    screenAudio: Boolean(shared?.audio) && !isHeld,
    hand,
    isHolding: isHeld,
    carries,
    recording: isTold ? recording : 'no',
    pairs: others.slice(0, limits.roomMembers).map((peerId) => {
      const through = parts.carrying.in.get(peerId) ?? null;
      return { peerId, state: pairWith(standpoint, peerId), through };
    }),
  };
}

export function readFacts(standpoint: Standpoint): Facts {
  const { self, parts } = standpoint;
  return {
    self,
    roster: parts.sync.roster,
    own: readOwn(standpoint),
    stateOf: (peerId, stay) => parts.states.of(peerId, stay),
    pairOf: (peerId) => pairWith(standpoint, peerId),
    throughOf: (peerId) => parts.carrying.in.get(peerId) ?? null,
    isSuspect: (peerId) => parts.breaks.has(peerId),
  };
}

// What is known of a room's media at a moment: the links, what members say of themselves, and whose voice is carried.
import type { PeerId } from '#shared/identity';
import type { Lane, MediaTrack } from '#core/ports';
import type { RoomLink } from '#core/conference/room-link';
import type { Receiver } from '#core/conference/send-policy';
import type { MemberTracks, TracksByMember } from '#core/conference/snapshot';

/** What a member says of what they send. */
export interface RemoteState {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly screenAudio: boolean;
  readonly isHolding: boolean;
}

export interface RoomFacts {
  readonly self: PeerId;
  readonly links: ReadonlyMap<PeerId, RoomLink>;
  readonly remote: ReadonlyMap<PeerId, RemoteState>;
  readonly watched: ReadonlyMap<PeerId, Receiver>;
  /** To whom I carry whose voice. */
  readonly carriedOut: ReadonlyMap<PeerId, PeerId>;
  /** Whose voice comes to me through whom. */
  readonly carriedIn: ReadonlyMap<PeerId, PeerId>;
}

/** Before a member says what they look at, their tile is taken to be there, and a screen to be unopened. */
const unsaid: Receiver = { video: 4_320, screen: 0 };
const hidden: Receiver = { video: 0, screen: 0 };
const noTracks: MemberTracks = { audio: null, video: null, screen: null, screenAudio: null };

/** What a member says while they are there for us at all. */
export function wordOf({ remote }: RoomFacts, peerId: PeerId): RemoteState | null {
  const state = remote.get(peerId);
  return state && !state.isHolding ? state : null;
}

export function receiverOf({ remote, watched }: RoomFacts, peerId: PeerId): Receiver {
  return remote.get(peerId)?.isHolding === true ? hidden : (watched.get(peerId) ?? unsaid);
}

/** The voice that I carry to a member: what arrives of another one while their microphone is on. */
export function voiceCarriedTo(facts: RoomFacts, listener: PeerId): MediaTrack | null {
  const person = facts.carriedOut.get(listener);
  if (person === undefined || person === listener) return null;
  return wordOf(facts, person)?.microphone === true ? arriving(facts, person, 'audio') : null;
}

/** What arrives, by whose it is: only of members I have a link with or who are carried to me, and only what they say is on. */
export function tracksByMember(facts: RoomFacts): TracksByMember {
  const carried = [...facts.carriedIn].filter(([, carrier]) => facts.links.has(carrier)).map(([peerId]) => peerId);
  const present = [...facts.links.keys(), ...carried].filter((peerId) => facts.remote.has(peerId));
  return new Map(present.filter((peerId) => peerId !== facts.self).map((peerId) => [peerId, tracksOf(facts, peerId)]));
}

function tracksOf(facts: RoomFacts, peerId: PeerId): MemberTracks {
  const says = wordOf(facts, peerId);
  if (!says) return noTracks;
  return {
    audio: says.microphone ? voiceOf(facts, peerId) : null,
    video: says.camera ? arriving(facts, peerId, 'video') : null,
    screen: says.screen ? arriving(facts, peerId, 'screen') : null,
    screenAudio: says.screenAudio ? arriving(facts, peerId, 'screen-audio') : null,
  };
}

function voiceOf(facts: RoomFacts, peerId: PeerId): MediaTrack | null {
  const carrier = facts.carriedIn.get(peerId);
  const isCarried = carrier !== undefined && facts.links.has(carrier);
  return isCarried ? arriving(facts, carrier, 'carried') : arriving(facts, peerId, 'audio');
}

function arriving({ links }: RoomFacts, peerId: PeerId, lane: Lane): MediaTrack | null {
  return links.get(peerId)?.connection.remoteTracks.snapshot[lane] ?? null;
}

export function areSameTracks(a: TracksByMember, b: TracksByMember): boolean {
  if (a.size !== b.size) return false;
  for (const [peerId, tracks] of b) {
    const other = a.get(peerId);
    if (!other) return false;
    const isSame =
      other.audio === tracks.audio &&
      other.video === tracks.video &&
      other.screen === tracks.screen &&
      other.screenAudio === tracks.screenAudio;
    if (!isSame) return false;
  }
  return true;
}

// Puts tracks into the elements of the page, and meters to them, following the tracks as they come and go.
import type { PeerId } from '#shared/identity';
import type { MediaTrack, ScreenSource, WatchLevel } from '#core/ports';
import type { CastSource, LiveOutput } from '#core/ports/live';
import type { ReadableStore } from '#core/base/store';
import { watchTrack } from '#adapters/level-meter';
import type { MemberSound, MembersTracks, RoomSound } from '#adapters/room-sound';
import type { Speaker } from '#adapters/speaker';

export interface ViewedTracks {
  /** What arrives from the other person; null unless a call with them runs. */
  readonly remote: ReadableStore<{ readonly audio: MediaTrack | null; readonly video: MediaTrack | null }>;
  /** What goes out from here. */
  readonly local: ReadableStore<{
    readonly audioTrack: MediaTrack | null;
    readonly videoTrack: MediaTrack | null;
    readonly isMuted: boolean;
  }>;
  readonly speaker: Speaker;
  /** What arrives from the members of a room. */
  readonly members: MembersTracks;
  readonly screen: Pick<ScreenSource, 'store'>;
  readonly roomSound: RoomSound;
  readonly castSource: Pick<CastSource, 'store'>;
}

/** Calls `attach` with each track the store comes to hold, and its returned function when that track goes. */
function follow<T>(
  store: ReadableStore<T>,
  pick: (snapshot: T) => MediaTrack | null,
  attach: (track: MediaStreamTrack) => () => void,
): () => void {
  let current: MediaTrack | null = null;
  let detach: (() => void) | null = null;
  const update = (): void => {
    const next = pick(store.snapshot);
    if (next === current) return;
    detach?.();
    current = next;
    detach = next instanceof MediaStreamTrack ? attach(next) : null;
  };
  const off = store.onChange(update);
  update();
  return () => {
    off();
    detach?.();
    detach = null;
  };
}

function show(element: HTMLVideoElement, track: MediaStreamTrack): () => void {
  element.muted = true; // the sound of a person has its own element
  element.srcObject = new MediaStream([track]);
  void element.play().catch(() => undefined); // superseded by the next track
  return () => {
    element.srcObject = null;
  };
}

/** Also while muted; then, and only then, it takes a clone. */
function watchOwnVoice(local: ViewedTracks['local'], onLevel: (level: number) => void): () => void {
  const offs = [
    follow(
      local,
      ({ audioTrack, isMuted }) => (isMuted ? null : audioTrack),
      (track) => watchTrack(track, onLevel),
    ),
    follow(
      local,
      ({ audioTrack, isMuted }) => (isMuted ? audioTrack : null),
      (track) => watchAlsoMuted(track, onLevel),
    ),
  ];
  return () => {
    for (const off of offs) off();
  };
}

/** Muting is a track's own; a clone of it goes on hearing. Nothing but its loudness leaves this function. */
function watchAlsoMuted(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  const clone = track.clone();
  clone.enabled = true;
  const off = watchTrack(clone, onLevel);
  return () => {
    off();
    clone.stop();
  };
}

function roomView({
  members,
  screen,
  roomSound,
  local,
}: Pick<ViewedTracks, 'members' | 'screen' | 'roomSound' | 'local'>) {
  let me: PeerId | null = null;
  const watchOwnLevel = (onLevel: (level: number) => void): (() => void) =>
    follow(
      local,
      ({ audioTrack }) => audioTrack,
      (track) => watchTrack(track, onLevel),
    );
  return {
    showMember: (peerId: PeerId, picture: 'video' | 'screen', element: HTMLVideoElement) =>
      follow(
        members,
        (tracks) => tracks.get(peerId)?.[picture] ?? null,
        (track) => show(element, track),
      ),
    showOwnScreen: (element: HTMLVideoElement) =>
      follow(
        screen.store,
        (shared) => shared?.video ?? null,
        (track) => show(element, track),
      ),
    watchMemberLevel: (peerId: PeerId, onLevel: (level: number) => void) =>
      peerId === me ? watchOwnLevel(onLevel) : roomSound.watchLevel(peerId, onLevel),
    setVolume: (peerId: PeerId, sound: MemberSound, volume: number) => {
      roomSound.setVolume(peerId, sound, volume);
    },
    setSpatial: (isOn: boolean) => {
      roomSound.setSpatial(isOn);
    },
    setSeats: (order: readonly PeerId[], self: PeerId) => {
      me = self;
      roomSound.setSeats(order, self);
    },
  };
}

/** Picture and sound in one element: they are shown and heard at the moment they arrive in the tracks. */
function play(element: HTMLVideoElement, tracks: LiveOutput['tracks'], speaker: Speaker): () => void {
  const release = speaker.keep(element);
  const stream = new MediaStream();
  element.srcObject = stream;
  const update = (): void => {
    const { video, audio } = tracks.snapshot;
    const wanted = [video, audio].filter((track) => track instanceof MediaStreamTrack);
    for (const track of stream.getTracks()) if (!wanted.includes(track)) stream.removeTrack(track);
    for (const track of wanted) stream.addTrack(track);
    if (wanted.length > 0) void element.play().catch(() => undefined); // held back until a gesture, or superseded
  };
  const off = tracks.onChange(update);
  update();
  return () => {
    off();
    release();
    element.srcObject = null;
  };
}

function castView({ castSource, speaker }: Pick<ViewedTracks, 'castSource' | 'speaker'>) {
  return {
    showOwnCast: (element: HTMLVideoElement) =>
      follow(
        castSource.store,
        ({ video }) => video,
        (track) => show(element, track),
      ),
    watchOwnCast: (onLevel: (level: number) => void) =>
      follow(
        castSource.store,
        ({ audio }) => audio,
        (track) => watchTrack(track, onLevel),
      ),
    playCast: (element: HTMLVideoElement, { tracks }: Pick<LiveOutput, 'tracks'>) => play(element, tracks, speaker),
  };
}

export function createMediaView({ remote, local, speaker, castSource, ...room }: ViewedTracks) {
  const watchLevel: WatchLevel = (source, onLevel) => {
    const attach = (track: MediaStreamTrack): (() => void) => watchTrack(track, onLevel);
    return source === 'remote'
      ? follow(remote, ({ audio }) => audio, attach)
      : follow(local, ({ audioTrack }) => audioTrack, attach);
  };
  return {
    playRemoteAudio: (element: HTMLAudioElement) =>
      follow(
        remote,
        ({ audio }) => audio,
        (track) => speaker.play(element, track),
      ),
    showRemoteVideo: (element: HTMLVideoElement) =>
      follow(
        remote,
        ({ video }) => video,
        (track) => show(element, track),
      ),
    showOwnVideo: (element: HTMLVideoElement) =>
      follow(
        local,
        ({ videoTrack }) => videoTrack,
        (track) => show(element, track),
      ),
    watchLevel,
    watchOwnVoice: (onLevel: (level: number) => void) => watchOwnVoice(local, onLevel),
    ...castView({ castSource, speaker }),
    keepOnSpeaker: (element: HTMLMediaElement) => speaker.keep(element),
    ...roomView({ ...room, local }),
  };
}

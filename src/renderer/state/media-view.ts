// How the UI gets at sound and picture without knowing tracks: compose implements it with the adapters.
import type { PeerId } from '#shared/identity';
import type { WatchLevel } from '#core/ports';
import type { LiveOutput } from '#core/ports/live';

export interface MediaView {
  /** Plays what the other person says through this element until the returned function is called. */
  playRemoteAudio(element: HTMLAudioElement): () => void;
  showRemoteVideo(element: HTMLVideoElement): () => void;
  showOwnVideo(element: HTMLVideoElement): () => void;
  /** Loudness 0-1, some 20 times a second; for meters, outside reactive state. */
  watchLevel: WatchLevel;
  /** Loudness of the own microphone also while muted; it is measured here and sent nowhere. */
  watchOwnVoice(onLevel: (level: number) => void): () => void;
  /** What this element plays is heard where voices are, until the returned function is called. */
  keepOnSpeaker(element: HTMLMediaElement): () => void;

  /** What I cast, without its sound. */
  showOwnCast(element: HTMLVideoElement): () => void;
  watchOwnCast(onLevel: (level: number) => void): () => void;
  /** Picture and sound of the cast I watch. */
  playCast(element: HTMLVideoElement, output: Pick<LiveOutput, 'tracks'>): () => void;

  // Rooms. Voices and shared sound play by themselves while their member is in the room.
  showMember(peerId: PeerId, picture: 'video' | 'screen', element: HTMLVideoElement): () => void;
  showOwnScreen(element: HTMLVideoElement): () => void;
  watchMemberLevel(peerId: PeerId, onLevel: (level: number) => void): () => void;
  /** 0 to 2; above 1 is amplified. */
  setVolume(peerId: PeerId, sound: 'voice' | 'screen', volume: number): void;
  /** Voices come from where their seat is; false plays all in the middle. */
  setSpatial(isOn: boolean): void;
  /** Who sits where, in the order of seats, me among them. */
  setSeats(order: readonly PeerId[], self: PeerId): void;
}

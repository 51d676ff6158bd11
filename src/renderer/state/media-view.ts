// How the UI gets at sound and picture without knowing tracks: compose implements it with the adapters.
import type { WatchLevel } from '#core/ports';

export interface MediaView {
  /** Plays what the other person says through this element until the returned function is called. */
  playRemoteAudio(element: HTMLAudioElement): () => void;
  showRemoteVideo(element: HTMLVideoElement): () => void;
  showOwnVideo(element: HTMLVideoElement): () => void;
  /** Loudness 0-1, some 20 times a second; for meters, outside reactive state. */
  watchLevel: WatchLevel;
}

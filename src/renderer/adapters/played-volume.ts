// At which volume the page plays a remote track. Browsers count what they decoded after that volume, so that a figure of
// loudness means nothing without it.

const volumes = new WeakMap<MediaStreamTrack, number>();

/** @param volume of the element that plays it, 0-1 */
export function notePlayedVolume(track: MediaStreamTrack, volume: number): void {
  volumes.set(track, volume);
}

/** 1 where nobody said otherwise. */
export const playedVolume = (track: MediaStreamTrack): number => volumes.get(track) ?? 1;

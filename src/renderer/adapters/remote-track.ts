// What the page knows of a track that arrives: at which volume it is played, and how loud its sender claims to be.

/** A packet that was played longer ago says nothing about now. */
const levelLastsMs = 500;

const volumes = new WeakMap<MediaStreamTrack, number>();
const receivers = new WeakMap<MediaStreamTrack, RTCRtpReceiver>();

/**
 * Browsers count the energy of what they decoded after the volume of its player, so that the figure means nothing without.
 * @param volume 0-1; 0 when it cannot be told
 */
export function notePlayedVolume(track: MediaStreamTrack, volume: number): void {
  volumes.set(track, volume);
}

/** 1 where nobody said otherwise. */
export const playedVolume = (track: MediaStreamTrack): number => volumes.get(track) ?? 1;

export function noteReceiver(receiver: RTCRtpReceiver): void {
  receivers.set(receiver.track, receiver);
}

/**
 * What the sender wrote into the last packet that was played (RFC 6464): a mean, 0-1. Null when there was none lately, or
 * the track comes from no connection.
 */
export function claimedLevelOf(track: MediaStreamTrack): number | null {
  const [latest] = receivers.get(track)?.getSynchronizationSources() ?? [];
  if (latest?.audioLevel === undefined) return null;
  const ageMs = performance.timeOrigin + performance.now() - latest.timestamp;
  return ageMs <= levelLastsMs ? latest.audioLevel : null;
}

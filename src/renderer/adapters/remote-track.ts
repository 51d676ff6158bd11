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

interface Claim {
  readonly readAtMs: number;
  readonly level: number | null;
}

/** Asking the browser waits for the thread that receives: meters and the search for the speaker share one answer. */
const claimLastsMs = 60;
const claims = new WeakMap<MediaStreamTrack, Claim>();

/**
 * What the sender wrote into the last packet that was played (RFC 6464): a mean, 0-1. Null when there was none lately, or
 * the track comes from no connection.
 */
export function claimedLevelOf(track: MediaStreamTrack): number | null {
  const nowMs = performance.now();
  const known = claims.get(track);
  if (known && nowMs - known.readAtMs < claimLastsMs) return known.level;
  const level = readClaim(track, nowMs);
  claims.set(track, { readAtMs: nowMs, level });
  return level;
}

/** How long ago the last sound of the other side was played, ms; the browser remembers some ten seconds. */
export function soundAgeOf(track: MediaStreamTrack): number | null {
  const [latest] = receivers.get(track)?.getSynchronizationSources() ?? [];
  return latest ? performance.timeOrigin + performance.now() - latest.timestamp : null;
}

function readClaim(track: MediaStreamTrack, nowMs: number): number | null {
  const [latest] = receivers.get(track)?.getSynchronizationSources() ?? [];
  if (latest?.audioLevel === undefined) return null;
  const ageMs = performance.timeOrigin + nowMs - latest.timestamp;
  return ageMs <= levelLastsMs ? latest.audioLevel : null;
}

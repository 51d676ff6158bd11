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

interface LastSound {
  readonly readAtMs: number;
  readonly source: RTCRtpSynchronizationSource | null;
}

/**
 * Asking the browser stops the page until the thread that receives has answered, which takes long just when much arrives:
 * meters, the search for the speaker and the watch over the path share one answer. A tenth of a second is what they tick by.
 */
const answerLastsMs = 90;
const lastSounds = new WeakMap<MediaStreamTrack, LastSound>();

/** The source of what was played last (W3C WebRTC, section 5.3); the browser remembers some ten seconds. */
function lastSoundOf(track: MediaStreamTrack): RTCRtpSynchronizationSource | null {
  const nowMs = performance.now();
  const known = lastSounds.get(track);
  if (known && nowMs - known.readAtMs < answerLastsMs) return known.source;
  const [source = null] = receivers.get(track)?.getSynchronizationSources() ?? [];
  lastSounds.set(track, { readAtMs: nowMs, source });
  return source;
}

const ageMsOf = ({ timestamp }: RTCRtpSynchronizationSource): number =>
  performance.timeOrigin + performance.now() - timestamp;

/**
 * What the sender wrote into the last packet that was played (RFC 6464): a mean, 0-1. Null when there was none lately, or
 * the track comes from no connection.
 */
export function claimedLevelOf(track: MediaStreamTrack): number | null {
  const source = lastSoundOf(track);
  return source?.audioLevel !== undefined && ageMsOf(source) <= levelLastsMs ? source.audioLevel : null;
}

/** How long ago the last sound of the other side was played, ms; null when none was lately. */
export function soundAgeOf(track: MediaStreamTrack): number | null {
  const source = lastSoundOf(track);
  return source && ageMsOf(source);
}

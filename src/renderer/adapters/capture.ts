// Opens one microphone or camera, and turns what the browser says when it cannot into failure codes.
import { Failure, type FailureCode } from '#shared/failure';
import type { MediaKind } from '#core/ports';

type Trouble = 'missing' | 'denied' | 'busy';

const codes: Record<MediaKind, Record<Trouble, FailureCode>> = {
  audio: { missing: 'microphone-missing', denied: 'microphone-denied', busy: 'microphone-busy' },
  video: { missing: 'camera-missing', denied: 'camera-denied', busy: 'camera-busy' },
};

/** The names are those of W3C mediacapture-main, getUserMedia(). */
function troubleOf(reason: unknown): Trouble {
  const name = reason instanceof Error ? reason.name : '';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return 'busy';
}

/** A page that is not a secure context has no devices at all. */
export function mediaDevices(): MediaDevices | null {
  return 'mediaDevices' in navigator ? navigator.mediaDevices : null;
}

/** One live track; whoever asked stops it. Fails `<device>-missing`, `-denied` or `-busy`. */
export async function captureTrack(kind: MediaKind, constraints: MediaTrackConstraints): Promise<MediaStreamTrack> {
  const devices = mediaDevices();
  if (!devices) throw new Failure(codes[kind].missing, 'no media devices here');
  let stream: MediaStream;
  try {
    stream = await devices.getUserMedia({ [kind]: constraints });
  } catch (reason) {
    throw new Failure(codes[kind][troubleOf(reason)], reason instanceof Error ? reason.name : '', { cause: reason });
  }
  const [track] = stream.getTracks();
  if (!track) throw new Failure(codes[kind].missing, 'a stream without a track');
  return track;
}

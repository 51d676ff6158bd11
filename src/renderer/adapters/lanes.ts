// The audio and the video lane of a connection: one transceiver each, there from the first offer, filled and emptied by
// a call. Codecs and encoding limits are decided here.
import type { MediaKind } from '#core/ports';
import { VideoEncoding } from '#adapters/video-encoding';

const kinds: readonly MediaKind[] = ['audio', 'video'];

/** Formats worth their lines in the description; hardware and rare profiles would make it twice as long. */
function isWanted({ mimeType, sdpFmtpLine = '' }: RTCRtpCodec): boolean {
  switch (mimeType.toLowerCase()) {
    case 'audio/red':
    case 'audio/opus':
    case 'video/vp8':
    case 'video/rtx':
    case 'video/red':
    case 'video/ulpfec':
      return true;
    case 'video/vp9':
      return sdpFmtpLine.includes('profile-id=0');
    case 'video/h264':
      return /profile-level-id=42e01f/i.test(sdpFmtpLine) && sdpFmtpLine.includes('packetization-mode=1');
    default:
      return false;
  }
}

const isRed = ({ mimeType }: RTCRtpCodec): boolean => mimeType.toLowerCase() === 'audio/red';

/** In the browser's order, but redundant audio (RFC 2198) first: it survives the loss of every other packet. */
export function preferredCodecs(kind: MediaKind): RTCRtpCodec[] {
  const codecs = (RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []).filter(isWanted);
  return kind === 'audio' ? codecs.toSorted((a, b) => Number(isRed(b)) - Number(isRed(a))) : codecs;
}

async function prioritizeAudio(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) {
    encoding.priority = 'high';
    encoding.networkPriority = 'high';
  }
  await sender.setParameters(parameters);
}

export class Lanes {
  readonly #connection: RTCPeerConnection;
  readonly #lanes = new Map<MediaKind, RTCRtpTransceiver>();
  readonly #tracks = new Map<MediaKind, MediaStreamTrack | null>();
  #video: VideoEncoding | null = null;

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection;
  }

  /** The offering side makes the lanes. */
  open(): void {
    for (const kind of kinds) {
      if (!this.#lanes.has(kind)) this.#use(kind, this.#connection.addTransceiver(kind, { direction: 'sendrecv' }));
    }
  }

  /**
   * Takes over the lanes of an offer that was just applied. Where both sides made lanes, those of the side that yielded
   * never got a place in a description; they end here.
   */
  adopt(): void {
    for (const kind of kinds) {
      const negotiated = this.#connection.getTransceivers().find(({ mid, receiver, currentDirection }) => {
        return mid !== null && receiver.track.kind === kind && currentDirection !== 'stopped';
      });
      const own = this.#lanes.get(kind);
      if (!negotiated || negotiated === own) continue;
      own?.stop();
      negotiated.direction = 'sendrecv';
      this.#use(kind, negotiated);
    }
  }

  /** What arrives; a track is there, silent, before anything does. */
  remoteTrack(kind: MediaKind): MediaStreamTrack | null {
    return this.#lanes.get(kind)?.receiver.track ?? null;
  }

  /** Takes effect at once, or when the lane is there. */
  async fill(kind: MediaKind, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks.set(kind, track);
    await this.#lanes.get(kind)?.sender.replaceTrack(track);
    if (kind === 'video') this.#video?.follow(track);
  }

  #use(kind: MediaKind, transceiver: RTCRtpTransceiver): void {
    transceiver.setCodecPreferences(preferredCodecs(kind));
    // Ahead of any track, so that a call has nothing to wait for. A lane that was stopped meanwhile needs no limits.
    if (kind === 'audio') prioritizeAudio(transceiver.sender).catch(() => undefined);
    else {
      this.#video?.end();
      this.#video = new VideoEncoding(transceiver.sender);
    }
    this.#lanes.set(kind, transceiver);
    const track = this.#tracks.get(kind);
    if (track) void this.fill(kind, track);
  }
}

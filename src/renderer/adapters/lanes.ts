// The five lanes of a connection: one transceiver each, there from the first offer, filled and emptied by calls and rooms.
// Both sides know a lane by its place: the first audio section is the microphone, the second what a screen plays, and so on.
import { lanes as laneOrder, type Lane, type LaneTracks, type VideoLimits } from '#core/ports';
import { laneKinds, limitHeaderExtensions, preferredCodecs } from '#adapters/lane-formats';
import { claimedLevelOf, noteReceiver, soundAgeOf } from '#adapters/remote-track';
import { lanesByMid } from '#adapters/session-shape';
import { VideoEncoding } from '#adapters/video-encoding';

type VideoLane = 'video' | 'screen';
const isVideoLane = (lane: Lane): lane is VideoLane => laneKinds[lane] === 'video';

/** Bit/s. A shared film or song deserves more than a voice. */
const screenSoundBitsPerSecond = 96_000;

async function tuneAudio(sender: RTCRtpSender, lane: Lane): Promise<void> {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) {
    if (lane === 'screen-audio') encoding.maxBitrate = screenSoundBitsPerSecond;
    else {
      encoding.priority = 'high';
      encoding.networkPriority = 'high';
    }
  }
  await sender.setParameters(parameters);
}

export class Lanes {
  readonly #connection: RTCPeerConnection;
  readonly #lanes = new Map<Lane, RTCRtpTransceiver>();
  readonly #tracks = new Map<Lane, MediaStreamTrack | null>();
  readonly #pictures = new Map<VideoLane, VideoEncoding>();
  readonly #limits = new Map<VideoLane, VideoLimits>();

  constructor(connection: RTCPeerConnection) {
    this.#connection = connection;
  }

  /** The offering side makes the lanes. */
  open(): void {
    for (const lane of laneOrder) {
      if (this.#lanes.has(lane)) continue;
      this.#use(lane, this.#connection.addTransceiver(laneKinds[lane], { direction: 'sendrecv' }));
    }
  }

  /**
   * Takes over the lanes of an offer that was just applied. Where both sides made lanes, those of the side that yielded
   * never got a place in a description; they end here. Lanes that the offer lacks stay absent.
   */
  adopt(offerSdp: string): void {
    const byMid = lanesByMid(offerSdp);
    const adopted = new Map<Lane, RTCRtpTransceiver>();
    for (const transceiver of this.#connection.getTransceivers()) {
      const lane = transceiver.mid === null ? undefined : byMid.get(transceiver.mid);
      if (lane && transceiver.currentDirection !== 'stopped') adopted.set(lane, transceiver);
    }
    for (const lane of laneOrder) {
      const own = this.#lanes.get(lane);
      const negotiated = adopted.get(lane);
      if (own === negotiated) continue;
      own?.stop();
      this.#forget(lane);
      if (!negotiated) continue;
      negotiated.direction = 'sendrecv';
      this.#use(lane, negotiated);
    }
  }

  /** What arrives; a track is there, silent, before anything does. Null where the lane is absent. */
  get remoteTracks(): LaneTracks {
    const trackOf = (lane: Lane): MediaStreamTrack | null => this.#lane(lane)?.receiver.track ?? null;
    return {
      audio: trackOf('audio'),
      video: trackOf('video'),
      screen: trackOf('screen'),
      'screen-audio': trackOf('screen-audio'),
      carried: trackOf('carried'),
    };
  }

  mid(lane: Lane): string | null {
    return this.#lanes.get(lane)?.mid ?? null;
  }

  /** Takes effect at once, or when the lane is there. */
  async fill(lane: Lane, track: MediaStreamTrack | null): Promise<void> {
    this.#tracks.set(lane, track);
    await this.#lane(lane)?.sender.replaceTrack(track);
    if (isVideoLane(lane)) this.#pictures.get(lane)?.follow(this.#tracks.get(lane) ?? null);
  }

  limit(lane: VideoLane, limits: VideoLimits): void {
    this.#limits.set(lane, limits);
    this.#pictures.get(lane)?.limit(limits);
  }

  /** See `claimedLevelOf`. */
  claimedLevel(lane: Lane): number | null {
    const transceiver = this.#lane(lane);
    return transceiver ? claimedLevelOf(transceiver.receiver.track) : null;
  }

  /** See `soundAgeOf`. */
  soundAgeMs(): number | null {
    const transceiver = this.#lane('audio');
    return transceiver ? soundAgeOf(transceiver.receiver.track) : null;
  }

  end(): void {
    for (const lane of laneOrder) this.#forget(lane);
  }

  #lane(lane: Lane): RTCRtpTransceiver | undefined {
    const transceiver = this.#lanes.get(lane);
    return transceiver?.currentDirection === 'stopped' ? undefined : transceiver;
  }

  #forget(lane: Lane): void {
    this.#lanes.delete(lane);
    if (!isVideoLane(lane)) return;
    this.#pictures.get(lane)?.end();
    this.#pictures.delete(lane);
  }

  #use(lane: Lane, transceiver: RTCRtpTransceiver): void {
    transceiver.setCodecPreferences(preferredCodecs(lane));
    limitHeaderExtensions(transceiver);
    this.#lanes.set(lane, transceiver);
    noteReceiver(transceiver.receiver);
    // Ahead of any track, so that a call has nothing to wait for. A lane that was stopped meanwhile needs no limits.
    if (isVideoLane(lane))
      this.#pictures.set(lane, new VideoEncoding(transceiver.sender, lane, this.#limits.get(lane)));
    else tuneAudio(transceiver.sender, lane).catch(() => undefined);
    const track = this.#tracks.get(lane);
    if (track) this.fill(lane, track).catch(() => undefined);
  }
}

// What somebody shows live, as encoded frames on one clock (WebCodecs). The tracks may be replaced while it runs.
import { Failure, type FailureCode } from '#shared/failure';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { MediaTrack } from '#core/ports';
import type { LiveEncoder, LiveEncoderEvents, LiveEncoderOptions, OpenLiveEncoder } from '#core/ports/live';
import { pictureCodec, soundCodec, soundSampleRate } from '#adapters/live-codecs';
import { PictureEncoder } from '#adapters/live-picture-encoder';
import { SoundEncoder } from '#adapters/live-sound-encoder';
import { canReadTracks } from '#adapters/track-streams';

/** As is usual for what is asked about; the real size comes with the first picture. */
const asked = { width: 1280, height: 720 };

const hasCodecs = (): boolean => 'VideoEncoder' in globalThis && 'AudioEncoder' in globalThis && canReadTracks();

async function hasPictures(options: LiveEncoderOptions): Promise<boolean> {
  const { supported } = await VideoEncoder.isConfigSupported({
    ...asked,
    codec: pictureCodec,
    bitrate: options.videoBitsPerSecond,
    framerate: options.maxFramesPerSecond,
    latencyMode: 'realtime',
  }).catch(() => ({ supported: false }));
  return supported === true;
}

async function hasSounds(options: LiveEncoderOptions): Promise<boolean> {
  const { supported } = await AudioEncoder.isConfigSupported({
    codec: soundCodec,
    sampleRate: soundSampleRate,
    numberOfChannels: 2,
    bitrate: options.audioBitsPerSecond,
    opus: { frameDuration: options.audioFrameMs * 1_000 },
  }).catch(() => ({ supported: false }));
  return supported === true;
}

const isLive = (track: MediaTrack | null): track is MediaStreamTrack =>
  track instanceof MediaStreamTrack && track.readyState === 'live';

class BrowserLiveEncoder implements LiveEncoder {
  readonly #events = new Emitter<LiveEncoderEvents>();
  readonly #beganMs = performance.now();
  readonly #picture: PictureEncoder;
  readonly #sound: SoundEncoder;
  /** What gives something still. */
  readonly #sources = new Set<'video' | 'audio'>();
  #isClosed = false;

  constructor(limits: LiveEncoderOptions) {
    const common = {
      limits,
      nowUs: () => this.nowUs(),
      onFrame: (frame: LiveEncoderEvents['encoded']) => {
        if (!this.#isClosed) this.#events.emit('encoded', frame);
      },
      onBroken: () => {
        this.#fail('codec-missing');
      },
    };
    this.#picture = new PictureEncoder({ ...common, onEnded: () => this.#end('video') });
    this.#sound = new SoundEncoder({ ...common, onEnded: () => this.#end('audio') });
  }

  get events(): Subscribable<LiveEncoderEvents> {
    return this.#events;
  }

  nowUs(): number {
    return Math.round((performance.now() - this.#beganMs) * 1_000);
  }

  use(video: MediaTrack | null, audio: MediaTrack | null): void {
    if (this.#isClosed) return;
    this.#sources.clear();
    if (isLive(video)) this.#sources.add('video');
    if (isLive(audio)) this.#sources.add('audio');
    this.#picture.use(isLive(video) ? video : null);
    this.#sound.use(isLive(audio) ? audio : null);
    // Told after whoever opened it can listen.
    if (this.#sources.size === 0) setTimeout(() => this.#end('video'));
  }

  requestKeyFrame(): void {
    this.#picture.requestKeyFrame();
  }

  close(): void {
    this.#isClosed = true;
    this.#picture.close();
    this.#sound.close();
  }

  #end(source: 'video' | 'audio'): void {
    this.#sources.delete(source);
    if (this.#sources.size === 0) this.#fail('source-ended');
  }

  #fail(code: FailureCode): void {
    if (!this.#isClosed) this.#events.emit('failed', code);
  }
}

export const openLiveEncoder: OpenLiveEncoder = async (options) => {
  const isPossible = hasCodecs() && (await hasPictures(options)) && (await hasSounds(options));
  if (!isPossible) throw new Failure('codec-missing', 'nothing to encode with');
  const encoder = new BrowserLiveEncoder(options);
  encoder.use(options.video, options.audio);
  return encoder;
};

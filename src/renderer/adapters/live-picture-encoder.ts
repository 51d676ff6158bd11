// Turns the pictures of a track into encoded frames: smaller and fewer where the limits say so, one again and again while
// nothing moves, and key frames when they are due.
import type { LiveEncoderOptions, LiveFrame } from '#core/ports/live';
import { PictureClock } from '#adapters/capture-clock';
import { packChunk, packColours } from '#adapters/live-chunk';
import { pictureCodec } from '#adapters/live-codecs';
import { PicturePace } from '#adapters/picture-pace';
import { PictureSize, type Size } from '#adapters/picture-size';
import { readPictures, type FrameReader } from '#adapters/track-streams';

/** More wait only in an encoder that is too slow. */
const waitingAtMost = 4;
const lookEveryMs = 100;
/** An encoder that broke is replaced, unless the one before it broke just now. */
const brokeAgainMs = 5_000;

export interface PictureEncoderOptions {
  readonly limits: LiveEncoderOptions;
  readonly nowUs: () => number;
  readonly onFrame: (frame: LiveFrame) => void;
  readonly onEnded: () => void;
  readonly onBroken: () => void;
}

export class PictureEncoder {
  readonly #options: PictureEncoderOptions;
  readonly #pace: PicturePace;
  readonly #measure: PictureSize;
  readonly #timer: ReturnType<typeof setInterval>;
  #clock = new PictureClock();
  #reader: FrameReader | null = null;
  #hint = '';
  #encoder: VideoEncoder | null = null;
  #size: Size = { width: 0, height: 0 };
  /** Shown by the source at the moment. */
  #last: VideoFrame | null = null;
  #lastUs = -1;
  #count = 0;
  #colours = 0;
  #brokeAtMs = -Infinity;

  constructor(options: PictureEncoderOptions) {
    this.#options = options;
    this.#pace = new PicturePace(options.limits);
    this.#measure = new PictureSize(options.limits);
    this.#timer = setInterval(() => {
      if (this.#last && this.#pace.isStillDue(this.#nowMs())) this.#encode(this.#last, this.#options.nowUs());
    }, lookEveryMs);
  }

  use(track: MediaStreamTrack | null): void {
    this.#reader?.stop();
    this.#reader = null;
    this.#keep(null);
    this.#clock = new PictureClock();
    if (!track) return;
    this.#hint = track.contentHint;
    this.#pace.askKey();
    this.#reader = readPictures(track, {
      onFrame: (frame) => {
        this.#take(frame);
      },
      onEnded: () => {
        this.#keep(null);
        this.#options.onEnded();
      },
    });
  }

  requestKeyFrame(): void {
    this.#pace.askKey();
  }

  close(): void {
    clearInterval(this.#timer);
    this.use(null);
    if (this.#encoder && this.#encoder.state !== 'closed') this.#encoder.close();
    this.#encoder = null;
  }

  #nowMs(): number {
    return this.#options.nowUs() / 1_000;
  }

  #keep(frame: VideoFrame | null): void {
    this.#last?.close();
    this.#last = frame;
  }

  #take(frame: VideoFrame): void {
    const capturedMs = this.#clock.capturedAt(frame.timestamp / 1_000, this.#nowMs());
    this.#keep(frame);
    if (this.#pace.isDue(capturedMs)) this.#encode(frame, Math.round(capturedMs * 1_000));
  }

  #encode(picture: VideoFrame, capturedUs: number): void {
    const encoder = this.#readyFor(picture);
    if (!encoder || encoder.encodeQueueSize > waitingAtMost) return;
    const timestamp = Math.max(capturedUs, this.#lastUs + 1);
    const nowMs = this.#nowMs();
    const keyFrame = this.#pace.isKeyDue(nowMs);
    const stamped = new VideoFrame(picture, { timestamp });
    encoder.encode(stamped, { keyFrame });
    stamped.close();
    this.#lastUs = timestamp;
    this.#pace.encoded(nowMs, keyFrame);
  }

  #readyFor({ displayWidth, displayHeight }: VideoFrame): VideoEncoder | null {
    const size = this.#measure.of({ width: displayWidth, height: displayHeight });
    const isSame = size.width === this.#size.width && size.height === this.#size.height;
    if (this.#encoder?.state === 'configured' && isSame) return this.#encoder;
    this.#size = size;
    if (this.#encoder?.state !== 'configured') this.#encoder = this.#open();
    const { limits } = this.#options;
    this.#encoder?.configure({
      ...size,
      ...(this.#hint === '' ? {} : { contentHint: this.#hint }),
      codec: pictureCodec,
      bitrate: this.#measure.bitsPerSecond,
      framerate: limits.maxFramesPerSecond,
      latencyMode: 'realtime',
    });
    return this.#encoder;
  }

  /** Null when it breaks time and again. */
  #open(): VideoEncoder | null {
    return new VideoEncoder({
      output: (chunk, metadata) => {
        const { colorSpace } = metadata?.decoderConfig ?? {};
        if (colorSpace) this.#colours = packColours(colorSpace);
        this.#give(chunk);
      },
      error: () => {
        const nowMs = this.#nowMs();
        if (nowMs - this.#brokeAtMs < brokeAgainMs) this.#options.onBroken();
        this.#brokeAtMs = nowMs;
        this.#pace.askKey();
      },
    });
  }

  #give(chunk: EncodedVideoChunk): void {
    const { onFrame } = this.#options;
    const data = packChunk({ count: this.#count, colours: this.#colours }, chunk);
    if (!this.#measure.takes(data.length)) {
      this.#pace.askKey();
      return;
    }
    this.#count += 1;
    onFrame({
      kind: 'video',
      isKey: chunk.type === 'key',
      timestampUs: chunk.timestamp,
      codec: pictureCodec,
      ...this.#size,
      data,
    });
  }
}

// Pictures of a cast: encoded frames become a track, each shown at its moment.
import { unpackColours } from '#adapters/live-chunk';
import { pictureCodec } from '#adapters/live-codecs';
import type { QueuedPicture } from '#adapters/picture-queue';
import { createPictureSink, type PictureSink } from '#adapters/picture-sink';
import { isPlayableKey } from '#adapters/vp8-header';

/** So many are decoded ahead: those that are decoded hold memory of the decoder. */
const decodedAtMost = 8;

export interface Shown {
  readonly timestampUs: number;
  readonly width: number;
  readonly height: number;
}

export interface PicturePlayerOptions {
  /** When what bears this time is to be shown, by `performance.now()`. */
  readonly dueAtMs: (timestampUs: number) => number;
  readonly onShown: (shown: Shown) => void;
  /** Decoded, but overtaken by a later one that is due as well. */
  readonly onPassed: () => void;
  /** Nothing more can be decoded before a key frame. */
  readonly onBroken: () => void;
}

export class PicturePlayer {
  readonly #options: PicturePlayerOptions;
  readonly #sink: PictureSink = createPictureSink();
  #decoder: VideoDecoder | null = null;
  #colours = 0;
  #ready: VideoFrame[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isFirst = true;

  constructor(options: PicturePlayerOptions) {
    this.#options = options;
  }

  get track(): MediaStreamTrack | null {
    return this.#sink.track;
  }

  /** How many more may be given to `decode` now. */
  get room(): number {
    const waiting = this.#ready.length + (this.#decoder?.state === 'configured' ? this.#decoder.decodeQueueSize : 0);
    return Math.max(0, decodedAtMost - waiting);
  }

  decode({ frame, chunk }: QueuedPicture): void {
    if (frame.isKey && !isPlayableKey(chunk.coded)) {
      this.#fail();
      return;
    }
    const decoder = this.#openDecoder(frame.isKey ? chunk.colours : this.#colours);
    if (!decoder) return;
    const type = frame.isKey ? 'key' : 'delta';
    try {
      decoder.decode(new EncodedVideoChunk({ type, timestamp: frame.timestampUs, data: chunk.coded }));
    } catch {
      this.#fail(); // not the key frame it has to begin with
    }
  }

  /** Shows what is due, and comes back when the next one is. */
  show(): void {
    clearTimeout(this.#timer);
    const nowMs = performance.now();
    const isDue = (frame: VideoFrame): boolean => this.#isFirst || this.#options.dueAtMs(frame.timestamp) <= nowMs;
    let shown: VideoFrame | null = null;
    for (let [next] = this.#ready; next && isDue(next); [next] = this.#ready) {
      this.#ready.shift();
      if (shown) {
        shown.close();
        this.#options.onPassed();
      }
      shown = next;
      this.#isFirst = false;
    }
    if (shown) this.#give(shown);
    const [next] = this.#ready;
    if (next) this.#timer = setTimeout(() => this.show(), this.#options.dueAtMs(next.timestamp) - nowMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    for (const frame of this.#ready) frame.close();
    this.#ready = [];
    this.#sink.close();
  }

  #give(frame: VideoFrame): void {
    const { timestamp: timestampUs, displayWidth: width, displayHeight: height } = frame;
    this.#sink.show(frame);
    this.#options.onShown({ timestampUs, width, height });
  }

  #openDecoder(colours: number): VideoDecoder | null {
    if (this.#decoder?.state === 'configured' && colours === this.#colours) return this.#decoder;
    if (!('VideoDecoder' in globalThis)) return null;
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    const decoder = new VideoDecoder({
      output: (frame) => {
        if (decoder === this.#decoder) this.#hold(frame);
        else frame.close();
      },
      error: () => {
        if (decoder === this.#decoder) this.#fail();
      },
    });
    const colorSpace = colours === 0 ? {} : { colorSpace: unpackColours(colours) };
    decoder.configure({ ...colorSpace, codec: pictureCodec, optimizeForLatency: true });
    this.#decoder = decoder;
    this.#colours = colours;
    return decoder;
  }

  #hold(frame: VideoFrame): void {
    this.#ready.push(frame);
    this.show();
  }

  #fail(): void {
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#decoder = null;
    this.#options.onBroken();
  }
}

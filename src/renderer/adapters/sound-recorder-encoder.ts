// One file of a recording: opus-recorder's encoder in a worker of its own, and the Ogg stream its pages become.
import encoderUrl from 'opus-recorder/dist/encoderWorker.min.js?url&no-inline';
import { OggOpusStream, opusFrameSamples, opusSampleRate } from '#adapters/ogg-opus';
import { startWorker } from '#adapters/trusted-scripts';

/** 6.5 ms that libopus looks ahead, and half the filter of the resampler before it, which also stands between equal rates. */
const preSkip = 312 + 24;

const settings = {
  originalSampleRate: opusSampleRate,
  encoderSampleRate: opusSampleRate,
  encoderApplication: 2049, // OPUS_APPLICATION_AUDIO: a screen may play music
  encoderFrameSize: 20,
  encoderComplexity: 6,
  resampleQuality: 3,
  numberOfChannels: 1,
  /** A page each second. */
  maxFramesPerPage: 50,
};

type Answer =
  | { readonly message: 'ready' | 'flushed' | 'done' }
  | { readonly message: 'page'; readonly page: Uint8Array<ArrayBuffer> };

export interface FileEncoderOptions {
  readonly bitsPerSecond: number;
  /** Samples of the others before the first of this file; asked when that comes. */
  readonly silentSamples: () => number;
  readonly onPages: (pages: Uint8Array<ArrayBuffer>) => void;
  readonly onBroken: () => void;
}

export class FileEncoder {
  /** Resolves when the encoder runs. */
  readonly ready: Promise<void>;
  readonly #worker = startWorker(encoderUrl);
  readonly #options: FileEncoderOptions;
  #stream: OggOpusStream | null = null;
  /** The pages since the end was asked for. */
  #last: Uint8Array<ArrayBuffer>[] | null = null;
  #samples = 0;
  #onDone: () => void = () => undefined;

  constructor(options: FileEncoderOptions) {
    this.#options = options;
    this.ready = new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (data.message === 'ready') resolve();
        else this.#receive(data);
      };
      this.#worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error('the encoder broke'));
        options.onBroken();
      };
    });
    this.ready.catch(() => undefined); // told by onBroken too
    this.#worker.postMessage({ command: 'init', ...settings, encoderBitRate: options.bitsPerSecond });
  }

  /** Samples of 48 kHz; they are gone for the caller. */
  encode(samples: Float32Array<ArrayBuffer>): void {
    this.#begun();
    this.#samples += samples.length;
    this.#worker.postMessage({ command: 'encode', buffers: [samples] }, [samples.buffer]);
  }

  /** Gives out what fills no page yet. Only between whole frames: the encoder would lose a part of one. */
  flush(): void {
    if (this.#samples % opusFrameSamples === 0) this.#worker.postMessage({ command: 'flush' });
  }

  /** Resolves when the last page is out. */
  async end(): Promise<void> {
    if (this.#samples === 0) return;
    const samples = this.#samples;
    this.#last = [];
    const done = new Promise<void>((resolve) => {
      this.#onDone = resolve;
    });
    // What the encoder still holds back comes out behind as much silence.
    const frames = Math.ceil((samples + preSkip) / opusFrameSamples);
    this.encode(new Float32Array(frames * opusFrameSamples - samples));
    this.#worker.postMessage({ command: 'done' });
    await done;
    for (const page of this.#begun().end(this.#last, samples)) this.#options.onPages(page);
  }

  close(): void {
    this.#worker.terminate();
  }

  #receive(answer: Answer): void {
    if (answer.message === 'done') this.#onDone();
    if (answer.message !== 'page') return;
    if (this.#last) this.#last.push(answer.page);
    else this.#options.onPages(this.#begun().next(answer.page));
  }

  /** The headers and the silence come out before the first sound. */
  #begun(): OggOpusStream {
    if (this.#stream) return this.#stream;
    const [serial = 0] = crypto.getRandomValues(new Uint32Array(1));
    const stream = new OggOpusStream({ serial, preSkip, silentSamples: this.#options.silentSamples() });
    this.#stream = stream;
    for (const page of stream.begin()) this.#options.onPages(page);
    return stream;
  }
}

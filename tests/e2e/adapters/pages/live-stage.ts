// A cast within one page: a source that says when it was made, the encoder, a way on which things happen to frames, and the
// output. The way is set by the test.
import { openLiveEncoder } from '#adapters/live-encoder';
import { openLiveOutput } from '#adapters/live-output';
import type { LiveEncoder, LiveEncoderOptions, LiveFrame, LiveOutput } from '#core/ports/live';
import { LiveClock } from '#tests/e2e/adapters/pages/live-clock';
import { wait } from '#tests/e2e/adapters/pages/meter';
import { openMediaFile } from '#adapters/media-file';
import { readPictures } from '#adapters/track-streams';
import { TrackWatch } from '#tests/e2e/adapters/pages/track-watch';

/** How long a frame is on its way, ms; null when it is lost. */
export type Way = (frame: LiveFrame, atMs: number) => number | null;

const usual = {
  maxHeight: 720,
  maxFramesPerSecond: 30,
  videoBitsPerSecond: 800_000,
  audioBitsPerSecond: 64_000,
  keyFrameEveryMs: 2_000,
  audioFrameMs: 20,
} as const;

export class LiveStage {
  readonly source: LiveClock;
  readonly frames: LiveFrame[] = [];
  readonly failures: string[] = [];
  keysAsked = 0;
  way: Way = () => 20;
  #encoder: LiveEncoder | null = null;
  #output: LiveOutput | null = null;
  #watch: TrackWatch | null = null;
  #other: LiveClock | null = null;

  constructor(source: ConstructorParameters<typeof LiveClock>[0] = {}) {
    this.source = new LiveClock(source);
  }

  get encoder(): LiveEncoder {
    if (!this.#encoder) throw new Error('not opened');
    return this.#encoder;
  }

  get output(): LiveOutput {
    if (!this.#output) throw new Error('not opened');
    return this.#output;
  }

  get watch(): TrackWatch {
    if (!this.#watch) throw new Error('nothing watched');
    return this.#watch;
  }

  async encode(options: Partial<LiveEncoderOptions> = {}): Promise<void> {
    const { video, audio } = this.source;
    const encoder = await openLiveEncoder({ ...usual, video, audio, ...options });
    encoder.events.on('encoded', (frame) => {
      this.frames.push(frame);
      this.#carry(frame);
    });
    encoder.events.on('failed', (code) => this.failures.push(code));
    this.#encoder = encoder;
  }

  /** Another camera and another microphone. */
  change(source: ConstructorParameters<typeof LiveClock>[0]): void {
    this.#other = new LiveClock(source);
    this.encoder.use(this.#other.video, this.#other.audio);
  }

  /** The same sound and a picture of one colour. */
  changeToColour(colour: string): void {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [640, 360];
    const context = canvas.getContext('2d', { alpha: false });
    if (!context) throw new Error('no canvas here');
    context.fillStyle = colour;
    context.fillRect(0, 0, 640, 360);
    this.encoder.use(canvas.captureStream().getVideoTracks()[0] ?? null, this.source.audio);
  }

  /** Red, green and blue in the middle of what is shown. */
  async shownColour(): Promise<number[]> {
    const { video } = this.output.tracks.snapshot;
    if (!(video instanceof MediaStreamTrack)) throw new Error('no picture');
    const frame = await new Promise<VideoFrame>((resolve) => {
      const reader = readPictures(video, {
        onFrame: (picture) => {
          reader.stop();
          resolve(picture);
        },
        onEnded: () => undefined,
      });
    });
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    context?.drawImage(frame, 0, 0, 1, 1);
    frame.close();
    return [...(context?.getImageData(0, 0, 1, 1).data.subarray(0, 3) ?? [])];
  }

  /** A film of this source, as a file. */
  async film(lastsMs: number): Promise<File> {
    const recorder = new MediaRecorder(new MediaStream([this.source.video, this.source.audio]), {
      mimeType: 'video/webm;codecs=vp8,opus',
    });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    recorder.start();
    await wait(lastsMs);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.stop();
    await stopped;
    return new File(parts, 'film.webm', { type: 'video/webm' });
  }

  readonly openFile = openMediaFile;

  /** Somebody begins to watch. */
  play(delayMs: number): void {
    this.#output = openLiveOutput({ delayMs });
    this.#output.events.on('needsKeyFrame', () => {
      this.keysAsked += 1;
      this.#encoder?.requestKeyFrame();
    });
  }

  /** Watches what comes out, once both tracks are there; everything before is forgotten. */
  async look(): Promise<TrackWatch> {
    const deadline = performance.now() + 5_000;
    while (!this.output.tracks.snapshot.video || !this.output.tracks.snapshot.audio) {
      if (performance.now() > deadline) throw new Error('no tracks');
      await wait(10);
    }
    this.#watch?.close();
    this.#watch = new TrackWatch(this.output.tracks.snapshot);
    return this.#watch;
  }

  async until(isRight: (state: LiveOutput['state']['snapshot']) => boolean, timeoutMs = 8_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!isRight(this.output.state.snapshot)) {
      if (performance.now() > deadline) throw new Error(`Still ${JSON.stringify(this.output.state.snapshot)}`);
      await wait(20);
    }
  }

  async close(): Promise<void> {
    this.#watch?.close();
    this.#output?.close();
    this.#encoder?.close();
    await this.#other?.close();
    await this.source.close();
  }

  #carry(frame: LiveFrame): void {
    const ageMs = (this.encoder.nowUs() - frame.timestampUs) / 1_000;
    const capturedAtMs = Date.now() - ageMs;
    const delayMs = this.way(frame, performance.now());
    if (delayMs === null) return;
    if (delayMs === 0) this.#output?.push(frame, capturedAtMs);
    else setTimeout(() => this.#output?.push(frame, capturedAtMs), delayMs);
  }
}

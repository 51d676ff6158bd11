// A source that says when it was made: a canvas with the time painted into it in black and white, and a sound. Now and then
// it flashes and beeps at once.
import { wait } from '#tests/e2e/adapters/pages/meter';

const picture = { width: 640, height: 360 } as const;
/** Blocks of the picture, from the top left: the time in ms as bits, then whether it flashes. */
export const bits = 20;
const blocksInRow = 7;
const block = { width: Math.floor(picture.width / blocksInRow), height: 120 } as const;

export const middleOf = (nth: number): { readonly x: number; readonly y: number } => ({
  x: (nth % blocksInRow) * block.width + block.width / 2,
  y: Math.floor(nth / blocksInRow) * block.height + block.height / 2,
});

export class LiveClock {
  readonly video: MediaStreamTrack;
  readonly audio: MediaStreamTrack;
  readonly #canvas = document.createElement('canvas');
  readonly #context = new AudioContext({ sampleRate: 48_000 });
  readonly #gain = new GainNode(this.#context, { gain: 0 });
  readonly #tone: OscillatorNode;
  readonly #timer: ReturnType<typeof setInterval>;
  #isToFlash = false;
  #isFlashing = false;
  #isStill = false;

  constructor({ hertz = 1_000, level = 0, framesPerSecond = 30 } = {}) {
    this.#canvas.width = picture.width;
    this.#canvas.height = picture.height;
    const destination = new MediaStreamAudioDestinationNode(this.#context, { channelCount: 1 });
    this.#tone = new OscillatorNode(this.#context, { frequency: hertz });
    this.#gain.gain.value = level;
    this.#tone.connect(this.#gain).connect(destination);
    this.#tone.start();
    this.#paint();
    this.#timer = setInterval(() => {
      if (!this.#isStill) this.#paint();
    }, 1_000 / framesPerSecond);
    const [video] = this.#canvas.captureStream().getVideoTracks();
    const [audio] = destination.stream.getAudioTracks();
    if (!video || !audio) throw new Error('a stream without a track');
    [this.video, this.audio] = [video, audio];
  }

  /** Light and a beep for 100 ms, several times. */
  async flash(times: number, everyMs: number): Promise<void> {
    for (let nth = 0; nth < times; nth += 1) {
      this.#isToFlash = true;
      await wait(100);
      this.#isToFlash = false;
      await wait(everyMs - 100);
    }
  }

  set isStill(isStill: boolean) {
    this.#isStill = isStill;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.video.stop();
    this.audio.stop();
    await this.#context.close();
  }

  #paint(): void {
    const context = this.#canvas.getContext('2d', { alpha: false });
    if (!context) return;
    if (this.#isFlashing !== this.#isToFlash) this.#gain.gain.value = this.#isToFlash ? 0.5 : 0;
    this.#isFlashing = this.#isToFlash;
    const time = Math.floor(performance.now()) % 2 ** bits;
    for (let nth = 0; nth <= bits; nth += 1) {
      const isOn = nth < bits ? (time >> nth) & 1 : this.#isFlashing;
      context.fillStyle = isOn ? 'white' : 'black';
      const { x, y } = middleOf(nth);
      context.fillRect(x - block.width / 2, y - block.height / 2, block.width, block.height);
    }
  }
}

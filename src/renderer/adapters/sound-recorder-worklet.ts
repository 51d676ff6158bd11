// Runs in the audio thread: takes the same moments of every input, in blocks, and hands them to the page. Imports nothing.

/** Whole Opus frames of 20 ms at 48 kHz: 100 ms. */
const blockSamples = 4_800;
/** Below the knee a sum of voices is left as it is; above, it nears the ceiling without ever reaching it. */
const knee = 0.6;
/** Leaves room for what a lossy codec puts on top. */
const ceiling = 0.9;

type Order =
  | { readonly kind: 'record'; readonly isOn: boolean }
  | { readonly kind: 'files'; readonly count: number }
  | { readonly kind: 'end' };

/** What the audio thread has (Web Audio API 1.1, section 1.32), as far as it is used here. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

function limited(sample: number): number {
  const size = Math.abs(sample);
  if (size <= knee) return sample;
  const over = (size - knee) / (ceiling - knee);
  return Math.sign(sample) * (knee + (ceiling - knee) * (over / (1 + over)));
}

class SoundCapture extends AudioWorkletProcessor {
  #isOn = false;
  #isOver = false;
  #blocks: Float32Array<ArrayBuffer>[] = [];
  #filled = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<Order>) => {
      this.#obey(data);
    };
  }

  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    if (this.#isOver) return false;
    if (!this.#isOn || this.#blocks.length === 0) return true;
    const samples = inputs.find((input) => input[0])?.[0]?.length ?? 128;
    for (let at = 0; at < samples; at += 1) {
      for (const [file, block] of this.#blocks.entries()) block[this.#filled] = limited(inputs[file]?.[0]?.[at] ?? 0);
      this.#filled += 1;
      if (this.#filled === blockSamples) this.#handOver();
    }
    return true;
  }

  #obey(order: Order): void {
    if (order.kind === 'files') {
      // A file that comes in the middle of a block was silent before.
      while (this.#blocks.length < order.count) this.#blocks.push(new Float32Array(blockSamples));
    } else if (order.kind === 'record') {
      this.#isOn = order.isOn;
      if (!order.isOn) this.port.postMessage({ kind: 'paused' });
    } else {
      this.#isOver = true;
      if (this.#filled > 0) this.#handOver();
      this.port.postMessage({ kind: 'ended' });
    }
  }

  #handOver(): void {
    const blocks = this.#blocks.map((block) => block.slice(0, this.#filled));
    for (const block of this.#blocks) block.fill(0);
    this.#filled = 0;
    this.port.postMessage(
      { kind: 'block', blocks },
      blocks.map(({ buffer }) => buffer),
    );
  }
}

registerProcessor('sound-capture', SoundCapture);

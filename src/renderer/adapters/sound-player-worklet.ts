// Runs in the audio thread: plays decoded sound at its moment, and tells the page how time goes on, also when that is hidden
// and its timers sleep.
import { SoundRing, type SoundBlock } from '#adapters/sound-ring';

/** Where the clock of the cast stands at a moment of the audio graph. */
interface PlayAnchor {
  readonly contextTime: number;
  readonly mediaUs: number;
}

export type PlayOrder =
  | { readonly kind: 'sound'; readonly block: SoundBlock }
  | { readonly kind: 'anchor'; readonly anchor: PlayAnchor }
  | { readonly kind: 'end' };

/** In render quanta: some 20 ms. */
const reportEvery = 8;

/** What the audio thread has (Web Audio API 1.1, section 1.32), as far as it is used here. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;
declare const currentTime: number;

class SoundPlayer extends AudioWorkletProcessor {
  readonly #ring = new SoundRing();
  #anchor: PlayAnchor | null = null;
  #isOver = false;
  #quanta = 0;
  #heard = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<PlayOrder>) => {
      if (data.kind === 'sound') this.#ring.push(data.block);
      else if (data.kind === 'anchor') this.#anchor = data.anchor;
      else this.#isOver = true;
    };
  }

  process(_: unknown, [output]: readonly (readonly Float32Array[])[]): boolean {
    const [left, right] = output ?? [];
    if (left && right && this.#anchor) {
      const playUs = this.#anchor.mediaUs + (currentTime - this.#anchor.contextTime) * 1_000_000;
      this.#heard += this.#ring.render(playUs, left, right);
    }
    this.#quanta += 1;
    if (this.#quanta % reportEvery === 0) {
      this.port.postMessage({ contextTime: currentTime, heard: this.#heard });
      this.#heard = 0;
    }
    return !this.#isOver;
  }
}

registerProcessor('sound-player', SoundPlayer);

// The Echo contact: plays the microphone back three seconds later. Nothing leaves the page.
import type { EchoTest } from '#core/ports';
import type { FailureCode } from '#shared/failure';
import { Store } from '#core/base/store';
import { holdAudioContext } from '#adapters/audio-context';
import { watchNode } from '#adapters/level-meter';

const delaySeconds = 3;
/** Peak above which the microphone counts as having heard something; about -40 dBFS. */
const heardAbove = 0.01;

/** Gets a microphone track of its own, or fails with the code for the person. */
export type OpenEchoMicrophone = () => Promise<MediaStreamTrack | FailureCode>;

interface Loop {
  readonly input: AudioNode;
  readonly output: AudioNode;
  close(): void;
}

function openLoop(track: MediaStreamTrack): Loop {
  const { context, release } = holdAudioContext();
  const input = context.createMediaStreamSource(new MediaStream([track]));
  const output = new DelayNode(context, { delayTime: delaySeconds, maxDelayTime: delaySeconds });
  input.connect(output).connect(context.destination);
  return {
    input,
    output,
    close: () => {
      input.disconnect();
      output.disconnect();
      track.stop();
      release();
    },
  };
}

export class BrowserEchoTest implements EchoTest {
  readonly store = new Store<EchoTest['store']['snapshot']>({ phase: 'off' });
  readonly #openMicrophone: OpenEchoMicrophone;
  #loop: Loop | null = null;
  #stopListening: (() => void) | null = null;
  #run = 0;

  constructor(openMicrophone: OpenEchoMicrophone) {
    this.#openMicrophone = openMicrophone;
  }

  async start(): Promise<void> {
    this.stop();
    const run = ++this.#run;
    this.store.set({ phase: 'opening' });
    const track = await this.#openMicrophone();
    if (run !== this.#run) {
      if (typeof track !== 'string') track.stop();
      return;
    }
    if (typeof track === 'string') {
      this.store.set({ phase: 'failed', code: track });
      return;
    }
    this.#loop = openLoop(track);
    track.addEventListener('ended', () => {
      if (run !== this.#run) return;
      this.stop();
      this.store.set({ phase: 'failed', code: 'microphone-missing' });
    });
    this.store.set({ phase: 'listening', heardAnything: false });
    this.#stopListening = watchNode(this.#loop.input, (level) => {
      if (level < heardAbove || run !== this.#run) return;
      this.store.set({ phase: 'listening', heardAnything: true });
      this.#stopListening?.();
      this.#stopListening = null;
    });
  }

  stop(): void {
    this.#run += 1;
    this.#stopListening?.();
    this.#stopListening = null;
    const loop = this.#loop;
    this.#loop = null;
    this.store.set({ phase: 'off' }); // meters let go of the loop before it is taken apart
    loop?.close();
  }

  watchLevel(side: 'in' | 'out', onLevel: (level: number) => void): () => void {
    let detach: (() => void) | null = null;
    let watched: Loop | null = null;
    const follow = (): void => {
      if (this.#loop === watched) return;
      detach?.();
      watched = this.#loop;
      detach = watched ? watchNode(side === 'in' ? watched.input : watched.output, onLevel) : null;
    };
    const off = this.store.onChange(follow);
    follow();
    return () => {
      off();
      detach?.();
    };
  }
}

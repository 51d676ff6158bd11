// Records tracks into Ogg Opus files that share one clock: the audio thread takes the same samples of all of them, so that
// one place in every file is one moment. Loaded when somebody records, and not before.
import type { FailureCode } from '#shared/failure';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { SoundRecorder, SoundRecording, SoundRecordingEvents } from '#core/ports';
import { limits } from '#core/wire/limits';
import { opusSampleRate } from '#adapters/ogg-opus';
import { FileEncoder } from '#adapters/sound-recorder-encoder';
import { followSources } from '#adapters/sound-recorder-inputs';
import captureUrl from './sound-recorder-worklet.ts?worker&url';

const startTimeoutMs = 8_000;
/** The audio thread answers at once, unless the sound system hangs. */
const answerTimeoutMs = 2_000;
/** One for each seat, and one for what screens play. */
const filesAtMost = limits.roomMembers + 1;

type Report =
  | { readonly kind: 'block'; readonly blocks: readonly Float32Array<ArrayBuffer>[] }
  | { readonly kind: 'paused' }
  | { readonly kind: 'ended' };

class BrowserSoundRecording implements SoundRecording {
  readonly #events = new Emitter<SoundRecordingEvents>();
  readonly #context: AudioContext;
  readonly #node: AudioWorkletNode;
  /** In the order of the inputs. */
  readonly #encoders = new Map<string, FileEncoder>();
  #bitsPerSecond = 0;
  /** Recorded so far, of every file alike. */
  #samples = 0;
  #unfollow: () => void = () => undefined;
  #onEnded: () => void = () => undefined;
  #isOver = false;

  constructor(context: AudioContext) {
    this.#context = context;
    this.#node = new AudioWorkletNode(context, 'sound-capture', {
      numberOfInputs: filesAtMost,
      numberOfOutputs: 0,
      channelCount: 1,
      channelCountMode: 'explicit',
    });
    this.#node.port.onmessage = ({ data }: MessageEvent<Report>) => {
      this.#receive(data);
    };
    this.#node.onprocessorerror = () => {
      this.#fail();
    };
  }

  get events(): Subscribable<SoundRecordingEvents> {
    return this.#events;
  }

  /** Rejects when an encoder cannot be had. */
  async begin({ files, sources, bitsPerSecond }: Parameters<SoundRecorder['open']>[0]): Promise<void> {
    this.#bitsPerSecond = bitsPerSecond;
    for (const file of files) this.#inputOf(file);
    await Promise.all([...this.#encoders.values()].map(({ ready }) => ready));
    this.#unfollow = followSources({ node: this.#node, sources, inputOf: (file) => this.#inputOf(file) });
  }

  pause(): void {
    this.#node.port.postMessage({ kind: 'record', isOn: false });
  }

  resume(): void {
    this.#context.resume().catch(() => undefined);
    this.#node.port.postMessage({ kind: 'record', isOn: true });
  }

  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const ended = new Promise<void>((resolve) => {
      this.#onEnded = resolve;
    });
    this.#node.port.postMessage({ kind: 'end' });
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, answerTimeoutMs))]);
    this.#unfollow();
    await Promise.all([...this.#encoders.values()].map((encoder) => encoder.end()));
    this.close();
  }

  close(): void {
    this.#isOver = true;
    this.#unfollow();
    for (const encoder of this.#encoders.values()) encoder.close();
    this.#context.close().catch(() => undefined);
  }

  #inputOf(file: string): number | null {
    const known = [...this.#encoders.keys()].indexOf(file);
    if (known >= 0) return known;
    if (this.#encoders.size >= filesAtMost) return null;
    const encoder = new FileEncoder({
      bitsPerSecond: this.#bitsPerSecond,
      silentSamples: () => this.#samples,
      onPages: (pages) => {
        this.#events.emit('encoded', { file, pages });
      },
      onBroken: () => {
        this.#fail();
      },
    });
    this.#encoders.set(file, encoder);
    this.#node.port.postMessage({ kind: 'files', count: this.#encoders.size });
    return this.#encoders.size - 1;
  }

  #receive(report: Report): void {
    if (report.kind === 'block') this.#encode(report.blocks);
    else if (report.kind === 'ended') this.#onEnded();
    else for (const encoder of this.#encoders.values()) encoder.flush();
  }

  #encode(blocks: readonly Float32Array<ArrayBuffer>[]): void {
    const samples = blocks[0]?.length ?? 0;
    // A file whose input came after this block has no part in it, and counts it among its silence.
    for (const [at, encoder] of [...this.#encoders.values()].entries()) {
      const block = blocks[at];
      if (block) encoder.encode(block);
    }
    this.#samples += samples;
  }

  #fail(): void {
    const code: FailureCode = 'internal';
    if (!this.#isOver) this.#events.emit('failed', code);
  }
}

export const soundRecorder: SoundRecorder = {
  /** Fails when the audio thread or an encoder cannot be started within 8 s. */
  open: async (options) => {
    const context = new AudioContext({ sampleRate: opusSampleRate, latencyHint: 'playback' });
    let recording: BrowserSoundRecording | null = null;
    let giveUp: ReturnType<typeof setTimeout> | undefined;
    try {
      const begun = Promise.all([context.audioWorklet.addModule(captureUrl), context.resume()]).then(async () => {
        recording = new BrowserSoundRecording(context);
        await recording.begin(options);
        return recording;
      });
      const late = new Promise<never>((_, reject) => {
        giveUp = setTimeout(() => {
          reject(new Error(`not ready within ${startTimeoutMs} ms`));
        }, startTimeoutMs);
      });
      return await Promise.race([begun, late]);
    } catch (reason) {
      await context.close().catch(() => undefined);
      throw reason;
    } finally {
      clearTimeout(giveUp);
    }
  },
};

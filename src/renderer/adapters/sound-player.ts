// Sound of a cast: Opus packets become samples, and the audio thread makes a track of them, each heard at its moment. Needs
// no loudspeaker: whoever plays the track chooses one.
import { holdUnheardContext } from '#adapters/audio-context';
import { SoonestOffset } from '#adapters/capture-clock';
import { soundCodec, soundSampleRate } from '#adapters/live-codecs';
import type { PlayOrder } from '#adapters/sound-player-worklet';
import type { QueuedSound } from '#adapters/sound-queue';
import workletUrl from './sound-player-worklet.ts?worker&url';

/** A re-anchoring that nobody would hear is left out. */
const anchorAboveMs = 0.3;

interface Report {
  readonly contextTime: number;
  readonly heard: number;
}

export interface SoundPlayerOptions {
  /** Where the clock of the cast stands at that moment of `performance.now()`; null before anything came. */
  readonly positionMs: (nowMs: number) => number | null;
  /** Some fifty times a second, also in a page that is hidden. */
  readonly onTick: () => void;
}

export class SoundPlayer {
  readonly #options: SoundPlayerOptions;
  readonly #context: AudioContext;
  readonly #destination: MediaStreamAudioDestinationNode;
  readonly #release: () => void;
  readonly #offset = new SoonestOffset();
  readonly #stampsUs: number[] = [];
  #node: AudioWorkletNode | null = null;
  #decoder: AudioDecoder | null = null;
  /** Of the clock of the cast and the audio graph's, as the audio thread was told, ms. */
  #anchoredAtMs = Infinity;
  #isClosed = false;

  constructor(options: SoundPlayerOptions) {
    this.#options = options;
    const { context, release } = holdUnheardContext();
    this.#context = context;
    this.#release = release;
    this.#destination = new MediaStreamAudioDestinationNode(context, { channelCount: 2 });
    this.#start().catch(() => undefined); // silent then: the picture goes on
  }

  get track(): MediaStreamTrack | null {
    return this.#destination.stream.getAudioTracks()[0] ?? null;
  }

  decode({ frame, chunk }: QueuedSound): void {
    const decoder = this.#openDecoder();
    this.#stampsUs.push(frame.timestampUs);
    decoder?.decode(new EncodedAudioChunk({ type: 'key', timestamp: frame.timestampUs, data: chunk.coded }));
  }

  close(): void {
    this.#isClosed = true;
    if (this.#decoder && this.#decoder.state !== 'closed') this.#decoder.close();
    this.#order({ kind: 'end' });
    this.#node?.disconnect();
    this.track?.stop();
    this.#release();
  }

  async #start(): Promise<void> {
    await this.#context.audioWorklet.addModule(workletUrl);
    if (this.#isClosed) return;
    const node = new AudioWorkletNode(this.#context, 'sound-player', { numberOfInputs: 0, outputChannelCount: [2] });
    node.port.onmessage = ({ data }: MessageEvent<Report>) => {
      this.#anchor(data.contextTime * 1_000);
      this.#options.onTick();
    };
    node.connect(this.#destination);
    this.#node = node;
  }

  #order(order: PlayOrder, transfer: Transferable[] = []): void {
    this.#node?.port.postMessage(order, transfer);
  }

  #anchor(contextMs: number): void {
    const nowMs = performance.now();
    const offsetMs = this.#offset.read(nowMs - contextMs, nowMs);
    const positionMs = this.#options.positionMs(contextMs + offsetMs);
    if (positionMs === null) return;
    const differenceMs = positionMs - contextMs;
    if (Math.abs(differenceMs - this.#anchoredAtMs) < anchorAboveMs) return;
    this.#anchoredAtMs = differenceMs;
    this.#order({ kind: 'anchor', anchor: { contextTime: contextMs / 1_000, mediaUs: positionMs * 1_000 } });
  }

  #openDecoder(): AudioDecoder | null {
    if (this.#decoder?.state === 'configured') return this.#decoder;
    if (!('AudioDecoder' in globalThis)) return null;
    this.#stampsUs.length = 0;
    const decoder = new AudioDecoder({
      output: (sound) => {
        if (decoder === this.#decoder) this.#hand(sound);
        sound.close();
      },
      error: () => undefined, // its state says so: the next sound opens another
    });
    decoder.configure({ codec: soundCodec, sampleRate: soundSampleRate, numberOfChannels: 2 });
    this.#decoder = decoder;
    return decoder;
  }

  #hand(sound: AudioData): void {
    const startUs = this.#stampsUs.shift() ?? sound.timestamp;
    const [left, right] = [new Float32Array(sound.numberOfFrames), new Float32Array(sound.numberOfFrames)];
    sound.copyTo(left, { planeIndex: 0, format: 'f32-planar' });
    sound.copyTo(right, { planeIndex: Math.min(1, sound.numberOfChannels - 1), format: 'f32-planar' });
    this.#order({ kind: 'sound', block: { startUs, left, right } }, [left.buffer, right.buffer]);
  }
}

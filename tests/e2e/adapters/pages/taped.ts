// Records tones and clicks that the page makes itself, and hands out the files.
import { Store } from '#core/base/store';
import type { RecordedSource, SoundRecording } from '#core/ports';
import { soundRecorder } from '#adapters/sound-recorder';

export class Taped {
  readonly #context = new AudioContext({ sampleRate: 48_000 });
  readonly #sources = new Store<ReadonlyMap<string, RecordedSource>>(new Map());
  readonly #pages = new Map<string, Uint8Array<ArrayBuffer>[]>();
  readonly #tracks = new Map<string, MediaStreamTrack>();
  #recording: SoundRecording | null = null;
  failed: string | null = null;

  async open(files: readonly string[]): Promise<void> {
    const recording = await soundRecorder.open({ files, sources: this.#sources, bitsPerSecond: 48_000 });
    recording.events.on('encoded', ({ file, pages }) => {
      this.#pages.set(file, [...(this.#pages.get(file) ?? []), pages]);
    });
    recording.events.on('failed', (code) => (this.failed = code));
    this.#recording = recording;
  }

  addTone(key: string, file: string, hertz: number, gain = 0.25): void {
    const tone = new OscillatorNode(this.#context, { frequency: hertz });
    tone.start();
    this.#add(key, file, this.#track(key, tone, gain));
  }

  /** Short bursts at uneven distances, so that only the right shift fits. */
  addBursts(key: string, file: string): void {
    const buffer = new AudioBuffer({ length: 48_000 * 2, sampleRate: 48_000 });
    const samples = buffer.getChannelData(0);
    for (const [nth, start] of [0, 7_001, 19_003, 26_007, 47_011, 58_013, 79_019].entries()) {
      for (let at = 0; at < 1_200; at += 1) samples[start + at] = 0.5 * Math.sin((at * (nth + 3)) / 20);
    }
    const source = new AudioBufferSourceNode(this.#context, { buffer, loop: true });
    source.start();
    this.#add(key, file, this.#track(key, source, 1));
  }

  /** The same track once more, in another file. */
  addAgain(key: string, of: string, file: string): void {
    const track = this.#tracks.get(of);
    if (track) this.#add(key, file, track);
  }

  remove(key: string): void {
    this.#sources.set(new Map([...this.#sources.snapshot].filter(([other]) => other !== key)));
  }

  /** Whether each page came alone and whole. */
  get arePagesWhole(): boolean {
    const starts = (pages: Uint8Array): string => String.fromCharCode(...pages.subarray(0, 4));
    return [...this.#pages.values()].flat().every((pages) => starts(pages) === 'OggS');
  }

  resume(): void {
    this.#recording?.resume();
  }

  pause(): void {
    this.#recording?.pause();
  }

  async stop(): Promise<void> {
    await this.#recording?.stop();
    await this.#context.close();
  }

  get files(): readonly string[] {
    return [...this.#pages.keys()];
  }

  /** The whole file so far, as bytes a test can take out of the page. */
  read(file: string): number[] {
    return (this.#pages.get(file) ?? []).flatMap((pages) => [...pages]);
  }

  #track(key: string, source: AudioNode, gain: number): MediaStreamTrack {
    const out = new MediaStreamAudioDestinationNode(this.#context, { channelCount: 1 });
    source.connect(new GainNode(this.#context, { gain })).connect(out);
    const [track] = out.stream.getAudioTracks();
    if (!track) throw new Error('a destination without a track');
    this.#tracks.set(key, track);
    return track;
  }

  #add(key: string, file: string, track: MediaStreamTrack): void {
    this.#sources.set(new Map([...this.#sources.snapshot, [key, { file, track }]]));
  }
}

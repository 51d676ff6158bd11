// Measures what a track carries: the loudest frequency, the level, and the moment it falls silent.

export interface Measured {
  /** Hz. */
  readonly frequency: number;
  /** RMS, dBFS. */
  readonly levelDb: number;
}

const toDb = (samples: Float32Array): number =>
  20 * Math.log10(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Meter {
  readonly #context = new AudioContext({ sampleRate: 48_000 });
  readonly #analyser = new AnalyserNode(this.#context, { fftSize: 16_384, smoothingTimeConstant: 0 });

  constructor(track: MediaStreamTrack) {
    const stream = new MediaStream([track]);
    // What arrives from a connection flows only while an element plays it.
    const element = new Audio();
    element.srcObject = stream;
    element.muted = true;
    void element.play();
    this.#context.createMediaStreamSource(stream).connect(this.#analyser);
  }

  /** Of the last third of a second. */
  read(): Measured {
    const samples = new Float32Array(this.#analyser.fftSize);
    const bins = new Float32Array(this.#analyser.frequencyBinCount);
    this.#analyser.getFloatTimeDomainData(samples);
    this.#analyser.getFloatFrequencyData(bins);
    const loudest = bins.reduce((best, level, at) => (level > (bins[best] ?? -Infinity) ? at : best), 0);
    return { frequency: (loudest * this.#context.sampleRate) / this.#analyser.fftSize, levelDb: toDb(samples) };
  }

  /** Waits until the reading of the last third of a second satisfies the test. */
  async until(isRight: (measured: Measured) => boolean, timeoutMs = 10_000): Promise<Measured> {
    const deadline = performance.now() + timeoutMs;
    let measured = this.read();
    while (!isRight(measured)) {
      if (performance.now() > deadline) throw new Error(`Still ${JSON.stringify(measured)} after ${timeoutMs} ms`);
      await wait(20);
      measured = this.read();
    }
    return measured;
  }

  /** Waits until `belowDb` for 200 ms; answers when that began, ms since the epoch. */
  async silentSince(belowDb: number, timeoutMs = 5_000): Promise<number> {
    const deadline = performance.now() + timeoutMs;
    const samples = new Float32Array(512);
    const analyser = new AnalyserNode(this.#context, { fftSize: samples.length });
    this.#analyser.connect(analyser);
    let since = 0;
    while (performance.now() < deadline) {
      analyser.getFloatTimeDomainData(samples);
      if (toDb(samples) >= belowDb) since = 0;
      else if (since === 0) since = Date.now();
      else if (Date.now() - since > 200) return since;
      await wait(4);
    }
    throw new Error(`Not silent after ${timeoutMs} ms`);
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}

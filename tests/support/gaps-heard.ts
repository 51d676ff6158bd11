// Runs inside a page: how long somebody was not heard while they spoke all the time.
import '#tests/support/observe-calls';

export interface GapsHeard {
  /** The longest stretch without a sound, ms, to 10 ms. */
  readonly longestMs: number;
  /** The longest time between two looks, ms. Below `seamlessMs` nothing went by unseen. */
  readonly slowestLookMs: number;
}

/** A look sees the last 680 ms; looks that follow each other this fast have 200 ms in common. */
export const seamlessMs = 480;

/** Listens for `forMs` to the one whose tone is `hertz`; silence is below `belowDb`, dBFS. For `page.evaluate`. */
export async function listenForGaps(options: { hertz: number; forMs: number; belowDb: number }): Promise<GapsHeard> {
  const { hertz, forMs, belowDb } = options;
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const context = new AudioContext();
  const analysers = [...window.observedPlayers].flatMap(({ srcObject }) => {
    if (!(srcObject instanceof MediaStream) || srcObject.getAudioTracks().length === 0) return [];
    const analyser = new AnalyserNode(context, { fftSize: 32_768, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(srcObject).connect(analyser);
    return [analyser];
  });
  await pause(1_000);
  const bins = new Float32Array(16_384);
  const loudest = (analyser: AnalyserNode): number => {
    analyser.getFloatFrequencyData(bins);
    const bin = bins.reduce((best, level, at) => (level > (bins[best] ?? -Infinity) ? at : best), 0);
    return (bin * context.sampleRate) / analyser.fftSize;
  };
  const theirs = analysers.find((analyser) => Math.abs(loudest(analyser) - hertz) < 15);
  if (!theirs) throw new Error(`No tone of ${hertz} Hz is heard.`);

  // The analyser keeps what went by, so that a page which is busy for a while misses nothing.
  const samples = new Float32Array(theirs.fftSize);
  const block = Math.round(context.sampleRate / 100);
  const isSilent = (from: number): boolean => {
    let sum = 0;
    for (let at = from; at < from + block; at += 1) sum += (samples[at] ?? 0) ** 2;
    return 10 * Math.log10(sum / block) < belowDb;
  };
  let longestMs = 0;
  let slowestLookMs = 0;
  let lookedAt = performance.now();
  const deadline = lookedAt + forMs;
  while (performance.now() < deadline) {
    await pause(100);
    theirs.getFloatTimeDomainData(samples);
    const now = performance.now();
    slowestLookMs = Math.max(slowestLookMs, Math.round(now - lookedAt));
    lookedAt = now;
    let runMs = 0;
    for (let from = 0; from + block <= samples.length; from += block) {
      runMs = isSilent(from) ? runMs + 10 : 0;
      longestMs = Math.max(longestMs, runMs);
    }
  }
  await context.close();
  return { longestMs, slowestLookMs };
}

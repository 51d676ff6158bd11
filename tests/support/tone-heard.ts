// Runs inside a page: the loudest frequency and the level of what the app plays from the other person.
import '#tests/support/observe-calls';

export interface ToneHeard {
  /** Hz; 0 when nothing plays. */
  readonly frequency: number;
  /** RMS over the reading, dBFS; -Infinity is silence. */
  readonly levelDb: number;
}

/** Listens for `forMs`. For `page.evaluate`. */
export async function listenForTone(forMs: number): Promise<ToneHeard> {
  const media = document.querySelector('audio')?.srcObject;
  if (!(media instanceof MediaStream)) return { frequency: 0, levelDb: -Infinity };
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  context.createMediaStreamSource(media).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const bins = new Float32Array(analyser.frequencyBinCount);
  await new Promise((resolve) => setTimeout(resolve, forMs));
  analyser.getFloatTimeDomainData(samples);
  analyser.getFloatFrequencyData(bins);
  const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  const loudest = bins.reduce((best, level, at) => (level > (bins[best] ?? -Infinity) ? at : best), 0);
  const frequency = (loudest * context.sampleRate) / analyser.fftSize;
  await context.close();
  return { frequency, levelDb: 20 * Math.log10(rms) };
}

/** Of everybody in a room, and of a voice message: one reading for each sound that plays, in no order. For `page.evaluate`. */
export async function listenToAll(forMs: number): Promise<ToneHeard[]> {
  const context = new AudioContext();
  const playing = [...window.observedPlayers].flatMap((player) => {
    // Sound: every Chromium has it (W3C Media Capture from DOM Elements); the library of types does not know it.
    const file = player as unknown as { captureStream(): MediaStream };
    const media = player.src.startsWith('blob:') ? file.captureStream() : player.srcObject;
    const sounds = media instanceof MediaStream && !player.paused && !player.muted && player.volume > 0;
    return sounds && media.getAudioTracks().some(({ enabled }) => enabled) ? [media] : [];
  });
  const analysers = playing.map((media) => {
    const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(media).connect(analyser);
    return analyser;
  });
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const heard = analysers.map((analyser) => {
    const samples = new Float32Array(analyser.fftSize);
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatTimeDomainData(samples);
    analyser.getFloatFrequencyData(bins);
    const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    const loudest = bins.reduce((best, level, at) => (level > (bins[best] ?? -Infinity) ? at : best), 0);
    return { frequency: (loudest * context.sampleRate) / analyser.fftSize, levelDb: 20 * Math.log10(rms) };
  });
  await context.close();
  return heard;
}

/** Waits until it is silent for 200 ms; answers when the silence began, ms since the epoch. For `page.evaluate`. */
export async function waitForSilence({ belowDb, timeoutMs }: { belowDb: number; timeoutMs: number }): Promise<number> {
  const media = document.querySelector('audio')?.srcObject;
  if (!(media instanceof MediaStream)) throw new Error('Nothing plays here.');
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 512 });
  context.createMediaStreamSource(media).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const deadline = performance.now() + timeoutMs;
  let silentSince = 0;
  while (performance.now() < deadline) {
    analyser.getFloatTimeDomainData(samples);
    const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
    const isSilent = 20 * Math.log10(rms) < belowDb;
    if (!isSilent) silentSince = 0;
    else if (silentSince === 0) silentSince = performance.timeOrigin + performance.now();
    else if (performance.timeOrigin + performance.now() - silentSince > 200) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await context.close();
  if (silentSince === 0) throw new Error(`Not silent after ${timeoutMs} ms.`);
  return silentSince;
}

/**
 * Of everybody in a room: waits until this tone is not heard for 200 ms, because it is silent or nothing plays it any more;
 * answers when that began, ms since the epoch. For `page.evaluate`.
 */
export async function waitForEndOfTone({ hertz, timeoutMs }: { hertz: number; timeoutMs: number }): Promise<number> {
  const context = new AudioContext({ sampleRate: 48_000, latencyHint: 'interactive' });
  const played = [...window.observedPlayers].flatMap((player) => {
    const { paused, srcObject: media } = player;
    if (paused || !(media instanceof MediaStream) || media.getAudioTracks().length === 0) return [];
    const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
    context.createMediaStreamSource(media).connect(analyser);
    return [{ player, media, analyser }];
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const isIt = ({ analyser }: { analyser: AnalyserNode }): boolean => {
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const loudest = bins.reduce((best, level, at) => (level > (bins[best] ?? -Infinity) ? at : best), 0);
    return Math.abs((loudest * context.sampleRate) / analyser.fftSize - hertz) < 15;
  };
  const found = played.find(isIt);
  if (!found) throw new Error(`Nothing of ${hertz} Hz plays here.`);
  const { player, media, analyser } = found;
  analyser.fftSize = 512; // the last 10 ms
  const samples = new Float32Array(analyser.fftSize);
  const deadline = performance.now() + timeoutMs;
  let silentSinceMs: number | null = null;
  let silentForMs = 0;
  while (silentForMs < 200 && performance.now() < deadline) {
    analyser.getFloatTimeDomainData(samples);
    const nowMs = performance.timeOrigin + performance.now();
    const isPlayed = !player.paused && !player.muted && player.volume > 0 && player.srcObject === media;
    const isSilent = !isPlayed || samples.every((sample) => Math.abs(sample) < 0.002);
    silentSinceMs = isSilent ? (silentSinceMs ?? nowMs) : null;
    silentForMs = silentSinceMs === null ? 0 : nowMs - silentSinceMs;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await context.close();
  if (silentSinceMs === null) throw new Error(`Not silent after ${timeoutMs} ms.`);
  return silentSinceMs;
}

// The one AudioContext of the page: meters, tones, echo and noise suppression share it.

/** Hz. What Opus and RNNoise work at. */
const sampleRate = 48_000;

let shared: AudioContext | null = null;

/** Made on first use, which should follow a gesture; woken when the browser put it to sleep. */
export function audioContext(): AudioContext {
  shared ??= new AudioContext({ sampleRate, latencyHint: 'interactive' });
  if (shared.state === 'suspended') void shared.resume();
  return shared;
}

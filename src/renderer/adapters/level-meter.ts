// How loud a track or a node of the audio graph is, some 20 times a second, outside reactive state.
import { holdAudioContext } from '#adapters/audio-context';

const everyMs = 50;

/** Peak of the last 50 ms, 0-1. Ends with the returned function. */
export function watchNode(node: AudioNode, onLevel: (level: number) => void): () => void {
  const analyser = new AnalyserNode(node.context, { fftSize: 4096 });
  const samples = new Float32Array(analyser.fftSize);
  const firstOfWindow = Math.max(0, samples.length - Math.ceil((node.context.sampleRate * everyMs) / 1000));
  node.connect(analyser);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    let peak = 0;
    for (const sample of samples.subarray(firstOfWindow)) peak = Math.max(peak, Math.abs(sample));
    onLevel(Math.min(1, peak));
  }, everyMs);
  return () => {
    clearInterval(timer);
    node.disconnect(analyser);
    onLevel(0);
  };
}

/** The same for a track. The track is only listened to: it is neither played nor stopped. */
export function watchTrack(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  const { context, release } = holdAudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const off = watchNode(source, onLevel);
  return () => {
    off();
    source.disconnect();
    release();
  };
}

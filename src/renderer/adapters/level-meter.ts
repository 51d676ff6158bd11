// How loud a track or a node of the audio graph is, some 20 times a second, outside reactive state.
import { holdUnheardContext } from '#adapters/audio-context';

const everyMs = 50;

type OnLevel = (level: number) => void;

/** Peak of the last 50 ms, 0-1. Ends with the returned function. */
export function watchNode(node: AudioNode, onLevel: OnLevel): () => void {
  const analyser = new AnalyserNode(node.context, { fftSize: 4096 });
  const samples = new Float32Array(analyser.fftSize);
  const firstOfWindow = Math.max(0, samples.length - Math.ceil((node.context.sampleRate * everyMs) / 1000));
  node.connect(analyser);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    onLevel(Math.min(1, peakOf(samples, firstOfWindow)));
  }, everyMs);
  return () => {
    clearInterval(timer);
    node.disconnect(analyser);
    onLevel(0);
  };
}

/** By index: an iterator costs ten times as much, 48 000 times a second. */
function peakOf(samples: Float32Array, first: number): number {
  let peak = 0;
  for (let at = first; at < samples.length; at += 1) peak = Math.max(peak, Math.abs(samples[at] ?? 0));
  return peak;
}

/** One meter measures a track for everybody who watches it. */
class TrackMeter {
  readonly watchers = new Set<OnLevel>();
  readonly #end: () => void;

  constructor(track: MediaStreamTrack) {
    const { context, release } = holdUnheardContext();
    const source = context.createMediaStreamSource(new MediaStream([track]));
    const off = watchNode(source, (level) => {
      for (const watcher of [...this.watchers]) watcher(level);
    });
    this.#end = () => {
      off();
      source.disconnect();
      release();
    };
  }

  end(): void {
    this.#end();
  }
}

const meters = new Map<MediaStreamTrack, TrackMeter>();

/** The same for a track. The track is only listened to: it is neither played nor stopped. */
export function watchTrack(track: MediaStreamTrack, onLevel: OnLevel): () => void {
  const meter = meters.get(track) ?? new TrackMeter(track);
  meters.set(track, meter);
  const watcher: OnLevel = (level) => {
    onLevel(level);
  };
  meter.watchers.add(watcher);
  return () => {
    if (!meter.watchers.delete(watcher)) return;
    onLevel(0);
    if (meter.watchers.size > 0) return;
    meters.delete(track);
    meter.end();
  };
}

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

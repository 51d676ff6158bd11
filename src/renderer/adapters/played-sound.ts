// One sound of one member on the loudspeaker. A plain element plays it as long as that will do; only what is amplified or
// comes from a side goes through the audio graph, which costs more.
import { holdAudioContext } from '#adapters/audio-context';
import { notePlayedVolume } from '#adapters/remote-track';
import type { Speaker } from '#adapters/speaker';

/**
 * Chromium feeds the graph only while an element plays the track, and counts what it decoded after that element's volume:
 * not zero, therefore, but too low (-34 dB) to be heard beside the same voice from the graph.
 */
const underGraph = 0.02;
/** What is played below this is not worth measuring: 16 bits have little left of it. */
const leastMeasured = 0.02;
/** Seconds in which a change of volume or side is made, so that it does not click. */
const smoothing = 0.02;

export interface Playing {
  /** 0 to 2. */
  readonly volume: number;
  /** -1 (left) to 1 (right); null where it is, unplaced. */
  readonly pan: number | null;
}

/** What plays it, and the element's own volume; a pure decision. */
export function playerFor({ volume, pan }: Playing): { readonly usesGraph: boolean; readonly elementVolume: number } {
  const usesGraph = volume > 1 || (volume > 0 && pan !== null);
  if (!usesGraph) return { usesGraph, elementVolume: Math.max(0, volume) };
  return { usesGraph, elementVolume: Math.min(underGraph, volume * underGraph) };
}

class GraphSound {
  readonly #context: AudioContext;
  readonly #source: MediaStreamAudioSourceNode;
  readonly #gain: GainNode;
  readonly #panner: StereoPannerNode;
  readonly #release: () => void;

  constructor(track: MediaStreamTrack, { volume, pan }: Playing) {
    const { context, release } = holdAudioContext();
    this.#context = context;
    this.#release = release;
    this.#source = context.createMediaStreamSource(new MediaStream([track]));
    this.#gain = new GainNode(context, { gain: volume });
    this.#panner = new StereoPannerNode(context, { pan: pan ?? 0 });
    this.#source.connect(this.#gain).connect(this.#panner).connect(context.destination);
  }

  set({ volume, pan }: Playing): void {
    const now = this.#context.currentTime;
    this.#gain.gain.setTargetAtTime(volume, now, smoothing);
    this.#panner.pan.setTargetAtTime(pan ?? 0, now, smoothing);
  }

  end(): void {
    this.#source.disconnect();
    this.#gain.disconnect();
    this.#panner.disconnect();
    this.#release();
  }
}

export class PlayedSound {
  readonly #speaker: Speaker;
  readonly #track: MediaStreamTrack;
  readonly #element = new Audio();
  readonly #stop: () => void;
  #graph: GraphSound | null = null;

  /** Plays from now until the end. */
  constructor(speaker: Speaker, track: MediaStreamTrack, playing: Playing) {
    this.#speaker = speaker;
    this.#track = track;
    this.set(playing);
    this.#stop = this.#speaker.play(this.#element, track);
  }

  set(playing: Playing): void {
    const { usesGraph, elementVolume } = playerFor(playing);
    if (!usesGraph) this.#endGraph();
    else if (this.#graph) this.#graph.set(playing);
    else this.#graph = new GraphSound(this.#track, playing);
    this.#element.volume = elementVolume;
    notePlayedVolume(this.#track, elementVolume < leastMeasured ? 0 : elementVolume);
  }

  end(): void {
    this.#endGraph();
    this.#stop();
    notePlayedVolume(this.#track, 1); // whoever plays it next plays it whole, or says so
  }

  #endGraph(): void {
    this.#graph?.end();
    this.#graph = null;
  }
}

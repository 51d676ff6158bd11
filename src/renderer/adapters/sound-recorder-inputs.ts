// Ties the tracks that are to be recorded to the inputs of the audio graph, as they come and go.
import type { ReadableStore } from '#core/base/store';
import type { RecordedSource } from '#core/ports';

interface Tied {
  readonly source: RecordedSource;
  readonly untie: () => void;
}

export interface RecorderInputsOptions {
  readonly node: AudioNode;
  readonly sources: ReadableStore<ReadonlyMap<string, RecordedSource>>;
  /** The input of a file; null when there is none left. */
  readonly inputOf: (file: string) => number | null;
}

/** Follows the sources until the returned function is called. */
export function followSources({ node, sources, inputOf }: RecorderInputsOptions): () => void {
  const tied = new Map<string, Tied>();
  const drop = (key: string): void => {
    tied.get(key)?.untie();
    tied.delete(key);
  };
  const follow = (): void => {
    const wanted = sources.snapshot;
    for (const [key, { source }] of tied) if (!isSame(wanted.get(key), source)) drop(key);
    for (const [key, source] of wanted) {
      if (tied.has(key)) continue;
      const untie = tie(node, source, inputOf(source.file));
      if (untie) tied.set(key, { source, untie });
    }
  };
  const off = sources.onChange(follow);
  follow();
  return () => {
    off();
    for (const key of [...tied.keys()]) drop(key);
  };
}

function isSame(a: RecordedSource | undefined, b: RecordedSource): boolean {
  return a?.track === b.track && a.file === b.file;
}

function tie(node: AudioNode, { track }: RecordedSource, input: number | null): (() => void) | null {
  if (!(track instanceof MediaStreamTrack) || input === null) return null;
  const stream = new MediaStream([track]);
  // What arrives from a connection flows only while an element plays it.
  const element = new Audio();
  element.muted = true;
  element.srcObject = stream;
  element.play().catch(() => undefined);
  const source = new MediaStreamAudioSourceNode(node.context as AudioContext, { mediaStream: stream }); // sound: opened as one
  source.connect(node, 0, input);
  return () => {
    source.disconnect();
    element.srcObject = null;
  };
}

// Tracks as streams of frames (W3C mediacapture-transform, as Chromium has it in pages), which TypeScript does not know.

type Frame = VideoFrame | AudioData;

interface Processor<F extends Frame> {
  readonly readable: ReadableStream<F>;
}

type ProcessorConstructor = new (init: { track: MediaStreamTrack; maxBufferSize: number }) => Processor<Frame>;

export interface PictureTrack extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}
type GeneratorConstructor = new (init: { kind: 'video' }) => PictureTrack;

const constructors = globalThis as {
  readonly MediaStreamTrackProcessor?: ProcessorConstructor;
  readonly MediaStreamTrackGenerator?: GeneratorConstructor;
};

export const canReadTracks = (): boolean => constructors.MediaStreamTrackProcessor !== undefined;

/** Pictures that wait for the page: it is busy at times, and they are large. */
const waitingPictures = 8;
/** Sounds of 10 ms that wait for the page. */
const waitingSounds = 100;

export interface FrameReader {
  stop(): void;
}

export interface FrameReaderOptions<F> {
  /** Closes what it is given. */
  readonly onFrame: (frame: F) => void;
  /** The track ended; not called after `stop`. */
  readonly onEnded: () => void;
}

export function readPictures(track: MediaStreamTrack, options: FrameReaderOptions<VideoFrame>): FrameReader {
  return read<VideoFrame>(track, waitingPictures, options);
}

export function readSounds(track: MediaStreamTrack, options: FrameReaderOptions<AudioData>): FrameReader {
  return read<AudioData>(track, waitingSounds, options);
}

function read<F extends Frame>(track: MediaStreamTrack, waiting: number, options: FrameReaderOptions<F>): FrameReader {
  const { MediaStreamTrackProcessor: Processor } = constructors;
  if (!Processor) throw new Error('asked for where there is none');
  // Sound: a track of pictures gives VideoFrame, one of sound AudioData.
  const { readable } = new Processor({ track, maxBufferSize: waiting }) as Processor<F>;
  const reader = readable.getReader();
  let isStopped = false;
  const run = async (): Promise<void> => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (isStopped) next.value.close();
      else options.onFrame(next.value);
    }
  };
  run()
    .catch(() => undefined)
    .finally(() => {
      if (!isStopped) options.onEnded();
    });
  return {
    stop: () => {
      isStopped = true;
      reader.cancel().catch(() => undefined);
    },
  };
}

/** Null where the browser cannot make a track of frames. */
export function createPictureTrack(): PictureTrack | null {
  const { MediaStreamTrackGenerator: Generator } = constructors;
  return Generator ? new Generator({ kind: 'video' }) : null;
}

// Neural noise suppression (RNNoise) of one microphone track, in an AudioWorklet of its own audio context.
import { RnnoiseWorkletNode, loadRnnoise } from '@sapphi-red/web-noise-suppressor';
import simdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url&no-inline';
import plainUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url&no-inline';
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url&no-inline';

const startTimeoutMs = 8_000;
/** RNNoise works on 10 ms frames of 480 samples. */
const sampleRate = 48_000;

export interface SuppressedTrack {
  readonly track: MediaStreamTrack;
  /** Ends it; the raw track stays as it is. */
  stop(): void;
}

async function build(raw: MediaStreamTrack, context: AudioContext): Promise<[RnnoiseWorkletNode, MediaStreamTrack]> {
  const signal = AbortSignal.timeout(startTimeoutMs);
  const [wasmBinary] = await Promise.all([
    loadRnnoise({ url: plainUrl, simdUrl }, { signal }),
    context.audioWorklet.addModule(workletUrl),
    context.resume(),
  ]);
  if (!isWasm(wasmBinary)) throw new Error('what came is no WebAssembly');
  const suppressor = new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary });
  const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  context
    .createMediaStreamSource(new MediaStream([raw]))
    .connect(suppressor)
    .connect(destination);
  const [track] = destination.stream.getAudioTracks();
  if (!track) throw new Error('a destination without a track');
  return [suppressor, track];
}

/** The magic number of the WebAssembly core specification: a missing file is answered with a page by some servers. */
function isWasm(binary: ArrayBuffer): boolean {
  return binary.byteLength > 8 && new DataView(binary).getUint32(0) === 0x00_61_73_6d;
}

function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`not ready within ${limitMs} ms`));
    }, limitMs);
    work
      .finally(() => {
        clearTimeout(timer);
      })
      .then(resolve, reject);
  });
}

/**
 * Rejects when it cannot be had here.
 * @param onBroken it stopped working later; the track is silent then
 */
export async function suppressNoise(raw: MediaStreamTrack, onBroken: () => void): Promise<SuppressedTrack> {
  const context = new AudioContext({ sampleRate, latencyHint: 'interactive' });
  const stop = (): void => {
    context.onstatechange = null;
    void context.close();
  };
  try {
    const [suppressor, track] = await within(startTimeoutMs, build(raw, context));
    suppressor.onprocessorerror = onBroken;
    context.onstatechange = () => {
      if (context.state !== 'running') onBroken();
    };
    return {
      track,
      stop() {
        suppressor.destroy();
        track.stop();
        stop();
      },
    };
  } catch (reason) {
    stop();
    throw reason;
  }
}

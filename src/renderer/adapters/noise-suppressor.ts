// Neural noise suppression (RNNoise) of one microphone track, in an AudioWorklet of the graph that is not heard.
import { RnnoiseWorkletNode, loadRnnoise } from '@sapphi-red/web-noise-suppressor';
import simdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url&no-inline';
import plainUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url&no-inline';
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url&no-inline';
import { holdUnheardContext } from '#adapters/audio-context';

const startTimeoutMs = 8_000;

export interface SuppressedTrack {
  readonly track: MediaStreamTrack;
  /** Ends it; the raw track stays as it is. */
  stop(): void;
}

interface Treatment {
  readonly source: MediaStreamAudioSourceNode;
  readonly suppressor: RnnoiseWorkletNode;
  readonly track: MediaStreamTrack;
}

/** RNNoise works on 10 ms frames of 480 samples: the context must run at 48 kHz. */
async function build(raw: MediaStreamTrack, context: AudioContext): Promise<Treatment> {
  const signal = AbortSignal.timeout(startTimeoutMs);
  const [wasmBinary] = await Promise.all([
    loadRnnoise({ url: plainUrl, simdUrl }, { signal }),
    context.audioWorklet.addModule(workletUrl),
    context.resume(),
  ]);
  if (!isWasm(wasmBinary)) throw new Error('what came is no WebAssembly');
  const suppressor = new RnnoiseWorkletNode(context, { maxChannels: 1, wasmBinary });
  const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
  const source = context.createMediaStreamSource(new MediaStream([raw]));
  source.connect(suppressor).connect(destination);
  const [track] = destination.stream.getAudioTracks();
  if (!track) throw new Error('a destination without a track');
  return { source, suppressor, track };
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

function dismantle({ source, suppressor, track }: Treatment): void {
  source.disconnect();
  suppressor.disconnect();
  suppressor.destroy();
  track.stop();
}

/**
 * Rejects when it cannot be had here.
 * @param onBroken it stopped working later; the track is silent then
 */
export async function suppressNoise(raw: MediaStreamTrack, onBroken: () => void): Promise<SuppressedTrack> {
  const { context, release } = holdUnheardContext();
  const judge = (): void => {
    if (context.state !== 'running') onBroken();
  };
  const building = build(raw, context);
  try {
    const treatment = await within(startTimeoutMs, building);
    treatment.suppressor.onprocessorerror = onBroken;
    context.addEventListener('statechange', judge);
    return {
      track: treatment.track,
      stop() {
        context.removeEventListener('statechange', judge);
        dismantle(treatment);
        release();
      },
    };
  } catch (reason) {
    building.then(dismantle, () => undefined); // what is ready too late ends at once
    release();
    throw reason;
  }
}

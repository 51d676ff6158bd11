// The one AudioContext for everything the page measures and plays by itself: meters, tones and the echo. It runs, and
// keeps the loudspeaker open, only while somebody holds it.

/** Hz. What Opus works at. */
const sampleRate = 48_000;

export interface AudioContextHold {
  readonly context: AudioContext;
  readonly release: () => void;
}

let shared: AudioContext | null = null;
let holds = 0;
let sinkId = '';

/** Ends with the last release. A browser lets it run only after a gesture in the page; until then it stands still. */
export function holdAudioContext(): AudioContextHold {
  const context = (shared ??= open());
  holds += 1;
  if (context.state === 'suspended') context.resume().catch(() => undefined);
  let isHeld = true;
  return {
    context,
    release: () => {
      if (!isHeld) return;
      isHeld = false;
      holds -= 1;
      if (holds > 0) return;
      shared = null;
      context.close().catch(() => undefined);
    },
  };
}

/** Plays through this speaker from now on; '' is the system's default. Fails when it cannot be moved there. */
export async function routeAudioContext(deviceId: string): Promise<void> {
  sinkId = deviceId;
  if (shared) await setSink(shared, deviceId);
}

function open(): AudioContext {
  const context = new AudioContext({ sampleRate, latencyHint: 'interactive' });
  if (sinkId !== '') setSink(context, sinkId).catch(() => undefined); // unplugged meanwhile: the default plays
  return context;
}

/** Web Audio API 1.1, not in TypeScript's DOM yet, nor in every browser. */
async function setSink(context: AudioContext, deviceId: string): Promise<void> {
  const setSinkId: unknown = Reflect.get(context, 'setSinkId');
  if (typeof setSinkId === 'function') await Reflect.apply(setSinkId, context, [deviceId]);
}

// The two audio graphs of the page. One is heard: tones, the echo, sounds that are amplified or placed. The other is not:
// it measures and treats the microphone, and needs no loudspeaker to be kept open. Each runs only while somebody holds it.

/** Hz. What Opus works at. */
const sampleRate = 48_000;

export interface AudioContextHold {
  readonly context: AudioContext;
  readonly release: () => void;
}

let sinkId = '';

class SharedContext {
  readonly #open: () => AudioContext;
  #context: AudioContext | null = null;
  #holds = 0;

  constructor(open: () => AudioContext) {
    this.#open = open;
  }

  get current(): AudioContext | null {
    return this.#context;
  }

  hold(): AudioContextHold {
    const context = (this.#context ??= this.#open());
    this.#holds += 1;
    if (context.state === 'suspended') context.resume().catch(() => undefined);
    let isHeld = true;
    return {
      context,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#holds -= 1;
        if (this.#holds > 0) return;
        this.#context = null;
        context.close().catch(() => undefined);
      },
    };
  }
}

const heard = new SharedContext(() => {
  const context = new AudioContext({ sampleRate, latencyHint: 'interactive' });
  if (sinkId !== '') setSink(context, sinkId).catch(() => undefined); // unplugged meanwhile: the default plays
  return context;
});

/**
 * Seconds that the unheard graph works out at once. At the least (0.01) it woke twice as often and cost a fifth more of what a
 * microphone costs in all, now and then came too late for 10 ms of it, and was no sooner (2026-11-30, Chromium 156).
 */
const unheardStep = 0.02;

const unheard = new SharedContext(() => {
  // Web Audio API 1.1 section 1.2.5: no output device. A browser that does not know it plays the silence of this graph.
  const options: AudioContextOptions & { sinkId: { type: 'none' } } = {
    sampleRate,
    latencyHint: unheardStep,
    sinkId: { type: 'none' },
  };
  return new AudioContext(options);
});

/** Ends with the last release. A browser lets it run only after a gesture in the page; until then it stands still. */
export const holdAudioContext = (): AudioContextHold => heard.hold();

/** The same for what is never heard; nothing is connected to its destination. */
export const holdUnheardContext = (): AudioContextHold => unheard.hold();

/** Plays through this speaker from now on; '' is the system's default. Fails when it cannot be moved there. */
export async function routeAudioContext(deviceId: string): Promise<void> {
  sinkId = deviceId;
  if (heard.current) await setSink(heard.current, deviceId);
}

/** Web Audio API 1.1, not in TypeScript's DOM yet, nor in every browser. */
async function setSink(context: AudioContext, deviceId: string): Promise<void> {
  const setSinkId: unknown = Reflect.get(context, 'setSinkId');
  if (typeof setSinkId === 'function') await Reflect.apply(setSinkId, context, [deviceId]);
}

// The sounds of the app, made of a few soft sine notes; no recordings.
import type { Tone, Tones } from '#core/ports';
import { holdAudioContext } from '#adapters/audio-context';

interface Note {
  /** Hz. */
  readonly pitch: number;
  /** Seconds from the beginning of the phrase. */
  readonly at: number;
  /** Seconds. */
  readonly lasts: number;
}

interface Phrase {
  readonly notes: readonly Note[];
  /** Seconds until the phrase begins again; null plays it once. */
  readonly repeats: number | null;
  /** Loudness beside the others, 0-1. */
  readonly loudness: number;
}

const note = (pitch: number, at: number, lasts = 0.5): Note => ({ pitch, at, lasts });

const phrases: Record<Tone, Phrase> = {
  incoming: {
    notes: [note(523.25, 0), note(659.25, 0.18), note(783.99, 0.36), note(659.25, 0.72), note(783.99, 0.9, 0.8)],
    repeats: 2.6,
    loudness: 1,
  },
  outgoing: { notes: [note(440, 0, 0.9), note(554.37, 0, 0.9)], repeats: 3.5, loudness: 0.35 },
  connected: { notes: [note(659.25, 0, 0.25), note(880, 0.1, 0.35)], repeats: null, loudness: 0.5 },
  ended: { notes: [note(659.25, 0, 0.25), note(493.88, 0.12, 0.4)], repeats: null, loudness: 0.5 },
  missed: { notes: [note(587.33, 0, 0.3), note(493.88, 0.2, 0.3), note(440, 0.4, 0.6)], repeats: null, loudness: 0.5 },
  muted: { notes: [note(587.33, 0, 0.14), note(392, 0.08, 0.22)], repeats: null, loudness: 0.4 },
  unmuted: { notes: [note(392, 0, 0.14), note(587.33, 0.08, 0.22)], repeats: null, loudness: 0.4 },
  message: { notes: [note(783.99, 0, 0.2), note(1046.5, 0.09, 0.35)], repeats: null, loudness: 0.35 },
};

const attackSeconds = 0.015;
const peak = 0.28;

function playNote(output: AudioNode, { pitch, at, lasts }: Note, startsAt: number): void {
  const { context } = output;
  const begin = startsAt + at;
  const envelope = new GainNode(context, { gain: 0 });
  envelope.gain.setValueAtTime(0, begin);
  envelope.gain.linearRampToValueAtTime(peak, begin + attackSeconds);
  envelope.gain.exponentialRampToValueAtTime(0.0008, begin + lasts);
  envelope.connect(output);
  // The octave above, faintly, makes a sine sound like a struck bar.
  for (const [harmonic, gain] of [
    [1, 1],
    [2, 0.18],
  ] as const) {
    const oscillator = new OscillatorNode(context, { frequency: pitch * harmonic });
    oscillator.connect(new GainNode(context, { gain })).connect(envelope);
    oscillator.start(begin);
    oscillator.stop(begin + lasts);
  }
}

/** Silence sets in softly, without a click. */
const fadeMs = 200;
/** A sound that may not begin at once, because the page had no gesture yet, is dropped rather than late. */
const dropAfterMs = 1_000;

/** What rings begins a little later: a call answered at once then needs no sound device on its way. */
const ringAfterMs = 150;

export class BrowserTones implements Tones {
  play(tone: Tone, volume: number): () => void {
    if (phrases[tone].repeats === null) return this.#sound(tone, volume);
    let stop = (): void => undefined;
    const timer = setTimeout(() => {
      stop = this.#sound(tone, volume);
    }, ringAfterMs);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }

  #sound(tone: Tone, volume: number): () => void {
    const { notes, repeats, loudness } = phrases[tone];
    const { context, release } = holdAudioContext();
    const output = new GainNode(context, { gain: Math.max(0, Math.min(1, volume)) * loudness });
    output.connect(context.destination);
    const askedAtMs = performance.now();
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = (): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      output.gain.setTargetAtTime(0, context.currentTime, 0.02);
      setTimeout(() => {
        output.disconnect();
        release();
      }, fadeMs);
    };
    const playPhrase = (): void => {
      if (isOver) return;
      for (const each of notes) playNote(output, each, context.currentTime + 0.02);
      if (repeats === null) timer = setTimeout(stop, lastsMs(notes));
      else timer = setTimeout(playPhrase, repeats * 1000);
    };
    // Resolves once the context runs; it does so only after a gesture in the page.
    context.resume().then(() => {
      if (repeats === null && performance.now() - askedAtMs > dropAfterMs) stop();
      else playPhrase();
    }, stop);
    return stop;
  }
}

function lastsMs(notes: readonly Note[]): number {
  return Math.max(...notes.map(({ at, lasts }) => at + lasts)) * 1000 + fadeMs;
}

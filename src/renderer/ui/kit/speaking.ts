// Lets elements follow a voice without reactive state.
import type { Attachment } from 'svelte/attachments';

export type Watch = (onLevel: (level: number) => void) => () => void;

/** Linear peak, about -34 dB: over the noise of a quiet room. */
const speakingLevel = 0.02;
/** Words have gaps; the ring does not flicker through them. */
const holdMs = 700;
/** All voices are drawn at once, so often: each drawing costs the page about the same, whatever has changed in it. */
const drawEveryMs = 125;
/** Finer steps of the glow are not seen, and each is a drawing. */
const steps = 16;

const voices = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function drawAlong(draw: () => void): () => void {
  voices.add(draw);
  timer ??= setInterval(() => {
    for (const each of voices) each();
  }, drawEveryMs);
  return () => {
    voices.delete(draw);
    if (voices.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** `data-speaking` on the element while the voice is heard. */
export function followVoice(watch: Watch): Attachment<HTMLElement> {
  return (element) => {
    let lastHeardMs = -Infinity;
    const off = watch((level) => {
      if (level > speakingLevel) lastHeardMs = performance.now();
    });
    const stop = drawAlong(() => {
      element.toggleAttribute('data-speaking', performance.now() - lastHeardMs < holdMs);
    });
    return () => {
      off();
      stop();
      element.removeAttribute('data-speaking');
    };
  };
}

/** `--level`, 0-1, on an element that has nothing inside which would inherit it. */
export function glowWithVoice(watch: Watch): Attachment<HTMLElement> {
  return (element) => {
    let heard = 0;
    let shown = 0;
    let said = 0;
    const off = watch((level) => {
      heard = level;
    });
    const stop = drawAlong(() => {
      shown = Math.max(heard, shown * 0.7);
      const next = Math.round(Math.min(1, Math.sqrt(shown)) * steps) / steps;
      // What has not changed is not said again: the page would work out its styles for nothing.
      if (next !== said) element.style.setProperty('--level', String((said = next)));
    });
    return () => {
      off();
      stop();
      element.style.removeProperty('--level');
    };
  };
}

/** Only the level, on a scale that looks even to the ear: -60 dB is 0, 0 dB is 1. */
export function followLevel(watch: Watch): Attachment<HTMLElement> {
  return (element) => {
    let shown = 0;
    const off = watch((level) => {
      const decibels = level <= 0 ? -60 : Math.max(-60, 20 * Math.log10(level));
      shown = Math.max(1 + decibels / 60, shown - 0.04);
      element.style.setProperty('--level', shown.toFixed(3));
      element.setAttribute('aria-valuenow', String(Math.round(shown * 100)));
    });
    return () => {
      off();
      element.style.setProperty('--level', '0');
    };
  };
}

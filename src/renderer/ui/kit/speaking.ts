// Lets an element follow a voice without reactive state: --level for its glow, data-speaking while somebody speaks.
import type { Attachment } from 'svelte/attachments';

type Watch = (onLevel: (level: number) => void) => () => void;

/** Linear peak, about -34 dB: over the noise of a quiet room. */
const speakingLevel = 0.02;
/** Words have gaps; the ring does not flicker through them. */
const holdMs = 450;

export function followVoice(watch: Watch): Attachment<HTMLElement> {
  return (element) => {
    let lastHeardMs = -Infinity;
    let shown = 0;
    let said = '';
    const off = watch((level) => {
      const nowMs = performance.now();
      if (level > speakingLevel) lastHeardMs = nowMs;
      shown = Math.max(level, shown * 0.8);
      const next = Math.min(1, Math.sqrt(shown)).toFixed(2);
      // What has not changed is not said again: the page would work out its styles for nothing.
      if (next !== said) element.style.setProperty('--level', (said = next));
      element.toggleAttribute('data-speaking', nowMs - lastHeardMs < holdMs);
    });
    return () => {
      off();
      element.style.removeProperty('--level');
      element.removeAttribute('data-speaking');
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

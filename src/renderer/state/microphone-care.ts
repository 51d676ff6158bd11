// Listens to one's own microphone for what its owner should know: talking while muted, no sound at all, too loud.

export type MicrophoneHint = 'muted' | 'silent' | 'clipping';

/** Linear peaks. A microphone that is switched off gives exact zeros; the quietest room does not. */
const talkLevel = 0.06;
const noLevel = 1e-6;
const clippedLevel = 0.985;

const talkForMs = 700;
const pauseWithinTalkMs = 500;
const silentForMs = 10_000;
const clipsBefore = 5;
const clipsWithinMs = 3_000;
const shownForMs = 6_000;

export class MicrophoneCare {
  #talkSinceMs: number | null = null;
  #lastTalkMs = -Infinity;
  #silentSinceMs: number | null = null;
  #clips: number[] = [];
  #shown: { readonly hint: MicrophoneHint; readonly untilMs: number } | null = null;

  /** Takes a peak of the microphone, 0-1, some 20 times a second; answers what to say now. */
  hear(level: number, isMuted: boolean, nowMs: number): MicrophoneHint | null {
    if (isMuted) this.#hearMuted(level, nowMs);
    else this.#hearOpen(level, nowMs);
    if (this.#shown && (nowMs >= this.#shown.untilMs || (this.#shown.hint === 'muted') !== isMuted)) this.#shown = null;
    return this.#shown?.hint ?? null;
  }

  #hearMuted(level: number, nowMs: number): void {
    this.#silentSinceMs = null;
    this.#clips = [];
    if (level >= talkLevel) {
      this.#lastTalkMs = nowMs;
      this.#talkSinceMs ??= nowMs;
    } else if (nowMs - this.#lastTalkMs > pauseWithinTalkMs) this.#talkSinceMs = null;
    if (this.#talkSinceMs !== null && nowMs - this.#talkSinceMs >= talkForMs) this.#show('muted', nowMs);
  }

  #hearOpen(level: number, nowMs: number): void {
    this.#talkSinceMs = null;
    if (level <= noLevel) this.#silentSinceMs ??= nowMs;
    else {
      this.#silentSinceMs = null;
      if (this.#shown?.hint === 'silent') this.#shown = null;
    }
    if (this.#silentSinceMs !== null && nowMs - this.#silentSinceMs >= silentForMs) this.#show('silent', nowMs);
    if (level < clippedLevel) return;
    this.#clips = [...this.#clips.filter((atMs) => nowMs - atMs < clipsWithinMs), nowMs];
    if (this.#clips.length >= clipsBefore) this.#show('clipping', nowMs);
  }

  #show(hint: MicrophoneHint, nowMs: number): void {
    this.#shown = { hint, untilMs: nowMs + shownForMs };
  }
}

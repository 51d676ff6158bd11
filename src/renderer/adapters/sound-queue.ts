// Encoded sounds on their way to the decoder, by the time they were captured. What is missing stays silent. All times in
// milliseconds.
import type { LiveFrame } from '#core/ports/live';
import type { LiveChunk } from '#adapters/live-chunk';

export interface QueuedSound {
  readonly frame: LiveFrame;
  readonly chunk: LiveChunk;
}

/** The audio thread goes on with what it has when the page is busy. */
const leadMs = 300;
/** Nothing of a sound is left to be heard. */
const uselessMs = 60;
const heldAtMost = 1_000;
/** A packet of Opus has at most three frames of 1 275 bytes (RFC 6716 section 3.2). */
const packetBytesAtMost = 4_096;

export class SoundQueue {
  readonly #held = new Map<number, QueuedSound>();
  #lastUs = -Infinity;
  /** Came too late. */
  skipped = 0;

  push(sound: QueuedSound): void {
    const { timestampUs } = sound.frame;
    if (sound.chunk.coded.length > packetBytesAtMost) return;
    if (timestampUs <= this.#lastUs) this.skipped += 1;
    else if (this.#held.size < heldAtMost) this.#held.set(timestampUs, sound);
  }

  take(nowMs: number, dueAt: (frame: LiveFrame) => number): QueuedSound[] {
    const come = [...this.#held.values()]
      .filter(({ frame }) => dueAt(frame) - leadMs <= nowMs)
      .sort((a, b) => a.frame.timestampUs - b.frame.timestampUs);
    for (const { frame } of come) {
      this.#held.delete(frame.timestampUs);
      this.#lastUs = Math.max(this.#lastUs, frame.timestampUs);
    }
    const useful = come.filter(({ frame }) => dueAt(frame) > nowMs - uselessMs);
    this.skipped += come.length - useful.length;
    return useful;
  }
}

// Encoded pictures on their way to the decoder, in the order of their count: a picture needs the one before it, unless it is
// a key frame. Knows when a missing one can be waited for no longer. All times in milliseconds.
import type { LiveFrame } from '#core/ports/live';
import { liveCounts, type LiveChunk } from '#adapters/live-chunk';

export interface QueuedPicture {
  readonly frame: LiveFrame;
  /** Counts on where the count of its chunk begins anew. */
  readonly number: number;
  readonly chunk: LiveChunk;
}

export interface PictureStep {
  readonly decode: readonly QueuedPicture[];
  /** One is missing, and it is too late to wait for it. */
  readonly isBlocked: boolean;
}

/** Decoding takes some time. */
const pictureLeadMs = 80;
/** Later than that nothing is decoded, not even for the sake of those after it. */
const uselessMs = 4_000;
/** A key frame that is due ends the catching up behind as many others. */
const catchUpAtMost = 8;
const heldAtMost = 600;
const heldBytesAtMost = 64 * 1024 * 1024;

export class PictureQueue {
  readonly #held = new Map<number, QueuedPicture>();
  #heldBytes = 0;
  #last: number | null = null;
  #newest: number | null = null;
  /** Pictures that were passed over. */
  skipped = 0;

  get isStarted(): boolean {
    return this.#last !== null;
  }

  push(frame: LiveFrame, chunk: LiveChunk): void {
    const number = this.#unwrapped(chunk.count);
    if (this.#last !== null && number <= this.#last) return;
    this.#newest = Math.max(this.#newest ?? number, number);
    this.#drop(number);
    this.#held.set(number, { frame, number, chunk });
    this.#heldBytes += frame.data.length;
    while (this.#held.size > heldAtMost || this.#heldBytes > heldBytesAtMost)
      this.#drop(Math.min(...this.#held.keys()));
  }

  /** The decoder lost what it knew: nothing before the next key frame. */
  restart(): void {
    this.#last = null;
  }

  /**
   * @param dueAt when a picture is to be shown
   * @param room for as many more in the decoder
   */
  take(nowMs: number, dueAt: (frame: LiveFrame) => number, room: number): PictureStep {
    this.#dropUseless(nowMs, dueAt);
    const decode: QueuedPicture[] = [];
    while (decode.length < room) {
      const next = this.#next(nowMs, dueAt);
      if (next === 'wait' || next === 'blocked') return { decode, isBlocked: next === 'blocked' };
      decode.push(next);
      this.#advance(next.number);
    }
    return { decode, isBlocked: false };
  }

  #next(nowMs: number, dueAt: (frame: LiveFrame) => number): QueuedPicture | 'wait' | 'blocked' {
    const hasCome = ({ frame }: QueuedPicture, leadMs = pictureLeadMs): boolean => dueAt(frame) - leadMs <= nowMs;
    const keys = [...this.#held.values()].filter(({ frame }) => frame.isKey).sort((a, b) => a.number - b.number);
    if (this.#last === null) {
      // The first one is shown at once.
      return keys.findLast((key) => hasCome(key)) ?? keys[0] ?? (this.#held.size > 0 ? 'blocked' : 'wait');
    }
    const last = this.#last;
    const overdue = keys.findLast((key) => hasCome(key, 0));
    if (overdue && overdue.number - last > catchUpAtMost) return overdue;
    const expected = this.#held.get(last + 1);
    if (expected) return hasCome(expected) ? expected : 'wait';
    if (this.#held.size === 0) return 'wait';
    const after = this.#held.get(Math.min(...this.#held.keys()));
    if (!after || !hasCome(after)) return 'wait';
    return keys.findLast((key) => hasCome(key)) ?? 'blocked';
  }

  #advance(number: number): void {
    for (const held of [...this.#held.keys()]) {
      if (held <= number) this.#drop(held);
    }
    if (this.#last !== null) this.skipped += number - this.#last - 1;
    this.#last = number;
  }

  #dropUseless(nowMs: number, dueAt: (frame: LiveFrame) => number): void {
    for (const [number, { frame }] of this.#held) if (dueAt(frame) < nowMs - uselessMs) this.#drop(number);
  }

  #drop(number: number): void {
    this.#heldBytes -= this.#held.get(number)?.frame.data.length ?? 0;
    this.#held.delete(number);
  }

  /** The number nearest to the newest one that has this count. */
  #unwrapped(count: number): number {
    if (this.#newest === null) return count + liveCounts;
    const distance = (((count - this.#newest) % liveCounts) + liveCounts) % liveCounts;
    return this.#newest + (distance < liveCounts / 2 ? distance : distance - liveCounts);
  }
}

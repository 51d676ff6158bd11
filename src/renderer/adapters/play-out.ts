// What of a cast is decoded and shown when: frames come in any order and unevenly, and leave evenly, as far behind their
// capture as was asked. No DOM; all times in milliseconds of a clock of this machine that never jumps.
import type { LiveFrame } from '#core/ports/live';
import { DryWatch } from '#adapters/dry-watch';
import { unpackChunk } from '#adapters/live-chunk';
import { pictureCodec, soundCodec } from '#adapters/live-codecs';
import { MediaOffset } from '#adapters/media-offset';
import { PictureQueue, type QueuedPicture } from '#adapters/picture-queue';
import { PlayDelay } from '#adapters/play-delay';
import { SoundQueue, type QueuedSound } from '#adapters/sound-queue';

export interface PlayStep {
  readonly pictures: readonly QueuedPicture[];
  readonly sounds: readonly QueuedSound[];
  /** To be asked for now: nothing can be shown before one comes. */
  readonly needsKeyFrame: boolean;
}

export type PlayPhase = 'waiting' | 'playing' | 'stalled';

/** A key frame that does not come is asked for again. */
const askEveryMs = 1_000;
/** A picture that stands still for as long for want of a key frame is a stall too. */
const blockedAtMostMs = 1_000;

export class PlayOut {
  readonly #offset = new MediaOffset();
  readonly #delay: PlayDelay;
  readonly #dry = new DryWatch();
  readonly #pictures = new PictureQueue();
  readonly #sounds = new SoundQueue();
  #phase: PlayPhase = 'waiting';
  #stalls = 0;
  #askedAtMs = -Infinity;
  #blockedSinceMs: number | null = null;

  constructor(delayMs: number) {
    this.#delay = new PlayDelay(delayMs);
  }

  get phase(): PlayPhase {
    return this.#phase;
  }

  get stalls(): number {
    return this.#stalls;
  }

  get skipped(): number {
    return this.#pictures.skipped + this.#sounds.skipped;
  }

  get delayMs(): number {
    return this.#delay.delayMs;
  }

  /** The moment of the cast that is shown now; null before anything came. */
  positionMs(nowMs: number): number | null {
    const { offsetMs } = this.#offset;
    return offsetMs === null ? null : nowMs - offsetMs - this.#delay.delayMs;
  }

  bufferedMs(nowMs: number): number {
    const position = this.positionMs(nowMs);
    return position === null ? 0 : Math.max(0, this.#dry.newestMs - position);
  }

  /** How long ago what bears this time was captured. */
  ageMs(timestampUs: number, nowMs: number): number {
    return nowMs - (this.#offset.offsetMs ?? nowMs) - timestampUs / 1_000;
  }

  dueAtMs(timestampUs: number): number {
    return timestampUs / 1_000 + (this.#offset.offsetMs ?? 0) + this.#delay.delayMs;
  }

  setDelay(delayMs: number): void {
    this.#delay.ask(delayMs);
  }

  push(frame: LiveFrame, capturedAtMs: number, nowMs: number): void {
    const chunk = unpackChunk(frame.data);
    if (!chunk || frame.codec !== (frame.kind === 'video' ? pictureCodec : soundCodec)) return;
    const timestampMs = frame.timestampUs / 1_000;
    this.#offset.read(timestampMs, capturedAtMs, nowMs, this.#phase !== 'waiting');
    this.#dry.arrived(timestampMs);
    if (frame.kind === 'video') this.#pictures.push(frame, chunk);
    else this.#sounds.push({ frame, chunk });
  }

  /** The decoder of pictures failed. */
  restartPictures(): void {
    this.#pictures.restart();
  }

  /** @param room for as many more in the decoder of pictures */
  step(nowMs: number, room: number): PlayStep {
    this.#delay.pass(nowMs);
    const dueAt = ({ timestampUs }: LiveFrame): number => this.dueAtMs(timestampUs);
    const sounds = this.#sounds.take(nowMs, dueAt);
    const { decode: pictures, isBlocked } = this.#pictures.take(nowMs, dueAt, room);
    this.#blockedSinceMs = isBlocked ? (this.#blockedSinceMs ?? nowMs) : null;
    this.#judge(nowMs, pictures.length + sounds.length > 0);
    return { pictures, sounds, needsKeyFrame: isBlocked && this.#mayAsk(nowMs) };
  }

  #mayAsk(nowMs: number): boolean {
    if (nowMs - this.#askedAtMs < askEveryMs) return false;
    this.#askedAtMs = nowMs;
    return true;
  }

  #judge(nowMs: number, hasSomething: boolean): void {
    const position = this.positionMs(nowMs);
    if (this.#phase === 'waiting') {
      if (hasSomething) this.#phase = 'playing';
      return;
    }
    const isBlocked = this.#blockedSinceMs !== null && nowMs - this.#blockedSinceMs > blockedAtMostMs;
    const isDry = position !== null && this.#dry.isDry(position);
    if (this.#phase === 'playing' && (isDry || isBlocked)) {
      this.#phase = 'stalled';
      this.#stalls += 1;
      this.#delay.ranDry(nowMs);
    } else if (this.#phase === 'stalled' && !isDry && !isBlocked && hasSomething) this.#phase = 'playing';
  }
}

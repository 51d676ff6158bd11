// A camera's first pictures go out small: the first is there sooner, and they grow as soon as the path is known to carry
// more. A large picture on a path it knows little of yet makes the browser shrink it by itself, and undoing that takes it
// some twenty seconds (measured, Chromium 156: 720 lines stood after 20 s, begun small after 2 s).
import type { VideoLimits } from '#core/ports';

/** Lines. What the browser sends on an unknown path without shrinking it. */
const firstLines = 180;
/** On a path that carries something, but not yet all that a whole picture may have. */
const middleLines = 360;
const middleBitsPerSecond = 400_000;
/** Share of the bits a whole picture may have. */
const enough = 0.8;
/** Until then the path is not known, whatever the browser says. */
const leastMs = 1_500;
/** A path that does not carry a whole picture by then gets what the browser makes of one. */
const mostMs = 8_000;
const askAgainMs = 250;

export class SmallStart {
  readonly #sender: RTCRtpSender;
  readonly #limits: () => VideoLimits;
  readonly #grown: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #mostLines: number;
  #beganAtMs = 0;

  /** @param isSmall also before there is a picture, so that the first one waits for nothing */
  constructor(sender: RTCRtpSender, isSmall: boolean, limits: () => VideoLimits, grown: () => void) {
    this.#sender = sender;
    this.#mostLines = isSmall ? firstLines : Infinity;
    this.#limits = limits;
    this.#grown = grown;
  }

  /** Infinity once it is over. */
  get mostLines(): number {
    return this.#mostLines;
  }

  /** The first picture comes now. */
  begin(): void {
    this.again();
    this.#beganAtMs = performance.now();
    this.#askIn(leastMs);
  }

  /** There is no picture: the next begins small again. */
  again(): void {
    this.end();
    this.#mostLines = firstLines;
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #askIn(ms: number): void {
    const timer = setTimeout(() => {
      void this.#readTarget().then((target) => {
        if (this.#timer === timer) this.#decide(target);
      });
    }, ms);
    this.#timer = timer;
  }

  #decide(bitsPerSecond: number): void {
    const before = this.#mostLines;
    const isOver = performance.now() - this.#beganAtMs >= mostMs;
    if (isOver || bitsPerSecond >= enough * this.#limits().maxBitsPerSecond) this.#mostLines = Infinity;
    else if (bitsPerSecond >= middleBitsPerSecond) this.#mostLines = middleLines;
    if (this.#mostLines === Infinity) this.end();
    else this.#askIn(askAgainMs);
    if (this.#mostLines !== before) this.#grown();
  }

  /** What the encoder is given (W3C webrtc-stats, targetBitrate). Infinity from a browser that does not tell: it is not waited for. */
  async #readTarget(): Promise<number> {
    try {
      const report: ReadonlyMap<string, unknown> = new Map(await this.#sender.getStats());
      const targets = [...report.values()].map(targetOf).filter((target) => target !== null);
      return targets.length === 0 ? Infinity : Math.max(...targets);
    } catch {
      return Infinity;
    }
  }
}

function targetOf(entry: unknown): number | null {
  const { type, targetBitrate } = entry as { readonly type?: unknown; readonly targetBitrate?: unknown };
  return type === 'outbound-rtp' && typeof targetBitrate === 'number' ? targetBitrate : null;
}

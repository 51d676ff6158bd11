// How the picture of one lane is encoded: its limits, and a first second at half size, so that it is there sooner.
import { usualLimits, type VideoLimits } from '#core/ports';

/** What is left of width and height, as a divisor: the first key frame is a quarter of the work and of the bytes. */
const firstScale = 2;
const firstMs = 1_500;
/** A window that is shared changes its size, a phone turns, and a fresh source does not know its size yet. */
const lookAgainMs = 2_000;
/** A change that crossed a new description or another track is refused by the browser; it is asked for again. */
const retryMs = 200;
const mostRetries = 20;

/** The part of an encoding's parameters (W3C webrtc-pc section 5.2.10) that is decided here. */
export interface Encoding {
  readonly active: boolean;
  readonly maxBitrate: number;
  readonly maxFramerate: number;
  readonly scaleResolutionDownBy: number;
}

/**
 * @param sourceHeight lines of the source's shorter side, or null while unknown
 * @param leastScale at least this divisor, however small the source is
 */
export function encodingFor(limits: VideoLimits, sourceHeight: number | null, leastScale: number): Encoding {
  const scale = sourceHeight === null ? 1 : sourceHeight / limits.maxHeight;
  return {
    active: limits.isSent,
    maxBitrate: Math.max(1, Math.round(limits.maxBitsPerSecond)),
    maxFramerate: Math.max(1, limits.maxFramesPerSecond),
    scaleResolutionDownBy: Number.isFinite(scale) ? Math.max(1, leastScale, scale) : Math.max(1, leastScale),
  };
}

/** A phone held upright sends 720 × 1280: the shorter side is what "720p" means. */
function heightOf(track: MediaStreamTrack | null): number | null {
  const { width, height } = track?.getSettings() ?? {};
  if (height === undefined) return null;
  return Math.min(height, width ?? height);
}

const isSame = (a: Encoding, b: Encoding): boolean =>
  a.active === b.active &&
  a.maxBitrate === b.maxBitrate &&
  a.maxFramerate === b.maxFramerate &&
  a.scaleResolutionDownBy === b.scaleResolutionDownBy;

export class VideoEncoding {
  readonly #sender: RTCRtpSender;
  readonly #lane: 'video' | 'screen';
  #limits: VideoLimits;
  #track: MediaStreamTrack | null = null;
  #isFirst: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lookTimer: ReturnType<typeof setInterval> | undefined;
  /** What the sender was told last. */
  #applied: Encoding | null = null;
  #isApplying = false;
  #failures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #hasEnded = false;

  constructor(sender: RTCRtpSender, lane: 'video' | 'screen', limits: VideoLimits = usualLimits[lane]) {
    this.#sender = sender;
    this.#lane = lane;
    this.#limits = limits;
    this.#isFirst = lane === 'video';
    this.#apply();
  }

  /** The sender carries this track now. */
  follow(track: MediaStreamTrack | null): void {
    const hadTrack = this.#track !== null;
    this.#track = track;
    if (this.#lane === 'video' && hadTrack !== (track !== null)) this.#beginSmall(track !== null);
    this.#look();
  }

  limit(limits: VideoLimits): void {
    this.#limits = limits;
    this.#look();
  }

  end(): void {
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    clearInterval(this.#lookTimer);
    clearTimeout(this.#retryTimer);
  }

  /** Now, and again from time to time as long as the size of the source matters. */
  #look(): void {
    clearInterval(this.#lookTimer);
    this.#apply();
    if (this.#hasEnded || !this.#track || !Number.isFinite(this.#limits.maxHeight)) return;
    this.#lookTimer = setInterval(() => {
      this.#apply();
    }, lookAgainMs);
  }

  #beginSmall(hasTrack: boolean): void {
    clearTimeout(this.#timer);
    this.#isFirst = true;
    if (!hasTrack) return;
    this.#timer = setTimeout(() => {
      this.#isFirst = false;
      this.#apply();
    }, firstMs);
  }

  /** One change at a time reaches the sender; what was asked meanwhile is applied as one after it. */
  #apply(): void {
    if (this.#isApplying || this.#hasEnded) return;
    const wanted = encodingFor(this.#limits, heightOf(this.#track), this.#isFirst ? firstScale : 1);
    if (this.#applied && isSame(this.#applied, wanted)) return;
    this.#applied = wanted;
    this.#isApplying = true;
    this.#set(wanted).then(
      () => {
        this.#failures = 0;
        this.#isApplying = false;
        this.#apply();
      },
      () => {
        this.#isApplying = false;
        this.#applied = null;
        this.#retryLater();
      },
    );
  }

  /** Bounded, because a lane that was stopped meanwhile refuses for ever and needs no limits. */
  #retryLater(): void {
    clearTimeout(this.#retryTimer);
    if (this.#hasEnded || this.#failures >= mostRetries) return;
    this.#failures += 1;
    this.#retryTimer = setTimeout(() => {
      this.#apply();
    }, retryMs);
  }

  async #set(wanted: Encoding): Promise<void> {
    const parameters = this.#sender.getParameters();
    for (const encoding of parameters.encodings) Object.assign(encoding, wanted);
    parameters.degradationPreference = this.#lane === 'video' ? 'maintain-framerate' : 'maintain-resolution';
    await this.#sender.setParameters(parameters);
  }
}

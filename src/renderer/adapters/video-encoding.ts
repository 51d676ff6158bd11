// How the picture of one lane is encoded: its limits, and a camera's first moments small.
import { usualLimits, type VideoLimits } from '#core/ports';
import { SmallStart } from '#adapters/small-start';

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

/** Lines. What a source is taken for before it says how large it is. */
const usualLines = 720;

/**
 * @param sourceHeight lines of the source's shorter side, or null while unknown
 * @param mostLines besides the limits
 */
export function encodingFor(limits: VideoLimits, sourceHeight: number | null, mostLines = Infinity): Encoding {
  const maxHeight = Math.min(limits.maxHeight, mostLines);
  const scale = sourceHeight === null ? usualLines / mostLines : sourceHeight / maxHeight;
  return {
    active: limits.isSent,
    maxBitrate: Math.max(1, Math.round(limits.maxBitsPerSecond)),
    maxFramerate: Math.max(1, limits.maxFramesPerSecond),
    scaleResolutionDownBy: Number.isFinite(scale) ? Math.max(1, scale) : 1,
  };
}

/** A phone held upright sends 720 × 1280: the shorter side is what "720p" means. */
function heightOf(track: MediaStreamTrack | null): number | null {
  const { width, height } = track?.getSettings() ?? {};
  if (height === undefined) return null;
  return Math.min(height, width ?? height);
}

/** What a sender is told. */
interface Wish {
  readonly encoding: Encoding;
  /** What the picture loses first. */
  readonly preference: RTCDegradationPreference;
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
  readonly #start: SmallStart;
  #lookTimer: ReturnType<typeof setInterval> | undefined;
  /** What the sender was told last. */
  #applied: Wish | null = null;
  #isApplying = false;
  #failures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #hasEnded = false;

  constructor(sender: RTCRtpSender, lane: 'video' | 'screen', limits: VideoLimits = usualLimits[lane]) {
    this.#sender = sender;
    this.#lane = lane;
    this.#limits = limits;
    this.#start = new SmallStart(
      sender,
      lane === 'video',
      () => this.#limits,
      () => {
        this.#apply();
      },
    );
    this.#apply();
  }

  /** The sender carries this track now. */
  follow(track: MediaStreamTrack | null): void {
    const hadTrack = this.#track !== null;
    this.#track = track;
    if (this.#lane === 'video' && hadTrack !== (track !== null)) {
      if (track) this.#start.begin();
      else this.#start.again();
    }
    this.#look();
  }

  limit(limits: VideoLimits): void {
    this.#limits = limits;
    this.#look();
  }

  end(): void {
    this.#hasEnded = true;
    this.#start.end();
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

  /** One change at a time reaches the sender; what was asked meanwhile is applied as one after it. */
  #apply(): void {
    if (this.#isApplying || this.#hasEnded) return;
    const encoding = encodingFor(this.#limits, heightOf(this.#track), this.#start.mostLines);
    const wanted = { encoding, preference: this.#preference };
    if (this.#applied?.preference === wanted.preference && isSame(this.#applied.encoding, encoding)) return;
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

  /** A browser forgets what it took off a picture when it leaves `balanced`: what it did while it knew the path little. */
  get #preference(): RTCDegradationPreference {
    if (this.#lane === 'screen') return 'maintain-resolution';
    return this.#start.mostLines === Infinity ? 'maintain-framerate' : 'balanced';
  }

  async #set({ encoding, preference }: Wish): Promise<void> {
    const parameters = this.#sender.getParameters();
    for (const each of parameters.encodings) Object.assign(each, encoding);
    parameters.degradationPreference = preference;
    await this.#sender.setParameters(parameters);
  }
}

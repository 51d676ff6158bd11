// How the picture of one lane is encoded: its limits, and a first second at half size, so that it is there sooner.
const maxBitsPerSecond = 1_700_000;
const maxFramesPerSecond = 30;
/** What is left of width and height, as a divisor: the first key frame is a quarter of the work and of the bytes. */
const firstScale = 2;
const firstMs = 1_500;

export class VideoEncoding {
  readonly #sender: RTCRtpSender;
  #hasTrack = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(sender: RTCRtpSender) {
    this.#sender = sender;
    this.#apply(firstScale);
  }

  /** The sender carries this track now. */
  follow(track: MediaStreamTrack | null): void {
    const hadTrack = this.#hasTrack;
    this.#hasTrack = track !== null;
    if (hadTrack === this.#hasTrack) return;
    clearTimeout(this.#timer);
    if (track) {
      this.#timer = setTimeout(() => {
        this.#apply(1);
      }, firstMs);
    } else this.#apply(firstScale);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #apply(scale: number): void {
    const parameters = this.#sender.getParameters();
    for (const encoding of parameters.encodings) {
      encoding.maxBitrate = maxBitsPerSecond;
      encoding.maxFramerate = maxFramesPerSecond;
      encoding.scaleResolutionDownBy = scale;
    }
    parameters.degradationPreference = 'maintain-framerate';
    // A lane that was stopped meanwhile needs no limits.
    this.#sender.setParameters(parameters).catch(() => undefined);
  }
}

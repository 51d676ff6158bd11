// How large pictures are encoded, and with how many bits: as was asked, and smaller once a frame was too large to be sent.
import { limits } from '#core/wire/limits';

export interface Size {
  readonly width: number;
  readonly height: number;
}

const least = 1 / 8;

export class PictureSize {
  readonly #maxHeight: number;
  readonly #bitsPerSecond: number;
  #share = 1;

  constructor({ maxHeight, videoBitsPerSecond }: { readonly maxHeight: number; readonly videoBitsPerSecond: number }) {
    this.#maxHeight = maxHeight;
    this.#bitsPerSecond = videoBitsPerSecond;
  }

  get bitsPerSecond(): number {
    return Math.round(this.#bitsPerSecond * this.#share);
  }

  /** Of what is encoded: even, as the codecs' colours want it. */
  of({ width, height }: Size): Size {
    const scale = Math.min(1, (this.#maxHeight * this.#share) / height);
    const even = (length: number): number => Math.max(2, Math.round((length * scale) / 2) * 2);
    return { width: even(width), height: even(height) };
  }

  /** False when it is too large to be sent: from then on they are half as high, with half the bits. */
  takes(frameBytes: number): boolean {
    if (frameBytes <= limits.castFrameBytes) return true;
    this.#share = Math.max(least, this.#share / 2);
    return false;
  }
}

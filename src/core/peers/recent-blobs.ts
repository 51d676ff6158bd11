// The last few blobs that were opened, byte for byte: what comes again by another way is not opened again.
import { areEqual } from '#core/base/bytes';

export class RecentBlobs {
  readonly #blobs: Uint8Array[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(blob: Uint8Array): void {
    this.#blobs.push(blob);
    if (this.#blobs.length > this.#most) this.#blobs.shift();
  }

  /** All of it is compared: whoever carries one of the ways cannot keep a blob out by another that looks like it. */
  has(blob: Uint8Array): boolean {
    return this.#blobs.some((known) => areEqual(known, blob));
  }
}

// Looks at what a picture track shows: how large, in which hue, and whether it moves on.
import { wait } from '#tests/e2e/adapters/pages/meter';

export interface Seen {
  readonly height: number;
  /** Degrees, of the mean colour. */
  readonly hue: number;
  /** Frames decoded since the track was first looked at. */
  readonly frames: number;
}

function hueOf([red = 0, green = 0, blue = 0]: Uint8ClampedArray): number {
  const most = Math.max(red, green, blue);
  const span = most - Math.min(red, green, blue);
  if (span === 0) return 0;
  if (most === red) return (60 * ((green - blue) / span) + 360) % 360;
  return most === green ? 60 * ((blue - red) / span) + 120 : 60 * ((red - green) / span) + 240;
}

export class Viewer {
  readonly #element = document.createElement('video');
  readonly #pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

  constructor(track: MediaStreamTrack) {
    this.#element.muted = true;
    this.#element.srcObject = new MediaStream([track]);
    document.body.append(this.#element); // an element nobody sees would count no frames
    this.#element.play().catch(() => undefined);
  }

  read(): Seen {
    this.#pixel?.drawImage(this.#element, 0, 0, 1, 1);
    return {
      height: this.#element.videoHeight,
      hue: hueOf(this.#pixel?.getImageData(0, 0, 1, 1).data ?? new Uint8ClampedArray(4)),
      frames: this.#element.getVideoPlaybackQuality().totalVideoFrames,
    };
  }

  async until(isRight: (seen: Seen) => boolean, timeoutMs = 15_000): Promise<Seen> {
    const deadline = performance.now() + timeoutMs;
    let seen = this.read();
    while (!isRight(seen)) {
      if (performance.now() > deadline) throw new Error(`Still ${JSON.stringify(seen)} after ${timeoutMs} ms`);
      await wait(20);
      seen = this.read();
    }
    return seen;
  }
}

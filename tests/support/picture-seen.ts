// Runs inside a page: what a picture on the stage shows while somebody looks at it.

export interface PictureSeen {
  /** Hues of the whole picture, degrees, each once, rounded to 20, in the order in which they first came. */
  readonly hues: readonly number[];
  /** Frames shown while it was looked at. */
  readonly frames: number;
  readonly height: number;
}

/** Looks at the picture of this name for `forMs`. For `page.evaluate`. */
export async function lookAt({ label, forMs }: { label: string; forMs: number }): Promise<PictureSeen> {
  const hueOf = ([red = 0, green = 0, blue = 0]: Uint8ClampedArray): number => {
    const most = Math.max(red, green, blue);
    const span = most - Math.min(red, green, blue);
    if (span < 30) return -1; // black, white or grey
    if (most === red) return (60 * ((green - blue) / span) + 360) % 360;
    return most === green ? 60 * ((blue - red) / span) + 120 : 60 * ((red - green) / span) + 240;
  };
  const find = (): HTMLVideoElement | null => document.querySelector(`video[aria-label="${label}"]`);
  const pixel = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const hues = new Set<number>();
  const firstFrame = find()?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
  const deadline = performance.now() + forMs;
  while (performance.now() < deadline) {
    const video = find();
    if (video && video.videoWidth > 0 && pixel) {
      pixel.drawImage(video, 0, 0, 1, 1);
      const hue = hueOf(pixel.getImageData(0, 0, 1, 1).data);
      if (hue >= 0) hues.add((Math.round(hue / 20) * 20) % 360);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const frames = (find()?.getVideoPlaybackQuality().totalVideoFrames ?? 0) - firstFrame;
  return { hues: [...hues], frames, height: find()?.videoHeight ?? 0 };
}

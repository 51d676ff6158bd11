// Writes down what comes out of tracks and when: the times painted into pictures, and how loud it is from moment to moment.
import { readPictures, readSounds, type FrameReader } from '#adapters/track-streams';
import { bits, middleOf } from '#tests/e2e/adapters/pages/live-clock';

export interface SeenPicture {
  /** By `performance.now()`. */
  readonly atMs: number;
  /** What is painted into it, by the same clock. */
  readonly paintedMs: number;
  readonly isFlash: boolean;
  readonly height: number;
}

export interface HeardSound {
  readonly atMs: number;
  readonly peak: number;
}

const windowMs = 2.5;
const loud = 0.1;

export class TrackWatch {
  readonly pictures: SeenPicture[] = [];
  readonly sounds: HeardSound[] = [];
  readonly #readers: FrameReader[] = [];
  readonly #canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

  constructor({ video, audio }: { readonly video: unknown; readonly audio: unknown }) {
    const onEnded = (): void => undefined;
    if (video instanceof MediaStreamTrack) {
      this.#readers.push(readPictures(video, { onFrame: (frame) => this.#see(frame), onEnded }));
    }
    if (audio instanceof MediaStreamTrack) {
      this.#readers.push(readSounds(audio, { onFrame: (sound) => this.#hear(sound), onEnded }));
    }
  }

  close(): void {
    for (const reader of this.#readers) reader.stop();
  }

  /** Of each picture, how long ago it was painted. */
  get delays(): number[] {
    return this.pictures.map(({ atMs, paintedMs }) => atMs - paintedMs);
  }

  /** When flashes began. */
  get flashes(): number[] {
    return this.pictures
      .filter(({ isFlash }, at) => isFlash && this.pictures[at - 1]?.isFlash === false)
      .map(({ atMs }) => atMs);
  }

  /** When beeps began, after at least 100 ms of silence. */
  get beeps(): number[] {
    let silentSince = -Infinity;
    let isSilent = true;
    const beeps: number[] = [];
    for (const { atMs, peak } of this.sounds) {
      if (peak < loud) {
        if (!isSilent) silentSince = atMs;
        isSilent = true;
      } else {
        if (isSilent && atMs - silentSince > 100) beeps.push(atMs);
        isSilent = false;
      }
    }
    return beeps;
  }

  /** The longest time in which a tone was not heard, ms. */
  get longestSilence(): number {
    let [lastLoud, longest] = [this.sounds.find(({ peak }) => peak >= loud)?.atMs ?? Infinity, 0];
    for (const { atMs, peak } of this.sounds) {
      if (peak < loud) continue;
      longest = Math.max(longest, atMs - lastLoud);
      lastLoud = atMs;
    }
    return longest;
  }

  get longestStill(): number {
    return this.pictures
      .slice(1)
      .reduce((most, { atMs }, at) => Math.max(most, atMs - (this.pictures[at]?.atMs ?? atMs)), 0);
  }

  #see(frame: VideoFrame): void {
    const atMs = performance.now();
    const { displayWidth: width, displayHeight: height } = frame;
    const canvas = this.#canvas;
    if (!canvas) return;
    if (canvas.canvas.width !== width) canvas.canvas.width = width;
    if (canvas.canvas.height !== height) canvas.canvas.height = height;
    canvas.drawImage(frame, 0, 0);
    frame.close();
    const { data } = canvas.getImageData(0, 0, width, height);
    const scale = height / 360;
    const isLight = (nth: number): boolean => {
      const { x, y } = middleOf(nth);
      return (data[(Math.floor(y * scale) * width + Math.floor(x * scale)) * 4 + 1] ?? 0) > 128;
    };
    let time = 0;
    for (let nth = 0; nth < bits; nth += 1) if (isLight(nth)) time += 2 ** nth;
    // The painted time begins anew after 17 minutes.
    this.pictures.push({ atMs, paintedMs: time, isFlash: isLight(bits), height });
  }

  #hear(sound: AudioData): void {
    const endMs = performance.now();
    const samples = new Float32Array(sound.numberOfFrames);
    sound.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
    const { sampleRate } = sound;
    sound.close();
    const step = Math.round((windowMs / 1_000) * sampleRate);
    for (let from = 0; from < samples.length; from += step) {
      const part = samples.subarray(from, from + step);
      const peak = part.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      this.sounds.push({ atMs: endMs - ((samples.length - from) / sampleRate) * 1_000, peak });
    }
  }
}

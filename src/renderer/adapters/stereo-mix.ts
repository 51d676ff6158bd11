// Sound of more than two channels as stereo: a film may have six (ITU-R BS.775 weights, in the order of its channels).

const aside = Math.SQRT1_2;

/** What each channel adds to the left and to the right: left, right, middle, low, left behind, right behind. */
const weights: readonly (readonly [number, number])[] = [
  [1, 0],
  [0, 1],
  [aside, aside],
  [0, 0],
  [aside, 0],
  [0, aside],
];
/** So that six loud channels do not clip. */
const level = 0.6;

/** The same, or a new one in its place: whoever gave it closes only what comes back. */
export function atMostStereo(sound: AudioData): AudioData {
  if (sound.numberOfChannels <= 2) return sound;
  const { numberOfFrames: length, sampleRate, timestamp } = sound;
  const mixed = new Float32Array(length * 2);
  const plane = new Float32Array(length);
  for (let channel = 0; channel < sound.numberOfChannels; channel += 1) {
    const [left, right] = weights[channel] ?? [0, 0];
    sound.copyTo(plane, { planeIndex: channel, format: 'f32-planar' });
    for (let at = 0; at < length; at += 1) {
      const sample = (plane[at] ?? 0) * level;
      mixed[at] = (mixed[at] ?? 0) + sample * left;
      mixed[length + at] = (mixed[length + at] ?? 0) + sample * right;
    }
  }
  sound.close();
  const shape = { format: 'f32-planar', numberOfFrames: length, numberOfChannels: 2, sampleRate, timestamp } as const;
  return new AudioData({ ...shape, data: mixed });
}

// Loudness over a whole recording as a few numbers, for drawing it.

/** Readings of any number as `count` numbers, 0-255: the loudest of each stretch, on a scale that looks even to the ear. */
export function peaksOf(levels: readonly number[], count: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(count).map((_, at) => {
    const from = Math.floor((at * levels.length) / count);
    const to = Math.max(from + 1, Math.floor(((at + 1) * levels.length) / count));
    const loudest = Math.max(0, ...levels.slice(from, to));
    return Math.round(Math.min(1, Math.sqrt(loudest)) * 255);
  });
}

// Turns measured values into the points of SVG lines over two minutes.
export interface Drawn {
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** The moment at the right edge. */
  readonly endMs: number;
  /** The value at the upper edge. */
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const spanMs = 120_000;
/** So long without a value breaks the line. */
const gapMs = 4_000;

/** One list of points for each stretch without a gap. */
export function linesOf({ times, values, endMs, top, width, height }: Drawn): readonly string[] {
  const lines: string[][] = [];
  let lastMs = -Infinity;
  for (const [at, value] of values.entries()) {
    const atMs = times[at] ?? 0;
    if (value === null || atMs > endMs || endMs - atMs > spanMs) continue;
    const x = width * (1 - (endMs - atMs) / spanMs);
    const y = (height - 2) * (1 - Math.min(1, top > 0 ? value / top : 0)) + 1;
    const point = `${x.toFixed(1)},${y.toFixed(1)}`;
    const isFollowing = atMs - lastMs <= gapMs && values[at - 1] !== null;
    if (isFollowing) lines.at(-1)?.push(point);
    else lines.push([point]);
    lastMs = atMs;
  }
  return lines.map((points) => points.join(' '));
}

// Medians and spread of repeated measurements.
export interface Figures {
  readonly n: number;
  readonly min: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

export function summarize(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN);
  return { n: sorted.length, min: at(0.0001), median: at(0.5), p95: at(0.95), max: at(1) };
}

// How every bench takes its arguments and ends: a readable table, and one JSON line under --json.
export interface BenchResult {
  readonly name: string;
  /** Whether the targets of this bench were met in this run. */
  readonly ok: boolean;
  /** The headline ratio, ours over the baseline's. */
  readonly ratio: number;
  readonly ratios: Readonly<Record<string, number>>;
  readonly figures: Readonly<Record<string, unknown>>;
  /** Of the bench of a swarm: how often the giver sent the whole. */
  readonly sourceUploadCopies?: number;
  /** Of the bench of a cast: behind live, at the deepest viewer. */
  readonly delayMs?: { readonly p50: number; readonly p95: number };
}

export const parseBenchArguments = (defaultRuns: number): { runs: number } => ({
  runs: wholeNumber('--runs', defaultRuns, 200),
});

/** Of a bench that moves files: their size, MiB. */
export const parseMebibytes = (usual: number): number => wholeNumber('--mib', usual, 1_024);

/** Of the option with that name. */
export function wholeNumber(name: string, usual: number, most: number): number {
  const at = process.argv.indexOf(name);
  const value = at < 0 ? usual : Number(process.argv[at + 1]);
  if (!Number.isInteger(value) || value < 1 || value > most)
    throw new Error(`${name} takes a whole number from 1 to ${most}.`);
  return value;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** Prints the result and ends the process; a missed target is told in words, and is no failure of the bench. */
export function finish(result: BenchResult): never {
  const ratios = Object.fromEntries(Object.entries(result.ratios).map(([name, value]) => [name, round(value)]));
  console.log(`${result.name}: ratio ${round(result.ratio)}, targets ${result.ok ? 'met' : 'missed'}`);
  console.table(result.figures);
  if (process.argv.includes('--json')) console.log(JSON.stringify({ ...result, ratio: round(result.ratio), ratios }));
  process.exit(0);
}

// Reads single entries of the browser's statistics (W3C webrtc-stats).
import { candidateKinds, type CandidateKind } from '#core/ports/diagnosis';

export type Entry = Readonly<Record<string, unknown>>;

const isEntry = (value: unknown): value is Entry => typeof value === 'object' && value !== null;

export const entriesOf = (report: ReadonlyMap<string, unknown>): Entry[] => [...report.values()].filter(isEntry);

export function readNumber(entry: Entry | undefined, field: string): number | null {
  const value = entry?.[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export const inMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);

export const candidateKind = (entry: Entry | undefined): CandidateKind | null =>
  candidateKinds.find((kind) => kind === entry?.['candidateType']) ?? null;

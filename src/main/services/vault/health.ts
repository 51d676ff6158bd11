// How safe a version is, from counts over all its segments. Pure.
import type { VaultHealth } from '#shared/vault';

export interface VersionFacts {
  /** Its bytes are still being read. */
  readonly isReading: boolean;
  /** Of the worst segment: pieces with keepers that count, less those that are needed; null where there is no segment. */
  readonly spare: number | null;
  /** The same of pieces that are on this disk still, and of both together. */
  readonly here: number | null;
  readonly reachable: number | null;
  /** Pieces of the worst segment that no keeper has or is to have. */
  readonly missing: number;
  readonly needed: number;
  /** With keepers once all is done, and now. */
  readonly bytes: number;
  readonly keptBytes: number;
  readonly keepers: number;
}

export function healthOf(facts: VersionFacts): VaultHealth {
  const { bytes, keptBytes, needed, keepers } = facts;
  const spare = Math.max(0, facts.spare ?? 0);
  return { state: stateOf(facts), spare, keepers, needed, bytes, keptBytes, keepersMissing: facts.missing };
}

function stateOf({ isReading, spare, here, reachable }: VersionFacts): VaultHealth['state'] {
  if (isReading) return 'reading';
  if (spare === null || here === null || reachable === null) return 'waiting';
  if (reachable < 0) return 'lost';
  if (spare > 0) return 'safe';
  return here >= 0 || spare < 0 ? 'waiting' : 'risk';
}

// How far a keeper can be counted on, and when they are asked to prove it. Pure.
import type { VaultKeeper } from '#shared/vault';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';

export interface KeeperHistory {
  /** When they gave up their pledge. */
  readonly endedAt: number | null;
  /** Last time there was a link with them. */
  readonly seenAt: number;
  /** Audits in a row that brought something else, or that it is not there. */
  readonly failures: number;
  /** Since when they proved nothing of what they keep; null while they keep nothing. */
  readonly unprovedSince: number | null;
}

/**
 * Who stays away for long counts as little as who is here and proves nothing. Only days on which the owner was here count, of which
 * `daysSince` tells: whoever was on a journey does not find all their keepers gone.
 */
export function standingOf(
  { endedAt, seenAt, failures, unprovedSince }: KeeperHistory,
  daysSince: (ms: number) => number,
): VaultKeeper['state'] {
  if (endedAt !== null) return 'leaving';
  const silentDays = daysSince(Math.min(seenAt, unprovedSince ?? seenAt));
  if (failures >= limits.vaultFailuresMost || silentDays > limits.vaultAwayMostDays) return 'failed';
  return failures > 0 || silentDays > limits.vaultAwayDays ? 'doubtful' : 'good';
}

/** The more they keep, the more often they are asked; at least once a day while they are here. */
export function auditEveryMs(pieces: number): number {
  const timesADay = Math.min(Math.max(Math.ceil(pieces / limits.vaultPiecesPerAudit), 1), limits.vaultAuditsADay);
  return 86_400_000 / timesADay;
}

/** `provedAt`: the last time they proved anything; `since`: when they first said that they keep something. */
export function isAuditDue(
  {
    pieces,
    since,
    provedAt,
    askedAt,
  }: { pieces: number; since: number; provedAt: number | null; askedAt: number | null },
  nowMs: number,
): boolean {
  if (pieces === 0) return false;
  if (askedAt !== null && nowMs - askedAt < limits.vaultAuditAgainMs) return false;
  return provedAt === null ? nowMs - since >= limits.vaultFirstAuditMs : nowMs - provedAt >= auditEveryMs(pieces);
}

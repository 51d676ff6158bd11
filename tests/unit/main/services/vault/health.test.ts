// How safe something is, in one word, and how far a keeper is counted on.
import { describe, expect, it } from 'vitest';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { Database } from '#main/services/database';
import { healthOf, type VersionFacts } from '#main/services/vault/health';
import { auditEveryMs, isAuditDue, standingOf } from '#main/services/vault/keeper-standing';
import { OwnDays } from '#main/services/vault/own-days';

const facts = (some: Partial<VersionFacts>): VersionFacts => ({
  isReading: false,
  spare: 3,
  here: -3,
  reachable: 3,
  missing: 0,
  needed: 3,
  bytes: 600,
  keptBytes: 600,
  keepers: 6,
  ...some,
});

describe('something in the vault is', () => {
  it.each([
    ['reading', 'while its bytes come', { isReading: true, spare: null, here: null, reachable: null }],
    ['waiting', 'before anything of it was cut', { spare: null, here: null, reachable: null }],
    ['waiting', 'while only this disk could give it back', { spare: -2, here: 3, reachable: 3 }],
    ['waiting', 'with a whole copy at one keeper and one here', { spare: 0, here: 0, reachable: 0, needed: 1 }],
    ['safe', 'once one more keeper can vanish', { spare: 1, keptBytes: 400 }],
    ['safe', 'with all of them', {}],
    ['risk', 'when none can vanish and nothing is here', { spare: 0, here: -3, reachable: 0 }],
    ['lost', 'when too few pieces are known', { spare: -1, here: -3, reachable: -1 }],
    ['waiting', 'when keepers and this disk together have enough', { spare: -1, here: -1, reachable: 0 }],
  ] as const)('%s %s', (state, _, some) => {
    expect(healthOf(facts(some)).state).toBe(state);
  });

  it('never said to bear the loss of fewer than nobody', () => {
    expect(healthOf(facts({ spare: -3 })).spare).toBe(0);
  });
});

describe('a keeper', () => {
  const day = 86_400_000;
  const history = { endedAt: null, seenAt: 100 * day, failures: 0, unprovedSince: null };

  /** The owner was here every day until now. */
  const daily = (now: number) => (ms: number) => Math.floor(now / day) - Math.floor(ms / day);

  it.each([
    ['good', history, 0],
    ['doubtful', { ...history, failures: 1 }, 0],
    ['failed', { ...history, failures: limits.vaultFailuresMost }, 0],
    ['good', history, limits.vaultAwayDays],
    ['doubtful', history, limits.vaultAwayDays + 1],
    ['failed', history, limits.vaultAwayMostDays + 1],
    ['doubtful', { ...history, unprovedSince: (100 - limits.vaultAwayDays - 1) * day }, 0],
    ['failed', { ...history, unprovedSince: (100 - limits.vaultAwayMostDays - 1) * day }, 0],
    ['good', { ...history, unprovedSince: 99 * day }, 0],
    ['leaving', { ...history, endedAt: 5, failures: 9 }, 0],
  ] as const)('is %s', (state, some, daysLater) => {
    expect(standingOf(some, daily((100 + daysLater) * day))).toBe(state);
  });

  it('is not gone for an owner who was away for months themselves', () => {
    const days = new OwnDays(new Database(':memory:'));
    for (const one of [98, 99, 100, 300]) days.note(one * day + 5);
    expect(standingOf(history, (ms) => days.since(ms))).toBe('good');
    for (let one = 301; one <= 300 + limits.vaultAwayMostDays; one += 1) days.note(one * day);
    expect(standingOf(history, (ms) => days.since(ms))).toBe('failed');
  });

  it('is asked soon after the first piece, then once a day, and the more often the more they keep', () => {
    const asked = { pieces: 1, since: 0, provedAt: null, askedAt: null };
    expect(isAuditDue(asked, limits.vaultFirstAuditMs - 1)).toBe(false);
    expect(isAuditDue(asked, limits.vaultFirstAuditMs)).toBe(true);
    expect(isAuditDue({ ...asked, provedAt: day }, 2 * day - 1)).toBe(false);
    expect(isAuditDue({ ...asked, provedAt: day }, 2 * day)).toBe(true);
    expect(auditEveryMs(1_000)).toBe(day / 10);
    expect(auditEveryMs(1_000_000)).toBe(day / limits.vaultAuditsADay);
  });

  it('is asked nothing while they keep nothing, and not again at once', () => {
    expect(isAuditDue({ pieces: 0, since: 0, provedAt: null, askedAt: null }, 9 * day)).toBe(false);
    const justNow = { pieces: 1, since: 0, provedAt: null, askedAt: 9 * day };
    expect(isAuditDue(justNow, 9 * day + limits.vaultAuditAgainMs - 1)).toBe(false);
    expect(isAuditDue(justNow, 9 * day + limits.vaultAuditAgainMs)).toBe(true);
  });
});

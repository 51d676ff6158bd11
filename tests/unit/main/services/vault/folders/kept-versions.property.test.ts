import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { surplusVersions, type DatedVersion } from '#main/services/vault/folders/kept-versions';

const dayMs = 86_400_000;
const nowMs = 1_000 * dayMs;
const versionsOf = (ages: readonly number[], left: readonly boolean[]): DatedVersion[] =>
  [...ages].sort((a, b) => a - b).map((age, at) => ({ addedAt: nowMs - age, isLeft: left[at] ?? false }));
const some = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 900 * dayMs }), fc.boolean()), { minLength: 1, maxLength: 40 })
  .map((all) =>
    versionsOf(
      all.map(([age]) => age),
      all.map(([, isLeft]) => isLeft),
    ),
  );

describe('the versions that are kept of a folder', () => {
  test('are as many as wished, or one more while the newest is not with keepers', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 20 }), (versions, keep) => {
        const surplus = surplusVersions(versions, keep, nowMs);
        const staying = versions.filter((version) => !surplus.includes(version));
        expect(new Set(surplus).size).toBe(surplus.length);
        expect(staying.length).toBeLessThanOrEqual(Math.max(keep, 2));
        expect(staying.length).toBeGreaterThanOrEqual(Math.min(keep, versions.length));
      }),
    );
  });

  test('always have the newest, the newest that is with keepers, and the oldest', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 2, max: 20 }), (versions, keep) => {
        const surplus = surplusVersions(versions, keep, nowMs);
        expect(surplus).not.toContain(versions[0]);
        const safe = versions.find(({ isLeft }) => isLeft);
        if (safe) expect(surplus).not.toContain(safe);
        if (keep > 2) expect(surplus).not.toContain(versions.at(-1));
      }),
    );
  });

  test('stand ever further apart, so that ten of them reach back over a year of daily backups', () => {
    let kept: DatedVersion[] = [];
    for (let day = 0; day < 365; day += 1) {
      kept = [{ addedAt: day * dayMs, isLeft: true }, ...kept];
      const surplus = surplusVersions(kept, 10, day * dayMs);
      kept = kept.filter((version) => !surplus.includes(version));
    }
    const ages = kept.map(({ addedAt }) => 364 - addedAt / dayMs);
    expect(ages).toHaveLength(10);
    expect(ages[0]).toBe(0);
    expect(ages.at(-1)).toBe(364);
    const within = (days: number): number => ages.filter((age) => age <= days).length;
    expect(within(7)).toBeGreaterThanOrEqual(2);
    expect(within(40)).toBeGreaterThanOrEqual(4);
    expect(within(180)).toBeLessThan(10);
  });
});

// Who keeps which piece: the scheme, the choice, and the plan of one segment.
import fc from 'fast-check';
import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity';
import { PieceId, type VaultKeeper } from '#shared/vault';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import {
  chooseKeeper,
  counts,
  planSegment,
  schemeFor,
  type KeeperFacts,
  type PieceFacts,
  type SegmentFacts,
} from '#main/services/vault/placement';
import { peerId } from '#tests/support/two-peers';

const day = 86_400_000;
const nowMs = 100 * day;
const letters = 'bcdefghijklm';

const keeper = (at: number, facts: Partial<KeeperFacts> = {}): KeeperFacts => ({
  peerId: peerId(letters[at] ?? 'b'),
  state: 'good',
  freeBytes: 1_000_000,
  usedShare: 0,
  seenAt: nowMs,
  refusedAt: null,
  network: null,
  utcMinutes: null,
  ...facts,
});
const pieceId = (at: number): PieceId => parse(PieceId, at.toString(16).padStart(64, '0'));
const piece = (at: number, facts: Partial<PieceFacts> = {}): PieceFacts => ({
  pieceId: pieceId(at),
  bytes: 1_000,
  isHere: true,
  copies: [],
  ...facts,
});

describe('the scheme', () => {
  it.each([
    [0, 1, 3],
    [1, 1, 3],
    [4, 1, 3],
    [5, 2, 5],
    [6, 3, 6],
    [8, 3, 8],
    [9, 5, 9],
    [40, 5, 9],
  ])('for %i keepers is %i of %i', (keepers, needed, total) => {
    expect(schemeFor(keepers)).toEqual({ needed, total });
  });
});

describe('the next piece goes', () => {
  const choose = (keepers: readonly KeeperFacts[], taken: readonly PeerId[] = []): PeerId | null =>
    chooseKeeper(keepers, { bytes: 1_000, taken: new Set(taken), nowMs });

  it('to one who proves what they keep rather than to one in doubt', () => {
    expect(choose([keeper(0, { state: 'doubtful' }), keeper(1, { usedShare: 0.9 })])).toBe(keeper(1).peerId);
  });

  it('to whoever was here lately, then to whoever has more room', () => {
    expect(choose([keeper(0, { seenAt: nowMs - 3 * day }), keeper(1, { usedShare: 0.8 })])).toBe(keeper(1).peerId);
    expect(choose([keeper(0, { usedShare: 0.5 }), keeper(1, { usedShare: 0.2 })])).toBe(keeper(1).peerId);
  });

  it('into another network and another time zone than those who have some of it, where nothing weighs more', () => {
    const first = keeper(0, { network: 'a', utcMinutes: 60 });
    const beside = keeper(1, { network: 'a', utcMinutes: 60 });
    const apart = keeper(2, { network: 'b', utcMinutes: 60, usedShare: 0.9 });
    const far = keeper(3, { network: 'b', utcMinutes: -300, usedShare: 0.9 });
    expect(choose([first, beside, apart], [first.peerId])).toBe(apart.peerId);
    expect(choose([first, beside, apart, far], [first.peerId])).toBe(far.peerId);
    expect(choose([first, beside, { ...apart, state: 'doubtful' }], [first.peerId])).toBe(beside.peerId);
    expect(choose([first, beside, { ...apart, network: null }], [first.peerId])).toBe(apart.peerId);
  });

  it('to nobody who has one of its segment, has no room, leaves, failed, or said no a moment ago', () => {
    expect(
      choose(
        [
          keeper(0),
          keeper(1, { freeBytes: 999 }),
          keeper(2, { state: 'leaving' }),
          keeper(3, { state: 'failed' }),
          keeper(4, { refusedAt: nowMs - limits.vaultAskAgainMs + 1 }),
        ],
        [keeper(0).peerId],
      ),
    ).toBeNull();
  });

  it('to one who said no a while ago', () => {
    expect(choose([keeper(4, { refusedAt: nowMs - limits.vaultAskAgainMs })])).toBe(keeper(4).peerId);
  });
});

describe('the plan of a segment', () => {
  it('gives whole copies to three', () => {
    const plan = planSegment(
      { needed: 1, total: 3, pieces: [piece(1)] },
      [0, 1, 2, 3].map((at) => keeper(at)),
      nowMs,
    );
    expect(new Set(plan.assign.map(({ keeper: to }) => to)).size).toBe(3);
    expect(plan.keepersMissing).toBe(0);
    expect(plan.rebuild).toEqual([]);
  });

  it('says how many keepers are missing', () => {
    const plan = planSegment({ needed: 1, total: 3, pieces: [piece(1)] }, [keeper(0)], nowMs);
    expect(plan.assign).toEqual([{ pieceId: pieceId(1), keeper: keeper(0).peerId }]);
    expect(plan.keepersMissing).toBe(2);
  });

  it('moves the piece of one who failed, and makes it again where it is not on this disk', () => {
    const keepers = [0, 1, 2, 3, 4, 5, 6].map((at) => keeper(at, at === 0 ? { state: 'failed' } : {}));
    const pieces = [0, 1, 2, 3, 4, 5].map((at) =>
      piece(at, { isHere: false, copies: [{ keeper: keeper(at).peerId, state: 'kept' }] }),
    );
    const plan = planSegment({ needed: 3, total: 6, pieces }, keepers, nowMs);
    expect(plan.assign).toEqual([{ pieceId: pieceId(0), keeper: keeper(6).peerId }]);
    expect(plan.rebuild).toEqual([pieceId(0)]);
    expect(plan.release).toEqual([]); // not before the other has it
  });

  it('lets the one who failed delete it once another has it', () => {
    const keepers = [keeper(0, { state: 'failed' }), keeper(1)];
    const copies = [
      { keeper: keeper(0).peerId, state: 'kept' },
      { keeper: keeper(1).peerId, state: 'kept' },
    ] as const;
    const plan = planSegment(
      { needed: 2, total: 2, pieces: [piece(0, { isHere: false, copies }), piece(1)] },
      keepers,
      nowMs,
    );
    expect(plan.release).toEqual([{ pieceId: pieceId(0), keeper: keeper(0).peerId }]);
  });

  const anyKeepers = fc.uniqueArray(
    fc.record({
      at: fc.nat(letters.length - 1),
      state: fc.constantFrom<VaultKeeper['state']>('good', 'doubtful', 'failed', 'leaving'),
      freeBytes: fc.constantFrom(0, 1_000, 50_000),
    }),
    { selector: ({ at }) => at },
  );
  const anySegment = fc
    .record({
      needed: fc.integer({ min: 1, max: 3 }),
      more: fc.integer({ min: 1, max: 4 }),
      here: fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
      holders: fc.shuffledSubarray(Array.from({ length: letters.length }, (_, at) => at)),
      kept: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
    })
    .map(({ needed, more, here, holders, kept }): SegmentFacts => {
      const total = needed + more;
      const copy = (at: number) => ({
        keeper: keeper(holders[at] ?? 0).peerId,
        state: kept[at] === true ? ('kept' as const) : ('assigned' as const),
      });
      if (needed === 1)
        return {
          needed,
          total,
          pieces: [piece(0, { isHere: here[0] ?? true, copies: holders.slice(0, total).map((_, at) => copy(at)) })],
        };
      const pieces = Array.from({ length: total }, (_, at) =>
        piece(at, { isHere: here[at] ?? true, copies: at < holders.length ? [copy(at)] : [] }),
      );
      return { needed, total, pieces };
    });

  it('never gives one person two pieces of a segment, never to who does not count, and ends with nothing more to do', () => {
    fc.assert(
      fc.property(anySegment, anyKeepers, (segment, some) => {
        const keepers = some.map(({ at, ...facts }) => keeper(at, facts));
        const stateOf = new Map(keepers.map(({ peerId: of, state }) => [of, state]));
        const isCounting = (of: PeerId): boolean => counts(stateOf.get(of) ?? 'failed');
        const plan = planSegment(segment, keepers, nowMs);
        const pieces = segment.pieces.map(({ pieceId: id, copies, ...rest }) => ({
          ...rest,
          pieceId: id,
          isHere: true, // what had to be made again was
          copies: [
            ...copies.filter(
              ({ keeper: of }) => !plan.release.some((gone) => gone.pieceId === id && gone.keeper === of),
            ),
            ...plan.assign
              .filter((to) => to.pieceId === id)
              .map((to) => ({ keeper: to.keeper, state: 'kept' as const })),
          ],
        }));
        const counting = pieces.flatMap(({ copies }) => copies.map(({ keeper: of }) => of)).filter(isCounting);
        expect(new Set(counting).size).toBe(counting.length);
        expect(plan.assign.every(({ keeper: of }) => isCounting(of))).toBe(true);
        expect(counting.length + plan.keepersMissing).toBeGreaterThanOrEqual(segment.total);
        const again = planSegment({ ...segment, pieces }, keepers, nowMs);
        expect(again.assign).toEqual([]);
        expect(again.rebuild).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

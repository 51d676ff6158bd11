import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import * as v from 'valibot';
import { blockBytes, blockCount } from '#shared/content';
import { PeerId } from '#shared/identity';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { PieceGroups } from '#main/services/vault/piece-groups';
import type { PieceGroup, WantedPiece } from '#main/services/vault/wanted-pieces';
import { testClock } from '../people';
import { somePiece, type SomePiece } from './some-pieces';

const peer = (letter: string): PeerId => v.parse(PeerId, `${letter.repeat(51)}a`);
const [ada, ben, cleo, dan] = [peer('a'), peer('b'), peer('c'), peer('d')];
const peers = [ada, ben, cleo, dan];

const piecesOf = (count: number, bytes = 2 * blockBytes): SomePiece[] =>
  Array.from({ length: count }, (_, at) => somePiece(bytes, at + 1));

function opened() {
  const clock = testClock();
  const groups = new PieceGroups(clock);
  const bring = (keeper: PeerId, piece: SomePiece): boolean =>
    groups.write(
      keeper,
      piece.header.pieceId,
      Array.from({ length: blockCount(piece.header.bytes) }, (_, index) => piece.block(index)),
    );
  return { clock, groups, bring };
}

const group = (needed: number, pieces: readonly SomePiece[], keepers: (share: number) => PeerId[]) => ({
  needed,
  pieces: pieces.map(({ header }, share): WantedPiece => ({ header, share, keepers: keepers(share) })),
  ready: vi.fn<PieceGroup['ready']>(),
  came: vi.fn<NonNullable<PieceGroup['came']>>(),
});

test('A group is ready with the shares that came, as soon as they are enough', () => {
  const { groups, bring } = opened();
  const [first, second, third] = piecesOf(3) as [SomePiece, SomePiece, SomePiece];
  const wanted = group(2, [first, second, third], (share) => [peers[share] ?? ada]);
  groups.add(wanted);
  expect(groups.next(ada, peers, 4)).toEqual([first.header]);
  expect(groups.next(cleo, peers, 4)).toEqual([third.header]);
  expect(bring(cleo, third)).toBe(true);
  expect(wanted.ready).not.toHaveBeenCalled();
  expect(bring(ada, first)).toBe(true);
  expect(wanted.ready).toHaveBeenCalledExactlyOnceWith(
    new Map([
      [2, third.bytes],
      [0, first.bytes],
    ]),
  );
  expect(groups.next(ben, peers, 4)).toEqual([]);
  bring(ben, second);
  expect(wanted.ready).toHaveBeenCalledOnce();
  expect(wanted.came.mock.calls).toEqual([
    [cleo, 2 * blockBytes],
    [ada, 2 * blockBytes],
  ]);
});

describe('Keepers who could all bring everything', () => {
  test('share the work, each something else, what is wanted first being begun first', () => {
    const { groups } = opened();
    const pieces = piecesOf(6);
    for (const piece of pieces) groups.add(group(1, [piece], () => [ada, ben, cleo]));
    const asked = [ada, ben, cleo].map((keeper) => groups.next(keeper, [ada, ben, cleo], 4));
    const places = asked.map((of) => of.map((header) => pieces.findIndex((piece) => piece.header === header)));
    expect(places).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
  });

  test('and one of them alone does as much as is asked for', () => {
    const { groups } = opened();
    for (const piece of piecesOf(6)) groups.add(group(1, [piece], () => [ada, ben, cleo]));
    expect(groups.next(ada, [ada], 4)).toHaveLength(4);
    expect(groups.next(ada, [ada], 0)).toEqual([]);
  });

  test('help with what another still brings when nothing else is left', () => {
    const { groups, bring } = opened();
    const [piece] = piecesOf(1) as [SomePiece];
    const wanted = group(1, [piece], () => [ada, ben, cleo]);
    groups.add(wanted);
    expect(groups.next(ada, peers, 4)).toEqual([piece.header]);
    groups.write(ada, piece.header.pieceId, [piece.block(0)]);
    expect(groups.next(ben, peers, 4)).toEqual([piece.header]);
    expect(groups.next(cleo, peers, 4)).toEqual([]); // two bring it
    groups.write(ben, piece.header.pieceId, [piece.block(1)]);
    expect(wanted.ready).toHaveBeenCalledOnce();
    expect(bring(ada, piece)).toBe(true);
  });
});

test('What only one of them has is asked of that one, and not what others can bring', () => {
  const { groups } = opened();
  const [common, rare] = piecesOf(2) as [SomePiece, SomePiece];
  groups.add(group(1, [common, rare], (share) => (share === 0 ? [ada, ben] : [ada])));
  expect(groups.next(ada, [ada, ben], 1)).toEqual([rare.header]);
});

test('The segment that is wanted first comes first', () => {
  const { groups } = opened();
  const [first, second] = piecesOf(2) as [SomePiece, SomePiece];
  groups.add(group(1, [first], () => [ada]));
  groups.add(group(1, [second], () => [ada]));
  expect(groups.next(ada, [ada], 1)).toEqual([first.header]);
  expect(groups.next(ada, [ada], 1)).toEqual([second.header]);
  expect(groups.next(ada, [ada], 1)).toEqual([]);
});

describe('A keeper who fails', () => {
  test('by sending other bytes is not asked for it again, and another is', () => {
    const { groups } = opened();
    const [piece, other] = piecesOf(2) as [SomePiece, SomePiece];
    const wanted = group(1, [piece], () => [ada, ben]);
    groups.add(wanted);
    groups.next(ada, [ada, ben], 1);
    expect(groups.write(ada, piece.header.pieceId, [piece.block(0), other.block(1)])).toBe(false);
    expect(groups.write(ada, piece.header.pieceId, [{ index: 2, bytes: piece.block(0).bytes }])).toBe(false);
    expect(wanted.came).not.toHaveBeenCalled();
    expect(groups.next(ada, [ada, ben], 1)).toEqual([]);
    expect(groups.next(ben, [ada, ben], 1)).toEqual([piece.header]);
  });

  test('by not having it is not asked for it again', () => {
    const { groups } = opened();
    const [piece] = piecesOf(1) as [SomePiece];
    groups.add(group(1, [piece], () => [ada, ben]));
    groups.next(ada, [ada, ben], 1);
    groups.lacking(ada, piece.header.pieceId);
    expect(groups.next(ada, [ada, ben], 1)).toEqual([]);
    expect(groups.next(ben, [ada, ben], 1)).toEqual([piece.header]);
  });

  test('by going away may bring it when they are back; what came of it is not lost', () => {
    const { groups } = opened();
    const [piece] = piecesOf(1) as [SomePiece];
    const wanted = group(1, [piece], () => [ada]);
    groups.add(wanted);
    groups.next(ada, [ada], 1);
    groups.write(ada, piece.header.pieceId, [piece.block(1)]);
    groups.unlinked(ada);
    expect(groups.next(ada, [ada], 1)).toEqual([piece.header]);
    groups.write(ada, piece.header.pieceId, [piece.block(0)]);
    expect(wanted.ready).toHaveBeenCalledOnce();
  });

  test('by staying silent does not count as bringing it after a while', () => {
    const { groups, clock } = opened();
    const [piece] = piecesOf(1) as [SomePiece];
    groups.add(group(1, [piece], () => [ada]));
    expect(groups.next(ada, [ada], 1)).toEqual([piece.header]);
    clock.pass(limits.vaultClaimMs - 1);
    expect(groups.next(ada, [ada], 1)).toEqual([]);
    groups.write(ada, piece.header.pieceId, [piece.block(0)]);
    clock.pass(limits.vaultClaimMs - 1);
    expect(groups.next(ada, [ada], 1)).toEqual([]); // something came meanwhile
    clock.pass(1);
    expect(groups.next(ada, [ada], 1)).toEqual([piece.header]);
  });
});

test('A keeper who got a piece only after it was wanted is asked for it too', () => {
  const { groups } = opened();
  const [piece] = piecesOf(1) as [SomePiece];
  const keepers: PeerId[] = [];
  groups.add({ needed: 1, pieces: [{ header: piece.header, share: 0, keepers }], ready: vi.fn() });
  expect(groups.next(ada, [ada], 1)).toEqual([]);
  keepers.push(ada);
  expect(groups.next(ada, [ada], 1)).toEqual([piece.header]);
});

describe('Where each keeper has one piece of a segment', () => {
  const many = Array.from({ length: 8 }, (_, at) => peer(String.fromCharCode(97 + at)));
  const at = (who: number): PeerId => many[who] ?? ada;

  /** Segments of which any two of eight pieces of four blocks are enough. */
  function wanted(count: number) {
    const { groups, clock } = opened();
    const segments = Array.from({ length: count }, (_, segment) =>
      many.map((_one, share) => somePiece(4 * blockBytes, 10 * segment + share + 1)),
    );
    for (const pieces of segments) groups.add(group(2, pieces, (share) => [at(share)]));
    const bring = (who: number, segment: number, block: number): void => {
      const piece = segments[segment]?.[who] ?? somePiece(1);
      groups.write(at(who), piece.header.pieceId, [piece.block(block)]);
    };
    /** Each of them asks once: of which segments they are to bring something. */
    const askAll = (most: number): number[][] =>
      many.map((keeper) =>
        groups
          .next(keeper, many, most)
          .map(({ pieceId }) => segments.findIndex((of) => of.some(({ header }) => header.pieceId === pieceId))),
      );
    return { groups, clock, bring, askAll };
  }

  test('all are busy at once, and with what is wanted first', () => {
    expect(wanted(6).askAll(2)).toEqual([[0, 4], [0, 4], [1, 5], [1, 5], [2], [2], [3], [3]]);
  });

  test('who is busy takes nothing that somebody idle could bring', () => {
    const { groups } = wanted(2);
    expect(groups.next(at(0), many, 1)).toHaveLength(1);
    expect(groups.next(at(0), many, 1)).toEqual([]);
    expect(groups.next(at(0), [at(0), at(1)], 1)).toHaveLength(1);
  });

  test('no more of it is begun than it takes, as long as that comes', () => {
    const { clock, bring, askAll } = wanted(1);
    expect(askAll(4).flat()).toHaveLength(2);
    for (const block of [0, 1, 2]) {
      clock.pass(limits.vaultLateMs / 4);
      bring(0, 0, block);
      bring(1, 0, block);
      expect(askAll(4).flat()).toEqual([]);
    }
  });

  test('one more is begun for each that is late', () => {
    for (const late of [1, 2]) {
      const { clock, bring, askAll } = wanted(1);
      askAll(4);
      clock.pass(limits.vaultLateMs - 100);
      if (late === 1) for (const block of [0, 1, 2]) bring(0, 0, block);
      clock.pass(101);
      expect(askAll(4).flat()).toHaveLength(late);
      expect(askAll(4).flat()).toEqual([]);
    }
  });

  test('who is done helps those who are much slower, and not those who are as fast', () => {
    for (const [everyMs, helping] of [
      [100, 0],
      [800, 1],
    ] as const) {
      const { groups, clock, bring, askAll } = wanted(2);
      expect(askAll(1)).toEqual([[0], [0], [1], [1], [], [], [], []]);
      for (let ms = 100; ms <= 800; ms += 100) {
        clock.pass(100);
        for (const who of [2, 3]) if (ms <= 400) bring(who, 1, ms / 100 - 1);
        for (const who of [0, 1]) if (ms % everyMs === 0 && ms / everyMs < 4) bring(who, 0, ms / everyMs - 1);
      }
      expect(groups.next(at(2), many, 1)).toHaveLength(helping);
    }
  });
});

test('Taken back, it is not asked for and never ready', async () => {
  const { groups, bring } = opened();
  const [piece] = piecesOf(1) as [SomePiece];
  const wanted = group(1, [piece], () => [ada]);
  const cancel = groups.add(wanted);
  cancel();
  expect(groups.next(ada, [ada], 4)).toEqual([]);
  expect(bring(ada, piece)).toBe(true);
  await Promise.resolve();
  expect(wanted.ready).not.toHaveBeenCalled();
});

test('Two who want the same pieces get them from one fetching', async () => {
  const { groups, bring } = opened();
  const [first, second, third] = piecesOf(3) as [SomePiece, SomePiece, SomePiece];
  const one = group(2, [first, second], () => [ada]);
  groups.add(one);
  bring(ada, first);
  const other = group(1, [first, third], () => [ada]);
  groups.add(other);
  expect(other.ready).not.toHaveBeenCalled();
  await Promise.resolve();
  expect(other.ready).toHaveBeenCalledExactlyOnceWith(new Map([[0, first.bytes]]));
  bring(ada, second);
  expect(one.ready).toHaveBeenCalledOnce();
});

test('Whatever keepers do, a group is ready once with the right bytes, or not at all', () => {
  const act = fc.record({
    kind: fc.constantFrom('next', 'next', 'write', 'write', 'write', 'wrong', 'lacking', 'unlinked', 'time', 'cancel'),
    peer: fc.nat(3),
    piece: fc.nat(7),
    block: fc.nat(1),
  });
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.nat(3), { maxLength: 4 }), { minLength: 8, maxLength: 8 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(act, { maxLength: 120 }),
      (holders, needed, acts) => {
        const { groups, clock } = opened();
        const pieces = piecesOf(8, blockBytes + 1);
        const halves = [pieces.slice(0, 4), pieces.slice(4)].map((half, at) =>
          group(needed, half, (share) => (holders[at * 4 + share] ?? []).map((one) => peers[one] ?? ada)),
        );
        const cancels = halves.map((half) => groups.add(half));
        const held = pieces.map(() => new Set<number>());
        const refused = new Set<string>();
        const isOver = [false, false];
        for (const { kind, peer: who, piece: at, block } of acts) {
          const keeper = peers[who] ?? ada;
          const piece = pieces[at] ?? somePiece(1);
          const { pieceId } = piece.header;
          const half = at >> 2;
          if (kind === 'next') {
            for (const header of groups.next(keeper, peers, 4)) {
              const asked = pieces.findIndex((one) => one.header === header);
              expect(holders[asked]).toContain(who);
              expect(refused.has(`${who} ${asked}`)).toBe(false);
              expect(held[asked]?.size).toBeLessThan(2);
              expect(isOver[asked >> 2]).toBe(false);
            }
          }
          if (kind === 'lacking') groups.lacking(keeper, pieceId);
          if (kind === 'unlinked') groups.unlinked(keeper);
          if (kind === 'time') clock.pass(limits.vaultClaimMs);
          if (kind === 'write') {
            expect(groups.write(keeper, pieceId, [piece.block(block)])).toBe(true);
            if (!isOver[half]) held[at]?.add(block);
          }
          if (kind === 'wrong') {
            const bytes = new Uint8Array(blockBytes).fill(who);
            expect(groups.write(keeper, pieceId, [{ index: 0, bytes }])).toBe(isOver[half]);
          }
          if ((kind === 'wrong' || kind === 'lacking') && !isOver[half]) refused.add(`${who} ${at}`);
          if (kind === 'cancel') cancels[half]?.();
          for (const [which, one] of halves.entries()) {
            const whole = held.slice(which * 4, which * 4 + 4).filter((blocks) => blocks.size === 2).length;
            const isServed = one.ready.mock.calls.length > 0;
            if (!isOver[which]) expect(isServed).toBe(whole >= needed);
            expect(one.ready.mock.calls.length).toBeLessThanOrEqual(1);
            if (isServed || (kind === 'cancel' && half === which)) isOver[which] = true;
          }
        }
        for (const [which, one] of halves.entries()) {
          for (const [shares] of one.ready.mock.calls) {
            expect(shares.size).toBe(needed);
            for (const [share, bytes] of shares)
              expect(Buffer.compare(bytes, pieces[which * 4 + share]?.bytes ?? Buffer.alloc(0))).toBe(0);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});

test('As long as enough of it is with somebody who is there and honest, it comes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.subarray([0, 1, 2, 3]), { minLength: 5, maxLength: 5 }),
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.record({ peer: fc.nat(3), fails: fc.boolean() }), { minLength: 60, maxLength: 60 }),
      (holders, needed, visits) => {
        const { groups, clock, bring } = opened();
        const pieces = piecesOf(5, 9);
        const wanted = group(needed, pieces, (share) => (holders[share] ?? []).map((one) => peers[one] ?? ada));
        groups.add(wanted);
        const isReachable = holders.filter((peersOf) => peersOf.length > 0).length >= needed;
        // Everybody comes in turn, some vanish with what they claimed; at the end all behave.
        const later = Array.from({ length: 40 }, (_, at) => ({ peer: at % 4, fails: false }));
        for (const { peer: who, fails } of [...visits, ...later]) {
          const keeper = peers[who] ?? ada;
          const asked = groups.next(keeper, peers, 2);
          if (fails) clock.pass(limits.vaultClaimMs / 3);
          else for (const header of asked) bring(keeper, pieces.find((one) => one.header === header) ?? somePiece(1));
          if (!fails) groups.unlinked(keeper);
        }
        expect(wanted.ready.mock.calls.length).toBe(isReachable ? 1 : 0);
      },
    ),
  );
});

describe('Two who bring the same piece', () => {
  test('begin at its two ends, and are done once they have met', () => {
    const { groups, bring } = opened();
    const piece = somePiece(6 * blockBytes, 1);
    const { pieceId } = piece.header;
    const wanted = group(1, [piece], () => [ada, ben]);
    groups.add(wanted);
    expect(groups.next(ada, [ada, ben], 4)).toEqual([piece.header]);
    expect(groups.next(ben, [ada, ben], 4)).toEqual([piece.header]);
    expect(groups.blocksFor(ada, pieceId)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(groups.blocksFor(ben, pieceId)).toEqual([5, 4, 3, 2, 1, 0]);
    for (const index of [0, 1, 2]) groups.write(ada, pieceId, [piece.block(index)]);
    expect(groups.blocksFor(ben, pieceId)).toEqual([5, 4, 3]);
    expect([groups.askedOf(ada), groups.askedOf(ben)]).toEqual([1, 1]);
    expect(groups.isWanted(pieceId)).toBe(true);
    for (const index of [5, 4, 3]) groups.write(ben, pieceId, [piece.block(index)]);
    expect(wanted.ready).toHaveBeenCalledOnce();
    expect(groups.isWanted(pieceId)).toBe(false);
    expect([groups.askedOf(ada), groups.askedOf(ben)]).toEqual([0, 0]);
    expect(groups.blocksFor(ada, pieceId)).toEqual([]);
    expect(bring(ada, piece)).toBe(true);
  });
});

// What did not change keeps its identity, so that whoever shows it has nothing to do.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepSame } from '#core/base/keep-same';

const plain = fc.jsonValue({ maxDepth: 4 });

describe('keeping the parts of a value that are the same', () => {
  it('answers the value before when all is equal', () => {
    const before = { name: 'Ada', hands: [1, 2], seat: { at: 3 } };
    expect(keepSame(before, structuredClone(before))).toBe(before);
  });

  it('keeps what is equal beside what is not', () => {
    const before = { members: [{ name: 'Ada' }, { name: 'Ben' }], lines: ['hello'] };
    const next = keepSame(before, { members: [{ name: 'Ada' }, { name: 'Cleo' }], lines: ['hello'] });
    expect(next).toEqual({ members: [{ name: 'Ada' }, { name: 'Cleo' }], lines: ['hello'] });
    expect(next.members[0]).toBe(before.members[0]);
    expect(next.lines).toBe(before.lines);
  });

  it('tells a list that grew, shrank, or is longer by something undefined from the one before', () => {
    expect(keepSame([1, 2], [1, 2, 3])).toEqual([1, 2, 3]);
    expect(keepSame([1, 2, 3], [1, 2])).toEqual([1, 2]);
    expect(keepSame<readonly unknown[]>([1], [1, undefined])).toHaveLength(2);
    expect(keepSame<object>({ a: 1, b: undefined }, { a: 1, c: undefined })).toHaveProperty('c');
  });

  it('takes bytes, maps and other objects for equal only when they are the same', () => {
    const bytes = new Uint8Array([1]);
    const track = new Map([['a', 1]]);
    const before = { bytes, track };
    expect(keepSame(before, { bytes, track })).toBe(before);
    expect(keepSame(before, { bytes, track: new Map(track) })).not.toBe(before);
  });

  it('always says what the new value says, and says it by the old objects where it can', () => {
    fc.assert(
      fc.property(plain, plain, (before, next) => {
        expect(keepSame(before, next)).toEqual(next);
        expect(keepSame(before, structuredClone(before))).toBe(before);
      }),
    );
  });
});

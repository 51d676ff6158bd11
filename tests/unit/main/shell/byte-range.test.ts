import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRange } from '#main/shell/byte-range';

const part = (start: number, end: number) => ({ kind: 'part', start, end });

describe('a range of bytes', () => {
  it('is from a place on, up to a place, or the last so many', () => {
    expect(parseRange('bytes=0-', 10)).toEqual(part(0, 10));
    expect(parseRange('bytes=3-', 10)).toEqual(part(3, 10));
    expect(parseRange('bytes=3-5', 10)).toEqual(part(3, 6));
    expect(parseRange('bytes=9-9', 10)).toEqual(part(9, 10));
    expect(parseRange('bytes=3-99999', 10)).toEqual(part(3, 10));
    expect(parseRange('bytes=-4', 10)).toEqual(part(6, 10));
    expect(parseRange('bytes=-40', 10)).toEqual(part(0, 10));
    expect(parseRange('Bytes=1-2', 10)).toEqual(part(1, 3));
  });

  it('that begins behind the end, or has no bytes, cannot be had', () => {
    const none = { kind: 'unsatisfiable' };
    for (const header of ['bytes=10-', 'bytes=10-12', 'bytes=-0', `bytes=${'9'.repeat(400)}-`]) {
      expect(parseRange(header, 10)).toEqual(none);
    }
    expect(parseRange('bytes=0-', 0)).toEqual(none);
  });

  it('that is none, or several at once, stands for the whole', () => {
    const headers = [
      null,
      '',
      'bytes',
      'bytes=',
      'bytes=-',
      'bytes=5-3',
      'bytes=a-b',
      'bytes=0-1,5-6',
      'lines=0-1',
      'bytes=1-2x',
    ];
    for (const header of headers) expect(parseRange(header, 10)).toEqual({ kind: 'whole' });
    expect(parseRange(`bytes=${'9'.repeat(30)}1-${'9'.repeat(30)}0`, 10)).toEqual({ kind: 'whole' });
  });

  it('never leads outside the file and is never empty, whatever a stranger writes', () => {
    const digits = fc.oneof(
      fc.nat().map(String),
      fc.string({ maxLength: 30 }),
      fc.constantFrom('', '0', '00', '9'.repeat(25), '-1'),
    );
    const header = fc.oneof(
      fc.string(),
      fc.tuple(digits, digits).map(([first, last]) => `bytes=${first}-${last}`),
      fc
        .array(fc.constantFrom('bytes', '=', '-', ',', ' ', '1', '22'), { maxLength: 8 })
        .map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(header, fc.nat({ max: 2 ** 40 }), (given, size) => {
        const range = parseRange(given, size);
        if (range.kind !== 'part') return;
        expect(Number.isInteger(range.start) && Number.isInteger(range.end)).toBe(true);
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.start).toBeLessThan(range.end);
        expect(range.end).toBeLessThanOrEqual(size);
      }),
      { numRuns: 2_000 },
    );
  });
});

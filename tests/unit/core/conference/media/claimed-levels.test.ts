import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeClaim, trusted, type ClaimReading, type ClaimState } from '#core/conference/claimed-levels';

const lie: ClaimReading = { coversMs: 2_000, claimed: 0.6, heard: 0.001, lossRatio: 0 };
const judge = (...readings: ClaimReading[]): ClaimState => readings.reduce(judgeClaim, trusted);

describe('a claim of loudness', () => {
  it('is denied after more than two seconds in which nothing was heard', () => {
    expect(judge(lie).isDenied).toBe(false);
    expect(judge(lie, lie).isDenied).toBe(true);
  });

  it('stays denied', () => {
    expect(judge(lie, lie, { ...lie, heard: 0.5 }).isDenied).toBe(true);
  });

  it.each([
    ['something is heard', { ...lie, heard: 0.05 }],
    ['the claim is quiet', { ...lie, claimed: 0.05 }],
    ['nothing was measured', { ...lie, heard: null }],
    ['packets are lost', { ...lie, lossRatio: 0.6 }],
  ])('is believed when %s, and earlier doubts are forgotten', (_, reading) => {
    expect(judge(lie, reading, lie).isDenied).toBe(false);
    expect(judge(...Array<ClaimReading>(20).fill(reading)).isDenied).toBe(false);
  });

  it('is never denied to somebody who is heard as loud as they say, give or take 20 dB', () => {
    const honest = fc.record({
      coversMs: fc.integer({ min: 100, max: 5_000 }),
      claimed: fc.double({ min: 0, max: 1, noNaN: true }),
      share: fc.double({ min: 0.1, max: 2, noNaN: true }),
      lossRatio: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(honest, { maxLength: 50 }), (readings) => {
        const state = judge(...readings.map((reading) => ({ ...reading, heard: reading.claimed * reading.share })));
        expect(state.isDenied).toBe(false);
      }),
    );
  });
});

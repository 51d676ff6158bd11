import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framesOf } from '#adapters/picture-frames';
import { concat, gif, png, riff } from './some-pictures';

describe('the frames of a picture', () => {
  it('are counted in a GIF, whatever lies between them', () => {
    expect(framesOf('image/gif', gif({ width: 4, height: 4, frames: 1 }))).toBe(1);
    expect(framesOf('image/gif', gif({ width: 4, height: 4, frames: 300 }))).toBe(300);
    expect(framesOf('image/gif', gif({ width: 4, height: 4, frames: 7, hasColours: true }))).toBe(7);
  });

  it('are counted in a PNG and a WebP', () => {
    expect(framesOf('image/png', png({ width: 4, height: 4, frames: 12 }))).toBe(12);
    expect(framesOf('image/png', png({ width: 4, height: 4, frames: 0 }))).toBe(1);
    expect(framesOf('image/webp', riff(['VP8X', 10], ['ANIM', 6], ['ANMF', 33], ['ANMF', 20]))).toBe(2);
    expect(framesOf('image/webp', riff(['VP8 ', 9]))).toBe(1);
  });

  it('are not known of a sequence in AVIF, and one of a still picture', () => {
    const box = (...brands: string[]): Uint8Array<ArrayBuffer> =>
      concat([0, 0, 0, 16 + 4 * brands.length], 'ftyp', 'avif', [0, 0, 0, 0], ...brands);
    expect(framesOf('image/avif', box('mif1'))).toBe(1);
    expect(framesOf('image/avif', box('mif1', 'avis'))).toBe(Infinity);
  });

  it('are at least one, and counted to the end, whatever the bytes', () => {
    const beginning = fc.constantFrom(
      gif({ width: 9, height: 9, frames: 3, hasColours: true }),
      png({ width: 9, height: 9, frames: 3 }),
      riff(['VP8X', 10], ['ANMF', 33]),
      new Uint8Array(),
    );
    const type = fc.constantFrom('image/gif', 'image/png', 'image/webp', 'image/avif', 'image/bmp');
    fc.assert(
      fc.property(type, beginning, fc.uint8Array({ maxLength: 400 }), fc.nat(64), (of, begun, rest, cut) => {
        const bytes = concat([...begun.subarray(0, Math.max(0, begun.length - cut))], [...rest]);
        expect(framesOf(of, bytes)).toBeGreaterThanOrEqual(1);
      }),
    );
  });
});

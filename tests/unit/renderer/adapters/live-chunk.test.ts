import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packChunk, packColours, unpackChunk, unpackColours } from '#adapters/live-chunk';
import { isPlayableKey } from '#adapters/vp8-header';

type Bytes = Uint8Array<ArrayBuffer>;

const coded = (bytes: Uint8Array): { byteLength: number; copyTo: (target: Bytes) => void } => ({
  byteLength: bytes.length,
  copyTo: (target) => {
    target.set(bytes);
  },
});

describe('a live chunk', () => {
  test('is a count, a byte of colours, and what was coded', () => {
    const packed = packChunk({ count: 0x1_02_03, colours: 0x55 }, coded(Uint8Array.of(9, 8)));
    expect([...packed]).toEqual([2, 3, 0x55, 9, 8]);
    expect(unpackChunk(packed)).toEqual({ count: 0x02_03, colours: 0x55, coded: Uint8Array.of(9, 8) });
  });

  test('with nothing in it is none', () => {
    for (const length of [0, 1, 2, 3]) expect(unpackChunk(new Uint8Array(length))).toBeNull();
  });

  test('says how colours are to be read', () => {
    const screen = { matrix: 'bt709', primaries: 'bt709', transfer: 'iec61966-2-1', fullRange: true } as const;
    expect(unpackColours(packColours(screen))).toEqual(screen);
    expect(packColours({})).toBe(0);
    const unknown = { matrix: null, primaries: null, transfer: null, fullRange: false };
    expect(unpackColours(packColours({ transfer: 'linear' as never, fullRange: false }))).toEqual(unknown);
  });

  test('is read whatever the byte of colours is', () => {
    fc.assert(
      fc.property(fc.nat(255), (byte) => {
        expect(packColours(unpackColours(byte))).toBe(byte & 0x7f);
      }),
    );
  });
});

describe('a key frame of VP8', () => {
  const key = (width: number, height: number): Uint8Array =>
    Uint8Array.of(0x10, 0, 0, 0x9d, 0x01, 0x2a, width & 255, width >> 8, height & 255, height >> 8, 0);

  test.each([
    [640, 360, true],
    [1920, 1080, true],
    [4096, 2304, true],
    [4097, 16, false],
    [4096, 2305, false],
    [0, 360, false],
    [16_383, 16_383, false],
  ])('of %i × %i is decoded: %s', (width, height, isPlayable) => {
    expect(isPlayableKey(key(width, height))).toBe(isPlayable);
  });

  test('may say how it is scaled, which changes nothing', () => {
    const scaled = key(640, 360);
    scaled[7] = (scaled[7] ?? 0) | 0x40;
    expect(isPlayableKey(scaled)).toBe(true);
  });

  test('that is cut off, another frame, or none at all, is not decoded', () => {
    expect(isPlayableKey(key(640, 360).subarray(0, 9))).toBe(false);
    expect(isPlayableKey(key(640, 360).map((byte, at) => (at === 0 ? byte | 1 : byte)))).toBe(false);
    expect(isPlayableKey(key(640, 360).map((byte, at) => (at === 3 ? 0 : byte)))).toBe(false);
    expect(isPlayableKey(new Uint8Array())).toBe(false);
  });
});

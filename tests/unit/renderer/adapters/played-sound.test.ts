// What plays a sound at which volume.
import { describe, expect, test } from 'vitest';
import { playerFor } from '#adapters/played-sound';

describe('a sound', () => {
  test.each([
    [{ volume: 0, pan: null }, 0],
    [{ volume: 0.4, pan: null }, 0.4],
    [{ volume: 1, pan: null }, 1],
    // silence comes from no side
    [{ volume: 0, pan: 0.5 }, 0],
    [{ volume: -1, pan: null }, 0],
  ])('is played by a plain element: %o', (playing, elementVolume) => {
    expect(playerFor(playing)).toEqual({ usesGraph: false, elementVolume });
  });

  test.each([
    [{ volume: 1.01, pan: null }, 0.02],
    [{ volume: 2, pan: 0.8 }, 0.02],
    [{ volume: 1, pan: 0 }, 0.02],
    // beneath the graph, at every volume
    [{ volume: 0.1, pan: -0.8 }, 0.002],
  ])('that is amplified or placed goes through the graph, over an element that is not heard: %o', (playing, volume) => {
    const { usesGraph, elementVolume } = playerFor(playing);
    expect(usesGraph).toBe(true);
    expect(elementVolume).toBeCloseTo(volume, 6);
  });
});

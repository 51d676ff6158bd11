import { describe, expect, it } from 'vitest';
import { RecentBlobs } from '#core/peers/recent-blobs';

describe('the blobs that were opened last', () => {
  it('are known again byte for byte, and nothing that only looks like them is', () => {
    const recent = new RecentBlobs(2);
    recent.add(Uint8Array.of(1, 2, 3));
    expect(recent.has(Uint8Array.of(1, 2, 3))).toBe(true);
    for (const other of [[1, 2, 4], [0, 2, 3], [1, 2], [1, 2, 3, 0], []]) {
      expect(recent.has(Uint8Array.from(other))).toBe(false);
    }
  });

  it('are no more than so many: the oldest is forgotten', () => {
    const recent = new RecentBlobs(2);
    for (const one of [1, 2, 3]) recent.add(Uint8Array.of(one));
    expect([1, 2, 3].map((one) => recent.has(Uint8Array.of(one)))).toEqual([false, true, true]);
  });
});

import { describe, expect, it } from 'vitest';
import { WindowClaim } from '#main/shell/window-claim';

function makeWindow() {
  const window = { losses: 0, lose: () => void (window.losses += 1) };
  return window;
}

describe('the hold on the network', () => {
  it('goes to the first window that asks', () => {
    const claim = new WindowClaim();
    const [first, second] = [makeWindow(), makeWindow()];
    expect(claim.claim(first, false)).toBe(true);
    expect(claim.claim(second, false)).toBe(false);
    expect(first.losses).toBe(0);
  });

  it('moves to a window that takes it, and the other one hears of it once', () => {
    const claim = new WindowClaim();
    const [first, second] = [makeWindow(), makeWindow()];
    claim.claim(first, false);
    expect(claim.claim(second, true)).toBe(true);
    expect(first.losses).toBe(1);
    expect(claim.claim(first, false)).toBe(false);
  });

  it('is free again when its window closes, and only then', () => {
    const claim = new WindowClaim();
    const [first, second] = [makeWindow(), makeWindow()];
    claim.claim(first, false);
    claim.release(second);
    expect(claim.claim(second, false)).toBe(false);
    claim.release(first);
    expect(claim.claim(second, false)).toBe(true);
  });

  it('stays with a window that asks again', () => {
    const claim = new WindowClaim();
    const window = makeWindow();
    claim.claim(window, false);
    expect(claim.claim(window, true)).toBe(true);
    expect(window.losses).toBe(0);
  });
});

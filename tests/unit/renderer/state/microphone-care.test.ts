import { describe, expect, test } from 'vitest';
import { MicrophoneCare, type MicrophoneHint } from '#state/microphone-care';

/** Hears `level` for a while, 20 times a second from `fromMs`; answers the last hint. */
function hear(care: MicrophoneCare, level: number, forMs: number, more: { isMuted: boolean; fromMs: number }) {
  let hint: MicrophoneHint | null = null;
  for (let ms = 0; ms <= forMs; ms += 50) hint = care.hear(level, more.isMuted, more.fromMs + ms);
  return hint;
}

describe('the care for the own microphone', () => {
  test('tells somebody who talks while muted', () => {
    expect(hear(new MicrophoneCare(), 0.2, 1_000, { isMuted: true, fromMs: 0 })).toBe('muted');
  });

  test('says nothing of a cough or of noise while muted', () => {
    expect(hear(new MicrophoneCare(), 0.4, 300, { isMuted: true, fromMs: 0 })).toBeNull();
    expect(hear(new MicrophoneCare(), 0.02, 20_000, { isMuted: true, fromMs: 0 })).toBeNull();
  });

  test('stops telling at once when unmuted', () => {
    const care = new MicrophoneCare();
    hear(care, 0.2, 1_000, { isMuted: true, fromMs: 0 });
    expect(care.hear(0.2, false, 1_100)).toBeNull();
  });

  test('stops telling a while after the last word', () => {
    const care = new MicrophoneCare();
    hear(care, 0.2, 1_000, { isMuted: true, fromMs: 0 });
    expect(hear(care, 0.001, 3_000, { isMuted: true, fromMs: 1_050 })).toBe('muted');
    expect(hear(care, 0.001, 5_000, { isMuted: true, fromMs: 4_100 })).toBeNull();
  });

  test('notices a microphone that gives nothing for ten seconds', () => {
    const care = new MicrophoneCare();
    expect(hear(care, 0, 9_900, { isMuted: false, fromMs: 0 })).toBeNull();
    expect(hear(care, 0, 200, { isMuted: false, fromMs: 9_950 })).toBe('silent');
    expect(care.hear(0.01, false, 10_200)).toBeNull();
  });

  test('takes the hush of a quiet room for no fault', () => {
    expect(hear(new MicrophoneCare(), 0.000_05, 30_000, { isMuted: false, fromMs: 0 })).toBeNull();
  });

  test('does not call a muted microphone silent', () => {
    expect(hear(new MicrophoneCare(), 0, 30_000, { isMuted: true, fromMs: 0 })).toBeNull();
  });

  test('notices a voice that is cut off at the top, but not one bang', () => {
    const care = new MicrophoneCare();
    expect(care.hear(1, false, 0)).toBeNull();
    expect(hear(care, 0.3, 5_000, { isMuted: false, fromMs: 50 })).toBeNull();
    expect(hear(care, 1, 400, { isMuted: false, fromMs: 5_100 })).toBe('clipping');
  });
});

// Small decisions of friends' connections: what is lent, when sound was captured, what a frame or a part from a stranger becomes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '#shared/settings';
import type { LiveFrame } from '#core/ports/live';
import { CaptureOffset } from '#core/relay/capture-offset';
import { readPart, writePart } from '#core/relay/carried-part';
import { carryTerms } from '#core/relay/carry-policy';
import type { TunnelId } from '#core/relay/messages';
import { keyFrameWanted, readFrame, writeFrame } from '#core/relay/relayed-frame';
import { limits } from '#core/wire/limits';

const chosen = { ...defaultSettings.relay, helps: true, megabitsPerSecond: 2, gigabytesAMonth: 10 };

describe('what is lent', () => {
  it('is nothing before somebody turns it on', () => {
    expect(carryTerms(defaultSettings.relay, 'unmetered', 0)).toBeNull();
  });

  it('is what was chosen, in bytes a second', () => {
    expect(carryTerms(chosen, 'unknown', 0)).toEqual({ bytesPerSecond: 250_000 });
  });

  it('is nothing where the connection is metered', () => {
    expect(carryTerms(chosen, 'metered', 0)).toBeNull();
  });

  it('ends with the month’s share', () => {
    expect(carryTerms(chosen, 'unmetered', 10e9 - 1)).not.toBeNull();
    expect(carryTerms(chosen, 'unmetered', 10e9)).toBeNull();
  });
});

describe('when sound was captured', () => {
  it('follows the fastest frames, so that late ones are late and not new', () => {
    const offset = new CaptureOffset();
    const at = (captureMs: number, tookMs: number): number =>
      offset.capturedAtMs(captureMs * 1_000, 5_000 + captureMs + tookMs);
    expect(at(0, 30)).toBe(5_030);
    expect(at(20, 10)).toBe(5_030);
    expect(at(40, 90)).toBe(5_050);
  });

  it('follows a clock that drifts, within seconds', () => {
    const offset = new CaptureOffset();
    let last = 0;
    for (let ms = 0; ms < 30_000; ms += 20)
      last = offset.capturedAtMs(ms * 1_000, 1_000 + ms * 1.001) - (1_000 + ms * 1.001);
    expect(Math.abs(last)).toBeLessThan(15);
  });
});

describe('a frame inside the seal', () => {
  const frames: fc.Arbitrary<LiveFrame> = fc.record({
    kind: fc.constant('video' as const),
    isKey: fc.boolean(),
    timestampUs: fc.integer({ min: 0, max: 2 ** 48 }),
    codec: fc.constantFrom('vp8' as const, 'vp9' as const),
    width: fc.integer({ min: 0, max: 65_535 }),
    height: fc.integer({ min: 0, max: 65_535 }),
    data: fc.uint8Array({ minLength: 1, maxLength: 50 }).map((bytes) => new Uint8Array(bytes)),
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(readFrame(writeFrame(frame))).toEqual(frame);
      }),
    );
    expect(readFrame(keyFrameWanted())).toBe('key-frame-wanted');
  });

  it('is nothing where it is nonsense, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const frame = readFrame(new Uint8Array(bytes));
        if (frame === null || frame === 'key-frame-wanted') return;
        expect(frame.kind === 'audio').toBe(frame.codec === 'opus');
        expect(Number.isSafeInteger(frame.timestampUs)).toBe(true);
      }),
    );
  });
});

describe('a part on a link', () => {
  it('is read as it was written, and is nothing when it is too short or too long', () => {
    const tunnel = '00ff10a5deadbeef' as TunnelId; // sound: 16 hex digits
    const sealed = Uint8Array.from({ length: 40 }, (_, at) => at);
    expect(readPart(writePart(tunnel, sealed))).toEqual({ tunnel, sealed });
    expect(readPart(new Uint8Array(limits.relayOverheadBytes - 1))).toBeNull();
    expect(readPart(new Uint8Array(limits.relayOverheadBytes + limits.relayPartBytes + 1))).toBeNull();
  });
});

// What a page asks a receiver about the sound that was played last.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { claimedLevelOf, noteReceiver, soundAgeOf } from '#adapters/remote-track';

interface Source {
  timestamp: number;
  audioLevel?: number;
}

/** A receiver of the browser, which counts how often it is asked. */
class Receiver {
  readonly track = {} as MediaStreamTrack; // sound: only ever a key here
  sources: Source[] = [];
  asked = 0;

  constructor() {
    noteReceiver(this as unknown as RTCRtpReceiver); // sound: nothing else of it is used
  }

  getSynchronizationSources(): Source[] {
    this.asked += 1;
    return this.sources;
  }
}

describe('The sound of a track that arrives', () => {
  let receiver: Receiver;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
    receiver = new Receiver();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const now = (): number => performance.timeOrigin + performance.now();

  test('has the level its sender claims, and an age', () => {
    receiver.sources = [{ timestamp: now() - 30, audioLevel: 0.25 }];
    expect(claimedLevelOf(receiver.track)).toBe(0.25);
    expect(soundAgeOf(receiver.track)).toBeCloseTo(30);
  });

  test('has no level once it was played half a second ago, but still an age', () => {
    receiver.sources = [{ timestamp: now() - 501, audioLevel: 0.25 }];
    expect(claimedLevelOf(receiver.track)).toBeNull();
    expect(soundAgeOf(receiver.track)).toBeCloseTo(501);
  });

  test('has neither before anything was played', () => {
    expect(claimedLevelOf(receiver.track)).toBeNull();
    expect(soundAgeOf(receiver.track)).toBeNull();
  });

  test('is asked for once in a tenth of a second, whoever wants to know', () => {
    receiver.sources = [{ timestamp: now(), audioLevel: 0.25 }];
    for (let ms = 0; ms < 90; ms += 10) {
      claimedLevelOf(receiver.track);
      expect(soundAgeOf(receiver.track)).toBeCloseTo(ms);
      vi.advanceTimersByTime(10);
    }
    expect(receiver.asked).toBe(1);
    claimedLevelOf(receiver.track);
    expect(receiver.asked).toBe(2);
  });
});

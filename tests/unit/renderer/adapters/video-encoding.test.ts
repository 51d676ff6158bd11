import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodingFor, VideoEncoding } from '#adapters/video-encoding';
import type { VideoLimits } from '#core/ports';

const track = (height: number, width = (height * 16) / 9): MediaStreamTrack =>
  ({ getSettings: () => ({ width, height }) }) as MediaStreamTrack; // only its size matters

interface Sender {
  readonly sender: RTCRtpSender;
  readonly encoding: () => RTCRtpEncodingParameters | undefined;
  readonly preference: () => string | undefined;
  /** How often it was told. */
  readonly told: () => number;
}

/** @param gate what each change waits for */
function openSender(gate: () => Promise<void> = async () => undefined): Sender {
  let parameters = { encodings: [{}] } as RTCRtpSendParameters; // what a fresh sender answers, as far as it is used
  let told = 0;
  const sender = {
    getParameters: () => structuredClone(parameters),
    setParameters: async (next: RTCRtpSendParameters) => {
      told += 1;
      await gate();
      parameters = next;
    },
  } as RTCRtpSender; // the two methods are all the encoding touches
  return {
    sender,
    encoding: () => parameters.encodings[0],
    preference: () => parameters.degradationPreference,
    told: () => told,
  };
}

const limits = (changes: Partial<VideoLimits> = {}): VideoLimits => ({
  isSent: true,
  maxHeight: 360,
  maxBitsPerSecond: 500_000,
  maxFramesPerSecond: 20,
  ...changes,
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms);
};

describe('the encoding of a picture', () => {
  it('starts at half size and is whole after a second and a half', async () => {
    const { sender, encoding } = openSender();
    const video = new VideoEncoding(sender, 'video');
    video.follow(track(720));
    await pass(1_499);
    expect(encoding()?.scaleResolutionDownBy).toBe(2);
    await pass(1);
    expect(encoding()).toEqual({
      active: true,
      maxBitrate: 1_700_000,
      maxFramerate: 30,
      scaleResolutionDownBy: 1,
    });
  });

  it('stays whole when another camera takes over', async () => {
    const { sender, encoding } = openSender();
    const video = new VideoEncoding(sender, 'video');
    video.follow(track(720));
    await pass(1_500);
    video.follow(track(480));
    await pass(0);
    expect(encoding()?.scaleResolutionDownBy).toBe(1);
  });

  it('starts small again after the picture was off', async () => {
    const { sender, encoding } = openSender();
    const video = new VideoEncoding(sender, 'video');
    video.follow(track(720));
    await pass(1_500);
    video.follow(null);
    await pass(0);
    expect(encoding()?.scaleResolutionDownBy).toBe(2);
    video.follow(track(720));
    await pass(1_500);
    expect(encoding()?.scaleResolutionDownBy).toBe(1);
  });

  it('starts no smaller than half where its limits make it small anyway', async () => {
    const { sender, encoding } = openSender();
    const video = new VideoEncoding(sender, 'video', limits({ maxHeight: 180 }));
    video.follow(track(720));
    await pass(0);
    expect(encoding()?.scaleResolutionDownBy).toBe(4);
  });

  it('of a screen starts whole and would rather lose frames than lines', async () => {
    const { sender, encoding, preference } = openSender();
    new VideoEncoding(sender, 'screen').follow(track(1080));
    await pass(0);
    expect(encoding()?.scaleResolutionDownBy).toBe(1);
    expect(preference()).toBe('maintain-resolution');
  });
});

describe('the limits of a picture', () => {
  it.each([
    ['divide what the source gives', 720, 1280, 360, 2],
    ['never enlarge a small source', 240, 320, 720, 1],
    ['count the shorter side of an upright picture', 1280, 720, 360, 2],
    ['need no whole divisor', 480, 640, 360, 480 / 360],
  ])('%s', (_, height, width, maxHeight, scale) => {
    const { sender, encoding } = openSender();
    const video = new VideoEncoding(sender, 'screen', limits({ maxHeight }));
    video.follow(track(height, width));
    return pass(0).then(() => {
      expect(encoding()).toEqual({
        active: true,
        maxBitrate: 500_000,
        maxFramerate: 20,
        scaleResolutionDownBy: scale,
      });
    });
  });

  it('follow the size of the next source', async () => {
    const { sender, encoding } = openSender();
    const video = new VideoEncoding(sender, 'screen', limits());
    video.follow(track(720));
    await pass(0);
    video.follow(track(1080));
    await pass(0);
    expect(encoding()?.scaleResolutionDownBy).toBe(3);
  });

  it('follow a source that changes its size, or comes to know it, while it is sent', async () => {
    let settings: MediaTrackSettings = {};
    const { sender, encoding, told } = openSender();
    const video = new VideoEncoding(sender, 'screen', limits());
    video.follow({ getSettings: () => settings } as MediaStreamTrack); // as above
    await pass(0);
    expect(encoding()?.scaleResolutionDownBy).toBe(1);
    settings = { width: 1280, height: 720 };
    await pass(2_000);
    expect(encoding()?.scaleResolutionDownBy).toBe(2);
    settings = { width: 1920, height: 1080 };
    await pass(2_000);
    expect(encoding()?.scaleResolutionDownBy).toBe(3);
    video.follow(null);
    await pass(0);
    const before = told();
    await pass(60_000);
    expect(told()).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('pause the picture and bring it back', async () => {
    const { sender, encoding } = openSender();
    const video = new VideoEncoding(sender, 'video', limits());
    video.limit(limits({ isSent: false }));
    await pass(0);
    expect(encoding()?.active).toBe(false);
    video.limit(limits());
    await pass(0);
    expect(encoding()?.active).toBe(true);
  });

  it('cost nothing when they stay the same', async () => {
    const { sender, told } = openSender();
    const video = new VideoEncoding(sender, 'video', limits());
    await pass(0);
    for (let at = 0; at < 50; at += 1) video.limit(limits());
    await pass(10_000);
    expect(told()).toBe(1);
  });

  it('that come while others are being set are set as one, the last of them', async () => {
    let open = (): void => undefined;
    const { sender, encoding, told } = openSender(async () => {
      await new Promise<void>((resolve) => (open = resolve));
    });
    const video = new VideoEncoding(sender, 'video', limits());
    for (let height = 1; height <= 20; height += 1) video.limit(limits({ maxBitsPerSecond: height * 1_000 }));
    expect(told()).toBe(1);
    open();
    await pass(0);
    expect(told()).toBe(2);
    open();
    await pass(0);
    expect(encoding()?.maxBitrate).toBe(20_000);
    expect(told()).toBe(2);
  });

  it('that a stopped lane refuses are no error, and the next ones are tried', async () => {
    let refuses = true;
    const { sender, encoding } = openSender(async () => {
      if (refuses) throw new DOMException('stopped', 'InvalidStateError');
    });
    const video = new VideoEncoding(sender, 'video', limits());
    await pass(0);
    refuses = false;
    video.limit(limits({ maxBitsPerSecond: 42_000 }));
    await pass(0);
    expect(encoding()?.maxBitrate).toBe(42_000);
  });

  it('reach no sender after the end', async () => {
    const { sender, told } = openSender();
    const video = new VideoEncoding(sender, 'video', limits());
    video.follow(track(720));
    await pass(0);
    video.end();
    video.limit(limits({ isSent: false }));
    await pass(5_000);
    expect(told()).toBe(1);
  });

  it('of nonsense become what a browser takes', () => {
    const nonsense = limits({ maxHeight: 0, maxBitsPerSecond: -5.5, maxFramesPerSecond: 0 });
    expect(encodingFor(nonsense, 720, 1)).toEqual({
      active: true,
      maxBitrate: 1,
      maxFramerate: 1,
      scaleResolutionDownBy: 1,
    });
  });

  it('asks again for a change that the browser refused', async () => {
    let refusals = 2;
    const { sender, encoding } = openSender(async () => {
      if (refusals > 0) throw new Error(`crossed a description, ${(refusals -= 1)} to go`);
    });
    const video = new VideoEncoding(sender, 'video', limits({ maxHeight: 180 }));
    video.follow(track(720));
    await pass(1_000);
    expect(encoding()?.scaleResolutionDownBy).toBe(4);
  });

  it('gives a lane up that refuses for ever', async () => {
    const { sender, told } = openSender(async () => {
      throw new Error('stopped');
    });
    new VideoEncoding(sender, 'video');
    await pass(600_000);
    expect(told()).toBeLessThan(30);
  });
});

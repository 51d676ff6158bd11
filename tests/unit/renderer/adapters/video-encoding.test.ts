import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VideoEncoding } from '#adapters/video-encoding';

const track = {} as MediaStreamTrack; // only whether there is one matters

function openSender(): { sender: RTCRtpSender; encoding: () => RTCRtpEncodingParameters | undefined } {
  let parameters = { encodings: [{}] } as RTCRtpSendParameters; // what a fresh sender answers, as far as it is used
  const sender = {
    getParameters: () => structuredClone(parameters),
    setParameters: async (next: RTCRtpSendParameters) => {
      parameters = next;
    },
  } as RTCRtpSender; // the two methods are all the encoding touches
  return { sender, encoding: () => parameters.encodings[0] };
}

describe('the encoding of a picture', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('starts at half size and is whole after a second and a half', () => {
    const { sender, encoding } = openSender();
    const video = new VideoEncoding(sender);
    video.follow(track);
    vi.advanceTimersByTime(1_499);
    expect(encoding()?.scaleResolutionDownBy).toBe(2);
    vi.advanceTimersByTime(1);
    expect(encoding()).toEqual({ maxBitrate: 1_700_000, maxFramerate: 30, scaleResolutionDownBy: 1 });
  });

  it('stays whole when another camera takes over', () => {
    const { sender, encoding } = openSender();
    const video = new VideoEncoding(sender);
    video.follow(track);
    vi.advanceTimersByTime(1_500);
    video.follow({} as MediaStreamTrack); // as above
    expect(encoding()?.scaleResolutionDownBy).toBe(1);
  });

  it('starts small again after the picture was off', () => {
    const { sender, encoding } = openSender();
    const video = new VideoEncoding(sender);
    video.follow(track);
    vi.advanceTimersByTime(1_500);
    video.follow(null);
    expect(encoding()?.scaleResolutionDownBy).toBe(2);
    video.follow(track);
    vi.advanceTimersByTime(1_500);
    expect(encoding()?.scaleResolutionDownBy).toBe(1);
  });
});

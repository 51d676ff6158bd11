// What a description asks the other side’s Opus encoder for.
import { describe, expect, test } from 'vitest';
import { withOpusOptions } from '#adapters/opus-sdp';

const sdp = (...lines: string[]): string => [...lines, ''].join('\r\n');

describe('the Opus options of a description', () => {
  test('are added to those that are there', () => {
    const before = sdp('a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;useinbandfec=1', 'a=rtpmap:63 red/48000/2');
    expect(withOpusOptions(before)).toBe(
      sdp('a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1', 'a=rtpmap:63 red/48000/2'),
    );
  });

  test('replace what says otherwise', () => {
    const before = sdp('a=rtpmap:96 OPUS/48000/2', 'a=fmtp:96 usedtx=0; stereo=1 ;useinbandfec=0');
    expect(withOpusOptions(before)).toContain('a=fmtp:96 usedtx=1;stereo=1;useinbandfec=1\r\n');
  });

  test('get a line of their own where there is none', () => {
    const before = sdp('m=audio 9 X 111', 'a=rtpmap:111 opus/48000/2', 'a=rtpmap:9 G722/8000');
    expect(withOpusOptions(before)).toBe(
      sdp('m=audio 9 X 111', 'a=rtpmap:111 opus/48000/2', 'a=fmtp:111 useinbandfec=1;usedtx=1', 'a=rtpmap:9 G722/8000'),
    );
  });

  test('leave a description without Opus, and the parameters of other codecs, as they are', () => {
    const before = sdp('a=rtpmap:63 red/48000/2', 'a=fmtp:63 111/111', 'a=rtpmap:1111 VP8/90000', 'a=fmtp:1111 x');
    expect(withOpusOptions(before)).toBe(before);
  });

  test('are those of each lane: all voices save in silence, the sound of a screen does not', () => {
    const section = (mid: string): string[] => ['m=audio 9 X 111', `a=mid:${mid}`, 'a=rtpmap:111 opus/48000/2'];
    const after = withOpusOptions(sdp('v=0', ...section('0'), ...section('3'), ...section('4')));
    const voice = 'a=fmtp:111 useinbandfec=1;usedtx=1';
    expect(after).toBe(
      sdp('v=0', ...section('0'), voice, ...section('3'), 'a=fmtp:111 useinbandfec=1', ...section('4'), voice),
    );
  });

  test('are the same when applied twice', () => {
    const once = withOpusOptions(sdp('a=rtpmap:111 opus/48000/2', 'a=fmtp:111 minptime=10'));
    expect(withOpusOptions(once)).toBe(once);
  });
});

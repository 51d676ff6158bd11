import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OggOpusStream, opusFrameSamples } from '#adapters/ogg-opus';
import { areOggPages } from '#main/services/ogg-pages';
import { decodeOpus, hasOpusTools, lagOf, opusInfo } from '#tests/support/opus-tools';

interface Encoder {
  encode(buffers: Float32Array[]): { page: Uint8Array<ArrayBuffer> }[];
  encodeFinalFrame(): { page: Uint8Array<ArrayBuffer> }[];
}
interface EncoderModule {
  readonly Module: object;
  readonly OggOpusEncoder: new (config: object, module: object) => Encoder;
}

const preSkip = 336;
const config = { originalSampleRate: 48_000, encoderBitRate: 48_000, encoderComplexity: 6, maxFramesPerPage: 50 };

/** What the recorder does, without its worker. */
function encoded(samples: Float32Array, silentSamples: number): Uint8Array {
  // Sound: what the file exports where there are CommonJS modules.
  const { Module, OggOpusEncoder } = createRequire(import.meta.url)(
    'opus-recorder/dist/encoderWorker.min.js',
  ) as EncoderModule;
  const encoder = new OggOpusEncoder(config, Module);
  const stream = new OggOpusStream({ serial: 7, preSkip, silentSamples });
  const pages = stream.begin();
  for (const { page } of encoder.encode([samples])) pages.push(stream.next(page));
  const frames = Math.ceil((samples.length + preSkip) / opusFrameSamples);
  const last = encoder.encode([new Float32Array(frames * opusFrameSamples - samples.length)]);
  const end = [...last, ...encoder.encodeFinalFrame()].map(({ page }) => page);
  return Buffer.concat([...pages, ...stream.end(end, samples.length)]);
}

/** Bursts at uneven distances. */
function bursts(length: number): Float32Array {
  const samples = new Float32Array(length);
  for (const [nth, start] of [3_000, 17_001, 29_003].entries()) {
    for (let at = 0; at < 1_200 && start + at < length; at += 1) {
      samples[start + at] = 0.5 * Math.sin((at * (nth + 3)) / 20);
    }
  }
  return samples;
}

interface Page {
  readonly flags: number;
  readonly position: number;
  readonly sequence: number;
}

function pagesOf(file: Uint8Array): Page[] {
  const view = Buffer.from(file);
  const pages: Page[] = [];
  for (let at = 0; at < view.length;) {
    const segments = view.subarray(at + 27, at + 27 + view.readUInt8(at + 26));
    const position = Number(view.readBigUInt64LE(at + 6));
    pages.push({ flags: view.readUInt8(at + 5), position, sequence: view.readUInt32LE(at + 18) });
    at += 27 + segments.length + segments.reduce((sum, length) => sum + length, 0);
  }
  return pages;
}

if (!hasOpusTools) process.stderr.write('not run: decoded recordings, because opus-tools (Debian) are not installed\n');

describe('an Ogg Opus stream', () => {
  test('counts its pages and positions through headers, silence and sound, and says where it ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120_000 }), fc.integer({ min: 0, max: 4_000 }), (length, silentFrames) => {
        const silentSamples = silentFrames * opusFrameSamples;
        const file = encoded(new Float32Array(length), silentSamples);
        expect(areOggPages(file)).toBe(true);
        const pages = pagesOf(file);
        expect(pages.map(({ sequence }) => sequence)).toEqual(pages.map((_, at) => at));
        expect(pages.map(({ flags }) => flags)).toEqual(
          pages.map((_, at) => (at === 0 ? 2 : at === pages.length - 1 ? 4 : 0)),
        );
        const positions = pages.map(({ position }) => position);
        expect(positions).toEqual(positions.toSorted((a, b) => a - b));
        expect(positions.at(-1)).toBe(silentSamples + preSkip + length);
      }),
      { numRuns: 12 },
    );
  });

  test.skipIf(!hasOpusTools).each([0, 1, 6, 1_530, 1_531])(
    'is decoded to the sample, behind %i frames of silence',
    (silentFrames) => {
      const sound = bursts(40_000);
      const silentSamples = silentFrames * opusFrameSamples;
      const file = encoded(sound, silentSamples);
      expect(opusInfo(file).complaints).toEqual([]);
      const decoded = decodeOpus(file);
      expect(decoded.length).toBe(silentSamples + sound.length);
      expect(decoded.subarray(0, silentSamples).every((sample) => sample === 0)).toBe(true);
      expect(lagOf(sound, decoded.subarray(silentSamples), 200)).toBe(0);
    },
  );

  test('of an hour of silence takes little room', () => {
    expect(encoded(bursts(40_000), 180_000 * opusFrameSamples).length).toBeLessThan(220_000);
  });
});

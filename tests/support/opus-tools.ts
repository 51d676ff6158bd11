// What other people's tools make of a recording: Debian's opus-tools, where they are installed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasOpusTools = ['opusinfo', 'opusdec'].every((tool) => spawnSync(tool, ['--version']).error === undefined);

export interface OpusInfo {
  readonly lengthMs: number;
  /** Everything opusinfo has to say. */
  readonly text: string;
  /** What it found wrong with the file. */
  readonly complaints: readonly string[];
}

function inFolder<T>(bytes: Uint8Array, work: (path: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-opus-'));
  try {
    const path = join(folder, 'recording.ogg');
    writeFileSync(path, bytes);
    return work(path, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function opusInfo(bytes: Uint8Array): OpusInfo {
  return inFolder(bytes, (path) => {
    const { stdout, stderr } = spawnSync('opusinfo', [path], { encoding: 'utf8', timeout: 20_000 });
    const text = stdout + stderr;
    const [, minutes, seconds] = /Playback length: (\d+)m:([\d.]+)s/.exec(text) ?? [];
    const complaints = text.split('\n').filter((line) => /warning|error|hole|corrupt|negative/i.test(line));
    return { lengthMs: (Number(minutes) * 60 + Number(seconds)) * 1_000, text, complaints };
  });
}

/** Mono samples at 48 kHz, as opusdec decodes them. */
export function decodeOpus(bytes: Uint8Array): Float32Array {
  return inFolder(bytes, (path, folder) => {
    const out = join(folder, 'decoded.raw');
    const { status, stderr } = spawnSync('opusdec', ['--quiet', '--no-dither', '--rate', '48000', path, out], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    if (status !== 0) throw new Error(stderr);
    const raw = readFileSync(out);
    return Float32Array.from({ length: raw.length / 2 }, (_, at) => raw.readInt16LE(at * 2) / 32_768);
  });
}

/** Amplitude of one frequency in the samples (Goertzel). */
export function amplitudeAt(samples: Float32Array, hertz: number): number {
  const step = 2 * Math.cos((2 * Math.PI * hertz) / 48_000);
  let [before, last] = [0, 0];
  for (const sample of samples) [before, last] = [last, sample + step * last - before];
  return (2 * Math.sqrt(before * before + last * last - step * before * last)) / samples.length;
}

/** The same of most tenths of a second: a browser that was held up puts in a gap now and then, after which the wave goes on elsewhere. */
export function steadyAmplitudeAt(samples: Float32Array, hertz: number): number {
  const window = 4_800;
  const starts = Array.from({ length: Math.floor(samples.length / window) }, (_, at) => at * window);
  const amplitudes = starts.map((start) => amplitudeAt(samples.subarray(start, start + window), hertz));
  return amplitudes.sort((a, b) => a - b)[Math.floor(amplitudes.length / 2)] ?? 0;
}

/** By how many samples `b` is later than `a`, at most `most`, where they are most alike. */
export function lagOf(a: Float32Array, b: Float32Array, most: number): number {
  let [best, lag] = [-Infinity, 0];
  for (let shift = -most; shift <= most; shift += 1) {
    let sum = 0;
    for (let at = most; at < Math.min(a.length, b.length) - most; at += 1) sum += (a[at] ?? 0) * (b[at + shift] ?? 0);
    if (sum > best) [best, lag] = [sum, shift];
  }
  return lag;
}

// Sounds with known properties, as WAV files for a fake microphone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const sampleRate = 48_000;

let folder: string | null = null;

function soundFolder(): string {
  if (folder !== null) return folder;
  const created = mkdtempSync(join(tmpdir(), 'roundtable-sounds-'));
  process.once('exit', () => {
    rmSync(created, { recursive: true, force: true });
  });
  folder = created;
  return created;
}

/** 16-bit mono PCM (RIFF WAVE). */
function toWav(samples: Float32Array): Buffer {
  const header = 44;
  const wav = Buffer.alloc(header + samples.length * 2);
  wav.write('RIFF', 0, 'ascii');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'ascii');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // PCM
  wav.writeUInt16LE(1, 22); // mono
  wav.writeUInt32LE(sampleRate, 24);
  wav.writeUInt32LE(sampleRate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'ascii');
  wav.writeUInt32LE(samples.length * 2, 40);
  for (const [at, sample] of samples.entries()) {
    wav.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), header + at * 2);
  }
  return wav;
}

function write(name: string, samples: Float32Array): string {
  const path = join(soundFolder(), `${name}.wav`);
  writeFileSync(path, toWav(samples));
  return path;
}

/** One second of a sine of whole hertz, which loops without a seam. Answers the file's path. */
export function writeTone(hertz: number, peak = 0.5): string {
  const samples = Float32Array.from({ length: sampleRate }, (_, at) => {
    return peak * Math.sin((2 * Math.PI * hertz * at) / sampleRate);
  });
  return write(`tone-${hertz}-${peak}`, samples);
}

/** Ten seconds of white noise, the same every time (a linear congruential generator). Answers the file's path. */
export function writeNoise(peak = 0.1): string {
  let seed = 1;
  const samples = Float32Array.from({ length: sampleRate * 10 }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return peak * (seed / 2 ** 31 - 1);
  });
  return write(`noise-${peak}`, samples);
}

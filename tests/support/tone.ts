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

const vowelSeconds = 4;

/** Four seconds of a vowel on a wandering pitch, which loop without a seam. */
function vowel(peak: number): Float32Array {
  const formants = [
    { hertz: 700, width: 130 },
    { hertz: 1_220, width: 170 },
    { hertz: 2_600, width: 250 },
  ];
  let phase = 0;
  const samples = Float32Array.from({ length: sampleRate * vowelSeconds }, (_, at) => {
    // Swings once a second around 130 Hz: the mean is whole, so that the phase closes at the seam.
    const pitch = 130 + 20 * Math.sin((2 * Math.PI * at) / sampleRate);
    phase += (2 * Math.PI * pitch) / sampleRate;
    let sum = 0;
    for (let nth = 1; nth * pitch < 4_000; nth += 1) {
      const near = formants.map(({ hertz, width }) => 1 / (1 + ((nth * pitch - hertz) / width) ** 2));
      sum += Math.max(0.03, ...near) * Math.sin(nth * phase);
    }
    return sum;
  });
  const most = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
  return samples.map((sample) => (sample * peak) / most);
}

/** White noise, the same every time (a linear congruential generator). */
function noise(seconds: number, peak: number): Float32Array {
  let seed = 1;
  return Float32Array.from({ length: sampleRate * seconds }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return peak * (seed / 2 ** 31 - 1);
  });
}

/** Four seconds of a voice without pauses, which loop without a seam. Answers the file's path. */
export const writeVowel = (peak = 0.5): string => write(`vowel-${peak}`, vowel(peak));

export const turnSeconds = vowelSeconds;

/**
 * What the microphone of one person hears in a talk of several: one turn of their voice, then a quiet room for as long
 * as each of the others has theirs. Answers the file's path.
 */
export function writeTurns(people: number): string {
  const samples = noise(turnSeconds * people, 0.001);
  samples.set(vowel(0.5));
  return write(`turns-${people}`, samples);
}

/** Ten seconds of white noise. Answers the file's path. */
export const writeNoise = (peak = 0.1): string => write(`noise-${peak}`, noise(10, peak));

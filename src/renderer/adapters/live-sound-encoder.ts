// Turns the sound of a track into Opus packets, whose times come from the samples that went in.
import type { LiveEncoderOptions, LiveFrame } from '#core/ports/live';
import { SoundClock, type CapturedSound } from '#adapters/capture-clock';
import { packChunk } from '#adapters/live-chunk';
import { soundCodec } from '#adapters/live-codecs';
import { atMostStereo } from '#adapters/stereo-mix';
import { readSounds, type FrameReader } from '#adapters/track-streams';

/** The encoder looks ahead by as much (RFC 7845 section 4.2): what comes out of the decoder is as late. */
const lookAheadUs = 6_500;

export interface SoundEncoderOptions {
  readonly limits: LiveEncoderOptions;
  readonly nowUs: () => number;
  readonly onFrame: (frame: LiveFrame) => void;
  readonly onEnded: () => void;
  readonly onBroken: () => void;
}

/** A run of sound without a break: one encoder, which counts what goes in and comes out. */
interface Run {
  readonly encoder: AudioEncoder;
  readonly sampleRate: number;
  readonly channels: number;
  readonly close: () => void;
  /** Says when what goes in now was captured. */
  readonly note: (capturedUs: number, lengthUs: number) => void;
}

export class SoundEncoder {
  readonly #options: SoundEncoderOptions;
  #clock = new SoundClock();
  #reader: FrameReader | null = null;
  #run: Run | null = null;
  #lastUs = -1;
  #count = 0;

  constructor(options: SoundEncoderOptions) {
    this.#options = options;
  }

  use(track: MediaStreamTrack | null): void {
    this.#reader?.stop();
    this.#reader = null;
    this.#clock = new SoundClock();
    this.#endRun();
    if (!track) return;
    this.#reader = readSounds(track, {
      onFrame: (sound) => {
        this.#take(sound);
      },
      onEnded: this.#options.onEnded,
    });
  }

  close(): void {
    this.use(null);
  }

  #take(given: AudioData): void {
    const lengthMs = (given.numberOfFrames / given.sampleRate) * 1_000;
    const captured = this.#clock.captured(given.timestamp / 1_000, lengthMs, this.#options.nowUs() / 1_000);
    const sound = atMostStereo(given);
    const run = this.#runFor(sound, captured);
    run.note(Math.round(captured.atMs * 1_000), lengthMs * 1_000);
    run.encoder.encode(sound);
    sound.close();
  }

  #runFor({ sampleRate, numberOfChannels }: AudioData, { isBreak }: CapturedSound): Run {
    const isSame = this.#run?.sampleRate === sampleRate && this.#run.channels === numberOfChannels;
    if (this.#run && isSame && !isBreak && this.#run.encoder.state === 'configured') return this.#run;
    this.#endRun();
    this.#run = this.#beginRun(sampleRate, numberOfChannels);
    return this.#run;
  }

  #endRun(): void {
    this.#run?.close();
    this.#run = null;
  }

  #beginRun(sampleRate: number, channels: number): Run {
    const { limits, onBroken } = this.#options;
    const packetUs = limits.audioFrameMs * 1_000;
    /** Of all that went in, of all that came out, and how far the first is from the clock. */
    let [goneInUs, comeOutUs, offsetUs] = [0, 0, 0];
    const encoder = new AudioEncoder({
      output: (chunk) => {
        this.#give(chunk, comeOutUs + offsetUs - lookAheadUs);
        comeOutUs += packetUs;
      },
      error: onBroken,
    });
    encoder.configure({
      codec: soundCodec,
      sampleRate,
      numberOfChannels: channels,
      bitrate: limits.audioBitsPerSecond,
      opus: { frameDuration: packetUs },
    });
    return {
      encoder,
      sampleRate,
      channels,
      close: () => {
        if (encoder.state !== 'closed') encoder.close();
      },
      note: (capturedUs, lengthUs) => {
        offsetUs = capturedUs - goneInUs;
        goneInUs += lengthUs;
      },
    };
  }

  #give(chunk: EncodedAudioChunk, capturedUs: number): void {
    const timestampUs = Math.max(Math.round(capturedUs), this.#lastUs + 1);
    if (timestampUs < 0) return; // before the clock began
    const data = packChunk({ count: this.#count, colours: 0 }, chunk);
    this.#count += 1;
    this.#lastUs = timestampUs;
    this.#options.onFrame({ kind: 'audio', isKey: true, timestampUs, codec: soundCodec, width: 0, height: 0, data });
  }
}

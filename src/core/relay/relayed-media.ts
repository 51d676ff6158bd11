// Sound and camera of a connection that a friend carries: my tracks become encoded frames, frames of the other end become tracks.
// A friend lends little, so pictures are small, and left out where they do not get through.
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { Clock, Lane, LaneTracks, MediaTrack } from '#core/ports';
import type { LiveEncoder, LiveFrame, LiveOutput, OpenLiveEncoder, OpenLiveOutput } from '#core/ports/live';
import { CaptureOffset } from '#core/relay/capture-offset';
import { keyFrameWanted, readFrame, writeFrame } from '#core/relay/relayed-frame';
import { limits } from '#core/wire/limits';

const noTracks: LaneTracks = { audio: null, video: null, screen: null, 'screen-audio': null, carried: null };

export interface RelayedMediaDeps {
  readonly openEncoder: OpenLiveEncoder;
  readonly openOutput: OpenLiveOutput;
  readonly clock: Clock;
  readonly send: (message: Uint8Array<ArrayBuffer>) => void;
  /** Bytes that the other end has not got yet. */
  readonly underWay: () => number;
  readonly scope: Scope;
}

export class RelayedMedia {
  readonly #deps: RelayedMediaDeps;
  readonly #remoteTracks = new Store<LaneTracks>(noTracks);
  readonly #mine: { audio: MediaTrack | null; video: MediaTrack | null } = { audio: null, video: null };
  #encoder: LiveEncoder | null = null;
  #work: Promise<void> = Promise.resolve();
  #isPictureSent = true;
  /** A picture was left out: those after it cannot be decoded before the next key frame. */
  #waitsForKey = false;
  #output: LiveOutput | null = null;
  #offset = new CaptureOffset();
  #cancelSilence: () => void = () => undefined;
  #heardAtMs = -Infinity;
  readonly #counts = { audioBytes: 0, pictures: 0 };

  constructor(deps: RelayedMediaDeps) {
    this.#deps = deps;
    deps.scope.onEnd(() => {
      this.#encoder?.close();
      this.#closeOutput();
    });
  }

  get remoteTracks(): ReadableStore<LaneTracks> {
    return this.#remoteTracks;
  }

  get counts(): { readonly audioBytes: number; readonly pictures: number } {
    return this.#counts;
  }

  /** How long ago the last sound came, ms; null when none did lately. */
  get soundAgeMs(): number | null {
    const ageMs = this.#deps.clock.now() - this.#heardAtMs;
    return ageMs < limits.relaySilentMs ? ageMs : null;
  }

  /** Shared screens and carried voices do not pass: their lanes stay empty. */
  async setTrack(lane: Lane, track: MediaTrack | null): Promise<void> {
    if (lane !== 'audio' && lane !== 'video') return;
    this.#mine[lane] = track;
    await this.#apply();
  }

  async setPictureSent(isSent: boolean): Promise<void> {
    if (isSent === this.#isPictureSent) return;
    this.#isPictureSent = isSent;
    await this.#apply();
  }

  receive(message: Uint8Array<ArrayBuffer>): void {
    const frame = readFrame(message);
    if (frame === 'key-frame-wanted') this.#encoder?.requestKeyFrame();
    else if (frame && !this.#deps.scope.hasEnded) this.#play(frame);
  }

  #apply(): Promise<void> {
    this.#work = this.#work.then(async () => {
      if (this.#deps.scope.hasEnded) return;
      const { audio } = this.#mine;
      const video = this.#isPictureSent ? this.#mine.video : null;
      if (!audio && !video) {
        this.#encoder?.close();
        this.#encoder = null;
      } else if (this.#encoder) this.#encoder.use(video, audio);
      else await this.#openEncoder(video, audio);
    });
    return this.#work;
  }

  /** A browser that encodes nothing sends nothing; the other end sees that no sound comes. */
  async #openEncoder(video: MediaTrack | null, audio: MediaTrack | null): Promise<void> {
    const { openEncoder, scope } = this.#deps;
    const encoder = await openEncoder({
      video,
      audio,
      maxHeight: limits.relayPictureHeight,
      maxFramesPerSecond: limits.relayPicturesPerSecond,
      videoBitsPerSecond: limits.relayPictureBitsPerSecond,
      audioBitsPerSecond: limits.relaySoundBitsPerSecond,
      keyFrameEveryMs: 10_000,
      audioFrameMs: 20,
    }).catch(() => null);
    if (!encoder) return;
    if (scope.hasEnded) {
      encoder.close();
      return;
    }
    this.#encoder = encoder;
    encoder.events.on('encoded', (frame) => this.#send(frame));
  }

  #send(frame: LiveFrame): void {
    const { send, underWay } = this.#deps;
    const isPicture = frame.kind === 'video';
    if (underWay() > limits.relayMediaBytes / (isPicture ? 2 : 1)) {
      this.#waitsForKey ||= isPicture;
      return;
    }
    if (isPicture && this.#waitsForKey && !frame.isKey) {
      this.#encoder?.requestKeyFrame();
      return;
    }
    if (isPicture) this.#waitsForKey = false;
    send(writeFrame(frame));
  }

  #play(frame: LiveFrame): void {
    const { clock } = this.#deps;
    const nowMs = clock.now();
    const isSound = frame.kind === 'audio';
    if (isSound) {
      this.#heardAtMs = nowMs;
      this.#counts.audioBytes += frame.data.length;
    } else this.#counts.pictures += 1;
    const output = this.#output ?? this.#openOutput();
    output.push(frame, this.#offset.capturedAtMs(frame.timestampUs, nowMs));
    this.#cancelSilence();
    this.#cancelSilence = clock.after(limits.relaySilentMs, () => this.#closeOutput());
  }

  #openOutput(): LiveOutput {
    const output = this.#deps.openOutput({ delayMs: limits.relayPlayDelayMs });
    this.#output = output;
    output.tracks.onChange(() => {
      if (this.#output === output) this.#remoteTracks.set({ ...noTracks, ...output.tracks.snapshot });
    });
    output.events.on('needsKeyFrame', () => this.#deps.send(keyFrameWanted()));
    return output;
  }

  #closeOutput(): void {
    this.#cancelSilence();
    const output = this.#output;
    this.#output = null;
    this.#offset = new CaptureOffset();
    output?.close();
    this.#remoteTracks.set(noTracks);
  }
}

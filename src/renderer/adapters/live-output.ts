// Plays a cast: frames that come in any order become a picture and a sound that run as evenly as they were captured. What is
// due when is decided in play-out.ts; here are the browser's codecs and clocks.
import type { FailureCode } from '#shared/failure';
import { Emitter } from '#core/base/emitter';
import { keepSame } from '#core/base/keep-same';
import { Store } from '#core/base/store';
import type { MediaTrack } from '#core/ports';
import type { LiveFrame, LiveOutput, LiveOutputState, OpenLiveOutput } from '#core/ports/live';
import { PicturePlayer, type Shown } from '#adapters/picture-player';
import { PlayOut } from '#adapters/play-out';
import { SoundPlayer } from '#adapters/sound-player';

/** The audio thread ticks as well, and more often; it stands still before the page may play. */
const tickEveryMs = 50;
const tellEveryMs = 250;

const hasDecoders = (): boolean => 'VideoDecoder' in globalThis && 'AudioDecoder' in globalThis;

class BrowserLiveOutput implements LiveOutput {
  readonly state = new Store<LiveOutputState>({
    phase: 'waiting',
    code: null,
    behindMs: null,
    bufferedMs: 0,
    size: null,
    framesShown: 0,
    framesDropped: 0,
    stalls: 0,
  });
  readonly tracks = new Store<{ readonly video: MediaTrack | null; readonly audio: MediaTrack | null }>({
    video: null,
    audio: null,
  });
  readonly events = new Emitter<{ needsKeyFrame: undefined }>();
  readonly #playOut: PlayOut;
  readonly #timer: ReturnType<typeof setInterval>;
  #picture: PicturePlayer | null = null;
  #sound: SoundPlayer | null = null;
  #shown: Shown | null = null;
  #framesShown = 0;
  #framesPassed = 0;
  #toldAtMs = -Infinity;
  #code: FailureCode | null = hasDecoders() ? null : 'codec-missing';
  #isClosed = false;

  constructor(delayMs: number) {
    this.#playOut = new PlayOut(delayMs);
    this.#timer = setInterval(() => {
      this.#tick();
    }, tickEveryMs);
    this.#tell(performance.now());
  }

  push(frame: LiveFrame, capturedAtMs: number): void {
    if (this.#isClosed || this.#code !== null) return;
    const nowMs = performance.now();
    // The clock on the wall may be set anew at any time; the page's own goes on.
    this.#playOut.push(frame, nowMs - (Date.now() - capturedAtMs), nowMs);
    if (frame.kind === 'video' && !this.#picture) this.#openPicture();
    if (frame.kind === 'audio' && !this.#sound) this.#openSound();
    this.#tick();
  }

  setDelay(delayMs: number): void {
    this.#playOut.setDelay(delayMs);
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#picture?.close();
    this.#sound?.close();
    this.tracks.set({ video: null, audio: null });
  }

  #openPicture(): void {
    this.#picture = new PicturePlayer({
      dueAtMs: (timestampUs) => this.#playOut.dueAtMs(timestampUs),
      onShown: (shown) => {
        this.#framesShown += 1;
        this.#shown = shown;
      },
      onPassed: () => {
        this.#framesPassed += 1;
      },
      onBroken: () => {
        this.#playOut.restartPictures();
      },
    });
    this.tracks.set({ ...this.tracks.snapshot, video: this.#picture.track });
  }

  #openSound(): void {
    this.#sound = new SoundPlayer({
      positionMs: (nowMs) => this.#playOut.positionMs(nowMs),
      onTick: () => {
        this.#tick();
      },
    });
    this.tracks.set({ ...this.tracks.snapshot, audio: this.#sound.track });
  }

  #tick(): void {
    if (this.#isClosed) return;
    const nowMs = performance.now();
    const { pictures, sounds, needsKeyFrame } = this.#playOut.step(nowMs, this.#picture?.room ?? 0);
    for (const sound of sounds) this.#sound?.decode(sound);
    for (const picture of pictures) this.#picture?.decode(picture);
    this.#picture?.show();
    if (needsKeyFrame) this.events.emit('needsKeyFrame', undefined);
    if (nowMs - this.#toldAtMs >= tellEveryMs) this.#tell(nowMs);
  }

  #tell(nowMs: number): void {
    this.#toldAtMs = nowMs;
    const { phase, stalls, skipped, delayMs } = this.#playOut;
    const next: LiveOutputState = {
      phase: this.#code === null ? phase : 'failed',
      code: this.#code,
      behindMs: this.#behindMs(nowMs, delayMs),
      bufferedMs: Math.round(this.#playOut.bufferedMs(nowMs)),
      size: this.#shown && { width: this.#shown.width, height: this.#shown.height },
      framesShown: this.#framesShown,
      framesDropped: this.#framesPassed + skipped,
      stalls,
    };
    this.state.set(keepSame(this.state.snapshot, next));
  }

  /** What plays is as old as it should be; a picture that stands still grows older. */
  #behindMs(nowMs: number, delayMs: number): number | null {
    const { phase } = this.#playOut;
    if (phase === 'waiting') return null;
    if (phase === 'playing' || !this.#shown) return Math.round(delayMs);
    return Math.round(this.#playOut.ageMs(this.#shown.timestampUs, nowMs));
  }
}

export const openLiveOutput: OpenLiveOutput = ({ delayMs }) => new BrowserLiveOutput(delayMs);

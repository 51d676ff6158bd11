// Plays one spoken message at a time, on the speaker that was chosen. Pitch stays when it is played faster.
import { Failure } from '#shared/failure';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { VoicePlayer } from '#core/ports/voice';
import type { Speaker } from '#adapters/speaker';

interface Played {
  readonly key: string;
  readonly element: HTMLAudioElement;
  readonly end: () => void;
}

export class BrowserVoicePlayer implements VoicePlayer {
  readonly playing = new Store<{ readonly key: string; readonly isPaused: boolean } | null>(null);
  readonly events = new Emitter<{ moved: { readonly key: string; readonly atMs: number }; ended: string }>();
  readonly #speaker: Pick<Speaker, 'keep'>;
  #played: Played | null = null;

  constructor(speaker: Pick<Speaker, 'keep'>) {
    this.#speaker = speaker;
  }

  async play(
    key: string,
    sound: Uint8Array<ArrayBuffer>,
    { fromMs, rate }: { readonly fromMs: number; readonly rate: number },
  ): Promise<void> {
    this.stop();
    const url = URL.createObjectURL(new Blob([sound], { type: 'audio/ogg; codecs=opus' }));
    const element = new Audio(url);
    const release = this.#speaker.keep(element);
    const played: Played = {
      key,
      element,
      end: () => {
        element.pause();
        release();
        URL.revokeObjectURL(url);
      },
    };
    this.#played = played;
    this.#follow(played);
    element.playbackRate = rate;
    if (fromMs > 0) element.currentTime = fromMs / 1_000;
    this.playing.set({ key, isPaused: false });
    try {
      await element.play();
    } catch (reason) {
      if (this.#played !== played) return; // another took its place meanwhile
      this.stop();
      throw new Failure('voice-unplayable', reason instanceof Error ? reason.name : '', { cause: reason });
    }
  }

  pause(): void {
    this.#played?.element.pause();
  }

  resume(): void {
    this.#played?.element.play().catch(() => undefined); // stopped in between
  }

  seek(toMs: number): void {
    if (this.#played) this.#played.element.currentTime = toMs / 1_000;
  }

  setRate(rate: number): void {
    if (this.#played) this.#played.element.playbackRate = rate;
  }

  stop(): void {
    const played = this.#played;
    this.#played = null;
    played?.end();
    if (played) this.playing.set(null);
  }

  #follow(played: Played): void {
    const { key, element } = played;
    const isPlayed = (): boolean => this.#played === played;
    element.ontimeupdate = () => {
      if (isPlayed()) this.events.emit('moved', { key, atMs: element.currentTime * 1_000 });
    };
    element.onpause = element.onplay = () => {
      if (isPlayed()) this.playing.set({ key, isPaused: element.paused });
    };
    element.onended = () => {
      if (!isPlayed()) return;
      this.stop();
      this.events.emit('ended', key);
    };
  }
}

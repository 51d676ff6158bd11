// Follows the own microphone while in a room and says what its owner should know; levels stay outside reactive state.
import type { Scope } from '#core/base/scope';
import type { Clock, LocalMedia } from '#core/ports';
import type { MediaView } from '#state/media-view';
import { MicrophoneCare, type MicrophoneHint } from '#state/microphone-care';

export interface MicrophoneHintsDeps {
  readonly media: LocalMedia;
  readonly view: Pick<MediaView, 'watchOwnVoice'>;
  readonly clock: Clock;
  readonly scope: Scope;
}

export class MicrophoneHints {
  readonly #deps: MicrophoneHintsDeps;
  #current = $state.raw<MicrophoneHint | null>(null);
  #isInside = false;
  #off: (() => void) | null = null;

  constructor(deps: MicrophoneHintsDeps) {
    this.#deps = deps;
    deps.scope.onEnd(deps.media.store.onChange(() => this.#follow()));
    deps.scope.onEnd(() => this.#stop());
  }

  get current(): MicrophoneHint | null {
    return this.#current;
  }

  setInside(isInside: boolean): void {
    this.#isInside = isInside;
    this.#follow();
  }

  #follow(): void {
    const isLive = this.#deps.media.store.snapshot.microphone.phase === 'live';
    if (!this.#isInside || !isLive) this.#stop();
    else this.#off ??= this.#listen();
  }

  #listen(): () => void {
    const care = new MicrophoneCare();
    const { view, media, clock } = this.#deps;
    return view.watchOwnVoice((level) => {
      this.#current = care.hear(level, media.store.snapshot.isMuted, clock.now());
    });
  }

  #stop(): void {
    this.#off?.();
    this.#off = null;
    this.#current = null;
  }
}

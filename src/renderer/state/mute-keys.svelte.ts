// The keys that turn the microphone on and off from any program: choosing them, and what a press does.
import type { Host } from '#shared/contract';
import type { KeyCombination } from '#shared/key-combination';
import type { Scope } from '#core/base/scope';
import type { LocalMedia, Tones } from '#core/ports';
import type { SettingsState } from '#state/settings.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface MuteKeysDeps {
  readonly host: Pick<Host, 'tryMuteKeys' | 'on'>;
  readonly media: Pick<LocalMedia, 'store'>;
  readonly tones: Tones;
  readonly settings: SettingsState;
  readonly toasts: ToastsState;
  readonly scope: Scope;
}

export class MuteKeysState {
  readonly #deps: MuteKeysDeps;
  #toggle: () => boolean = () => false;

  constructor(deps: MuteKeysDeps) {
    this.#deps = deps;
    deps.scope.onEnd(deps.host.on('muteKeysPressed', () => this.#pressed()));
  }

  get chosen(): KeyCombination | null {
    return this.#deps.settings.current.muteKeys;
  }

  /** Null for none. Says so, and keeps what was, when another program has these keys. */
  async choose(keys: KeyCombination | null): Promise<void> {
    const { host, settings, toasts } = this.#deps;
    try {
      if (keys !== null) await host.tryMuteKeys({ keys });
      await settings.save({ muteKeys: keys });
    } catch (reason) {
      toasts.fail(reason);
    }
  }

  /** @param toggle turns the microphone in use on or off; false when there is none. Until the returned function is called. */
  onPress(toggle: () => boolean): () => void {
    this.#toggle = toggle;
    return () => {
      if (this.#toggle === toggle) this.#toggle = () => false;
    };
  }

  /** The window may be out of sight: what happened is heard. */
  #pressed(): void {
    if (!this.#toggle()) return;
    const { media, tones, settings } = this.#deps;
    tones.play(media.store.snapshot.isMuted ? 'muted' : 'unmuted', settings.current.ringtoneVolume);
  }
}

// The keys that turn the microphone on and off whatever program is in front. They are taken from the other programs only
// while somebody talks here. The desktop tells of a press and not of the release, so that they cannot be held to talk.
import { globalShortcut } from 'electron';
import { Failure } from '#shared/failure';
import type { KeyCombination } from '#shared/key-combination';

export interface MuteKeysOptions {
  /** What the settings name now. */
  readonly wanted: () => KeyCombination | null;
  readonly pressed: () => void;
}

export class MuteKeys {
  readonly #options: MuteKeysOptions;
  #isTalking = false;
  #held: KeyCombination | null = null;

  constructor(options: MuteKeysOptions) {
    this.#options = options;
  }

  /** Fails `keys-taken` when another program has the chosen keys meanwhile. */
  setCallRunning(isRunning: boolean): void {
    this.#isTalking = isRunning;
    this.follow();
  }

  /** The settings changed. Fails as above. */
  follow(): void {
    const wanted = this.#isTalking ? this.#options.wanted() : null;
    if (wanted === this.#held) return;
    this.close();
    if (wanted === null) return;
    take(wanted, this.#options.pressed);
    this.#held = wanted;
  }

  /** Takes the keys for a moment. Fails `keys-taken`. */
  probe(keys: KeyCombination): void {
    if (keys === this.#held) return;
    take(keys, () => undefined);
    globalShortcut.unregister(keys);
  }

  close(): void {
    if (this.#held !== null) globalShortcut.unregister(this.#held);
    this.#held = null;
  }
}

function take(keys: KeyCombination, pressed: () => void): void {
  if (!register(keys, pressed)) throw new Failure('keys-taken');
}

/** Some desktops answer false for keys of another program, others throw for keys they cannot have. */
function register(keys: KeyCombination, pressed: () => void): boolean {
  try {
    return globalShortcut.register(keys, pressed);
  } catch {
    return false;
  }
}

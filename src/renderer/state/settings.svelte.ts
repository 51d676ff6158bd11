// What the person chose, as stored by main; a change shows at once and is taken back when it could not be stored.
import { defaultSettings, type Settings, type SettingsPatch } from '#shared/settings';
import type { Host } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { ToastsState } from '#state/toasts.svelte';

export class SettingsState {
  readonly #host: Pick<Host, 'readSettings' | 'saveSettings' | 'on'>;
  readonly #toasts: ToastsState;
  #current = $state.raw<Settings>(defaultSettings);

  constructor(host: Pick<Host, 'readSettings' | 'saveSettings' | 'on'>, toasts: ToastsState) {
    this.#host = host;
    this.#toasts = toasts;
    host.on('settingsChanged', (settings) => (this.#current = settings));
  }

  get current(): Settings {
    return this.#current;
  }

  /** Reads what is stored; says so when it was damaged and the defaults came instead. */
  async load(): Promise<void> {
    const { settings, warning } = await this.#host.readSettings();
    this.#current = settings;
    if (warning !== null) this.#toasts.fail(new Failure(warning));
  }

  /** Answers whether it was stored. */
  async save(patch: SettingsPatch): Promise<boolean> {
    const before = this.#current;
    this.#current = { ...before, ...definedOf(patch) };
    try {
      this.#current = await this.#host.saveSettings(patch);
      return true;
    } catch (reason) {
      this.#current = before;
      this.#toasts.fail(reason);
      return false;
    }
  }
}

function definedOf(patch: SettingsPatch): Partial<Settings> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

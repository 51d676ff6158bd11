// Addresses in what people write: opened outside only after the person saw where they lead.
import type { Host } from '#shared/contract';
import type { NavigationState } from '#state/navigation.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface LinksDeps {
  readonly host: Pick<Host, 'openLink' | 'readAppInfo'>;
  readonly navigation: NavigationState;
  readonly toasts: ToastsState;
}

export class Links {
  readonly #deps: LinksDeps;

  constructor(deps: LinksDeps) {
    this.#deps = deps;
  }

  /** Shows where it leads and asks. The desktop app asks by itself, in a window that no page can imitate. */
  async ask(url: string): Promise<void> {
    await this.#attempt(async () => {
      const { shell } = await this.#deps.host.readAppInfo();
      if (shell === 'desktop') await this.#deps.host.openLink({ url });
      else this.#deps.navigation.open({ kind: 'link', url });
    });
  }

  /** The person said yes. */
  async open(url: string): Promise<void> {
    await this.#attempt(async () => {
      await this.#deps.host.openLink({ url });
    });
  }

  async #attempt(command: () => Promise<void>): Promise<void> {
    try {
      await command();
    } catch (reason) {
      this.#deps.toasts.fail(reason);
    }
  }
}

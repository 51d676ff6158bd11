// What this person keeps for friends who are away.
import type { Host } from '#shared/contract';
import type { KeptLine } from '#shared/custody';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import { m } from '#messages/messages';
import type { ToastsState } from '#state/toasts.svelte';

interface KeptDeps {
  readonly host: Pick<Host, 'listKept' | 'dropKept' | 'on'>;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  readonly nameOf: (peerId: PeerId) => string;
}

interface KeptView {
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly bytes: number;
}

export class KeptState {
  readonly #deps: KeptDeps;
  #lines = $state.raw<readonly KeptLine[]>([]);

  constructor(deps: KeptDeps) {
    this.#deps = deps;
    deps.scope.onEnd(deps.host.on('custodyChanged', () => void this.refresh()));
  }

  /** By whom it is from and for. */
  get lines(): readonly KeptView[] {
    const { nameOf } = this.#deps;
    return this.#lines.map(({ owner, recipient, count, bytes }) => ({
      key: `${owner} ${recipient}`,
      from: nameOf(owner),
      to: nameOf(recipient),
      count,
      bytes,
    }));
  }

  async refresh(): Promise<void> {
    try {
      this.#lines = await this.#deps.host.listKept();
    } catch (reason) {
      this.#deps.toasts.fail(reason);
    }
  }

  /** Whoever left it hears that it is kept no more. */
  async drop(): Promise<void> {
    const { host, toasts } = this.#deps;
    try {
      await host.dropKept();
      this.#lines = [];
      toasts.show({ title: m.settings.chat.keptDropped });
    } catch (reason) {
      toasts.fail(reason);
    }
  }
}

// Connections that friends carry: mine through them, and theirs through me.
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { Helped } from '#core/relay/carrying';
import { m } from '#messages/messages';
import type { RelaysPort } from '#state/deps';
import { Live } from '#state/live.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface RelayDeps {
  readonly relays: RelaysPort;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  /** A word for somebody who is no contact any more. */
  readonly nameOf: (peerId: PeerId) => string;
}

export interface HelpedPair {
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

export class RelayState {
  readonly #deps: RelayDeps;
  readonly #helped: Live<readonly Helped[]>;
  readonly #via: Live<ReadonlyMap<PeerId, PeerId>>;
  readonly #carriedBytes: Live<number>;

  constructor(deps: RelayDeps) {
    this.#deps = deps;
    const { relays, toasts, scope, nameOf } = deps;
    this.#helped = new Live(relays.helped);
    this.#via = new Live(relays.via);
    this.#carriedBytes = new Live(relays.carriedBytes);
    scope.onEnd(
      relays.events.on('distrusted', ({ carrier, peerId }) => {
        const text = m.relay.distrustedText(nameOf(carrier), nameOf(peerId));
        toasts.show({ severity: 'warning', title: m.relay.distrusted(nameOf(carrier)), text, isLasting: true });
      }),
    );
  }

  /** Whom I help to connect right now. */
  get helped(): readonly HelpedPair[] {
    const { nameOf } = this.#deps;
    return this.#helped.current.map(({ tunnel, from, to }) => ({ key: tunnel, from: nameOf(from), to: nameOf(to) }));
  }

  /** This month, passed on for friends. */
  get carriedBytes(): number {
    return this.#carriedBytes.current;
  }

  /** The friend who carries the connection with them; null where it is direct, or there is none. */
  carrierOf(peerId: PeerId): string | null {
    const carrier = this.#via.current.get(peerId);
    return carrier === undefined ? null : this.#deps.nameOf(carrier);
  }
}

// Casts at the table: the one I give, and those of others.
import type { Identity, PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { AppDeps, Network } from '#state/deps';
import type { NavigationState } from '#state/navigation.svelte';
import { OwnCastState } from '#state/own-cast.svelte';
import type { PeopleState } from '#state/people.svelte';
import type { ToastsState } from '#state/toasts.svelte';
import { WatchState } from '#state/watch.svelte';

export interface CastsDeps {
  readonly app: Pick<AppDeps, 'host' | 'castSource' | 'openLiveEncoder' | 'clock'>;
  readonly network: Pick<Network, 'casts'>;
  readonly toasts: ToastsState;
  readonly scope: Scope;
}

export interface AroundCasts {
  readonly people: PeopleState;
  readonly navigation: NavigationState;
  readonly self: { readonly identity: Identity };
  nameOf(peerId: PeerId, theirs: string): string;
}

export class CastsState {
  readonly own: OwnCastState;
  readonly watching: WatchState;

  constructor({ app, network, toasts, scope }: CastsDeps, table: AroundCasts) {
    const { casts } = network;
    this.own = new OwnCastState({
      casts,
      host: app.host,
      source: app.castSource,
      openEncoder: app.openLiveEncoder,
      clock: app.clock,
      toasts,
      scope,
      myName: () => table.self.identity.name,
      peerOf: (contactId) => table.people.byId(contactId)?.peerId ?? null,
    });
    const { navigation } = table;
    const nameOf = (peerId: PeerId, theirs: string): string => table.nameOf(peerId, theirs);
    this.watching = new WatchState({ casts, navigation, toasts, scope, nameOf });
  }
}

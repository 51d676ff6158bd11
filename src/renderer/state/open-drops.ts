// Joins files with the rest of the table: who people are, and where news of files is said.
import type { Identity, PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { ChatState } from '#state/chat.svelte';
import type { Announcer } from '#state/announcer.svelte';
import { DropNews } from '#state/drop-news';
import { DropsState } from '#state/drops.svelte';
import type { AppDeps, Network } from '#state/deps';
import type { NavigationState } from '#state/navigation.svelte';
import type { PeopleState } from '#state/people.svelte';
import type { RoomState } from '#state/room.svelte';
import type { SettingsState } from '#state/settings.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface OpenDropsDeps {
  readonly app: AppDeps;
  readonly network: Network;
  readonly identity: Identity;
  readonly settings: SettingsState;
  readonly toasts: ToastsState;
  readonly scope: Scope;
}

export function openDrops(
  { app, network, identity, toasts, scope }: OpenDropsDeps,
  table: { readonly people: PeopleState; readonly chat: ChatState; nameOf(peerId: PeerId, theirs: string): string },
): DropsState {
  const { host, intake, clock } = app;
  const { drops, allowances } = network;
  return new DropsState({
    host,
    self: identity.peerId,
    drops,
    allowances,
    intake,
    clock,
    toasts,
    scope,
    findContact: (peerId) => table.people.byPeer(peerId),
    nameOf: (peerId, theirs) => table.nameOf(peerId, theirs),
    given: async (dropId, files, target) => await table.chat.tellOfFiles(dropId, files, target),
  });
}

interface Told {
  readonly announcer: Announcer;
  readonly navigation: NavigationState;
  readonly room: RoomState;
  readonly drops: DropsState;
  readonly chat: ChatState;
}

export function tellOfDrops({ app, network, settings, toasts, scope }: OpenDropsDeps, table: Told): void {
  const { announcer, navigation, room, chat, drops: state } = table;
  new DropNews({
    host: app.host,
    drops: network.drops,
    state,
    toasts,
    clock: app.clock,
    scope,
    hasMessage: (drop) => chat.hasToldOf(drop),
    isSeen: (drop) => {
      const { pane } = navigation;
      if (pane.kind === 'files' || chat.shows(drop)) return true;
      return pane.kind === 'room' && room.layout.panel === 'files' && drop.roomId === room.snapshot?.roomId;
    },
    isNotifying: () => settings.current.notifications,
    say: (text) => {
      announcer.say(text);
    },
    goToFiles: () => {
      navigation.show({ kind: 'files' });
    },
  });
}

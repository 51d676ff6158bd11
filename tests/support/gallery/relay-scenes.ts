// Connections that friends carry: mine through somebody, and theirs through me.
import type { TunnelId } from '#core/relay/messages';
import type { FakeWorld } from './fake-world';
import * as people from './people';
import { online, tableOf, type Scene } from './scene-parts';

const helping = (world: FakeWorld): void => {
  online(world);
  const { ada, bo } = people;
  world.settings = { ...world.settings, relay: { ...world.settings.relay, helps: true } };
  world.relays.helped.set([
    { tunnel: '0123456789abcdef' as TunnelId, from: ada.peerId, to: bo.peerId, sinceMs: people.nowMs }, // sound: 16 hex digits
  ]);
  world.relays.carriedBytes.set(1_240_000_000);
};

export const relayScenes: Readonly<Record<string, Scene>> = {
  'settings-relay': {
    before: helping,
    then: (_world, app) => tableOf(app).navigation.open({ kind: 'settings', section: 'relay' }),
  },
  'settings-relay-off': {
    before: online,
    then: (_world, app) => tableOf(app).navigation.open({ kind: 'settings', section: 'relay' }),
  },
  'person-relayed': {
    before: (world) => {
      helping(world);
      world.relays.via.set(new Map([[people.ada.peerId, people.carmen.peerId]]));
    },
    then: async (_world, app) => await tableOf(app).visit(people.ada.contactId),
  },
};

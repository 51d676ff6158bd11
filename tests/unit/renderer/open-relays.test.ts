// What is lent to friends follows the settings, the line and the month.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import { defaultSettings, type Settings } from '#shared/settings';
import { Store } from '#core/base/store';
import { relayMessages } from '#core/relay/messages';
import type { LineCost } from '#core/ports';
import { limits } from '#core/wire/limits';
import { settle } from '#tests/support/fake-clock';
import { createFakeTunnelKey } from '#tests/support/fake-tunnel-key';
import { befriend, World, type Person } from '#tests/support/two-peers';
import type { NetworkDeps } from '../../../src/renderer/network-deps';
import { openRelays } from '../../../src/renderer/open-relays';

let world: World;
let helper: Person;
let friend: Person;
let lineCost: Store<LineCost>;
let settings: Settings;
let carried: number;
let isMainThere: boolean;
let changed: (settings: Settings) => void;

const helping: Settings = { ...defaultSettings, relay: { ...defaultSettings.relay, helps: true, gigabytesAMonth: 1 } };

function open(): ReturnType<typeof openRelays> {
  const { self, peers, mailbox, scope } = helper;
  const host = Object.assign(helper.host, {
    readSettings: async () => ({ settings, warning: null }),
    noteCarried: async ({ bytes }: { bytes: number }) => {
      if (!isMainThere) throw new Failure('shell-disconnected');
      return { bytes: (carried += bytes) };
    },
    on: (_event: string, listener: (now: Settings) => void) => {
      changed = listener;
      return () => undefined;
    },
  });
  // Sound: nothing else of what the network needs is asked for here.
  const deps = { host, lineCost, clock: world.clock, createTunnelKey: createFakeTunnelKey } as unknown as NetworkDeps;
  return openRelays(deps, { self, peers, mailbox, isFriend: (peerId) => helper.host.contacts.has(peerId), scope });
}

/** What the friend was told last: null before anything was. */
let told: boolean | null;

async function link(): Promise<void> {
  befriend(helper, friend);
  friend.peers.events.on('opened', ({ router }) => {
    router.join({ 'relay.willing': relayMessages['relay.willing'] }, { 'relay.willing': ({ isOn }) => (told = isOn) });
  });
  const reached = friend.reach(helper);
  await world.clock.advance(200);
  await reached;
  await world.clock.advance(10);
}

beforeEach(() => {
  world = new World();
  [helper, friend] = [world.person('b'), world.person('c')];
  lineCost = new Store<LineCost>('unknown');
  settings = defaultSettings;
  [carried, isMainThere, told] = [0, true, null];
});

afterEach(() => world.end());

describe('what I lend to friends', () => {
  it('is nothing before I turned it on, and then said to friends at once', async () => {
    open();
    await settle();
    await link();
    expect(told).toBeNull();
    changed(helping);
    await world.clock.advance(10);
    expect(told).toBe(true);
    changed(defaultSettings);
    await world.clock.advance(10);
    expect(told).toBe(false);
  });

  it('ends where the connection becomes metered, and comes back', async () => {
    settings = helping;
    open();
    await settle();
    await link();
    expect(told).toBe(true);
    lineCost.set('metered');
    await world.clock.advance(10);
    expect(told).toBe(false);
    lineCost.set('unmetered');
    await world.clock.advance(10);
    expect(told).toBe(true);
  });

  it('ends with the month’s share, and begins anew with the next month', async () => {
    settings = helping;
    carried = 999_999_000;
    const { helping: shown } = open();
    await world.clock.advance(10);
    await link();
    expect(told).toBe(true);
    expect(shown.carriedBytes.snapshot).toBe(999_999_000);
    carried = 1_000_000_000;
    await world.clock.advance(limits.relayMonthMs + limits.relayCountMs * 2);
    expect(told).toBe(false);
    carried = 0;
    await world.clock.advance(limits.relayMonthMs + limits.relayCountMs * 2);
    expect(told).toBe(true);
  });

  it('is asked of main again when main was away', async () => {
    isMainThere = false;
    carried = 70;
    const { helping: shown } = open();
    await world.clock.advance(limits.relayCountMs);
    expect(shown.carriedBytes.snapshot).toBe(0);
    isMainThere = true;
    await world.clock.advance(limits.relayCountMs);
    expect(shown.carriedBytes.snapshot).toBe(70);
  });
});

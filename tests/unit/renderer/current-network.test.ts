// The network config as links see it: fresh while it matters, and never waited for long.
import { describe, expect, test } from 'vitest';
import { Scope } from '#core/base/scope';
import { paces } from '#core/wire/paces';
import { FakeClock } from '#tests/support/fake-clock';
import type { NetworkConfig } from '#shared/ice';
import { CurrentNetwork } from '../../../src/renderer/current-network';

const turn = (nth: number): NetworkConfig => ({
  iceServers: [{ urls: ['turn:turn.example'], username: `${nth}` }],
  iceTransportPolicy: 'all',
  rendezvous: [],
  isNearbyOn: false,
  isDhtOn: false,
});

function open(answers: (nth: number) => Promise<NetworkConfig> = async (nth) => await Promise.resolve(turn(nth))) {
  const clock = new FakeClock();
  const scope = new Scope();
  let asked = 0;
  let changes = 0;
  let changed = (): void => undefined;
  const current = new CurrentNetwork(turn(0), {
    clock,
    scope,
    host: {
      readNetworkConfig: async () => await answers((asked += 1)),
      on: (_, listener) => {
        changed = listener as () => void; // sound: of the one event that is followed
        return () => undefined;
      },
    },
    mailboxesChanged: () => (changes += 1),
  });
  return { clock, scope, current, asked: () => asked, changes: () => changes, change: () => changed() };
}

const nameIn = ({ config }: CurrentNetwork): string | undefined => config.iceServers[0]?.username;

describe('the network config', () => {
  test('is read again long before names for TURN servers are over', async () => {
    const { clock, current } = open();
    for (let minute = 0; minute < 60; minute += 1) await clock.advance(60_000);
    expect(Number(nameIn(current))).toBeGreaterThanOrEqual(60 / 4 - 1);
  });

  test('is read when main says that it changed, and mailboxes are opened anew only when they are others', async () => {
    const { clock, current, changes, change } = open(async (nth) => ({ ...turn(nth), isNearbyOn: nth > 1 }));
    change();
    await clock.advance(1);
    expect([nameIn(current), changes()]).toEqual(['1', 0]);
    change();
    await clock.advance(1);
    expect([nameIn(current), changes()]).toEqual(['2', 1]);
  });

  test('is fresh again before links look for a path after sleep, and not asked for while it is fresh', async () => {
    const { clock, current, asked } = open();
    await current.refresh();
    expect(asked()).toBe(0);
    clock.sleep(3_600_000);
    await current.refresh();
    expect(nameIn(current)).toBe('1');
  });

  test('is not waited for when main does not answer', async () => {
    const { clock, current } = open(async () => await new Promise(() => undefined));
    clock.sleep(3_600_000);
    const refreshed = current.refresh();
    await clock.advance(paces.networkConfigWaitMs);
    await refreshed;
    expect(nameIn(current)).toBe('0');
  });

  test('stays what it was when main fails', async () => {
    const { clock, current, change } = open(async () => await Promise.reject(new Error('gone')));
    change();
    await clock.advance(1);
    expect(nameIn(current)).toBe('0');
  });
});

// Names told over proven links.
import { afterEach, describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity';
import { Scope } from '#core/base/scope';
import { exchangeProfiles } from '#core/peers/profiles';
import { settle } from '#tests/support/fake-clock';
import { World, type Person } from '#tests/support/two-peers';

const worlds: World[] = [];
afterEach(() => {
  for (const world of worlds.splice(0)) world.end();
});

type Heard = [PeerId, string][];

/** Two who exchange names, before they have a link. */
function pair(lowName: () => Promise<string>, highName: () => Promise<string>) {
  const world = new World();
  worlds.push(world);
  const { low, high } = world.pair();
  const scope = new Scope();
  const join = (person: Person, readName: () => Promise<string>): Heard => {
    const heard: Heard = [];
    const { peers } = person;
    exchangeProfiles({ peers, readName, named: (peerId, name) => heard.push([peerId, name]), scope });
    return heard;
  };
  return { world, low, high, scope, atLow: join(low, lowName), atHigh: join(high, highName) };
}

const called = (name: string) => async (): Promise<string> => await Promise.resolve(name);

async function link({ world, low, high }: { world: World; low: Person; high: Person }): Promise<void> {
  const reached = low.reach(high);
  await world.clock.advance(100);
  await reached;
  await settle();
}

describe('two people with a link', () => {
  it('hear each other’s present name once', async () => {
    const two = pair(called('Ada'), called('Ben'));
    await link(two);
    expect(two.atLow).toEqual([[two.high.self, 'Ben']]);
    expect(two.atHigh).toEqual([[two.low.self, 'Ada']]);
  });

  it('hear a new name with the next link', async () => {
    let name = 'Ada';
    const two = pair(async () => await Promise.resolve(name), called('Ben'));
    await link(two);
    name = 'Ada Lovelace';
    two.low.peers.session(two.high.self)?.close(null);
    await two.world.clock.advance(1_000);
    await link(two);
    expect(two.atHigh.map(([, heard]) => heard)).toEqual(['Ada', 'Ada Lovelace']);
  });

  it('keep the name they know when the present one cannot be read', async () => {
    const two = pair(async () => await Promise.reject(new Error('no service')), called('Ben'));
    await link(two);
    expect(two.atHigh).toEqual([]);
    expect(two.atLow).toEqual([[two.high.self, 'Ben']]);
  });

  it.each([
    ['nothing', ''],
    ['a name of a thousand characters', 'A'.repeat(1_000)],
    ['a name that turns the writing around', 'Ada\u202egro.elpmaxe'],
    ['a name with a line break', 'Ada\nBen'],
  ])('never hear %s', async (_, name) => {
    const two = pair(called(name), called('Ben'));
    await link(two);
    expect(two.atHigh).toEqual([]);
    expect(two.atLow).toEqual([[two.high.self, 'Ben']]);
  });

  it('hear nothing after the end of the scope', async () => {
    const two = pair(called('Ada'), called('Ben'));
    two.scope.end();
    await link(two);
    expect([...two.atLow, ...two.atHigh]).toEqual([]);
  });
});

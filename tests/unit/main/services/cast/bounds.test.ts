import { describe, expect, test } from 'vitest';
import { OwnCast } from '#main/services/cast/own-cast';
import { WatchedCast } from '#main/services/cast/watched-cast';
import { serviceLimits as limits } from '#main/services/service-limits';
import type { CastFacts, CastId } from '#shared/cast';
import type { PeerId } from '#shared/identity';
import { everybody } from './cast-people';

// Sound: these classes tell people apart, and read nothing out of an id.
const peer = (index: number): PeerId => `p${index}` as PeerId;
const facts: CastFacts = {
  castId: '0'.repeat(32) as CastId, // sound: has the form of a cast id
  caster: peer(0),
  casterName: 'Ann',
  title: 'A walk',
  startedAt: 0,
  liveKey: new Uint8Array(32),
};

describe('the bounds of a cast', () => {
  test('an audience has so many places, and who has one keeps it', () => {
    const cast = new OwnCast({ facts, audience: everybody, seed: new Uint8Array(16) });
    for (let index = 1; index <= limits.castViewers; index += 1) expect(cast.orderOf(peer(index), 0)).toBe(index);
    expect(cast.orderOf(peer(limits.castViewers + 1), 0)).toBeNull();
    expect(cast.orderOf(peer(7), 0)).toBe(7);
  });

  test('a viewer remembers so many others, and forgets first whom they were not shown again', () => {
    const cast = new WatchedCast(facts);
    for (let index = 1; index <= limits.castAdmitted; index += 1) cast.admit(peer(index));
    cast.admit(peer(1));
    cast.admit(peer(limits.castAdmitted + 1));
    expect(cast.isPerson(peer(1))).toBe(true);
    expect(cast.isPerson(peer(2))).toBe(false);
    expect(cast.isPerson(peer(3))).toBe(true);
    expect(cast.isPerson(peer(limits.castAdmitted + 1))).toBe(true);
    expect(cast.isPerson(facts.caster)).toBe(true);
  });
});

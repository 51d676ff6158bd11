// Sealed blobs through a third person: parts, bounds, who may use whom, and what a hostile neighbour achieves.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { PeerId } from '#shared/identity';
import { BlobAssembly, cutBlob } from '#core/peers/blob-parts';
import { MutualRendezvous } from '#core/peers/mutual';
import { mutualMessages } from '#core/peers/mutual-messages';
import type { Rendezvous } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { befriend, World, type Person } from '#tests/support/two-peers';

const never = new AbortController().signal;

describe('parts of a blob', () => {
  it('make the blob again in whatever order they come', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: limits.sealedBlobBytes }),
        fc.boolean(),
        (blob, isTurned) => {
          const assembly = new BlobAssembly<'x'>(new FakeClock());
          const parts = [...cutBlob('00'.repeat(8), blob)];
          expect(parts.length).toBeLessThanOrEqual(limits.mutualParts);
          if (isTurned) parts.reverse();
          const whole = parts.map((part) => assembly.take('x', part)).at(-1);
          expect(whole).toEqual(blob);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('of one sender wait in bounded number and for a bounded time', async () => {
    const clock = new FakeClock();
    const assembly = new BlobAssembly<'x' | 'y'>(clock);
    const halves = Array.from({ length: 50 }, (_, at) =>
      cutBlob(at.toString(16).padStart(16, '0'), new Uint8Array(limits.mutualPartBytes + 1)),
    );
    for (const [first] of halves) if (first) assembly.take('x', first);
    expect(clock.pending).toBe(limits.mutualUnfinished);
    const [oldest, newest] = [halves[0]?.[1], halves[49]?.[1]];
    if (!oldest || !newest) throw new Error('two parts each');
    expect(assembly.take('x', oldest)).toBeNull();
    expect(assembly.take('y', newest)).toBeNull();
    expect(assembly.take('x', newest)).toHaveLength(limits.mutualPartBytes + 1);
    await clock.advance(limits.mutualUnfinishedMs);
    expect(clock.pending).toBe(0);
  });

  it('that contradict each other come to nothing', () => {
    const assembly = new BlobAssembly<'x'>(new FakeClock());
    const bytes = new Uint8Array([1]);
    const blobId = '11'.repeat(8);
    expect(assembly.take('x', { blobId, index: 1, parts: 1, bytes })).toBeNull();
    expect(assembly.take('x', { blobId, index: 0, parts: 2, bytes })).toBeNull();
    expect(assembly.take('x', { blobId, index: 0, parts: 2, bytes })).toBeNull();
  });
});

interface Carrier {
  readonly person: Person;
  readonly box: Rendezvous;
  readonly received: Uint8Array[];
  mayCarry: (from: PeerId, to: PeerId) => boolean;
}

const worlds: World[] = [];

/** `low` and `high` are both linked with `middle` and not with each other. */
async function chain(): Promise<{ world: World; low: Carrier; middle: Carrier; high: Carrier }> {
  const world = new World();
  worlds.push(world);
  const [low, middle, high] = ['b', 'c', 'd'].map((letters) => withMutual(world, world.person(letters)));
  if (!low || !middle || !high) throw new Error('three people');
  for (const end of [low, high]) {
    befriend(end.person, middle.person);
    const reached = end.person.reach(middle.person);
    await world.clock.advance(200);
    await reached;
  }
  return { world, low, middle, high };
}

function withMutual(world: World, person: Person): Carrier {
  let mayCarry = (): boolean => true;
  const mutual = new MutualRendezvous({
    peers: person.peers,
    clock: world.clock,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    mayCarry: (from, to) => (mayCarry as Carrier['mayCarry'])(from, to),
    carriersFor: () => world.people.map(({ self }) => self).filter((self) => self !== person.self),
    scope: person.scope,
  });
  const box = mutual.open();
  const received: Uint8Array[] = [];
  box.events.on('received', (blob) => received.push(blob));
  return {
    person,
    box,
    received,
    set mayCarry(policy: Carrier['mayCarry']) {
      mayCarry = policy as () => boolean;
    },
    get mayCarry() {
      return mayCarry;
    },
  };
}

afterEach(() => {
  for (const world of worlds.splice(0)) world.end();
});

describe('the mutual rendezvous', () => {
  it('is open while somebody is linked, and brings a long blob to who has no link with me', async () => {
    const { world, low, high } = await chain();
    expect(low.box.state.snapshot.phase).toBe('open');
    const blob = Uint8Array.from({ length: limits.sealedBlobBytes }, (_, at) => at % 251);
    const sent = low.box.send(high.person.self, blob, never);
    await world.clock.advance(paces.mutualAbsentMs);
    await sent;
    expect(high.received).toEqual([blob]);
  });

  it('says that somebody is unreachable when no carrier has a link with them, and when there is none', async () => {
    const { world, low, middle } = await chain();
    const stranger = world.person('e');
    const outcome = expect(low.box.send(stranger.self, new Uint8Array(8), never)).rejects.toMatchObject({
      code: 'peer-unreachable',
    });
    await world.clock.advance(50);
    await outcome;
    middle.person.peers.session(low.person.self)?.close(null);
    await world.clock.advance(500);
    expect(low.box.state.snapshot.phase).toBe('connecting');
  });

  it('carries nothing for those whom the policy does not name', async () => {
    const { world, low, middle, high } = await chain();
    middle.mayCarry = () => false;
    const outcome = expect(low.box.send(high.person.self, new Uint8Array(8), never)).rejects.toMatchObject({
      code: 'peer-unreachable',
    });
    await world.clock.advance(50);
    await outcome;
    expect(high.received).toEqual([]);
  });

  it('passes on no more than the rate of one person, whatever they send', async () => {
    const { world, low, middle, high } = await chain();
    const link = low.person.peers.session(middle.person.self);
    const twin = new (await import('#core/wire/router')).Router({
      send: (bytes) => link?.connection.sendControl(bytes) ?? false,
      broken: () => undefined,
      clock: world.clock,
    }).join(mutualMessages, {
      'mutual.carry': () => undefined,
      'mutual.carried': () => undefined,
      'mutual.absent': () => undefined,
    });
    for (let at = 0; at < 95; at += 1) {
      const blobId = at.toString(16).padStart(16, '0');
      twin.send('mutual.carry', { to: high.person.self, blobId, index: 0, parts: 1, bytes: new Uint8Array([at]) });
    }
    await settle();
    expect(high.received).toHaveLength(limits.mutualBurst);
  });
});

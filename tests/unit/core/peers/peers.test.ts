import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import type { SessionId } from '#shared/signal';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { settle } from '#tests/support/fake-clock';
import { befriend, World, type Person } from '#tests/support/two-peers';

let world: World;
let low: Person;
let high: Person;

beforeEach(() => {
  world = new World();
  ({ low, high } = world.pair());
});
afterEach(() => {
  world.end();
});

const presence = (of: Person, other: Person): string => of.peers.presence.snapshot.get(other.self) ?? 'offline';
const healthy = (person: Person): number =>
  person.connections.filter(({ state }) => state.snapshot === 'connected').length;
const sessionId = (letter: string): SessionId => letter.repeat(32) as SessionId; // sound: hex digits

async function link(): Promise<void> {
  const reached = low.reach(high);
  await world.clock.advance(100);
  await reached;
}

describe('reaching someone', () => {
  it('opens one proven link with the same words on both sides', async () => {
    await link();
    expect(low.opened).toHaveLength(1);
    expect(high.opened).toHaveLength(1);
    expect(low.peers.session(high.self)?.spoken).toEqual(high.peers.session(low.self)?.spoken);
    expect(presence(low, high)).toBe('online');
    expect(presence(high, low)).toBe('online');
    expect(await low.reach(high)).toBe(low.peers.session(high.self));
    expect(world.network.connections).toHaveLength(2);
  });

  it('says so at once, and leaves nothing behind, when they speak another version', async () => {
    low.host.version = 2;
    const reached = low.reach(high).catch((reason: unknown) => reason);
    await world.clock.advance(1_000);
    expect(await reached).toMatchObject({ code: 'version-differs' });
    expect([low.opened, high.opened]).toEqual([[], []]);
    await world.clock.advance(paces.byeLingerMs);
    expect([healthy(low), healthy(high)]).toEqual([0, 0]);
  });

  it('shows that it is reaching meanwhile', async () => {
    high.mailbox.use([]);
    const reached = low.reach(high).catch((reason: unknown) => reason);
    expect(presence(low, high)).toBe('reaching');
    expect(await reached).toMatchObject({ code: 'peer-unreachable' });
    expect(presence(low, high)).toBe('offline');
  });

  it('gives up when nobody answers', async () => {
    world.post.onWay = () => [];
    const reached = low.reach(high).catch((reason: unknown) => reason);
    await world.clock.advance(paces.dialTimeoutMs - 1);
    expect(presence(low, high)).toBe('reaching');
    await world.clock.advance(1);
    expect(await reached).toMatchObject({ code: 'peer-silent' });
    expect(world.network.openCount).toBe(0);
  });

  it('believes an answer more than a server that calls the peer absent', async () => {
    const rendezvous = world.post.open(low.self);
    const send = rendezvous.send.bind(rendezvous);
    rendezvous.send = async (...blob) => {
      await send(...blob);
      await new Promise<void>((resolve) => world.clock.after(50, resolve));
      throw new Failure('peer-unreachable');
    };
    low.mailbox.use([{ rendezvous, scope: 'machine' }]);
    world.network.isDown = true;
    void low.reach(high).catch(() => undefined);
    await world.clock.advance(200);
    expect(presence(low, high)).toBe('reaching');
  });

  it('says so when there is an answer but no path', async () => {
    world.network.isDown = true;
    const reached = low.reach(high).catch((reason: unknown) => reason);
    await world.clock.advance(paces.dialTimeoutMs);
    expect(await reached).toMatchObject({ code: 'peer-unreachable' });
    expect(world.network.openCount).toBe(0);
  });

  it.each([
    ['rendezvous-down', () => world.post.setDown(true)],
    ['key-changed', () => low.host.changedKeys.add(high.self)],
    ['contact-not-accepted', () => low.host.contacts.clear()],
  ])('fails with %s', async (code, spoil) => {
    spoil();
    await expect(low.reach(high)).rejects.toMatchObject({ code });
    expect(world.network.openCount).toBe(0);
  });

  it('is given up by whoever waits without hurting the others', async () => {
    const giveUp = new AbortController();
    const mine = low.peers.reach(high.self, giveUp.signal).catch((reason: unknown) => reason);
    const other = low.reach(high);
    giveUp.abort();
    expect(await mine).toMatchObject({ code: 'aborted' });
    await world.clock.advance(100);
    expect((await other).state.snapshot.phase).toBe('open');
  });

  it('keeps at most 32 links', async () => {
    const letters = 'defghijklmnopqrst';
    for (let at = 0; at < limits.linksInAll; at += 1) {
      const other = world.person(`${letters.charAt(at % 16)}${letters.charAt(at >> 4)}`);
      befriend(low, other);
      const reached = low.reach(other);
      await world.clock.advance(50);
      await reached;
    }
    await expect(low.reach(high)).rejects.toMatchObject({ code: 'link-limit' });
    const reached = high.reach(low).catch((reason: unknown) => reason);
    await world.clock.advance(paces.dialTimeoutMs);
    expect(await reached).toMatchObject({ code: 'peer-silent' });
    expect(low.connections).toHaveLength(limits.linksInAll);
  });

  it('answers at most five unproven offers at once, and the others in turn', async () => {
    const others = ['d', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'].map((letter) => world.person(letter));
    for (const other of others) befriend(low, other);
    let most = 0;
    low.peers.presence.onChange(() => {
      const unproven = [...low.peers.presence.snapshot.values()].filter((one) => one === 'reaching').length;
      most = Math.max(most, unproven);
    });
    const reached = others.map((other) => other.reach(low));
    await world.clock.advance(500);
    await Promise.all(reached);
    expect(most).toBe(limits.unprovenLinks);
    expect(low.opened).toHaveLength(others.length);
  });
});

describe('offers from people who are not accepted', () => {
  it('open no connection and get no answer', async () => {
    const stranger = world.person('d');
    stranger.host.contacts.add(low.self);
    const reached = stranger.reach(low).catch((reason: unknown) => reason);
    await world.clock.advance(paces.dialTimeoutMs);
    expect(await reached).toMatchObject({ code: 'peer-silent' });
    expect(low.connections).toEqual([]);
    expect(low.refused).toContain('unknown-sender');
  });

  it('open no connection even when main would let them through', async () => {
    const stranger = world.person('d');
    stranger.host.contacts.add(low.self);
    let isAsked = false;
    low.host.openSignal = async ({ blob }) => {
      isAsked = true;
      const { from, session, message } = JSON.parse(new TextDecoder().decode(blob)) as never;
      return { outcome: 'session', from, session, message };
    };
    void stranger.reach(low).catch(() => undefined);
    await world.clock.advance(1_000);
    expect(isAsked).toBe(true);
    expect(low.connections).toEqual([]);
  });
});

describe('two people who dial at once', () => {
  it('end up with one link, whatever is first', async () => {
    for (const first of [low, high]) {
      const second = first === low ? high : low;
      const reached = [first.reach(second), second.reach(first)];
      await world.clock.advance(200);
      await Promise.all(reached);
      expect([healthy(low), healthy(high)]).toEqual([1, 1]);
      expect(low.peers.session(high.self)?.sessionId).toBe(high.peers.session(low.self)?.sessionId);
      low.peers.session(high.self)?.close(null);
      await world.clock.advance(2_000);
    }
  });

  it('end up with one link although the first offers were lost', async () => {
    let lost = 0;
    world.post.onWay = (blob) => ((lost += 1) <= 1 ? [] : [blob]);
    const reached = [high.reach(low), low.reach(high)];
    await world.clock.advance(500);
    await Promise.all(reached);
    expect([healthy(low), healthy(high)]).toEqual([1, 1]);
  });

  it('end up with one link when both said "here" at once', async () => {
    low.peers.greet([high.self]);
    high.peers.greet([low.self]);
    await world.clock.advance(paces.greetHoldMs + 200);
    expect([low.connections.length, high.connections.length]).toEqual([1, 1]);
    expect(presence(low, high)).toBe('online');
  });
});

describe('"here"', () => {
  it('makes whoever hears it dial back', async () => {
    low.peers.greet([high.self]);
    await world.clock.advance(100);
    expect(high.opened[0]?.role).toBe('initiator');
    expect(presence(low, high)).toBe('online');
  });

  it('reaches nobody who is not a contact, and not those with a link', async () => {
    await link();
    const passed = world.post.passed;
    low.peers.greet([high.self, world.person('d').self]);
    await world.clock.advance(100);
    expect(world.post.passed).toBe(passed);
  });

  it('of the one greeted alone works although the other once greeted in vain', async () => {
    low.mailbox.use([]);
    high.peers.greet([low.self]);
    await settle();
    low.mailbox.use([{ rendezvous: world.post.open(low.self), scope: 'machine' }]);
    low.peers.greet([high.self]);
    await world.clock.advance(paces.greetHoldMs + 200);
    expect(presence(low, high)).toBe('online');
  });

  it('from someone who would not take my offer before brings the offer again', async () => {
    high.host.contacts.delete(low.self);
    const reached = low.reach(high);
    await world.clock.advance(1_000);
    expect(presence(low, high)).toBe('reaching');
    high.host.contacts.add(low.self);
    high.peers.greet([low.self]);
    await world.clock.advance(200);
    await reached;
    expect(presence(low, high)).toBe('online');
    expect(low.connections).toHaveLength(1);
  });

  it('from someone whose link looks alive is believed when the link gives no sign of life', async () => {
    await link();
    high.reload('unnoticed');
    high.peers.greet([low.self]);
    expect(presence(low, high)).toBe('online');
    await world.clock.advance(paces.probeMs + 500);
    expect(presence(high, low)).toBe('online');
    expect(low.opened).toHaveLength(2);
    expect(healthy(low)).toBe(1);
  });

  it('from someone whose link is alive changes nothing', async () => {
    await link();
    low.host.contacts.add(high.self);
    const blob = high.host.seal(low.self, sessionId('a'), { kind: 'here' });
    world.post.deliver(low.self, blob);
    await world.clock.advance(paces.probeMs + 500);
    expect(world.network.connections).toHaveLength(2);
  });
});

describe('another window of somebody with a link', () => {
  it('is greeted once that link was closed on purpose', async () => {
    await link();
    world.post.deliver(low.self, high.host.seal(low.self, sessionId('a'), { kind: 'here' }));
    await world.clock.advance(paces.probeMs + 500);
    high.peers.session(low.self)?.close(null);
    await world.clock.advance(300);
    expect(presence(low, high)).toBe('offline');
    await world.clock.advance(paces.greetHoldMs + 200);
    expect(presence(low, high)).toBe('online');
  });

  it('that never said "here" is not waited for', async () => {
    await link();
    high.peers.session(low.self)?.close(null);
    await world.clock.advance(60_000);
    expect(presence(low, high)).toBe('offline');
  });
});

describe('someone who reloaded the page', () => {
  it('gets a new link in place of the old one, which closes', async () => {
    await link();
    const old = low.peers.session(high.self);
    high.reload('unnoticed');
    const reached = high.reach(low);
    await world.clock.advance(200);
    await reached;
    expect(old?.state.snapshot).toEqual({ phase: 'closed', code: 'link-lost' });
    expect(low.peers.session(high.self)?.state.snapshot.phase).toBe('open');
    expect(healthy(low)).toBe(1);
    expect(low.closed).toEqual([]);
  });

  it('cannot take the link of another by an offer that is never proven', async () => {
    await link();
    const old = low.peers.session(high.self);
    world.post.deliver(
      low.self,
      high.host.seal(low.self, sessionId('f'), {
        kind: 'offer',
        sdp: 'o=- 99 1 IN\na=fingerprint:00',
        candidates: [],
      }),
    );
    await world.clock.advance(paces.dialTimeoutMs + 1_000);
    expect(low.peers.session(high.self)).toBe(old);
    expect(old?.state.snapshot.phase).toBe('open');
    expect(healthy(low)).toBe(1);
  });
});

describe('a link that is closed on purpose', () => {
  it('closes on the other side with no code', async () => {
    await link();
    low.peers.session(high.self)?.close(null);
    await world.clock.advance(paces.byeLingerMs);
    expect(high.closed).toEqual([null]);
    expect(presence(high, low)).toBe('offline');
    expect(world.network.openCount).toBe(0);
  });

  it('stays until the other side has read the goodbye, however slow the way', async () => {
    await link();
    world.network.setSlow(true);
    low.peers.session(high.self)?.close(null);
    await world.clock.advance(1_500);
    expect(high.closed).toEqual([]);
    world.network.setSlow(false);
    await world.clock.advance(1);
    expect(high.closed).toEqual([null]);
    expect(world.network.openCount).toBe(0);
  });

  it('does not wait for ever for somebody who reads nothing', async () => {
    await link();
    world.network.setSlow(true);
    low.peers.session(high.self)?.close(null);
    await world.clock.advance(paces.byeLingerMs);
    expect(world.network.openCount).toBe(1);
  });

  it('says bye to all when the app ends', async () => {
    await link();
    low.scope.end();
    await world.clock.advance(paces.byeLingerMs);
    expect(presence(high, low)).toBe('offline');
    expect(world.network.openCount).toBe(0);
  });

  it('stays closed: nobody dials again by itself', async () => {
    await link();
    low.peers.session(high.self)?.close(null);
    await world.clock.advance(30_000);
    expect([low.opened.length, high.opened.length]).toEqual([1, 1]);
  });

  it('leaves no timer behind', async () => {
    await link();
    world.end();
    await world.clock.advance(paces.probeMs);
    expect(world.clock.pending).toBe(0);
  });
});

describe('someone who is not accepted any more', () => {
  it('loses the link and the attempt at once, and others keep theirs', async () => {
    await link();
    const third = world.person('d');
    befriend(low, third);
    const reached = low.reach(third);
    await world.clock.advance(100);
    await reached;
    low.host.contacts.delete(high.self);
    low.peers.dropUnaccepted();
    await world.clock.advance(100);
    expect(low.closed).toEqual([null]);
    expect([presence(low, high), presence(low, third)]).toEqual(['offline', 'online']);
    expect(healthy(high)).toBe(0);
    await expect(low.reach(high)).rejects.toMatchObject({ code: 'contact-not-accepted' });
  });
});

describe('a link whose path breaks', () => {
  it('is repaired after 1.5 s, not before, and stays the same link', async () => {
    await link();
    const session = low.peers.session(high.self);
    world.network.setDown(true);
    await world.clock.advance(paces.restartAfterMs - 10);
    expect(session?.state.snapshot.phase).toBe('open');
    await world.clock.advance(20);
    expect(presence(low, high)).toBe('repairing');
    world.network.setDown(false);
    await world.clock.advance(10_000);
    expect(session?.state.snapshot.phase).toBe('open');
    expect(presence(high, low)).toBe('online');
    expect(low.opened).toHaveLength(1);
  });

  it('is repaired although the rendezvous is down too, once packets pass', async () => {
    await link();
    world.network.setDown(true);
    world.post.setDown(true);
    await world.clock.advance(20_000);
    world.post.setDown(false);
    world.network.setDown(false);
    await world.clock.advance(10_000);
    expect(presence(low, high)).toBe('online');
    expect(low.opened).toHaveLength(1);
  });

  it.each(['the lower', 'the higher'])('is repaired also when the side of %s id notices first', async (first) => {
    await link();
    const sides = first === 'the lower' ? [low, high] : [high, low];
    world.network.isDown = true;
    for (const side of sides) {
      side.connections[0]?.feelNetwork();
      await world.clock.advance(500);
    }
    await world.clock.advance(10_000);
    world.network.setDown(false);
    await world.clock.advance(10_000);
    expect([presence(low, high), presence(high, low)]).toEqual(['online', 'online']);
    expect(low.opened).toHaveLength(1);
  });

  it('is given up after 90 s', async () => {
    await link();
    world.network.setDown(true);
    world.post.setDown(true);
    await world.clock.advance(paces.restartAfterMs + paces.repairForMs + 100);
    expect(low.closed).toEqual(['link-lost']);
    expect(world.network.openCount).toBe(0);
  });

  it('is noticed when the other side is dead although the connection looks alive', async () => {
    await link();
    high.reload('unnoticed');
    await world.clock.advance(paces.heartbeatTimeoutMs + paces.heartbeatMs);
    expect(presence(low, high)).toBe('repairing');
  });

  it('takes a new path at once when the network changed', async () => {
    await link();
    const before = low.connections[0]?.sent.length ?? 0;
    low.peers.repairAll();
    await world.clock.advance(100);
    expect(low.connections[0]?.sent.length).toBeGreaterThan(before);
    expect(presence(low, high)).toBe('online');
  });

  it('is repaired at once when the network changed, although the line to the rendezvous died with the old one', async () => {
    await link();
    world.network.isDown = true; // nobody has noticed
    const box = world.post.boxOf(low.self);
    if (!box) throw new Error('no mailbox');
    box.isStale = true;
    low.peers.repairAll();
    world.network.isDown = false;
    await world.clock.advance(200);
    expect(box.checks).toBeGreaterThan(0);
    expect(world.network.connections.map((one) => one.state.snapshot)).toEqual(['connected', 'connected']);
    expect(high.connections[0]?.candidates.some(({ candidate }) => candidate.startsWith('candidate:2 '))).toBe(true);
  });

  it('offers its new addresses when the network changes again before an answer came', async () => {
    await link();
    world.network.setDown(true);
    world.post.setDown(true);
    await world.clock.advance(5_000);
    world.post.setDown(false);
    const offersBefore = world.post.passed;
    low.peers.repairAll();
    await world.clock.advance(100);
    expect(world.post.passed).toBeGreaterThan(offersBefore);
    // Both offered, so the lower id yielded and answered: in whichever description of hers, they are addresses found since.
    expect(high.connections[0]?.candidates.some(({ candidate }) => /^candidate:[3-9] /.test(candidate))).toBe(true);
  });

  it('goes on as soon as a rendezvous is there again, not with the next try', async () => {
    await link();
    world.network.setDown(true);
    world.post.setDown(true);
    await world.clock.advance(30_000);
    world.network.isDown = false;
    world.post.setDown(false);
    await world.clock.advance(200);
    expect([presence(low, high), presence(high, low)]).toEqual(['online', 'online']);
  });

  it('is noticed before the browser does when a voice stops and nobody answers', async () => {
    await link();
    const [connection] = low.connections;
    if (!connection) throw new Error('no connection');
    connection.soundAge = 20;
    await world.clock.advance(1_000);
    world.network.isDown = true;
    connection.soundAge = paces.soundStoppedMs;
    await world.clock.advance(paces.pathWatchMs + paces.pathProbeMs);
    expect(presence(low, high)).toBe('repairing');
    expect(connection.state.snapshot).toBe('connected');
  });

  it('is left alone when a voice stops and the other side answers', async () => {
    await link();
    const [connection] = low.connections;
    if (!connection) throw new Error('no connection');
    connection.soundAge = 20;
    await world.clock.advance(1_000);
    connection.soundAge = null;
    await world.clock.advance(5_000);
    expect(presence(low, high)).toBe('online');
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import { settle } from '#tests/support/fake-clock';
import { linkedPair, World, type Person } from '#tests/support/two-peers';

const worlds: World[] = [];
const linked = async (): Promise<{ world: World; low: Person; high: Person }> => {
  const pair = await linkedPair();
  worlds.push(pair.world);
  return pair;
};
const phases = (...people: Person[]): string[] => people.map(({ calls }) => calls.store.snapshot.phase);

afterEach(() => {
  for (const world of worlds.splice(0)) world.end();
});

async function talking(video = false): Promise<{ world: World; low: Person; high: Person }> {
  const pair = await linked();
  await pair.low.calls.call(pair.high.self, { video });
  await settle();
  await pair.high.calls.answer({ video });
  await settle();
  expect(phases(pair.low, pair.high)).toEqual(['active', 'active']);
  return pair;
}

describe('a call over an open link', () => {
  it('rings, is answered and carries both voices', async () => {
    const { low, high } = await linked();
    await low.calls.call(high.self, { video: false });
    await settle();
    expect(low.calls.store.snapshot).toMatchObject({ phase: 'outgoing', stage: 'ringing' });
    expect(high.calls.store.snapshot).toMatchObject({ phase: 'incoming', peerId: low.self, video: false });
    expect(high.media.opened).toBe(0);
    expect(low.calls.remoteTracks.snapshot.audio).toBeNull();

    await high.calls.answer({ video: false });
    await settle();
    expect(phases(low, high)).toEqual(['active', 'active']);
    expect(low.calls.remoteTracks.snapshot.audio).toBe(high.media.store.snapshot.audioTrack);
    expect(high.calls.remoteTracks.snapshot.audio).toBe(low.media.store.snapshot.audioTrack);
    expect(low.calls.spoken.snapshot).toEqual(high.calls.spoken.snapshot);
    expect(low.calls.spoken.snapshot).toHaveLength(4);
  });

  it('needs one message each way and no further description', async () => {
    const { low, high } = await linked();
    const sentBefore = low.connections[0]?.sent.length ?? 0;
    const passedBefore = low.connections.length;
    await low.calls.call(high.self, { video: false });
    await settle();
    await high.calls.answer({ video: false });
    await settle();
    const kinds = (low.connections[0]?.sent ?? []).slice(sentBefore).map((bytes) => new TextDecoder().decode(bytes));
    expect(kinds.filter((kind) => kind.includes('call.ring'))).toHaveLength(1);
    expect(kinds.some((kind) => kind.includes('link.description'))).toBe(false);
    expect(low.connections).toHaveLength(passedBefore);
  });

  it('rings once although the link opens for it', async () => {
    const world = new World();
    worlds.push(world);
    const { low, high } = world.pair();
    const calling = low.calls.call(high.self, { video: false });
    await world.clock.advance(200);
    await calling;
    expect(phases(low, high)).toEqual(['outgoing', 'incoming']);
    const sent = (low.connections[0]?.sent ?? []).map((bytes) => new TextDecoder().decode(bytes));
    expect(sent.filter((text) => text.includes('call.ring'))).toHaveLength(1);
  });

  it('leaves nothing in the lanes of its link when the microphone is used elsewhere', async () => {
    const { low } = await talking();
    low.calls.hangUp();
    await settle();
    await low.media.openMicrophone();
    await settle();
    expect(new Set(Object.values(low.connections.at(-1)?.tracks ?? {}))).toEqual(new Set([null]));
  });

  it('is put down: lanes empty, devices off, one record on each side', async () => {
    const { world, low, high } = await talking(true);
    await world.clock.advance(5_000);
    low.calls.hangUp();
    await settle();
    expect(low.ended).toMatchObject([{ reason: 'hung-up', direction: 'outgoing', wasAnswered: true, talkedMs: 5_000 }]);
    expect(high.ended).toMatchObject([{ reason: 'they-hung-up', direction: 'incoming', wasAnswered: true }]);
    for (const { media, connections, calls } of [low, high]) {
      expect(media.isLive).toBe(false);
      expect(new Set(Object.values(connections.at(-1)?.tracks ?? {}))).toEqual(new Set([null]));
      expect(calls.remoteTracks.snapshot).toEqual({ audio: null, video: null });
      expect(calls.spoken.snapshot).toBeNull();
    }
    low.calls.dismiss();
    expect(phases(low, high)).toEqual(['idle', 'ended']);
  });

  it('is declined with words', async () => {
    const { low, high } = await linked();
    await low.calls.call(high.self, { video: false });
    await settle();
    high.calls.decline('In a meeting');
    await settle();
    expect(low.calls.store.snapshot).toMatchObject({ phase: 'ended', reason: 'declined', note: 'In a meeting' });
    expect(high.ended).toMatchObject([{ reason: 'declined', wasAnswered: false }]);
    expect(high.media.opened).toBe(0);
  });

  it('is cancelled before it is answered', async () => {
    const { low, high } = await linked();
    await low.calls.call(high.self, { video: false });
    await settle();
    low.calls.hangUp();
    await settle();
    expect(low.ended).toMatchObject([{ reason: 'cancelled' }]);
    expect(high.ended).toMatchObject([{ reason: 'cancelled', wasAnswered: false }]);
    expect(low.media.isLive).toBe(false);
  });

  it('stops ringing after 45 s', async () => {
    const { world, low, high } = await linked();
    await low.calls.call(high.self, { video: false });
    await world.clock.advance(44_900);
    expect(phases(low, high)).toEqual(['outgoing', 'incoming']);
    await world.clock.advance(200);
    expect(low.ended).toMatchObject([{ reason: 'no-answer' }]);
    expect(high.ended).toHaveLength(1);
    expect(high.ended[0]?.wasAnswered).toBe(false);
  });

  it('goes on without a camera, and listening only without a microphone', async () => {
    const { low, high } = await linked();
    high.media.cameraFails = 'camera-missing';
    high.media.microphoneFails = 'microphone-denied';
    await low.calls.call(high.self, { video: true });
    await settle();
    await high.calls.answer({ video: true });
    await settle();
    expect(phases(low, high)).toEqual(['active', 'active']);
    expect(high.media.store.snapshot.microphone).toEqual({ phase: 'failed', code: 'microphone-denied' });
    expect(low.calls.store.snapshot).toMatchObject({ remote: { microphone: false, camera: false } });
    expect(high.calls.store.snapshot).toMatchObject({ remote: { microphone: true, camera: true } });
    expect(high.calls.remoteTracks.snapshot.audio).not.toBeNull();
  });

  it('does not wait for ever for a microphone, and takes it when it comes', async () => {
    const { world, low, high } = await linked();
    let open = (): void => undefined;
    high.media.microphoneGate = new Promise((resolve) => (open = resolve));
    await low.calls.call(high.self, { video: false });
    await settle();
    void high.calls.answer({ video: false });
    await settle();
    expect(phases(low, high)).toEqual(['active', 'connecting']);
    expect(high.calls.remoteTracks.snapshot.audio).not.toBeNull();
    await world.clock.advance(10_000);
    expect(phases(high)).toEqual(['active']);
    open();
    await settle();
    expect(low.calls.remoteTracks.snapshot.audio).toBe(high.media.store.snapshot.audioTrack);
  });

  it('switches a microphone off again that opened after the call was over', async () => {
    const { low, high } = await linked();
    let open = (): void => undefined;
    low.media.microphoneGate = new Promise((resolve) => (open = resolve));
    void low.calls.call(high.self, { video: false });
    await settle();
    low.calls.hangUp();
    open();
    await settle();
    expect(low.media.isLive).toBe(false);
  });

  it('tells the other side about mute and camera', async () => {
    const { low, high } = await talking();
    low.calls.setMuted(true);
    await low.calls.setCamera(true);
    await settle();
    expect(high.calls.store.snapshot).toMatchObject({ remote: { microphone: false, camera: true } });
    expect(high.calls.remoteTracks.snapshot.video).toBe(low.media.store.snapshot.videoTrack);
    await low.calls.setCamera(false);
    await settle();
    expect(high.calls.store.snapshot).toMatchObject({ remote: { camera: false } });
    expect(low.connections.at(-1)?.tracks.video).toBeNull();
  });

  it('reads the connection once a second, and nothing after the end', async () => {
    const { world, low } = await talking();
    expect(low.calls.stats.snapshot).toBeNull();
    await world.clock.advance(1_000);
    expect(low.calls.stats.snapshot).toMatchObject({ audioCodec: 'opus' });
    low.calls.hangUp();
    await world.clock.advance(2_000);
    expect(low.calls.stats.snapshot).toBeNull();
  });

  it('is busy for a third person, who sees that, and leaves a trace', async () => {
    const { world, low, high } = await talking();
    const third = world.person('d');
    third.host.contacts.add(low.self);
    low.host.contacts.add(third.self);
    const calling = third.calls.call(low.self, { video: false });
    await world.clock.advance(100);
    await calling;
    expect(third.ended).toMatchObject([{ reason: 'busy' }]);
    expect(low.ended).toMatchObject([{ reason: 'busy', peerId: third.self, wasAnswered: false }]);
    expect(phases(low, high)).toEqual(['active', 'active']);
  });

  it('refuses a second call meanwhile', async () => {
    const { low, high } = await talking();
    await expect(low.calls.call(high.self, { video: false })).rejects.toThrow(Failure);
  });
});

describe('two people who call each other at once', () => {
  it('end up in the call of the lower id without a further gesture', async () => {
    const { low, high } = await linked();
    const both = Promise.all([
      low.calls.call(high.self, { video: false }),
      high.calls.call(low.self, { video: false }),
    ]);
    await both;
    await settle();
    expect(phases(low, high)).toEqual(['active', 'active']);
    const [mine, theirs] = [low, high].map(({ calls }) => calls.store.snapshot);
    expect(mine).toMatchObject({ callId: theirs?.phase === 'active' ? theirs.callId : null });
    expect([...low.ended, ...high.ended]).toEqual([]);
  });
});

describe('a call to someone who cannot be reached', () => {
  it('ends as unreachable', async () => {
    const world = new World();
    worlds.push(world);
    const { low, high } = world.pair();
    high.mailbox.use([]);
    await low.calls.call(high.self, { video: false });
    await world.clock.advance(100);
    expect(low.ended).toMatchObject([{ reason: 'unreachable' }]);
    expect(low.calls.store.snapshot).toMatchObject({ phase: 'ended', code: 'peer-unreachable' });
    expect(low.media.isLive).toBe(false);
  });

  it('ends with the warning about a changed key, and opens nothing', async () => {
    const { low, high } = await linked();
    low.mayCall = () => 'key-changed';
    await low.calls.call(high.self, { video: false });
    expect(low.calls.store.snapshot).toMatchObject({ phase: 'ended', reason: 'key-changed', code: 'key-changed' });
    expect(low.media.opened).toBe(0);
    await settle();
    expect(phases(high)).toEqual(['idle']);
  });

  it('does not ring for someone who may not be heard', async () => {
    const { low, high } = await linked();
    high.mayCall = () => 'key-changed';
    await low.calls.call(high.self, { video: false });
    await settle();
    expect(phases(low, high)).toEqual(['ended', 'idle']);
    expect(high.ended).toEqual([]);
  });
});

describe('a call with somebody who may not be talked with any more', () => {
  it.each([
    ['key-changed', 'key-changed'],
    ['contact-blocked', 'hung-up'],
    ['contact-unknown', 'hung-up'],
  ] as const)('because of %s ends on both sides', async (code, reason) => {
    const { world, low, high } = await talking();
    low.mayCall = () => code;
    low.host.contacts.delete(high.self);
    low.calls.recheck();
    low.peers.dropUnaccepted();
    await world.clock.advance(500);
    expect(low.ended).toMatchObject([{ reason }]);
    expect(high.ended).toMatchObject([{ reason: 'they-hung-up' }]);
    expect(low.media.isLive).toBe(false);
  });

  it('stops ringing here and there', async () => {
    const { world, low, high } = await linked();
    await low.calls.call(high.self, { video: false });
    await settle();
    low.mayCall = () => 'key-changed';
    low.calls.recheck();
    await world.clock.advance(100);
    expect(low.ended).toMatchObject([{ reason: 'key-changed' }]);
    expect(high.ended).toMatchObject([{ reason: 'cancelled', wasAnswered: false }]);
  });

  it('goes on when it is somebody else', async () => {
    const { low, high } = await talking();
    low.mayCall = (peerId) => (peerId === high.self ? null : 'contact-blocked');
    low.calls.recheck();
    await settle();
    expect(phases(low, high)).toEqual(['active', 'active']);
  });
});

describe('a call whose link breaks', () => {
  it('goes on by itself when the network comes back', async () => {
    const { world, low, high } = await talking();
    world.network.setDown(true);
    await world.clock.advance(2_000);
    expect(phases(low, high)).toEqual(['reconnecting', 'reconnecting']);
    world.network.setDown(false);
    await world.clock.advance(10_000);
    expect(phases(low, high)).toEqual(['active', 'active']);
    expect(low.calls.remoteTracks.snapshot.audio).toBe(high.media.store.snapshot.audioTrack);
    expect(low.connections).toHaveLength(1);
  });

  it('is lost after 90 s', async () => {
    const { world, low, high } = await talking();
    world.network.setDown(true);
    world.post.setDown(true);
    await world.clock.advance(95_000);
    expect(low.ended).toMatchObject([{ reason: 'link-lost' }]);
    expect(high.ended).toMatchObject([{ reason: 'link-lost' }]);
    expect(low.media.isLive || high.media.isLive).toBe(false);
  });

  it('takes back the one who reloaded, on a gesture and for the same call only', async () => {
    const { world, low, high } = await talking();
    const call = low.calls.store.snapshot;
    if (call.phase !== 'active') throw new Error(call.phase);
    high.reload();
    await world.clock.advance(2_000);
    expect(phases(low)).toEqual(['reconnecting']);
    expect(phases(high)).toEqual(['idle']);
    expect(high.media.isLive).toBe(false);
    const rejoining = high.calls.rejoin(call.callId, low.self, { video: false });
    await world.clock.advance(2_000);
    await rejoining;
    expect(phases(low, high)).toEqual(['active', 'active']);
    expect(low.calls.remoteTracks.snapshot.audio).toBe(high.media.store.snapshot.audioTrack);
    expect(high.calls.remoteTracks.snapshot.audio).toBe(low.media.store.snapshot.audioTrack);
  });

  it('is over for both when one hung up while the link was away', async () => {
    const { world, low, high } = await talking();
    world.network.setDown(true);
    await world.clock.advance(3_000);
    low.calls.hangUp();
    world.network.setDown(false);
    await world.clock.advance(10_000);
    expect(phases(low, high)).toEqual(['ended', 'ended']);
  });
});

describe('someone who rings too often', () => {
  it('is told busy for a quarter of an hour after three unanswered rings', async () => {
    const { world, low, high } = await linked();
    for (let ring = 0; ring < 3; ring += 1) {
      await low.calls.call(high.self, { video: false });
      await settle();
      expect(phases(high)).toEqual(['incoming']);
      low.calls.hangUp();
      await world.clock.advance(6_000);
    }
    await low.calls.call(high.self, { video: false });
    await settle();
    expect(low.calls.store.snapshot).toMatchObject({ phase: 'ended', reason: 'busy' });
    expect(phases(high)).toEqual(['ended']);
    expect(high.ended).toHaveLength(3);
    await world.clock.advance(15 * 60_000);
    await low.calls.call(high.self, { video: false });
    await settle();
    expect(phases(high)).toEqual(['incoming']);
  });
});

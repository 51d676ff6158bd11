import { describe, expect, it } from 'vitest';
import { RoomMedia } from '#core/conference/room-media';
import { settle } from '#tests/support/fake-clock';
import { allOn, MediaRoom, type MediaPerson } from './media-room';

async function speaking(count: number): Promise<MediaRoom> {
  const room = await MediaRoom.open(count);
  for (const one of room.people) await one.media.openMicrophone();
  await settle();
  return room;
}

const tell = (listener: MediaPerson, about: MediaPerson, more: Partial<typeof allOn>): void => {
  const said = [...listener.links.keys()].map((peerId) => [peerId, allOn] as const);
  listener.room.setRemote(new Map([...said, [about.self, { ...allOn, ...more }]]));
};

describe('what goes into the lanes', () => {
  it('is my microphone and camera in every link, also of who comes later', async () => {
    const room = await MediaRoom.open(3);
    const [ada, ben, cyd] = [room.person(0), room.person(1), room.person(2)];
    ada.room.setLinks(new Map([...ada.links].slice(0, 1)));
    await ada.media.openMicrophone();
    await ada.media.openCamera();
    expect(ada.to(ben).tracks).toMatchObject({ audio: { kind: 'audio' }, video: { kind: 'video' } });
    expect(ada.to(cyd).tracks.audio).toBeNull();
    ada.enter();
    expect(ada.to(cyd).tracks.audio).toBe(ada.media.store.snapshot.audioTrack);
  });

  it('follows another microphone and a camera that goes off', async () => {
    const room = await speaking(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    const before = ada.to(ben).tracks.audio;
    await ada.media.openMicrophone();
    expect(ada.to(ben).tracks.audio).not.toBe(before);
    await ada.media.openCamera();
    ada.media.closeCamera();
    expect(ada.to(ben).tracks.video).toBeNull();
  });

  it('is my screen, and its sound only for who opened it', async () => {
    const room = await MediaRoom.open(3);
    const [ada, ben, cyd] = [room.person(0), room.person(1), room.person(2)];
    ada.room.setWatched(ben.self, { video: 0, screen: 720 });
    await ada.screen.open();
    expect(ada.to(ben).tracks).toMatchObject({ screen: { id: 'screen' }, 'screen-audio': { id: 'screen-sound' } });
    expect(ada.to(ben).videoLimits.screen).toMatchObject({ isSent: true, maxHeight: 720 });
    expect(ada.to(cyd).tracks['screen-audio']).toBeNull();
    expect(ada.to(cyd).videoLimits.screen?.isSent).toBe(false);
    ada.screen.close();
    expect(ada.to(ben).tracks).toMatchObject({ screen: null, 'screen-audio': null });
  });

  it('is nothing any more for who left, while held, and after the end', async () => {
    const room = await speaking(3);
    const [ada, ben, cyd] = [room.person(0), room.person(1), room.person(2)];
    await ada.screen.open();
    const filled = (other: MediaPerson): number => Object.values(ada.to(other).tracks).filter(Boolean).length;

    ada.room.setLinks(new Map([...ada.links].filter(([peerId]) => peerId !== ben.self)));
    expect([filled(ben), filled(cyd)]).toEqual([0, 2]);
    ada.room.setHeld(true);
    expect(filled(cyd)).toBe(0);
    await ada.media.openCamera();
    expect(filled(cyd)).toBe(0);
    ada.room.setHeld(false);
    expect(filled(cyd)).toBe(3);
    ada.scope.end();
    expect(filled(cyd)).toBe(0);
    ada.enter();
    expect(filled(cyd)).toBe(0);
  });

  it('leaves a link as it found it, so that a call has its usual picture', async () => {
    const room = await MediaRoom.open(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    ada.room.setWatched(ben.self, { video: 0, screen: 0 });
    expect(ada.to(ben).videoLimits.video?.isSent).toBe(false);
    ada.room.setHeld(true);
    expect(ada.to(ben).videoLimits.video).toMatchObject({ isSent: true, maxHeight: Infinity });
    ada.room.setHeld(false);
    expect(ada.to(ben).videoLimits.video?.isSent).toBe(false);
  });

  it('goes into a new link with the same person', async () => {
    const room = await speaking(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    const old = ada.to(ben);
    await room.link(ada, ben);
    for (const one of room.people) one.enter();
    await settle();
    expect(old.tracks.audio).toBeNull();
    expect(ada.to(ben).tracks.audio).not.toBeNull();
    expect(ben.tracksOf(ada)?.audio).toBe(ada.media.store.snapshot.audioTrack);
  });

  it('has its limits before its picture, and new limits only when they changed', async () => {
    const room = await MediaRoom.open(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    const order: string[] = [];
    const connection = ada.to(ben);
    const setTrack = connection.setTrack.bind(connection);
    connection.setTrack = async (lane, media) => {
      order.push(`track ${lane}`);
      await setTrack(lane, media);
    };
    const limitVideo = connection.limitVideo.bind(connection);
    connection.limitVideo = (lane, limits) => {
      order.push(`limit ${lane}`);
      limitVideo(lane, limits);
    };
    await ada.media.openCamera();
    expect(order).toEqual(['limit video', 'track video']);
    ada.room.setWatched(ben.self, { video: 500, screen: 0 });
    ada.room.setWatched(ben.self, { video: 600, screen: 0 });
    ada.media.setMuted(true);
    expect(order).toHaveLength(2);
    ada.room.setWatched(ben.self, { video: 300, screen: 0 });
    expect(order).toEqual(['limit video', 'track video', 'limit video']);
  });
});

describe('what is handed on', () => {
  it('is what members say is on, and nothing of who is no member or holds', async () => {
    const room = await speaking(3);
    const [ada, ben, cyd] = [room.person(0), room.person(1), room.person(2)];
    await ben.media.openCamera();
    expect(ada.tracksOf(ben)).toMatchObject({ audio: { kind: 'audio' }, video: { kind: 'video' }, screen: null });
    tell(ada, ben, { microphone: false });
    expect(ada.tracksOf(ben)).toMatchObject({ audio: null, video: { kind: 'video' } });
    tell(ada, ben, { isHolding: true });
    expect(ada.tracksOf(ben)).toMatchObject({ audio: null, video: null });
    ada.room.setRemote(new Map([[cyd.self, allOn]]));
    expect([...ada.room.tracks.snapshot.keys()]).toEqual([cyd.self]);
  });

  it('is nothing while I hold the room', async () => {
    const room = await speaking(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    ada.room.setHeld(true);
    expect(ada.room.tracks.snapshot.size).toBe(0);
    ada.room.setHeld(false);
    expect(ada.tracksOf(ben)?.audio).not.toBeNull();
  });

  it('changes only when a track does', async () => {
    const room = await speaking(3);
    const [ada, ben] = [room.person(0), room.person(1)];
    let changes = 0;
    ada.room.tracks.onChange(() => (changes += 1));
    tell(ada, ben, {});
    ada.room.setWatched(ben.self, { video: 100, screen: 0 });
    await room.clock.advance(5_000);
    expect(changes).toBe(0);
    await ben.media.openMicrophone();
    expect(changes).toBe(1);
  });
});

describe('a carried voice', () => {
  it('goes through a third member in both directions and stands under its own person', async () => {
    const room = await MediaRoom.open(3, [[0, 1]]);
    const [ada, ben, cyd] = [room.person(0), room.person(1), room.person(2)];
    for (const one of room.people) await one.media.openMicrophone();
    cyd.room.carryOut(
      new Map([
        [ada.self, ben.self],
        [ben.self, ada.self],
      ]),
    );
    ada.room.carryIn(new Map([[ben.self, cyd.self]]));
    ben.room.carryIn(new Map([[ada.self, cyd.self]]));
    expect(ada.tracksOf(ben)?.audio).toBe(ben.media.store.snapshot.audioTrack);
    expect(ben.tracksOf(ada)?.audio).toBe(ada.media.store.snapshot.audioTrack);
    expect(ada.tracksOf(cyd)?.audio).toBe(cyd.media.store.snapshot.audioTrack);

    await ben.media.openMicrophone();
    expect(ada.tracksOf(ben)?.audio).toBe(ben.media.store.snapshot.audioTrack);
    cyd.room.carryOut(new Map());
    expect(ada.tracksOf(ben)?.audio).toBeNull();
  });

  it('is not carried by a member whom nobody told, and stops when the carrier holds the room', async () => {
    const room = await MediaRoom.open(3, [[0, 1]]);
    const [ada, ben, cyd] = [room.person(0), room.person(1), room.person(2)];
    for (const one of room.people) await one.media.openMicrophone();
    ada.room.carryIn(new Map([[ben.self, cyd.self]]));
    expect(cyd.to(ada).tracks.carried).toBeNull();
    cyd.room.carryOut(new Map([[ada.self, ben.self]]));
    expect(cyd.to(ada).tracks.carried).not.toBeNull();
    cyd.room.setHeld(true);
    expect(cyd.to(ada).tracks.carried).toBeNull();
    expect(ada.tracksOf(ben)?.audio).toBeNull();
  });

  it('of somebody muted is not carried', async () => {
    const room = await MediaRoom.open(3, [[0, 1]]);
    const [ada, ben, cyd] = [room.person(0), room.person(1), room.person(2)];
    await ben.media.openMicrophone();
    cyd.room.carryOut(new Map([[ada.self, ben.self]]));
    tell(cyd, ben, { microphone: false });
    expect(cyd.to(ada).tracks.carried).toBeNull();
  });

  it('counts for the speaker', async () => {
    const room = await MediaRoom.open(3, [[0, 1]]);
    const [ada, ben, cyd] = [room.person(0), room.person(1), room.person(2)];
    await ben.media.openMicrophone();
    cyd.room.carryOut(new Map([[ada.self, ben.self]]));
    ada.room.carryIn(new Map([[ben.self, cyd.self]]));
    cyd.to(ada).claims.carried = 0.3;
    await room.clock.advance(1_000);
    expect(ada.room.speaker.snapshot).toBe(ben.self);
  });
});

describe('who speaks', () => {
  it('is the same on all sides, from packets there and from my own meter here', async () => {
    const room = await speaking(4);
    const ben = room.person(1);
    ben.speak(0.2);
    await room.clock.advance(800);
    expect(room.people.map((one) => one.room.speaker.snapshot)).toEqual(Array(4).fill(ben.self));
  });

  it('is nobody whose microphone is said to be off', async () => {
    const room = await speaking(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    ben.claim(0.5);
    tell(ada, ben, { microphone: false });
    await room.clock.advance(2_000);
    expect(ada.room.speaker.snapshot).toBeNull();
  });

  it('feeds meters at each tick without any store, and lets them rest at the end', async () => {
    const room = await speaking(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    const levels: number[] = [];
    const off = ada.room.watchLevel(ben.self, (level) => levels.push(level));
    ben.claim(0.25);
    await room.clock.advance(1_000);
    expect(levels).toEqual(Array(10).fill(0.25));
    ada.room.close();
    expect(levels.at(-1)).toBe(0);
    off();
  });

  it('costs nothing while alone, held or closed: no timer, no meter', async () => {
    const room = await speaking(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    ben.room.close();
    expect(room.clock.pending).toBe(1);
    expect(ada.sayOwnLevel).not.toBeNull();
    ada.room.setHeld(true);
    expect([room.clock.pending, ada.sayOwnLevel]).toEqual([0, null]);
    ada.room.setHeld(false);
    expect(room.clock.pending).toBe(1);
    ada.room.setLinks(new Map());
    expect([room.clock.pending, ada.sayOwnLevel]).toEqual([0, null]);
  });

  it('measures me only while I can be heard', async () => {
    const room = await speaking(2);
    const ada = room.person(0);
    ada.media.setMuted(true);
    expect(ada.sayOwnLevel).toBeNull();
    ada.media.setMuted(false);
    expect(ada.sayOwnLevel).not.toBeNull();
    ada.media.closeAll();
    expect(ada.sayOwnLevel).toBeNull();
  });
});

describe('a claim of loudness that is not heard', () => {
  it('is ignored and told once, while the others stay believed', async () => {
    const room = await speaking(3);
    const [ada, ben, cyd] = [room.person(0), room.person(1), room.person(2)];
    ben.claim(0.8);
    ada.to(ben).measured = { heardLevel: 0.0005 };
    await room.clock.advance(10_000);
    expect(ada.refused).toEqual([ben.self]);
    expect(cyd.refused).toEqual([]);
    cyd.speak(0.1);
    await room.clock.advance(3_000);
    expect(ada.room.speaker.snapshot).toBe(cyd.self);
    await room.clock.advance(60_000);
    expect(ada.refused).toEqual([ben.self]);
    expect(ada.room.speaker.snapshot).toBe(cyd.self);
  });

  it('is not found in a person who is silent for long between short remarks', async () => {
    const room = await speaking(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    ada.to(ben).measured = { heardLevel: 0.001 }; // the mean of all the time since the last reading
    for (let remark = 0; remark < 5; remark += 1) {
      await room.clock.advance(58_000);
      ben.speak(0.4);
      await room.clock.advance(2_000);
      ben.speak(0);
    }
    expect(ada.refused).toEqual([]);
    expect(ada.room.speaker.snapshot).toBe(ben.self);
  });
});

describe('readings', () => {
  const counted = (one: MediaPerson): { count: () => number } => {
    let readings = 0;
    for (const { connection } of one.links.values()) {
      const stats = connection.stats.bind(connection);
      connection.stats = async () => {
        readings += 1;
        return await stats();
      };
    }
    return { count: () => readings };
  };

  it('are not taken where nobody speaks loudly and no picture goes', async () => {
    const room = await speaking(4);
    const { count } = counted(room.person(0));
    await room.clock.advance(20_000);
    expect(count()).toBe(0);
    room.person(1).claim(0.3);
    await room.clock.advance(20_000);
    expect(count()).toBeLessThanOrEqual(10);
    expect(count()).toBeGreaterThanOrEqual(9);
  });

  it('are taken each two seconds of each link with a picture, not all at once', async () => {
    const room = await speaking(4);
    const ada = room.person(0);
    await ada.media.openCamera();
    const { count } = counted(ada);
    let most = 0;
    for (let tick = 0; tick < 100; tick += 1) {
      const before = count();
      await room.clock.advance(100);
      most = Math.max(most, count() - before);
    }
    expect(count()).toBe(15);
    expect(most).toBe(1);
  });

  it('are no evidence while a camera that was just opened finds its pace', async () => {
    const room = await speaking(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    await room.clock.advance(60_000);
    await ada.media.openCamera();
    ada.to(ben).measured = { availableBitsPerSecond: 300_000, sentBitsPerSecond: 295_000 };
    await room.clock.advance(8_000);
    ada.to(ben).measured = { availableBitsPerSecond: 2_000_000, sentBitsPerSecond: 1_200_000 };
    await room.clock.advance(30_000);
    expect(ada.to(ben).limitsAsked.filter(({ limits }) => limits.isSent)).toHaveLength(1);
    expect(ada.to(ben).videoLimits.video?.maxHeight).toBe(720);
  });

  it('make my pictures smaller when the uplink stays short, and never my voice', async () => {
    const room = await speaking(3);
    const [ada, ben, cyd] = [room.person(0), room.person(1), room.person(2)];
    await ada.media.openCamera();
    for (const other of [ben, cyd]) {
      ada.to(other).measured = { availableBitsPerSecond: 200_000, sentBitsPerSecond: 195_000 };
    }
    expect(ada.to(ben).videoLimits.video?.maxHeight).toBe(360);
    await room.clock.advance(20_000);
    expect(ada.to(ben).videoLimits.video).toMatchObject({ isSent: true, maxHeight: 180 });
    expect(ada.to(cyd).videoLimits.video?.maxHeight).toBe(180);
    expect(ada.to(ben).tracks.audio).not.toBeNull();
  });
});

describe('what a member looks at', () => {
  it('is forgotten when they leave: who comes back is shown me at once', async () => {
    const room = await MediaRoom.open(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    await ada.media.openCamera();
    ada.room.setWatched(ben.self, { video: 0, screen: 0 });
    expect(ada.to(ben).videoLimits.video?.isSent).toBe(false);
    ada.room.setLinks(new Map());
    ada.enter();
    expect(ada.to(ben).videoLimits.video?.isSent).toBe(true);
  });

  it('is kept over a new link with them', async () => {
    const room = await MediaRoom.open(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    await ada.media.openCamera();
    ada.room.setWatched(ben.self, { video: 0, screen: 0 });
    await room.link(ada, ben);
    ada.enter();
    expect(ada.to(ben).videoLimits.video?.isSent).toBe(false);
  });

  it('is nothing while they hold the room', async () => {
    const room = await MediaRoom.open(2);
    const [ada, ben] = [room.person(0), room.person(1)];
    await ada.media.openCamera();
    tell(ada, ben, { isHolding: true });
    expect(ada.to(ben).videoLimits.video?.isSent).toBe(false);
  });
});

describe('an ended scope', () => {
  it('opens no media', async () => {
    const room = await MediaRoom.open(2);
    const ada = room.person(0);
    ada.scope.end();
    const late = new RoomMedia({
      self: ada.self,
      media: ada.media,
      screen: ada.screen,
      clock: room.clock,
      watchOwnLevel: () => () => undefined,
      scope: ada.scope,
    });
    late.setLinks(ada.links);
    await ada.media.openMicrophone();
    expect([...ada.links.values()][0]?.connection.tracks.audio).toBeNull();
  });
});

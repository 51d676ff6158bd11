import { beforeEach, describe, expect, test } from 'vitest';
import type { PeerId } from '#shared/identity';
import { RoomWatch } from '#state/room-watch';
import { FakeClock } from '#tests/support/fake-clock';
import { peerId } from '#tests/support/gallery/people';

const ada = peerId(1);

describe('the heights at which pictures are seen', () => {
  let clock: FakeClock;
  let told: { peerId: PeerId; video: number; screen: number }[];
  let watch: RoomWatch;

  beforeEach(() => {
    clock = new FakeClock();
    told = [];
    watch = new RoomWatch({ watch: (who, heights) => void told.push({ peerId: who, ...heights }) }, clock);
  });

  const settle = async (): Promise<void> => {
    await clock.advance(300);
  };

  test('are told once they have settled, rounded up', async () => {
    watch.see('tile', ada, 'video', 121);
    watch.see('tile', ada, 'video', 341);
    await settle();
    expect(told).toEqual([{ peerId: ada, video: 360, screen: 0 }]);
  });

  test('are the tallest of all places, and each picture has its own', async () => {
    watch.see('strip', ada, 'video', 90);
    watch.see('stage', ada, 'video', 600);
    watch.see('share', ada, 'screen', 700);
    await settle();
    expect(told).toEqual([{ peerId: ada, video: 600, screen: 720 }]);
  });

  test('are not told again for a change nobody could see', async () => {
    watch.see('tile', ada, 'video', 350);
    await settle();
    watch.see('tile', ada, 'video', 345);
    await settle();
    expect(told).toHaveLength(1);
  });

  test('are nothing once the tile is gone, or the window hidden', async () => {
    watch.see('tile', ada, 'video', 350);
    await settle();
    watch.setShown(false);
    await settle();
    watch.setShown(true);
    await settle();
    watch.see('tile', ada, 'video', 0);
    await settle();
    expect(told.map(({ video }) => video)).toEqual([360, 0, 360, 0]);
  });

  test('stay what they are for a floating picture while the window is hidden', async () => {
    watch.see('tile', ada, 'video', 700);
    watch.see('floating', ada, 'video', 200, { isFloating: true });
    await settle();
    watch.setShown(false);
    await settle();
    expect(told.map(({ video }) => video)).toEqual([720, 210]);
  });

  test('are told anew in another room', async () => {
    watch.see('tile', ada, 'video', 350);
    await settle();
    watch.forget();
    await settle();
    expect(told).toHaveLength(2);
  });
});

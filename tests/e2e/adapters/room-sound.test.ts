// What a room sounds like in a real page: a member's voice over a real link, at volumes and from sides.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveAdapterPage, type AdapterPage } from '#tests/e2e/adapters/adapter-page';
import { bothConnected, openPair } from '#tests/e2e/adapters/link-pair';
import { launchChromium } from '#tests/support/chromium';
import type { PeerId } from '#shared/identity';
import type { Lane } from '#core/ports';
import type { Sounds } from './pages/sounds.ts';
import type { StereoEar } from './pages/stereo-ear.ts';

declare global {
  interface Window {
    room: Sounds;
    ear: StereoEar;
  }
}

let server: AdapterPage;
let browser: Browser;
/** Speaks. */
let a: Page;
/** Listens. */
let b: Page;

const [ann, bob, me] = ['ann', 'bob', 'me'] as PeerId[] as [PeerId, PeerId, PeerId]; // sound: only told apart here

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

beforeAll(async () => {
  server = await serveAdapterPage();
  browser = await launchChromium({ args: ['--autoplay-policy=no-user-gesture-required'] });
  ({ a, b } = await openPair(browser, server));
  await a.evaluate(() => window.end.connection.offer());
  await bothConnected(a, b);
  await a.evaluate(async () => {
    await window.end.sendTone(440, 'audio', 0.3);
    await window.end.sendTone(880, 'screen-audio', 0.3);
    await window.end.sendPicture('screen', 120);
  });
  await b.evaluate(() => {
    window.ear = new window.adapters.StereoEar();
    window.room = new window.adapters.Sounds();
  });
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

async function seatAnn(isThere = true): Promise<void> {
  await b.evaluate(
    ([peerId, isIn]) => {
      const at = (lane: Lane): MediaStreamTrack => window.end.remote(lane);
      const tracks = { audio: at('audio'), video: at('video'), screen: at('screen'), screenAudio: at('screen-audio') };
      window.room.members.set(new Map(isIn ? [[peerId, tracks]] : []));
    },
    [ann, isThere] as const,
  );
}

const setVolume = async (volume: number, sound: 'voice' | 'screen' = 'voice'): Promise<void> => {
  await b.evaluate(
    ([peerId, which, to]) => {
      window.room.view.setVolume(peerId, which, to);
    },
    [ann, sound, volume] as const,
  );
};

const graph = async (): Promise<{ left: number; right: number }> => {
  await pause(700);
  return await b.evaluate(() => window.ear.levels);
};

/** What the decoder gave since half a second ago, which counts only while something plays. */
const heard = async (): Promise<number | null> => {
  await b.evaluate(() => window.end.connection.stats());
  await pause(500);
  return (await b.evaluate(() => window.end.connection.stats())).heardLevel;
};

// RMS of a sine of 0.3.
const voice = 0.3 / Math.SQRT2;

describe('a member of a room', () => {
  test('is not heard before their tracks are in the store, and then through a plain element', async () => {
    expect(await heard()).toBeNull();
    await seatAnn();
    await expect.poll(heard, { timeout: 5_000 }).toBeGreaterThan(voice * 0.7);
    expect(await graph()).toEqual({ left: 0, right: 0 });
  });

  test('is measured alike at any volume, and not at all at none', async () => {
    await setVolume(0.3);
    await pause(300);
    const quiet = await heard();
    // Chromium squares the peaks of each 100 ms rather than the samples.
    expect(quiet).toBeGreaterThan(0.3 * 0.8);
    expect(quiet).toBeLessThan(0.3 * 1.2);
    await setVolume(0);
    await pause(300);
    expect(await heard()).toBeNull();
  });

  test('is twice as loud at 200 % as at the loudest of an element', async () => {
    await setVolume(1.001);
    const once = await graph();
    await setVolume(2);
    const twice = await graph();
    expect(once.left).toBeGreaterThan(voice * 0.5);
    expect(once.right).toBeCloseTo(once.left, 2);
    expect(twice.left / once.left).toBeGreaterThan(1.8);
    expect(twice.left / once.left).toBeLessThan(2.2);
    // What feeds the graph is there to be measured, too low to be heard.
    expect(await heard()).toBeGreaterThan(voice * 0.6);
    await setVolume(1);
    expect(await graph()).toEqual({ left: 0, right: 0 });
  });

  test('comes from the side of their seat, and from the middle when that is off', async () => {
    const sit = async (order: readonly PeerId[]): Promise<void> => {
      await b.evaluate(
        ([seats, self]) => {
          window.room.view.setSeats(seats, self);
        },
        [order, me] as const,
      );
    };
    await sit([me, ann, bob]);
    await b.evaluate(() => {
      window.room.view.setSpatial(true);
    });
    const left = await graph();
    expect(left.left).toBeGreaterThan(left.right * 2);
    await sit([me, bob, ann]);
    const right = await graph();
    expect(right.right).toBeGreaterThan(right.left * 2);
    await b.evaluate(() => {
      window.room.view.setSpatial(false);
    });
    expect(await graph()).toEqual({ left: 0, right: 0 });
    expect(await heard()).toBeGreaterThan(voice * 0.7);
  });

  test('glows as loud as their packets say, and not once they said that the microphone is off', async () => {
    const levels = async (): Promise<number[]> =>
      await b.evaluate(async (peerId) => {
        const seen: number[] = [];
        const stop = window.room.view.watchMemberLevel(peerId, (level) => seen.push(level));
        await window.adapters.wait(700);
        stop();
        return seen;
      }, ann);
    const speaking = await levels();
    expect(speaking.length).toBeGreaterThan(4);
    expect(Math.max(...speaking)).toBeGreaterThan(0.3);
    expect(speaking.at(-1)).toBe(0); // said when nobody watches any more
    await b.evaluate((peerId) => {
      window.room.roomSound.setSilenced(peerId, true);
    }, ann);
    expect(Math.max(...(await levels()))).toBe(0);
    await pause(300);
    expect((await heard()) ?? 0).toBeLessThan(0.001);
    // Also when the link brings another track, and until it is taken back.
    await seatAnn(false);
    await seatAnn();
    expect(await b.evaluate(() => window.end.remote('audio').enabled)).toBe(false);
    await b.evaluate((peerId) => {
      window.room.roomSound.setSilenced(peerId, false);
    }, ann);
    await pause(300);
    expect(await heard()).toBeGreaterThan(voice * 0.7);
  });

  test('shows a screen, whose sound is heard by those who turn it up', async () => {
    const shown = await b.evaluate(async (peerId) => {
      const element = document.body.appendChild(document.createElement('video'));
      const stop = window.room.view.showMember(peerId, 'screen', element);
      const deadline = performance.now() + 10_000;
      while (element.videoHeight === 0 && performance.now() < deadline) await window.adapters.wait(50);
      const height = element.videoHeight;
      stop();
      return { height, isLeft: element.srcObject === null };
    }, ann);
    expect(shown.height).toBeGreaterThan(0);
    expect(shown.isLeft).toBe(true);
    expect(await graph()).toEqual({ left: 0, right: 0 });
    await setVolume(2, 'screen');
    expect((await graph()).left).toBeGreaterThan(voice);
    await setVolume(0, 'screen');
    expect(await graph()).toEqual({ left: 0, right: 0 });
  });

  test('is not heard once they left, and leaves no audio context behind', async () => {
    await setVolume(2);
    expect((await graph()).left).toBeGreaterThan(voice);
    await seatAnn(false);
    expect(await graph()).toEqual({ left: 0, right: 0 });
    expect(await heard()).toBeNull();
  });
});

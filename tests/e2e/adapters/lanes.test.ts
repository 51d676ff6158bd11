// The five lanes of a link between two real pages: each carries to its own place, limits and claims are what they say.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serveAdapterPage, type AdapterPage } from '#tests/e2e/adapters/adapter-page';
import { bothConnected, openPair } from '#tests/e2e/adapters/link-pair';
import { launchChromium } from '#tests/support/chromium';

let server: AdapterPage;
let browser: Browser;
let a: Page;
let b: Page;

beforeAll(async () => {
  server = await serveAdapterPage();
  browser = await launchChromium({ args: ['--autoplay-policy=no-user-gesture-required'] });
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

beforeEach(async () => {
  ({ a, b } = await openPair(browser, server));
});

afterEach(async () => {
  await Promise.all([a.context().close(), b.context().close()]);
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const sounds = ['audio', 'screen-audio', 'carried'] as const;
const pictures = ['video', 'screen'] as const;

/** A tone of its own and a hue of its own in each lane, other ones on each side. */
const content = {
  a: { audio: 400, 'screen-audio': 600, carried: 800, video: 0, screen: 120 },
  b: { audio: 1_000, 'screen-audio': 1_200, carried: 1_400, video: 240, screen: 60 },
};

async function fillAll(page: Page, own: (typeof content)['a']): Promise<void> {
  await page.evaluate(async (lanes) => {
    const { end } = window;
    await end.sendTone(lanes.audio, 'audio');
    await end.sendTone(lanes['screen-audio'], 'screen-audio');
    await end.sendTone(lanes.carried, 'carried');
    await end.sendPicture('video', lanes.video);
    await end.sendPicture('screen', lanes.screen);
  }, own);
}

async function expectAll(page: Page, theirs: (typeof content)['a']): Promise<void> {
  for (const lane of sounds) {
    const { frequency } = await page.evaluate(
      async (one) => await window.end.heardIn(one).until(({ levelDb }) => levelDb > -15),
      lane,
    );
    expect(Math.abs(frequency - theirs[lane]), lane).toBeLessThan(8);
  }
  for (const lane of pictures) {
    const { hue } = await page.evaluate(
      async (one) => await window.end.seenIn(one).until(({ frames, height }) => frames > 10 && height > 0),
      lane,
    );
    const apart = Math.abs(hue - theirs[lane]);
    expect(Math.min(apart, 360 - apart), lane).toBeLessThan(15);
  }
}

const descriptionsSent = async (page: Page): Promise<number> =>
  await page.evaluate(() => window.end.sent.filter((signal) => 'description' in signal).length);

describe('the lanes of a link', () => {
  test('carry all at once, each to its own place on the other side, without another description', async () => {
    await a.evaluate(() => window.end.connection.offer());
    await bothConnected(a, b);
    await Promise.all([fillAll(a, content.a), fillAll(b, content.b)]);
    await Promise.all([expectAll(a, content.b), expectAll(b, content.a)]);
    expect([await descriptionsSent(a), await descriptionsSent(b)]).toEqual([1, 1]);
  });

  test('are the same ones where both sides made them at the same moment', async () => {
    // Filled before there is a link at all: the side that yields moves its tracks to the other side's lanes.
    await Promise.all([fillAll(a, content.a), fillAll(b, content.b)]);
    await Promise.all([a, b].map((page) => page.evaluate(() => window.end.connection.offer())));
    await bothConnected(a, b);
    await Promise.all([expectAll(a, content.b), expectAll(b, content.a)]);
  });

  test('carry what is put into them after both sides made them at the same moment', async () => {
    await Promise.all([a, b].map((page) => page.evaluate(() => window.end.connection.offer())));
    await bothConnected(a, b);
    await Promise.all([a, b].map((page) => page.evaluate(() => window.end.settled())));
    await Promise.all([fillAll(a, content.a), fillAll(b, content.b)]);
    await Promise.all([expectAll(a, content.b), expectAll(b, content.a)]);
  });

  test('stay where they are through a search for a new path, and an emptied lane falls silent', async () => {
    await a.evaluate(() => window.end.connection.offer());
    await bothConnected(a, b);
    await Promise.all([fillAll(a, content.a), fillAll(b, content.b)]);
    await expectAll(b, content.a);
    await b.evaluate(() => window.end.connection.restartIce());
    await expect.poll(() => descriptionsSent(a)).toBe(2);
    await a.evaluate(() => window.end.connection.setTrack('carried', null));
    await b.evaluate(() => window.end.heardIn('carried').until(({ levelDb }) => levelDb < -80));
    await Promise.all([
      expectAll(a, content.b),
      b.evaluate(() => window.end.heardIn('audio').until(({ frequency }) => Math.abs(frequency - 400) < 8)),
    ]);
  });

  test('are two with somebody who offers only these, and what is put into the others is left alone', async () => {
    const told = await b.evaluate(async () => {
      const foreign = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
      const channel = foreign.createDataChannel('control', { negotiated: true, id: 0 });
      const opened = new Promise((resolve) => (channel.onopen = resolve));
      for (const kind of ['audio', 'video']) foreign.addTransceiver(kind, { direction: 'sendrecv' });
      const { end } = window;
      const foreignCandidates: RTCIceCandidate[] = [];
      foreign.onicecandidate = ({ candidate }) => {
        if (candidate) foreignCandidates.push(candidate);
      };
      await foreign.setLocalDescription();
      await end.connection.accept({ kind: 'offer', sdp: foreign.localDescription?.sdp ?? '' });
      const answer = end.sent.find((signal) => 'description' in signal)?.description.sdp ?? '';
      await foreign.setRemoteDescription({ type: 'answer', sdp: answer });
      await window.adapters.wait(300);
      await end.connection.addCandidates(
        foreignCandidates.map(({ candidate, sdpMid, sdpMLineIndex }) => ({ candidate, sdpMid, sdpMLineIndex })),
      );
      for (const signal of end.sent) {
        if ('candidates' in signal) for (const one of signal.candidates) await foreign.addIceCandidate(one);
      }
      await opened;
      await end.sendTone(700, 'carried');
      await end.sendPicture('screen');
      await end.sendTone(500, 'audio');
      end.connection.limitVideo('screen', { isSent: false, maxHeight: 1, maxBitsPerSecond: 1, maxFramesPerSecond: 1 });
      const [arriving] = foreign.getReceivers();
      if (!arriving) throw new Error('no receiver');
      const heard = await new window.adapters.Meter(arriving.track).until(({ levelDb }) => levelDb > -15);
      const tracks = end.connection.remoteTracks.snapshot;
      return {
        frequency: heard.frequency,
        sections: answer.match(/^m=\w+/gm),
        present: Object.entries(tracks).flatMap(([lane, track]) => (track ? [lane] : [])),
        claimed: end.connection.claimedLevel('carried'),
      };
    });
    expect(told).toMatchObject({
      sections: ['m=audio', 'm=video', 'm=application'],
      present: ['audio', 'video'],
      claimed: null,
    });
    expect(Math.abs(told.frequency - 500)).toBeLessThan(8);
  });

  test('show a picture as large as its limits allow, none while it is paused, and the same again afterwards', async () => {
    await a.evaluate(() => window.end.connection.offer());
    await bothConnected(a, b);
    await a.evaluate(() => window.end.sendPicture('video'));
    const heightIsWithin = async (least: number, most: number): Promise<void> => {
      await b.evaluate(
        ([low, high]) => window.end.seenIn('video').until(({ height }) => height >= low && height <= high),
        [least, most] as const,
      );
    };
    const limit = async (maxHeight: number, isSent: boolean): Promise<void> => {
      await a.evaluate(
        ([height, isOn]) => {
          const limits = { isSent: isOn, maxHeight: height, maxBitsPerSecond: 900_000, maxFramesPerSecond: 20 };
          window.end.connection.limitVideo('video', limits);
          window.end.connection.limitVideo('video', { ...limits });
        },
        [maxHeight, isSent] as const,
      );
    };
    const framesIn = async (ms: number): Promise<number> => {
      const before = await b.evaluate(() => window.end.seenIn('video').read().frames);
      await pause(ms);
      return (await b.evaluate(() => window.end.seenIn('video').read().frames)) - before;
    };
    await heightIsWithin(360, 720); // a busy machine may not manage all of it
    await limit(180, true);
    await heightIsWithin(90, 180);
    await limit(180, false);
    await pause(600);
    expect(await framesIn(1_000)).toBe(0);
    await limit(360, true);
    await heightIsWithin(181, 360);
    expect(await framesIn(1_500)).toBeGreaterThan(5);
  });

  test('tell how loud the sender claims to be, and what was decoded of it', async () => {
    await a.evaluate(() => window.end.connection.offer());
    await bothConnected(a, b);
    await b.evaluate(() => {
      window.end.play('audio');
      window.end.play('carried');
    });
    expect(await b.evaluate(() => window.end.connection.claimedLevel('audio'))).toBeNull();
    await a.evaluate(() => window.end.sendTone(400, 'audio', 0.5));
    await a.evaluate(() => window.end.sendTone(400, 'carried', 0.1));
    const claimed = async (lane: 'audio' | 'carried'): Promise<number | null> =>
      await b.evaluate((one) => window.end.connection.claimedLevel(one), lane);
    // RFC 6464 carries whole decibels of the RMS: 0.354 and 0.071 for these.
    await expect.poll(() => claimed('audio'), { timeout: 5_000 }).toBeGreaterThan(0.25);
    await expect.poll(() => claimed('carried'), { timeout: 5_000 }).toBeGreaterThan(0.04);
    expect(await claimed('audio')).toBeLessThan(0.55);
    expect(await claimed('carried')).toBeLessThan(0.12);
    expect(await b.evaluate(() => window.end.connection.soundAgeMs())).toBeLessThan(500);

    const loudness = async (): Promise<number | null> => {
      await b.evaluate(() => window.end.connection.stats());
      await pause(500);
      return (await b.evaluate(() => window.end.connection.stats())).heardLevel;
    };
    expect(await loudness()).toBeGreaterThan(0.25);
    await a.evaluate(() => window.end.mute());
    await expect.poll(async () => (await claimed('audio')) ?? 0, { timeout: 5_000 }).toBeLessThan(0.01);
    await pause(500);
    expect(await loudness()).toBeLessThan(0.02);
    // Muted is not silent on the line: a packet comes every 400 ms.
    expect(await b.evaluate(() => window.end.connection.soundAgeMs())).toBeLessThan(1_000);
    await a.evaluate(() => window.end.connection.setTrack('carried', null));
    await expect.poll(() => claimed('carried'), { timeout: 5_000 }).toBeNull();
    const { availableBitsPerSecond } = await a.evaluate(() => window.end.connection.stats());
    expect(availableBitsPerSecond).toBeGreaterThan(10_000);
  });
});

test('a voice that came over one link goes on over another, also while its carrier plays it quietly', async () => {
  await a.evaluate(() => window.end.connection.offer());
  await bothConnected(a, b);
  await a.evaluate(() => window.end.sendTone(500, 'audio'));
  const heard = await b.evaluate(async () => {
    const { LinkEnd, Meter } = window.adapters;
    const voice = window.end.remote('audio');
    // The carrier hears it too, as everybody in a room does; at no volume, the third person is not affected by it.
    const player = new Audio();
    player.srcObject = new MediaStream([voice]);
    player.volume = 0;
    await player.play();
    const near: InstanceType<typeof LinkEnd> = new LinkEnd(true, (signal) => {
      far.receive(signal);
    });
    const far: InstanceType<typeof LinkEnd> = new LinkEnd(false, (signal) => {
      near.receive(signal);
    });
    await near.connection.offer();
    await Promise.all([near.connected(), far.connected()]);
    await near.connection.setTrack('carried', voice);
    const measured = await new Meter(far.remote('carried')).until(({ levelDb }) => levelDb > -20);
    const claimed = far.connection.claimedLevel('carried');
    near.connection.close();
    far.connection.close();
    return { ...measured, claimed };
  });
  expect(Math.abs(heard.frequency - 500)).toBeLessThan(8);
  expect(heard.claimed).toBeGreaterThan(0.1);
});

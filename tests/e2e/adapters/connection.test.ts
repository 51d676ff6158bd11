// Two real browsers' ends of a link, with the test as the carrier of their signals.
import { createSocket } from 'node:dgram';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serveAdapterPage, type AdapterPage } from '#tests/e2e/adapters/adapter-page';
import { bothConnected, openPair } from '#tests/e2e/adapters/link-pair';
import { launchChromium } from '#tests/support/chromium';

let server: AdapterPage;
let browser: Browser;

beforeAll(async () => {
  server = await serveAdapterPage();
  browser = await launchChromium({ args: ['--autoplay-policy=no-user-gesture-required'] });
});

afterAll(async () => {
  await browser.close();
  await server.close();
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a connection for data alone between two pages', () => {
  let a: Page;
  let b: Page;

  beforeAll(async () => {
    ({ a, b } = await openPair(browser, server, { isDataOnly: true }));
    await a.evaluate(() => window.end.connection.offer());
    await bothConnected(a, b);
  });

  test('has no place for sound or pictures, on either side', async () => {
    for (const page of [a, b]) {
      const sdp = await page.evaluate(() => {
        const sent = window.end.sent.find((signal) => 'description' in signal);
        return sent?.description.sdp ?? '';
      });
      expect(sdp.match(/^m=\w+/gm)).toEqual(['m=application']);
    }
  });

  test('carries blocks, and tells what waits on this side', async () => {
    const waiting = await a.evaluate(() => {
      for (let at = 0; at < 8; at += 1) window.end.connection.sendBulk(new Uint8Array(60_000));
      return window.end.connection.bulkWaitingBytes;
    });
    expect(waiting).toBeGreaterThan(60_000);
    await expect.poll(() => b.evaluate(() => window.end.bulkBytes)).toBe(480_000);
    await expect.poll(() => a.evaluate(() => window.end.connection.bulkWaitingBytes)).toBe(0);
  });

  test('shows the certificate that a link of the same page shows', async () => {
    const side = await a.evaluate(() => window.end.fingerprints());
    const link = await a.evaluate(async () => {
      const end = new window.adapters.LinkEnd(true, () => undefined);
      await end.connection.offer();
      const sent = end.sent.find((signal) => 'description' in signal);
      end.connection.close();
      return sent?.description.sdp ?? '';
    });
    const told = /^a=fingerprint:sha-256 (.*)$/m.exec(link)?.[1] ?? '';
    expect(told.trim().replaceAll(':', '').toLowerCase()).toBe(side.local);
  });
});

describe('a link between two pages', () => {
  let a: Page;
  let b: Page;

  beforeAll(async () => {
    ({ a, b } = await openPair(browser, server));
    await a.evaluate(() => window.end.connection.offer());
    await bothConnected(a, b);
  });

  test('carries control messages both ways, in order and unchanged', async () => {
    for (const page of [a, b]) {
      await page.evaluate(() => {
        for (let at = 0; at < 20; at += 1) window.end.connection.sendControl(Uint8Array.of(1, at, 255 - at));
      });
    }
    const expected = Array.from({ length: 20 }, (_, at) => [1, at, 255 - at]);
    for (const page of [a, b]) {
      await expect
        .poll(() => page.evaluate(() => window.end.received.filter(([first]) => first === 1)))
        .toEqual(expected);
    }
  });

  test('shows each side the certificate that the other one has, as 32 bytes', async () => {
    const [atA, atB] = await Promise.all([a, b].map((page) => page.evaluate(() => window.end.fingerprints())));
    expect(atA?.local).toMatch(/^[0-9a-f]{64}$/);
    expect(atA?.local).toBe(atB?.remote);
    expect(atB?.local).toBe(atA?.remote);
    expect(atA?.local).not.toBe(atB?.local);
  });

  test('asks for Opus with error correction and without silence, redundant audio first, in a description of bounded size', async () => {
    for (const page of [a, b]) {
      const sdp = await page.evaluate(() => {
        const sent = window.end.sent.find((signal) => 'description' in signal);
        return sent?.description.sdp ?? '';
      });
      expect(sdp.length).toBeLessThan(6_500);
      expect(sdp.match(/^m=\w+/gm)).toEqual(['m=audio', 'm=video', 'm=video', 'm=audio', 'm=audio', 'm=application']);
      const opus = /^a=rtpmap:(\d+) opus\/48000\/2/m.exec(sdp)?.[1] ?? '';
      const red = /^a=rtpmap:(\d+) red\/48000\/2/m.exec(sdp)?.[1] ?? '';
      expect(new RegExp(`^a=fmtp:${opus} .*useinbandfec=1`, 'm').test(sdp)).toBe(true);
      expect(new RegExp(`^a=fmtp:${opus} .*usedtx=1`, 'm').test(sdp)).toBe(true);
      expect(/^m=audio \d+ \S+ (\d+)/m.exec(sdp)?.[1]).toBe(red);
      expect(sdp).toContain('a=sendrecv');
    }
  });

  test('brings a tone put into the lane to the other side, at its frequency and level, without another description', async () => {
    const before = await a.evaluate(() => window.end.sent.length);
    await a.evaluate(() => window.end.sendTone(440));
    const heard = await b.evaluate(() => window.end.heard.until(({ levelDb }) => levelDb > -12));
    expect(heard.frequency).toBeGreaterThan(436);
    expect(heard.frequency).toBeLessThan(444);
    expect(heard.levelDb).toBeLessThan(-6); // a sine of half the range is -9 dBFS
    expect(await a.evaluate(() => window.end.sent.length)).toBe(before);
  });

  test('is silent on the other side within 100 ms of a mute, and nearly nothing is sent then', async () => {
    const lateMs: number[] = [];
    // Again while it was late: what a busy machine adds is not the connection's doing.
    while (lateMs.length < 2 || (lateMs.length < 10 && Math.min(...lateMs) >= 100)) {
      const silent = b.evaluate(() => window.end.heard.silentSince(-60));
      await pause(300); // the other page listens by then
      const mutedAt = await a.evaluate(() => window.end.mute());
      lateMs.push((await silent) - mutedAt);
      await a.evaluate(() => window.end.connection.stats());
      await pause(1_000);
      const { sentBitsPerSecond } = await a.evaluate(() => window.end.connection.stats());
      expect(sentBitsPerSecond).toBeLessThan(12_000); // a tone takes 60,000
      await a.evaluate(() => window.end.unmute());
      await b.evaluate(() => window.end.heard.until(({ levelDb }) => levelDb > -12));
    }
    expect(Math.min(...lateMs)).toBeGreaterThan(-5);
    expect(Math.min(...lateMs)).toBeLessThan(100);
  });

  test('brings a picture, and tells in numbers how both travel', async () => {
    await b.evaluate(() => window.end.sendPicture());
    await b.evaluate(() => window.end.connection.stats());
    await expect
      .poll(() => a.evaluate(async () => (await window.end.connection.stats()).framesDecoded), { timeout: 15_000 })
      .toBeGreaterThan(10);
    await pause(500);
    const [atA, atB] = await Promise.all([a, b].map((page) => page.evaluate(() => window.end.connection.stats())));
    expect(atA).toMatchObject({ localCandidate: 'host', remoteCandidate: 'host', protocol: 'udp', videoCodec: 'VP8' });
    expect(atB?.audioCodec).toBe('opus');
    expect(atB?.audioBytesReceived).toBeGreaterThan(1_000);
    expect(atB?.lossRatio).toBe(0);
    expect(atB?.roundTripMs).toBeLessThan(200);
    expect(atB?.jitterMs).toBeLessThan(200);
    expect(atA?.receivedBitsPerSecond).toBeGreaterThan(20_000);
    expect(atB?.sentBitsPerSecond).toBeGreaterThan(20_000);
  });

  test('settles when both sides look for a new path at the same moment, with the same certificates', async () => {
    const before = await a.evaluate(() => window.end.fingerprints());
    await Promise.all([a, b].map((page) => page.evaluate(() => window.end.connection.restartIce())));
    await expect
      .poll(() => a.evaluate(() => window.end.sent.filter((signal) => 'description' in signal).length))
      .toBeGreaterThan(1);
    await Promise.all([a, b].map((page) => page.evaluate(() => window.end.settled())));
    await bothConnected(a, b);
    expect(await a.evaluate(() => window.end.fingerprints())).toEqual(before);
  });

  test('looks for a new path with the servers as they are then', async () => {
    const stun = createSocket('udp4');
    const asked = new Promise<void>((resolve) => stun.once('message', () => resolve()));
    await new Promise<void>((resolve) => stun.bind(0, '127.0.0.1', resolve));
    try {
      await a.evaluate((url) => {
        window.end.iceServers = [{ urls: [url] }];
        window.end.connection.restartIce();
      }, `stun:127.0.0.1:${stun.address().port}`);
      await asked;
      await Promise.all([a, b].map((page) => page.evaluate(() => window.end.settled())));
      await bothConnected(a, b);
    } finally {
      stun.close();
    }
  });

  test('tells the other side at once when one side closes', async () => {
    await a.evaluate(() => window.end.connection.close());
    await expect.poll(() => b.evaluate(() => window.end.broken)).toEqual(['link-lost']);
    expect(await a.evaluate(() => window.end.broken)).toEqual([]);
    expect(await a.evaluate(() => window.end.connection.state.snapshot)).toBe('closed');
  });
});

describe('a link under stress', () => {
  let a: Page;
  let b: Page;

  beforeEach(async () => {
    ({ a, b } = await openPair(browser, server));
  });

  afterEach(async () => {
    await Promise.all([a.context().close(), b.context().close()]);
  });

  test('settles when both sides offer first, and media flows both ways', async () => {
    await Promise.all([a, b].map((page) => page.evaluate(() => window.end.connection.offer())));
    await bothConnected(a, b);
    await Promise.all([a.evaluate(() => window.end.sendTone(440)), b.evaluate(() => window.end.sendTone(880))]);
    const [atA, atB] = await Promise.all(
      [a, b].map((page) => page.evaluate(() => window.end.heard.until(({ levelDb }) => levelDb > -15))),
    );
    expect(atA?.frequency).toBeCloseTo(880, -1);
    expect(atB?.frequency).toBeCloseTo(440, -1);
  });

  test('tells no fingerprint before there is a certificate to hash', async () => {
    const code = await a.evaluate(async () => {
      try {
        await window.end.connection.fingerprints();
        return 'told';
      } catch (reason) {
        return (reason as { code?: string }).code;
      }
    });
    expect(code).toBe('identity-unproven');
  });

  test('keeps candidates that come before their description', async () => {
    await a.evaluate(() => window.end.connection.offer());
    await expect.poll(() => b.evaluate(() => window.end.connection.state.snapshot)).toBe('connected');
    const signals = await a.evaluate(() => window.end.sent);
    const { a: third, b: fourth } = await openPair(browser, server);
    // The fourth page gets nothing from the first but, out of order, what it sent; it still knows what to do with it.
    await fourth.evaluate(
      async (all) => {
        const candidates = all.flatMap((signal) => ('candidates' in signal ? signal.candidates : []));
        await window.end.connection.addCandidates(candidates);
        for (const signal of all) if ('description' in signal) await window.end.connection.accept(signal.description);
      },
      signals.slice(0, 8),
    );
    expect(await fourth.evaluate(() => window.end.sent.some((signal) => 'description' in signal))).toBe(true);
    await Promise.all([third.context().close(), fourth.context().close()]);
  });

  test('refuses a description with more sections than ours', async () => {
    const code = await b.evaluate(async () => {
      const foreign = new RTCPeerConnection();
      for (let at = 0; at < 4; at += 1) foreign.addTransceiver('video');
      const { sdp = '' } = await foreign.createOffer();
      try {
        await window.end.connection.accept({ kind: 'offer', sdp });
        return 'accepted';
      } catch (reason) {
        return (reason as { code?: string }).code;
      }
    });
    expect(code).toBe('protocol-broken');
  });

  test.each([
    ['a text message', 'text'],
    ['a message of more than 16 KiB', 'large'],
  ] as const)('breaks on %s', async (_, what) => {
    // A peer that is not ours: a bare connection with the same channel.
    const broken = await a.evaluate(async (kind) => {
      window.end = new window.adapters.LinkEnd(true, () => undefined);
      await window.end.connection.offer();
      const foreign = new RTCPeerConnection();
      const channel = foreign.createDataChannel('control', { negotiated: true, id: 0 });
      const hasOpened = new Promise((resolve) => (channel.onopen = resolve));
      foreign.onicecandidate = ({ candidate }) => {
        if (candidate)
          void window.end.connection.addCandidates([
            { candidate: candidate.candidate, sdpMid: candidate.sdpMid, sdpMLineIndex: candidate.sdpMLineIndex },
          ]);
      };
      const offer = window.end.sent.find((signal) => 'description' in signal)?.description.sdp ?? '';
      await foreign.setRemoteDescription({ type: 'offer', sdp: offer });
      await foreign.setLocalDescription();
      await window.end.connection.accept({ kind: 'answer', sdp: foreign.localDescription?.sdp ?? '' });
      for (const signal of window.end.sent) {
        if ('candidates' in signal) for (const one of signal.candidates) await foreign.addIceCandidate(one);
      }
      await hasOpened;
      if (kind === 'text') channel.send('hello');
      else channel.send(new Uint8Array(16 * 1024 + 1));
      const deadline = performance.now() + 5_000;
      while (window.end.broken.length === 0 && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 20));
      return {
        codes: window.end.broken,
        received: window.end.received.length,
        sends: window.end.connection.sendControl(Uint8Array.of(1)),
      };
    }, what);
    expect(broken).toEqual({ codes: ['protocol-broken'], received: 0, sends: false });
  });

  test('tells no address of this machine when only relays are allowed', async () => {
    const told = await a.evaluate(async () => {
      const signals = { all: '', relay: '' };
      for (const policy of ['all', 'relay'] as const) {
        const end = new window.adapters.LinkEnd(true, () => undefined, { iceTransportPolicy: policy });
        await end.connection.offer();
        await window.adapters.wait(1_000);
        signals[policy] = JSON.stringify(end.sent);
        end.connection.close();
      }
      return signals;
    });
    expect(told.all).toContain('candidate:');
    expect(told.relay).not.toContain('candidate:');
    expect(told.relay).not.toMatch(/c=IN IP4 (?!0\.0\.0\.0)/);
  });
});

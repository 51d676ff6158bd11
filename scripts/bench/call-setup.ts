// From pressing Video call (the other side accepts by itself) until both sides decoded audio and video, over the sealed
// and proven link; beside plain PeerJS, run by run in turns. Everybody's microphone hears a voice without pauses: Roundtable
// sends next to nothing in silence (Opus DTX) and takes a steady tone for noise, so that either would be a wait for the
// next sound and not for the call.
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { en } from '#messages/en';
import { launchChromium } from '#tests/support/chromium';
import { freePort } from '#tests/support/free-port';
import { Person } from '#tests/support/person';
import { pressWheneverSeen } from '#tests/support/press-whenever-seen';
import { writeVowel } from '#tests/support/tone';
import { watchArrival } from '#scripts/bench/arrival';
import { summarize } from '#scripts/bench/figures';
import { openPeerJsBaseline } from '#scripts/bench/peerjs-baseline';
import { finish, parseBenchArguments } from '#scripts/bench/report';

/** Rings of one contact are taken once in five seconds. */
const betweenRingsMs = 5_200;
/** So that nobody is measured while the one before still closes devices and connections. */
const settleMs = 700;

declare global {
  interface Window {
    pressedAt: number;
  }
}

/** Remembers the wall clock of each click, before the app sees it. */
async function timeClicks(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.addEventListener('click', () => (window.pressedAt = performance.timeOrigin + performance.now()), {
      capture: true,
    });
  });
}

async function measureRoundtable(caller: Person, callee: Person): Promise<number> {
  const arrivals = Promise.all([caller, callee].map(async ({ page }) => await page.evaluate(watchArrival, 10_000)));
  await caller.page.getByRole('button', { name: en.person.videoCall, exact: true }).click();
  const moments = (await arrivals).flatMap(({ audioAt, videoAt }) => [audioAt, videoAt]);
  const pressedAt = await caller.page.evaluate(() => window.pressedAt);
  await caller.hangUp();
  await Promise.all([caller.dismissEnded(), callee.dismissEnded()]);
  return Math.max(...moments) - pressedAt;
}

const { runs } = parseBenchArguments(20);
const chromium = { microphone: writeVowel() };
const browsers = await Promise.all([launchChromium(chromium), launchChromium(chromium)]);
const baseline = await openPeerJsBaseline(...browsers);
const peerPort = await freePort();
const caller = await Person.sitDown({ name: 'Ada', peerPort, chromium });
const callee = await Person.sitDown({ name: 'Ben', peerPort, chromium });
await caller.befriend(callee);
await callee.page.evaluate(pressWheneverSeen, en.call.acceptVideo);
await timeClicks(caller.page);
await caller.openPerson(callee.name);

const ours: number[] = [];
const theirs: number[] = [];
const theirsCapturedBefore: number[] = [];
for (let run = 0; run < runs; run += 1) {
  const startedAt = performance.now();
  theirs.push(await baseline.measure('on-call'));
  await setTimeout(settleMs);
  theirsCapturedBefore.push(await baseline.measure('before'));
  await setTimeout(settleMs);
  ours.push(await measureRoundtable(caller, callee));
  const restMs = betweenRingsMs - (performance.now() - startedAt);
  await setTimeout(Math.max(settleMs, restMs));
}
await Promise.all([caller.leaveTable(), callee.leaveTable()]);
baseline.close();
await Promise.all(browsers.map(async (browser) => await browser.close()));

const roundtableMs = summarize(ours);
const peerJsMs = summarize(theirs);
const peerJsCapturedBeforeMs = summarize(theirsCapturedBefore);
const ratio = roundtableMs.median / peerJsMs.median;
const spread = roundtableMs.p95 / roundtableMs.median;
finish({
  name: 'call-setup',
  ok: ratio <= 1 && spread <= 1.5,
  ratio,
  ratios: {
    p95OverMedian: spread,
    fastest: roundtableMs.min / peerJsMs.min,
    capturedBefore: roundtableMs.median / peerJsCapturedBeforeMs.median,
  },
  figures: { roundtableMs, peerJsMs, peerJsCapturedBeforeMs },
});

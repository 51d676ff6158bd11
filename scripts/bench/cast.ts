// A cast of 640x360 at 30 from one page to six viewers who carry it on: how far behind live each is, how often the source sends
// it, and the processor; beside plain WebRTC pages in a tree of the same fan-out that send on the track they receive.
import type { Page } from 'playwright-core';
import { en } from '#messages/en';
import { copiesOf, goLive, seeCast, watch } from '#tests/support/cast-acts';
import { Table } from '#tests/support/table';
import type { Person } from '#tests/support/person';
import { readClock, showClockAsCamera } from '#scripts/bench/clock-picture';
import { descendantsCpuByKind } from '#scripts/bench/descendants';
import { summarize, type Figures as Spread } from '#scripts/bench/figures';
import { finish, parseBenchArguments } from '#scripts/bench/report';
import { openResendTree } from '#scripts/bench/resend-tree';

const names = ['Ben', 'Cleo', 'Dora', 'Emil', 'Fay', 'Gus'];
const fanOut = 2;
const title = 'The clock';
const settleMs = 6_000;
const measureMs = 10_000;

interface Figures {
  /** Behind live, by hops from the source, ms. */
  readonly delayMs: Readonly<Record<string, Spread>>;
  readonly longestGapMs: number;
  /** Of one core, over source and viewers. */
  readonly cpuPerPage: number;
}

interface Viewer {
  readonly page: Page;
  readonly depth: number;
}

const wait = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));
const cpuSeconds = (): number => [...descendantsCpuByKind().values()].reduce((sum, seconds) => sum + seconds, 0);

async function measure(viewers: readonly Viewer[]): Promise<Figures> {
  await wait(settleMs);
  const before = cpuSeconds();
  await wait(measureMs);
  // Apart from the reading of pictures, which costs more than carrying them.
  const cpuPerPage = (cpuSeconds() - before) / (measureMs / 1_000) / (viewers.length + 1);
  const readings = await Promise.all(viewers.map(async ({ page }) => await page.evaluate(readClock, measureMs)));
  const byDepth = new Map<number, number[]>();
  readings.forEach(({ delaysMs }, at) => {
    const depth = viewers[at]?.depth ?? 0;
    byDepth.set(depth, [...(byDepth.get(depth) ?? []), ...delaysMs]);
  });
  return {
    delayMs: Object.fromEntries([...byDepth].sort().map(([depth, delays]) => [String(depth), summarize(delays)])),
    longestGapMs: Math.round(Math.max(...readings.map(({ longestGapMs }) => longestGapMs))),
    cpuPerPage,
  };
}

async function measureResending(): Promise<Figures> {
  const tree = await openResendTree(names.length, fanOut);
  try {
    return await measure(tree.viewers);
  } finally {
    await tree.close();
  }
}

/** How many hops each viewer is away, as the caster's map says. */
async function depths(caster: Person): Promise<ReadonlyMap<string, number>> {
  await caster.press(en.cast.map);
  const rows = await caster.page.getByRole('dialog', { name: en.cast.map }).getByRole('listitem').allTextContents();
  await caster.closeDialog();
  return new Map(
    names.map((name) => {
      const row = rows.find((one) => one.trim().startsWith(name)) ?? '';
      return [name, Number(/(\d+) hops/.exec(row)?.[1] ?? 1)];
    }),
  );
}

async function measureRoundtable(): Promise<Figures & { copies: number; pictureMs: Spread }> {
  const table = new Table();
  try {
    await table.shareBrowser({ args: ['--autoplay-policy=no-user-gesture-required'] });
    const ada = await table.seat('Ada', { voiceHertz: 440, disguise: showClockAsCamera });
    const viewers: Person[] = [];
    for (const name of names) {
      const viewer = await table.seat(name);
      await ada.befriend(viewer);
      viewers.push(viewer);
    }
    await goLive(ada, title, 'low');
    const pictureMs: number[] = [];
    for (const viewer of viewers) {
      const pressedAt = await watch(viewer, title, 'Ada');
      pictureMs.push((await viewer.page.evaluate(awaitPicture)) - pressedAt);
      await seeCast(viewer, title);
    }
    const far = await depths(ada);
    const figures = await measure(viewers.map(({ page, name }) => ({ page, depth: far.get(name) ?? 1 })));
    return { ...figures, copies: await copiesOf(ada), pictureMs: summarize(pictureMs) };
  } finally {
    await table.clear();
  }
}

/** Runs inside a page: when the first picture is shown, ms since the epoch. */
async function awaitPicture(): Promise<number> {
  const untilMs = performance.now() + 20_000;
  const isShown = (): boolean => (document.querySelector<HTMLVideoElement>('video.picture')?.videoWidth ?? 0) > 0;
  while (!isShown()) {
    if (performance.now() > untilMs) throw new Error('No picture came.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return performance.timeOrigin + performance.now();
}

parseBenchArguments(1);
const resending = await measureResending();
const roundtable = await measureRoundtable();
const deepest = Object.entries(roundtable.delayMs).at(-1)?.[1];
const ratio = roundtable.cpuPerPage / resending.cpuPerPage;
finish({
  name: 'cast',
  ok: (deepest?.p95 ?? Infinity) <= 1_500 && roundtable.copies <= 2.1 && ratio <= 1,
  ratio,
  ratios: { cpu: ratio, copies: roundtable.copies, pictureSeconds: roundtable.pictureMs.median / 1_000 },
  figures: { resending, roundtable },
  sourceUploadCopies: roundtable.copies,
  delayMs: { p50: deepest?.median ?? NaN, p95: deepest?.p95 ?? NaN },
});

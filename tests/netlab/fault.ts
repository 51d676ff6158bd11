// One fault in a running call of the real app: how long the two did not hear each other, and whether the call came through.
import { setTimeout } from 'node:timers/promises';
import { en } from '#messages/en';
import { connectCall } from '#tests/netlab/call';
import { readHearing, startListening, type Hearing } from '#tests/netlab/ear';
import type { Fault } from '#tests/netlab/faults';
import { readPath } from '#tests/netlab/path';
import type { People } from '#tests/netlab/people';
import { Scene } from '#tests/netlab/scene';
import type { Person } from '#tests/support/person';

export interface FaultResult {
  readonly name: string;
  readonly promise: string;
  /** Longest time that either side heard nothing, ms. */
  readonly gapMs: number;
  /** From the return of a path, or the fault, until what was awaited, ms; null when it never came. */
  readonly backMs: number | null;
  readonly targetMs: number;
  /** The call is still there on both sides, and nobody had to do anything. */
  readonly kept: boolean;
  readonly pathBefore: string;
  readonly pathAfter: string;
}

/** A browser notices by itself after some seconds; less would miss gaps that come late. */
const watchAtLeastMs = 12_000;
const watchAtMostMs = 45_000;
const steadyMs = 3_000;
const toldMostMs = 20_000;

const listen = async (people: readonly Person[]): Promise<Hearing[]> =>
  await Promise.all(people.map(async ({ page }) => await page.evaluate(readHearing)));

/** Gaps that reach beyond `sinceMs`; one that is still open ends now. */
function gapsSince(hearing: Hearing, sinceMs: number): { from: number; to: number }[] {
  const open = { from: hearing.lastAt, to: hearing.now };
  const all = open.to - open.from > 500 ? [...hearing.gaps, open] : hearing.gaps;
  return all.filter(({ to }) => to > sinceMs);
}

async function watch(people: readonly Person[], healedAt: number): Promise<Hearing[]> {
  for (;;) {
    const hearings = await listen(people);
    const passedMs = Date.now() - healedAt;
    const isSteady = hearings.every((hearing) => gapsSince(hearing, hearing.now - steadyMs).length === 0);
    if (passedMs > watchAtMostMs || (passedMs > watchAtLeastMs && isSteady)) return hearings;
    await setTimeout(250);
  }
}

async function paths(people: readonly Person[]): Promise<string> {
  const paths = await Promise.all(people.map(async ({ page }) => await page.evaluate(readPath)));
  return paths.map((path) => path?.words ?? 'none').join(' - ');
}

async function isInCall({ page }: Person): Promise<boolean> {
  return await page.getByRole('toolbar', { name: en.call.bar }).isVisible();
}

/** Ms from now until the caller reads that the app looks for the other side. */
async function untilTold({ page }: Person): Promise<number | null> {
  const from = Date.now();
  const words = page.getByText(en.call.reconnecting, { exact: true }).first();
  return await words.waitFor({ timeout: toldMostMs }).then(
    () => Date.now() - from,
    () => null,
  );
}

export async function runFault(people: People, fault: Fault): Promise<FaultResult> {
  const { name, promise, targetMs } = fault;
  const scene = await Scene.open({ ...fault.network, name, hasPath: true });
  try {
    const both = await scene.seatBoth(people);
    const [caller, callee] = both;
    await Promise.all([caller.seeOnline(callee.name), callee.seeOnline(caller.name)]);
    if ((await connectCall(caller, callee)) === null) throw new Error(`${name}: no call came about.`);
    await Promise.all(both.map(async ({ page }) => await page.evaluate(startListening)));
    await setTimeout(2_000);
    const pathBefore = await paths(both);
    const struckAt = Date.now();
    await fault.strike(scene, both);
    const healedAt = Date.now();
    if (fault.awaits === 'told') {
      const backMs = await untilTold(caller);
      return { name, promise, gapMs: 0, backMs, targetMs, kept: await isInCall(caller), pathBefore, pathAfter: 'null' };
    }
    const hearings = await watch(both, healedAt);
    const gaps = hearings.map((hearing) => gapsSince(hearing, struckAt));
    const isBack = hearings.every((hearing) => hearing.now - hearing.lastAt < 500);
    const ends = gaps.flat().map(({ to }) => to - healedAt);
    return {
      name,
      promise,
      gapMs: Math.round(Math.max(0, ...gaps.flat().map(({ from, to }) => to - from))),
      backMs: isBack ? Math.round(Math.max(0, ...ends)) : null,
      targetMs,
      kept: (await Promise.all(both.map(isInCall))).every(Boolean),
      pathBefore,
      pathAfter: await paths(both),
    };
  } finally {
    await scene.close();
  }
}

// One call of the real app in the network of one case: pressed, accepted, heard and seen, hung up.
import type { LineVerdict, Verdict } from '#shared/connection-verdict';
import { en } from '#messages/en';
import { checkLine, saidInCall, saidOf } from '#tests/netlab/doctor';
import { firstConnectMs } from '#tests/netlab/connection-times';
import { readPath } from '#tests/netlab/path';
import { readHeardAndSeen } from '#tests/support/heard-and-seen';
import type { Person } from '#tests/support/person';
import { pressWheneverSeen } from '#tests/support/press-whenever-seen';
import { watchArrival } from '#scripts/bench/arrival';

export interface CallResult {
  readonly connected: boolean;
  /** From making the connection to connected, ms; the call finds it there. */
  readonly linkMs: number | null;
  /** From pressing Video call to sound and picture on both sides, ms. */
  readonly callMs: number | null;
  /** How each side goes out: `host udp`, `srflx udp`, `relay by tls`, … */
  readonly path: string | null;
  /** Whether a voice came out of both sides' speakers. */
  readonly heard: boolean;
  /** What the app itself says: of the path on each side, and of the caller's line. */
  readonly said: readonly (Verdict | null)[];
  readonly line: LineVerdict | null;
}

const onlineMs = 25_000;
/** A ring that nothing answers is given up after 12 s. */
const arrivalMs = 20_000;
const audibleDb = -50;

const noCall: CallResult = {
  connected: false,
  linkMs: null,
  callMs: null,
  path: null,
  heard: false,
  said: [],
  line: null,
};

async function seesOnline(person: Person, other: string, timeout: number): Promise<boolean> {
  const row = person.sidebar.getByRole('button', { name: new RegExp(`${other}.*${en.presence.online}`) });
  return await row.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}

async function isHeard(person: Person): Promise<boolean> {
  const heard = await person.page.evaluate(readHeardAndSeen, 1_000);
  return heard.some(({ levelDb }) => levelDb > audibleDb);
}

/** Rings and waits for both sides' sound and picture; the call goes on. Null when it did not come about. */
export async function connectCall(caller: Person, callee: Person): Promise<number | null> {
  await callee.page.evaluate(pressWheneverSeen, en.call.acceptVideo);
  await caller.openPerson(callee.name);
  const arrivals = Promise.all(
    [caller, callee].map(async ({ page }) => await page.evaluate(watchArrival, arrivalMs).catch(() => null)),
  );
  const pressedAt = await caller.press(en.person.videoCall);
  const moments = (await arrivals).flatMap((arrival) => (arrival ? [arrival.audioAt, arrival.videoAt] : []));
  return moments.length < 4 ? null : Math.round(Math.max(...moments) - pressedAt);
}

/** The same for a case in which no path exists: pressed all the same, and told in words that it cannot be. */
async function tryInVain(caller: Person, callee: Person): Promise<CallResult> {
  const callMs = await connectCall(caller, callee);
  const said = [await saidOf(caller, callee.name)];
  const line = await checkLine(caller);
  return { ...noCall, connected: callMs !== null, callMs, said, line };
}

export async function measureCall(caller: Person, callee: Person, hasPath: boolean): Promise<CallResult> {
  const online = Promise.all([
    seesOnline(caller, callee.name, hasPath ? onlineMs : 2_000),
    seesOnline(callee, caller.name, hasPath ? onlineMs : 2_000),
  ]);
  if (!(await online).every(Boolean)) return await tryInVain(caller, callee);
  const linkMs = await caller.page.evaluate(firstConnectMs);
  const callMs = await connectCall(caller, callee);
  if (callMs === null) return { ...noCall, linkMs };
  const [here, there] = await Promise.all([caller, callee].map(async ({ page }) => await page.evaluate(readPath)));
  const heard = (await Promise.all([caller, callee].map(isHeard))).every(Boolean);
  const path = `${here?.words ?? 'none'} - ${there?.words ?? 'none'}`;
  const said = await Promise.all([saidInCall(caller, callee.name), saidInCall(callee, caller.name)]);
  return { connected: true, linkMs, callMs, path, heard, said, line: await checkLine(caller) };
}

// Headless people call each other through the real interface, one call after the other; prints what was heard and seen.
// Every person is a web shell and a browser of their own, with a fake camera and a spoken recording as microphone.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort } from '#tests/support/free-port';
import { readHeardAndSeen, type HeardAndSeen } from '#tests/support/heard-and-seen';
import { Person } from '#tests/support/person';
import { summarize } from '#scripts/bench/figures';

interface CallReport extends HeardAndSeen {
  from: string;
  to: string;
  setupMs: number;
}

const folder = 'out/demo';
const names = ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gus', 'Hana'];
const listenForMs = 4_000;
const quietDb = -50;

function parsePeople(): number {
  const at = process.argv.indexOf('--people');
  const count = at < 0 ? 3 : Number(process.argv[at + 1]);
  if (!Number.isInteger(count) || count < 2 || count > names.length)
    throw new Error(`--people takes 2 to ${names.length}.`);
  return count;
}

async function photograph(person: Person, name: string, screenshots: string[]): Promise<void> {
  const path = join(folder, `${name}.png`);
  await person.page.screenshot({ path });
  screenshots.push(path);
}

/** One call with video; reports both directions. Set-up runs from the caller's click to media on both sides, accept included. */
async function talk(caller: Person, callee: Person, screenshots: string[]): Promise<CallReport[]> {
  const clickedAt = performance.now();
  await caller.ring(callee.name, { video: true });
  await callee.accept({ video: true });
  await Promise.all([caller.seeRemoteVideo(callee.name), callee.seeRemoteVideo(caller.name)]);
  const setupMs = Math.round(performance.now() - clickedAt);
  const [here, there] = await Promise.all(
    [caller, callee].map(async (side) => await side.page.evaluate(readHeardAndSeen, listenForMs)),
  );
  await photograph(caller, `call-${caller.name}-${callee.name}-light`, screenshots);
  await caller.page.emulateMedia({ colorScheme: 'dark' });
  await photograph(caller, `call-${caller.name}-${callee.name}-dark`, screenshots);
  await caller.page.emulateMedia({ colorScheme: 'light' });
  await caller.hangUp();
  await Promise.all([caller.dismissEnded(), callee.dismissEnded()]);
  if (!here || !there) throw new Error('A side gave no report.');
  return [
    { from: callee.name, to: caller.name, setupMs, ...here },
    { from: caller.name, to: callee.name, setupMs, ...there },
  ];
}

async function run(people: Person[], reports: CallReport[], screenshots: string[]): Promise<void> {
  const peerPort = await freePort();
  const microphone = resolve('tests/fixtures/spoken.wav');
  for (const name of names.slice(0, parsePeople()))
    people.push(await Person.sitDown({ name, peerPort, chromium: { microphone } }));
  for (const [at, person] of people.entries()) {
    const next = people[at + 1];
    if (!next) break;
    await person.befriend(next);
  }
  if (people[0]) await photograph(people[0], 'people-light', screenshots);
  for (const [at, person] of people.entries()) {
    const next = people[at + 1];
    if (next) reports.push(...(await talk(person, next, screenshots)));
  }
}

mkdirSync(folder, { recursive: true });
const people: Person[] = [];
const reports: CallReport[] = [];
const screenshots: string[] = [];
let problem = '';
try {
  await run(people, reports, screenshots);
} catch (reason) {
  problem = reason instanceof Error ? reason.message : String(reason);
  console.error(`The demo stopped: ${problem}`);
}
await Promise.allSettled(people.map(async (person) => await person.leaveTable()));

console.table(
  reports.map(
    ({
      from,
      to,
      setupMs,
      path,
      protocol,
      audioCodec,
      videoCodec,
      receivedKbps,
      roundTripMs,
      levelDb,
      framesDecoded,
    }) => ({
      call: `${from} → ${to}`,
      'set-up ms': setupMs,
      'candidate pair': `${path}, ${protocol}`,
      codecs: `${audioCodec}, ${videoCodec}`,
      'kbit/s': receivedKbps,
      'round trip ms': roundTripMs,
      'level dB': levelDb,
      'frames decoded': framesDecoded,
    }),
  ),
);
for (const path of screenshots) console.log(path);
const quiet = reports.filter((report) => !(report.levelDb > quietDb) || report.framesDecoded === 0);
for (const report of quiet) console.error(`Nothing heard or seen from ${report.from} at ${report.to}.`);
const ok = problem === '' && quiet.length === 0 && reports.length === 2 * (people.length - 1);
const setup = summarize(reports.filter((_, at) => at % 2 === 0).map((report) => report.setupMs));
if (process.argv.includes('--json')) {
  console.log(
    JSON.stringify({
      ok,
      participants: people.length,
      links: reports.length / 2,
      callSetupMs: { p50: setup.median, max: setup.max },
      audio: {
        bytesReceived: reports.reduce((sum, report) => sum + report.audioBytesReceived, 0),
        levelDb: reports.length > 0 ? Math.min(...reports.map((report) => report.levelDb)) : null,
      },
      video: { framesDecoded: reports.reduce((sum, report) => sum + report.framesDecoded, 0) },
      screenshots,
    }),
  );
}
process.exit(ok ? 0 : 1);

// Headless people hold a conference through the real interface and drop a file on the table; prints what each heard and saw of
// the others, and how the file fared. Every person is a web shell and a browser of their own, with a fake camera and a spoken
// recording as microphone.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '#tests/support/free-port';
import { readHeardAndSeen, type HeardAndSeen } from '#tests/support/heard-and-seen';
import { Person } from '#tests/support/person';
import { goToDoor, join as joinRoom, makeRoomLink, openRoom, say, seeInside, seeLine } from '#tests/support/room-acts';
import { awaitHeard } from '#scripts/bench/mesh-readings';
import { summarize } from '#scripts/bench/figures';
import { dropOnTable, type FileDrop } from '#scripts/demo/file-drop';

/** What one person received from one of the others. */
interface Reception extends HeardAndSeen {
  readonly at: string;
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
  // Colours that are on their way to another theme would be caught in between.
  await person.page.waitForFunction(() =>
    document.getAnimations().every(({ effect }) => effect?.getComputedTiming().endTime === Infinity),
  );
  await person.page.screenshot({ path });
  screenshots.push(path);
}

/** From pressing Join until everybody inside is heard, ms. */
async function enter(person: Person, link: string, inside: readonly Person[]): Promise<number> {
  await goToDoor(person, link);
  const pressedAt = await joinRoom(person, { camera: true });
  const heardAt = await person.page.evaluate(awaitHeard, { others: inside.length, timeoutMs: 30_000 });
  await seeInside(person, inside);
  return Math.round(heardAt - pressedAt);
}

/** Everybody writes a line, and everybody reads all of them. */
async function chat(people: readonly Person[]): Promise<void> {
  for (const person of people) await say(person, `Hello from ${person.name}`);
  for (const person of people)
    await Promise.all(people.map(async ({ name }) => await seeLine(person, `Hello from ${name}`)));
}

const people: Person[] = [];
const homes: string[] = [];
let fileDrop: FileDrop | null = null;
const receptions: Reception[] = [];
const joinsMs: number[] = [];
const screenshots: string[] = [];

async function run(): Promise<FileDrop | null> {
  const peerPort = await freePort();
  const microphone = resolve('tests/fixtures/spoken.wav');
  for (const name of names.slice(0, parsePeople())) {
    const home = mkdtempSync(join(tmpdir(), 'roundtable-demo-'));
    homes.push(home);
    people.push(await Person.sitDown({ name, peerPort, home, chromium: { microphone } }));
  }
  const [opener, ...others] = people;
  if (!opener) return null;
  await openRoom(opener, 'Tuesday table', { camera: true });
  const inside = [opener];
  for (const person of others) {
    joinsMs.push(await enter(person, await makeRoomLink(opener), inside));
    inside.push(person);
  }
  await chat(people);
  for (const person of people) {
    const heard = await person.page.evaluate(readHeardAndSeen, listenForMs);
    receptions.push(...heard.map((reception) => ({ at: person.name, ...reception })));
    await photograph(person, `room-${person.name}-light`, screenshots);
  }
  const receivers = others.map((person, at) => ({ person, home: homes[at + 1] ?? '' }));
  const dropped = await dropOnTable(opener, receivers, homes[0] ?? folder);
  await opener.page.emulateMedia({ colorScheme: 'dark' });
  await photograph(opener, `room-${opener.name}-dark`, screenshots);
  return dropped;
}

mkdirSync(folder, { recursive: true });
let problem = '';
try {
  fileDrop = await run();
} catch (reason) {
  problem = reason instanceof Error ? reason.message : String(reason);
  console.error(`The demo stopped: ${problem}`);
}
await Promise.allSettled(people.map(async (person) => await person.leaveTable()));
for (const home of homes) rmSync(home, { recursive: true, force: true });

console.table(
  receptions.map((reception) => ({
    at: reception.at,
    'candidate pair': `${reception.path}, ${reception.protocol}`,
    codecs: `${reception.audioCodec}, ${reception.videoCodec}`,
    'kbit/s': reception.receivedKbps,
    'round trip ms': reception.roundTripMs,
    'level dB': reception.levelDb,
    'frames decoded': reception.framesDecoded,
  })),
);
console.log(`From Join to hearing everybody, ms: ${joinsMs.join(', ')}`);
if (fileDrop) {
  const { bytes, mibPerSecond, receivers, sourceUploadCopies, hashEqual } = fileDrop;
  const equal = hashEqual ? 'the same everywhere' : 'NOT the same everywhere';
  console.log(
    `A file of ${bytes / 2 ** 20} MiB for ${receivers}: ${mibPerSecond} MiB/s to each, its giver sent ${sourceUploadCopies} copies, ${equal}`,
  );
}
for (const path of screenshots) console.log(path);
const isWhole = ({ levelDb, framesDecoded }: Reception): boolean => levelDb > quietDb && framesDecoded > 0;
for (const reception of receptions)
  if (!isWhole(reception)) console.error(`${reception.at} did not hear or see somebody.`);
const everyoneHeardEveryone =
  people.length > 1 &&
  people.every(({ name }) => receptions.filter((one) => one.at === name && isWhole(one)).length === people.length - 1);
const ok = problem === '' && everyoneHeardEveryone && fileDrop?.hashEqual === true;
const setup = summarize(joinsMs);
if (process.argv.includes('--json')) {
  console.log(
    JSON.stringify({
      ok,
      participants: people.length,
      links: receptions.length / 2,
      everyoneHeardEveryone,
      callSetupMs: { p50: setup.median, max: setup.max },
      audio: {
        bytesReceived: receptions.reduce((sum, { audioBytesReceived }) => sum + audioBytesReceived, 0),
        levelDb: receptions.length > 0 ? Math.min(...receptions.map(({ levelDb }) => levelDb)) : null,
      },
      video: { framesDecoded: receptions.reduce((sum, { framesDecoded }) => sum + framesDecoded, 0) },
      fileDrop,
      screenshots,
    }),
  );
}
process.exit(ok ? 0 : 1);

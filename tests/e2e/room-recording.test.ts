// A recording of a room: nobody is in it who did not agree, everybody sees it, and the file holds what was said.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { amplitudeAt, decodeOpus, hasOpusTools, opusInfo } from '#tests/support/opus-tools';
import type { Person } from '#tests/support/person';
import { joinByLink, makeRoomLink, openRoom, seeInside } from '#tests/support/room-acts';
import { expectAllToHearAll, hertzOf, seatWithTone } from '#tests/support/room-tones';
import { Table } from '#tests/support/table';

const words = en.room.record;
const lengthOffMs = 300;
/** Of the tones, which have an amplitude of 0.5 and pass through a mix and two encodings. */
const heardAmplitude = 0.05;
/** Nobody gives this tone, and no mixture of two of the tones falls on it. */
const nobodysHertz = 550;

/** Runs inside the page: the time, ms since the epoch, once the recording can be paused; 0 before. */
function noteRunning(pause: string): number {
  const isRunning = [...document.querySelectorAll('button')].some(({ textContent }) => textContent.trim() === pause);
  return isRunning ? performance.timeOrigin + performance.now() : 0;
}

describe('a recording of a room', () => {
  const home = mkdtempSync(join(tmpdir(), 'roundtable-home-'));
  const table = new Table();
  let ada: Person;
  let ben: Person;
  let cleo: Person;
  let recordedMs: number;

  const answer = async (person: Person, button: string): Promise<void> => {
    const asked = person.page.getByRole('alert').filter({ hasText: words.ask('Ada') });
    await asked.getByText(words.askText, { exact: true }).waitFor();
    await asked.getByRole('button', { name: button, exact: true }).click();
  };

  /** Every file anywhere in the home of who records. */
  const filesMade = (): string[] =>
    readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));

  const recordingBanner = (person: Person) => person.page.getByText(words.others('Ada'), { exact: true });

  beforeAll(async () => {
    ada = await seatWithTone(table, 'Ada', { home });
    ben = await seatWithTone(table, 'Ben');
    cleo = await seatWithTone(table, 'Cleo');
    await openRoom(ada, 'On record');
    const link = await makeRoomLink(ada);
    await joinByLink(ben, link);
    await joinByLink(cleo, link);
    await Promise.all([seeInside(ada, [ben, cleo]), seeInside(ben, [ada, cleo]), seeInside(cleo, [ada, ben])]);
  }, 120_000);

  afterAll(async () => {
    await table.clear();
    rmSync(home, { recursive: true, force: true });
  });

  test('is not made when one refuses: it is said, and there is no file', async () => {
    await expectAllToHearAll([ada, ben, cleo]);
    await ada.choose(en.room.recordMenu, words.mixed);
    await ada.page.getByText(words.asking('Ben and Cleo'), { exact: true }).waitFor();
    await answer(ben, words.agree);
    await ada.page.getByText(words.asking('Cleo'), { exact: true }).waitFor();
    await answer(cleo, words.refuse);
    await ada.page.getByText(`${words.refusedBy('Cleo')}.`, { exact: true }).waitFor();
    await ada.page.getByText(words.refusedText, { exact: true }).waitFor();
    await ada.press(en.common.dismiss);
    expect(filesMade()).toEqual([]);
    for (const person of [ben, cleo]) expect(await recordingBanner(person).count()).toBe(0);
  });

  test('begins when all have agreed, and shows on everybody’s screen', async () => {
    await ada.choose(en.room.recordMenu, words.mixed);
    await answer(ben, words.agree);
    expect(filesMade()).toEqual([]);
    const begunAt = ada.page.waitForFunction(noteRunning, words.pause).then(async (time) => await time.jsonValue());
    await answer(cleo, words.agree);
    await Promise.all([recordingBanner(ben).waitFor(), recordingBanner(cleo).waitFor()]);
    const seat = ben.page.getByRole('list', { name: en.room.seats }).getByRole('listitem').filter({ hasText: 'Ada' });
    await seat.getByText(en.room.records, { exact: true }).waitFor({ state: 'attached' });
    await ada.page.waitForTimeout(5_000);
    recordedMs = (await ada.press(words.stop)) - (await begunAt);
    await ada.page.getByText(`${words.finished(1)}.`, { exact: true }).waitFor();
    await Promise.all(
      [ben, cleo].map(async (person) => await recordingBanner(person).waitFor({ state: 'detached', timeout: 5_000 })),
    );
  });

  test('lies in the downloads of who made it, with the consents beside it', async () => {
    const folder = join(home, 'Downloads', 'Roundtable recordings');
    expect(existsSync(folder)).toBe(true);
    const files = filesMade();
    expect(files.every((file) => file.startsWith(folder))).toBe(true);
    expect(files.filter((file) => file.endsWith('.opus') || file.endsWith('.ogg'))).toHaveLength(1);
    const consents = readFileSync(files.find((file) => basename(file) === 'consents.json') ?? '', 'utf8');
    for (const { name } of [ben, cleo]) expect(consents).toContain(`"name": "${name}"`);
    await ada.page.getByText(folder).first().waitFor();
  });

  test.skipIf(!hasOpusTools)('is as long as it lasted, and has the tones of all three', () => {
    const [file = ''] = filesMade().filter((name) => name.endsWith('.opus') || name.endsWith('.ogg'));
    const bytes = readFileSync(file);
    const { lengthMs, complaints } = opusInfo(bytes);
    expect(complaints).toEqual([]);
    expect(Math.abs(lengthMs - recordedMs)).toBeLessThan(lengthOffMs);
    const samples = decodeOpus(bytes);
    const middle = samples.subarray(samples.length / 2 - 24_000, samples.length / 2 + 24_000);
    for (const name of ['Ada', 'Ben', 'Cleo']) {
      expect(amplitudeAt(middle, hertzOf[name] ?? 0), name).toBeGreaterThan(heardAmplitude);
    }
    expect(amplitudeAt(middle, nobodysHertz)).toBeLessThan(heardAmplitude / 10);
  });
});

if (!hasOpusTools)
  process.stderr.write('not run: what a recording holds, because opus-tools (Debian) are not installed\n');

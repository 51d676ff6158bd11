// A member of a room whose app breaks the rules, on real links: what they send is refused and shown, changes nothing for
// the others, and in the end costs them the link.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RecordingId, RoomId } from '#shared/room';
import { limits } from '#core/wire/limits';
import { en } from '#messages/en';
import { holdControlChannels, lastHeard, sendPast } from '#tests/support/hostile-page';
import type { Person } from '#tests/support/person';
import { joinByLink, makeRoomLink, openRoom, remove, seeInside } from '#tests/support/room-acts';
import { expectToHear, seatWithTone } from '#tests/support/room-tones';
import { Table } from '#tests/support/table';

const RoomMessage = v.looseObject({ roomId: RoomId });
const RecordMessage = v.looseObject({ recordingId: RecordingId });
/** The links of the hostile member, in the order in which they opened. */
const toAda = 0;
const toBen = 1;

describe('a hostile member of a room', () => {
  const home = mkdtempSync(join(tmpdir(), 'roundtable-home-'));
  const table = new Table();
  let ada: Person;
  let ben: Person;
  let cleo: Person;
  let roomId: RoomId;

  const refusals = (person: Person) => person.page.getByText(en.room.refused('Cleo'), { exact: true });

  /** Waits for one more notice than there were, and reads it away. */
  const seeRefused = async (person: Person): Promise<void> => {
    await refusals(person).first().waitFor();
    await person.page.getByText(en.room.refusedText, { exact: true }).first().waitFor();
    await person.page.getByRole('button', { name: en.common.dismiss, exact: true }).first().click();
    await refusals(person).waitFor({ state: 'detached' });
  };

  beforeAll(async () => {
    ada = await seatWithTone(table, 'Ada', { home });
    ben = await seatWithTone(table, 'Ben');
    cleo = await seatWithTone(table, 'Cleo', { disguise: holdControlChannels });
    await openRoom(ada, 'A table');
    const link = await makeRoomLink(ada);
    await joinByLink(ben, link);
    await Promise.all([seeInside(ada, [ben]), seeInside(ben, [ada])]);
    await joinByLink(cleo, link);
    await Promise.all([seeInside(ada, [ben, cleo]), seeInside(ben, [ada, cleo]), seeInside(cleo, [ada, ben])]);
    ({ roomId } = v.parse(RoomMessage, await lastHeard(cleo, 'room.state')));
  }, 120_000);

  afterAll(async () => {
    await table.clear();
    rmSync(home, { recursive: true, force: true });
  });

  test('who gives a voice for removing the opener removes nobody', async () => {
    await remove(cleo, 'Ada');
    await expectToHear(ben, [ada, cleo]);
    await Promise.all([seeInside(ada, [ben, cleo]), seeInside(ben, [ada, cleo])]);
  });

  test('who claims the floor out of turn is refused by whom they told it', async () => {
    await sendPast(cleo, toBen, 'room.floor', { roomId, turn: 0xffff_ffff });
    await seeRefused(ben);
    expect(await refusals(ada).count()).toBe(0);
  });

  test('who forges the roster is refused, and nobody comes or goes', async () => {
    await sendPast(cleo, toAda, 'room.entries', { roomId, entries: [new Uint8Array(randomBytes(180))] });
    await seeRefused(ada);
    await Promise.all([seeInside(ada, [ben, cleo]), seeInside(ben, [ada, cleo])]);
  });

  test('whose consent is forged is not recorded, nor is anybody', async () => {
    const words = en.room.record;
    await ada.choose(en.room.recordMenu, words.mixed);
    await ben.page.getByRole('button', { name: words.agree, exact: true }).click();
    await ada.page.getByText(words.asking('Cleo'), { exact: true }).waitFor();
    await expect.poll(async () => await lastHeard(cleo, 'room.record')).toBeDefined();
    const { recordingId } = v.parse(RecordMessage, await lastHeard(cleo, 'room.record'));
    const consent = new Uint8Array(randomBytes(160));
    await sendPast(cleo, toAda, 'room.consent', { roomId, recordingId, consent });
    await ada.page.getByText(words.refusedText, { exact: true }).waitFor();
    await refusals(ada).first().waitFor();
    expect(readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())).toEqual([]);
  });

  test('who goes on loses the link, and the others go on without them', async () => {
    const text = 'x'.repeat(limits.roomLineLength + 1);
    await sendPast(cleo, toAda, 'room.say', { roomId, id: '0'.repeat(16), text });
    await ada.page.getByText(en.room.facts.apartMe('Cleo'), { exact: true }).first().waitFor();
    await expectToHear(ada, [ben]);
    await expectToHear(ben, [ada, cleo]);
    expect(await ada.page.getByText(text).count()).toBe(0);
  });
});

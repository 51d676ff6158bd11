// Six people at one table, through the interface: each comes in by a link, each hears each, and the room outlives its opener.
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Person } from '#tests/support/person';
import { joinByLink, leaveRoom, makeRoomLink, openRoom, say, seeInside, seeLine } from '#tests/support/room-acts';
import { expectAllToHearAll, hertzOf, seatWithToneOfPage } from '#tests/support/room-tones';
import { Table } from '#tests/support/table';

/** Six pages share one machine; a person alone at theirs waits for nothing of this. */
const patient = { timeout: 40_000 };

describe('a room of six', { timeout: 240_000 }, () => {
  const table = new Table();
  const people: Person[] = [];
  const othersThan = (person: Person): readonly Person[] => people.filter((other) => other !== person);

  beforeAll(async () => {
    await table.shareBrowser();
    for (const name of Object.keys(hertzOf)) people.push(await seatWithToneOfPage(table, name));
  }, 180_000);

  afterAll(async () => {
    await table.clear();
  });

  test('fills by one link, and everybody hears everybody', async () => {
    const [opener, ...guests] = people;
    if (!opener) throw new Error('Nobody came.');
    await openRoom(opener, 'Six at one table');
    const link = await makeRoomLink(opener);
    for (const guest of guests) await joinByLink(guest, link);
    await Promise.all(people.map(async (person) => await seeInside(person, othersThan(person), patient)));
    await expectAllToHearAll(people);
  });

  test('has a chat that reaches all six', async () => {
    const [speaker] = people.slice(-1);
    if (!speaker) throw new Error('Nobody came.');
    await say(speaker, 'Good evening, all');
    for (const person of othersThan(speaker)) await seeLine(person, 'Good evening, all');
  });

  test('goes on without the person who opened it', async () => {
    const opener = people.shift();
    if (!opener) throw new Error('Nobody came.');
    await leaveRoom(opener);
    await Promise.all(people.map(async (person) => await seeInside(person, othersThan(person), patient)));
    await expectAllToHearAll(people);
  });
});

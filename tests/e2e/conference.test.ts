// A room of equals through the interface: everybody hears everybody, whoever opened it may leave, and no server is
// needed once people are inside.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';
import {
  goToDoor,
  join,
  joinByLink,
  leaveRoom,
  makeRoomLink,
  openRoom,
  say,
  seeInside,
  seeLine,
  seeRoom,
} from '#tests/support/room-acts';
import { Table } from '#tests/support/table';
import { listenToAll } from '#tests/support/tone-heard';
import { writeTone } from '#tests/support/tone';

const hertzOf: Readonly<Record<string, number>> = { Ada: 440, Ben: 660, Cleo: 880, Dan: 1_100 };
const roomName = 'Tuesday table';

/** The names of those whose tones are heard, in the order of the alphabet. */
async function heardBy(person: Person): Promise<string> {
  const tones = await person.page.evaluate(listenToAll, 600);
  const heard = Object.entries(hertzOf).filter(([, hertz]) =>
    tones.some(({ frequency, levelDb }) => Math.abs(frequency - hertz) < 15 && levelDb > -45),
  );
  return heard.map(([name]) => name).join(' ');
}

async function expectToHear(person: Person, others: readonly Person[]): Promise<void> {
  const names = others.map(({ name }) => name).toSorted();
  await expect.poll(async () => await heardBy(person), { timeout: 15_000 }).toBe(names.join(' '));
}

async function expectAllToHearAll(people: readonly Person[]): Promise<void> {
  for (const person of people) {
    await expectToHear(
      person,
      people.filter((other) => other !== person),
    );
  }
}

describe('a room', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;
  let cleo: Person;
  let dan: Person;

  const seat = async (name: string): Promise<Person> => {
    const person = await table.seat(name, { chromium: { microphone: writeTone(hertzOf[name] ?? 0) } });
    // A steady tone is just what noise suppression takes away.
    await person.switchNoiseSuppressionOff();
    return person;
  };

  beforeAll(async () => {
    ada = await seat('Ada');
    ben = await seat('Ben');
    cleo = await seat('Cleo');
    dan = await seat('Dan');
    await ada.befriend(ben);
  });

  afterAll(async () => {
    await table.clear();
  });

  test('is opened by one person, and a contact comes in by link', async () => {
    await openRoom(ada, roomName);
    await joinByLink(ben, await makeRoomLink(ada));
    await seeRoom(ben, roomName);
    await Promise.all([seeInside(ada, [ben]), seeInside(ben, [ada])]);
    await expectAllToHearAll([ada, ben]);
  });

  test('takes in somebody whom only one of them let in, and all three hear each other', async () => {
    await goToDoor(cleo, await makeRoomLink(ada));
    await join(cleo);
    await seeRoom(cleo, roomName);
    await Promise.all([seeInside(cleo, [ada, ben]), seeInside(ben, [ada, cleo])]);
    await expectAllToHearAll([ada, ben, cleo]);
  });

  test('has a chat that reaches everybody', async () => {
    await say(cleo, 'Hello from Cleo');
    await Promise.all([seeLine(ada, 'Hello from Cleo'), seeLine(ben, 'Hello from Cleo')]);
  });

  test('goes on without the person who opened it', async () => {
    await leaveRoom(ada);
    await Promise.all([seeInside(ben, [cleo], { timeout: 5_000 }), seeInside(cleo, [ben], { timeout: 5_000 })]);
    await expectAllToHearAll([ben, cleo]);
  });

  test('takes in a further person by a link of somebody else', async () => {
    await joinByLink(dan, await makeRoomLink(ben));
    await seeInside(dan, [ben, cleo]);
    await expectAllToHearAll([ben, cleo, dan]);
  });

  test('silences who mutes, for everybody', async () => {
    await dan.press(en.room.mute);
    await Promise.all([expectToHear(ben, [cleo]), expectToHear(cleo, [ben])]);
    await dan.press(en.room.unmute);
    await Promise.all([expectToHear(ben, [cleo, dan]), expectToHear(cleo, [ben, dan])]);
  });
});

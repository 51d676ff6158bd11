// A room that goes on, and grows, after the only server died: who comes is introduced by the members alone.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { freePort } from '#tests/support/free-port';
import { startHostilePeerServer, type HostilePeerServer } from '#tests/support/hostile-peer-server';
import type { Person } from '#tests/support/person';
import {
  joinByLink,
  leaveRoom,
  makeRoomLink,
  openPeople,
  openRoom,
  seeInside,
  seeRoom,
} from '#tests/support/room-acts';
import { expectAllToHearAll, seatWithTone } from '#tests/support/room-tones';
import { Table } from '#tests/support/table';

const roomName = 'Without a server';

describe('a room whose server dies', () => {
  let table: Table;
  let server: HostilePeerServer;
  let ada: Person;
  let ben: Person;
  let cleo: Person;
  let dan: Person;
  let seenBefore: number;

  const seeAllInside = async (): Promise<void> => {
    const people = [ada, ben, cleo, dan];
    await Promise.all(
      people.map(
        async (person) =>
          await seeInside(
            person,
            people.filter((other) => other !== person),
          ),
      ),
    );
  };

  beforeAll(async () => {
    const peerPort = await freePort();
    server = await startHostilePeerServer(peerPort);
    table = new Table(peerPort);
    ada = await seatWithTone(table, 'Ada');
    ben = await seatWithTone(table, 'Ben');
    cleo = await seatWithTone(table, 'Cleo');
    dan = await seatWithTone(table, 'Dan');
    // Dan knows one of the three, who neither opened the room nor invited the others.
    await cleo.befriend(dan);
    await openRoom(ada, roomName);
    const link = await makeRoomLink(ada);
    await joinByLink(ben, link);
    await joinByLink(cleo, link);
    await Promise.all([seeInside(ada, [ben, cleo]), seeInside(ben, [ada, cleo]), seeInside(cleo, [ada, ben])]);
  }, 120_000);

  afterAll(async () => {
    await table.clear();
    await server.close();
  });

  test('keeps everybody, and they hear each other', async () => {
    server.isDown = true;
    await cleo.seeReach(en.reach.down);
    await dan.seeReach(en.reach.down);
    seenBefore = server.seen.length;
    await expectAllToHearAll([ada, ben, cleo]);
  });

  test('takes in a fourth who is rung by the one member they know, and all four hear each other', async () => {
    await openPeople(cleo);
    await cleo.press(en.room.ringOf('Dan'));
    const ring = dan.page.getByRole('alertdialog', { name: en.door.rung('Cleo') });
    await ring.getByRole('button', { name: en.door.accept, exact: true }).click();
    await seeRoom(dan, roomName);
    await seeAllInside();
    await expectAllToHearAll([ada, ben, cleo, dan]);
  });

  test('takes the fourth in again by a link of that member', async () => {
    await leaveRoom(dan);
    await seeInside(ada, [ben, cleo]);
    await joinByLink(dan, await makeRoomLink(cleo));
    await seeAllInside();
    await expectAllToHearAll([ada, ben, cleo, dan]);
  });

  test('did all that without a message through the server', () => {
    expect(server.ids).toEqual([]);
    expect(server.seen).toHaveLength(seenBefore);
  });
});

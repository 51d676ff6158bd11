// The door of a room: who may come in and how it is said, being in two rooms or two windows, and being shown out.
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { IdentityKeys } from '#main/services/identity-keys';
import { formatRoomLink } from '#main/services/room-links';
import { peerIdOf } from '#main/services/peer-keys';
import { en } from '#messages/en';
import type { FailureCode } from '#shared/failure';
import { RoomId } from '#shared/room';
import type { Person } from '#tests/support/person';
import {
  goToDoor,
  join,
  joinByLink,
  leaveRoom,
  makeRoomLink,
  openMember,
  openPeople,
  openRoom,
  remove,
  seeInside,
  seeRoom,
  seeRoomEnded,
  turnLock,
} from '#tests/support/room-acts';
import { Table } from '#tests/support/table';

const roomName = 'Behind the door';
const hourMs = 3_600_000;

/** A real link of a stranger into a room of theirs, which runs out at `expiresAt`. */
async function strangersLink(expiresAt: number): Promise<string> {
  const keys = await IdentityKeys.fromSeed(new Uint8Array(randomBytes(32)));
  return formatRoomLink(keys, {
    roomId: v.parse(RoomId, randomBytes(16).toString('hex')),
    opener: peerIdOf(keys.publicKey),
    secret: randomBytes(16),
    expiresAt,
    name: 'A room of before',
    makerName: 'Mallory',
  });
}

describe('the door of a room', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;
  let cleo: Person;
  let dan: Person;
  let link: string;

  beforeAll(async () => {
    await table.shareBrowser();
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    cleo = await table.seat('Cleo');
    dan = await table.seat('Dan');
    await openRoom(ada, roomName);
    link = await makeRoomLink(ada);
    await joinByLink(ben, link);
    await Promise.all([seeInside(ada, [ben]), seeInside(ben, [ada])]);
  }, 120_000);

  afterAll(async () => {
    await table.clear();
  });

  describe('has a sentence for a link that', () => {
    const seeRefused = async (text: string, code: FailureCode): Promise<void> => {
      await cleo.openInvites('use');
      await cleo.page.getByLabel(en.invite.paste).fill(text);
      await cleo.page.getByText(en.failure[code].title, { exact: true }).waitFor();
      await cleo.page.getByText(en.failure[code].remedy).waitFor();
      expect(await cleo.page.getByRole('button', { name: en.door.toTheDoor, exact: true }).count()).toBe(0);
      expect(await cleo.page.getByLabel(en.invite.paste).inputValue()).toBe(text);
      await cleo.closeDialog();
    };

    test('was cut', async () => {
      await seeRefused(link.slice(0, -3), 'room-link-malformed');
    });

    test('was made by a later version', async () => {
      await seeRefused(link.replace(':r1/', ':r2/'), 'room-link-unknown-version');
    });

    test('has run out', async () => {
      await seeRefused(await strangersLink(Date.now() - 2 * hourMs), 'room-link-expired');
    });
  });

  describe('shows before joining', () => {
    test('who is inside, who see that somebody looks', async () => {
      await goToDoor(cleo, link);
      const list = cleo.page.getByRole('list', { name: en.door.glance.list, exact: true });
      await list.getByText('Ben', { exact: true }).waitFor();
      expect(await list.getByRole('listitem').allTextContents()).toEqual([`Ada${en.room.member.opener}`, 'Ben']);
      await openPeople(ada);
      await ada.page.getByText(en.room.lookersText, { exact: true }).waitFor();
      await seeInside(ada, [ben]);
    });

    test('nobody once it is locked', async () => {
      await turnLock(ada);
      await cleo.page.getByText(en.door.glance.locked, { exact: true }).waitFor();
      expect(await cleo.page.getByRole('list', { name: en.door.glance.list, exact: true }).count()).toBe(0);
      await ada.page.getByText(en.room.lookersText, { exact: true }).waitFor({ state: 'detached' });
    });
  });

  describe('when it is locked', () => {
    test('lets the holder of a link knock, who waits', async () => {
      await join(cleo);
      await cleo.page.getByRole('heading', { name: en.door.knockingTitle }).waitFor();
      await seeInside(ada, [ben]);
    });

    test('is opened by a member who is not the opener', async () => {
      await ben.press(en.room.admitOf('Cleo'));
      await seeRoom(cleo, roomName);
      await Promise.all([seeInside(ada, [ben, cleo]), seeInside(ben, [ada, cleo]), seeInside(cleo, [ada, ben])]);
      await ada.page.getByText(en.room.knocking('Cleo')).waitFor({ state: 'detached' });
    });

    test('tells who was declined', async () => {
      await joinByLink(dan, link);
      await dan.page.getByRole('heading', { name: en.door.knockingTitle }).waitFor();
      await ben.press(en.room.declineOf('Dan'));
      const { title, text } = en.door.ended.declined;
      await seeRoomEnded(dan, { title: title(roomName), text });
      await turnLock(ada);
    });

    test('opens for the same link once it is unlocked', async () => {
      await dan.press(en.common.tryAgain);
      await seeRoom(dan, roomName);
      await Promise.all([seeInside(dan, [ada, ben, cleo]), seeInside(cleo, [ada, ben, dan])]);
    });
  });

  describe('two rooms at once', () => {
    test('hold the first, and the others see it', async () => {
      await ben.sidebar.getByRole('button', { name: en.door.openRoom, exact: true }).click();
      await ben.page.getByLabel(en.door.name, { exact: true }).fill('The other one');
      await ben.press(en.door.choose);
      await ben.page.getByText(en.door.inRoom(roomName), { exact: true }).waitFor();
      await ben.press(en.door.holdAndJoin);
      await seeRoom(ben, 'The other one');
      await ben.page.getByText(en.room.heldOther(roomName), { exact: true }).waitFor();
      const seat = ada.page.getByRole('list', { name: en.room.seats }).getByRole('button', { name: /^Ben/ });
      await seat.getByText(en.room.state.holding, { exact: true }).waitFor();
    });

    test('are one again when the first is resumed', async () => {
      await leaveRoom(ben);
      await ben.press(en.door.resumeRoom(roomName));
      await seeRoom(ben, roomName);
      const seat = ada.page.getByRole('list', { name: en.room.seats }).getByRole('button', { name: /^Ben/ });
      await seat.getByText(en.room.state.connected, { exact: true }).waitFor();
      await Promise.all([seeInside(ben, [ada, cleo, dan]), seeInside(ada, [ben, cleo, dan])]);
    });
  });

  describe('a person with two windows', () => {
    let first: Page;

    test('sits in the newer one, once', async () => {
      first = await dan.openTab();
      await dan.press(en.starting.elsewhere.take);
      await first.getByRole('heading', { name: en.starting.elsewhere.title }).waitFor();
      await joinByLink(dan, link);
      await seeRoom(dan, roomName);
      await Promise.all([seeInside(dan, [ada, ben, cleo]), seeInside(ada, [ben, cleo, dan])]);
      await openPeople(ada);
      const inside = ada.page.getByRole('region', { name: en.room.peopleTab, exact: true });
      expect(await inside.getByRole('button', { name: /^Dan/ }).count()).toBe(1);
    });
  });

  describe('a member is shown out', () => {
    const { removed } = en.door.ended;

    test('by two who say so, of whom none is the opener', async () => {
      await remove(ben, 'Cleo');
      await openPeople(ada);
      await ada.page.getByText(en.room.member.votes(1), { exact: true }).waitFor();
      await seeInside(cleo, [ada, ben, dan]);
      await remove(dan, 'Cleo');
      await seeRoomEnded(cleo, { title: removed.title(roomName), text: removed.text });
      await Promise.all([seeInside(ada, [ben, dan]), seeInside(ben, [ada, dan]), seeInside(dan, [ada, ben])]);
      await cleo.press(en.room.close);
    });

    test('by the opener alone', async () => {
      await openMember(ada, 'Dan');
      await ada.press(en.room.member.remove);
      await ada.page.getByText(en.room.member.removeOpener, { exact: true }).waitFor();
      await ada.press(en.room.member.removeConfirm('Dan'));
      await seeRoomEnded(dan, { title: removed.title(roomName), text: removed.text });
      await Promise.all([seeInside(ada, [ben]), seeInside(ben, [ada])]);
    });
  });
});

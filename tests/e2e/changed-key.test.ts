// A verified person who comes with another key, and people who are not wanted any more.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

/** What a ring needs at most to arrive here, ms. */
const ringTakesMs = 2_000;

const seeNoRing = async (person: Person): Promise<void> => {
  await person.page.waitForTimeout(ringTakesMs);
  expect(await person.page.getByRole('button', { name: en.call.accept, exact: true }).count()).toBe(0);
};

describe('a verified person who comes with another key', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;
  /** Says to be Ben, with a new key. */
  let newBen: Person;

  const compare = async (): Promise<void> => {
    await ada.page.getByRole('button', { name: en.person.compare, exact: true }).click();
    await ada.page.getByRole('button', { name: en.compare.match }).click();
    await ada.page.getByRole('region', { name: en.person.verified, exact: true }).waitFor();
  };

  beforeAll(async () => {
    await table.shareBrowser();
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    newBen = await table.seat('Ben');
    await ada.befriend(ben);
    await ada.openPerson('Ben');
    await compare();
  });

  afterAll(async () => {
    await table.clear();
  });

  test('is asked about before anything changes', async () => {
    const link = await newBen.invite();
    await ada.openInvites('use');
    await ada.page.getByLabel(en.invite.paste).fill(link);
    await ada.page.getByText(en.invite.sameName('Ben')).waitFor();
    expect(await ada.page.getByRole('button', { name: en.invite.accept('Ben') }).isDisabled()).toBe(true);
    await ada.closeDialog();
    await ada.ring('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
  });

  test('ends a running call with the old one, which says why', async () => {
    await ada.openInvites('use');
    await ada.page.getByLabel(en.invite.paste).fill(await newBen.invite());
    await ada.page.getByRole('radio', { name: en.invite.samePerson('Ben') }).check();
    await ada.page.getByRole('button', { name: en.invite.accept('Ben') }).click();
    await ada.page.getByRole('main').getByText(en.person.changedTitle('Ben')).waitFor();
    await ben.page.getByRole('heading', { name: en.ended['they-hung-up'].title('Ada') }).waitFor();
    expect(await ada.page.getByRole('button', { name: en.person.goToCall }).count()).toBe(0);
  });

  test('is warned of on their page, and cannot be called', async () => {
    await ada.page.getByRole('main').getByText(en.person.changedTitle('Ben')).waitFor();
    await ada.page.getByRole('main').getByText(en.person.changedText).waitFor();
    expect(await ada.page.getByRole('button', { name: en.person.call, exact: true }).count()).toBe(0);
    await ada.sidebar.getByText(en.sidebar.keyChanged).waitFor();
  });

  test('does not ring, and a notice says that they tried', async () => {
    const notices = ada.page.getByRole('region', { name: en.common.notices });
    await ada.sidebar.getByRole('button', { name: en.sidebar.echo }).click();
    await newBen.ring('Ada', { video: false });
    await notices.getByText(en.person.changedTitle('Ben')).waitFor();
    await seeNoRing(ada);
    await notices.getByRole('button', { name: en.invite.openPerson }).click();
    await newBen.page.getByRole('button', { name: en.call.cancel, exact: true }).click();
    await newBen.dismissEnded();
  });

  test('can be called and calls again once the new number was compared', async () => {
    await compare();
    await Promise.all([ada.seeOnline('Ben'), newBen.seeOnline('Ada')]);
    await newBen.ringAgain('Ada', { video: false });
    await ada.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), newBen.seeCall('Ada')]);
    await ada.hangUp();
    await Promise.all([ada.dismissEnded(), newBen.dismissEnded()]);
  });

  test('goes on as not verified when the new key is taken as it is', async () => {
    const third = await table.seat('Ben');
    await ada.openInvites('use');
    await ada.page.getByLabel(en.invite.paste).fill(await third.invite());
    await ada.page.getByRole('radio', { name: en.invite.samePerson('Ben') }).check();
    await ada.page.getByRole('button', { name: en.invite.accept('Ben') }).click();
    await ada.page.getByRole('button', { name: en.person.acceptKey }).click();
    await ada.page.getByRole('region', { name: en.person.unverified, exact: true }).waitFor();
    await Promise.all([ada.seeOnline('Ben'), third.seeOnline('Ada')]);
  });
});

describe('somebody who is not wanted any more', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;

  const seeOffline = async (): Promise<void> => {
    await ben.sidebar.getByRole('button', { name: new RegExp(`Ada.*${en.presence.offline}`) }).waitFor({
      timeout: 25_000, // somebody just greeted may be dialled in vain first
    });
  };

  beforeAll(async () => {
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    await ada.befriend(ben);
  });

  afterAll(async () => {
    await table.clear();
  });

  test('because they are blocked sees nobody there, and does not ring', async () => {
    await ada.openPerson('Ben');
    await ada.choose(en.person.more, en.person.block);
    await seeOffline();
    await ben.ring('Ada', { video: false });
    await seeNoRing(ada);
    await ben.page.getByRole('button', { name: en.call.cancel, exact: true }).click();
    await ben.dismissEnded();
    await ada.unblock('Ben');
    await ben.seeOnline('Ada');
  });

  test('in a call leaves it when they are blocked', async () => {
    await ben.ring('Ada', { video: false });
    await ada.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    await ada.openPerson('Ben');
    await ada.choose(en.person.more, en.person.block);
    await ben.page.getByRole('heading', { name: en.ended['they-hung-up'].title('Ada') }).waitFor();
    await ben.dismissEnded();
    await ada.page.getByRole('button', { name: en.person.undo }).click();
    await ben.seeOnline('Ada');
  });

  test('because they were removed sees nobody there, and does not ring', async () => {
    await ada.openPerson('Ben');
    await ada.choose(en.person.more, en.person.remove);
    await ada.page.getByRole('dialog').getByRole('button', { name: en.person.remove, exact: true }).click();
    await seeOffline();
    await ben.ring('Ada', { video: false });
    await seeNoRing(ada);
    expect(await ada.sidebar.getByRole('button', { name: /^Ben/ }).count()).toBe(0);
  });
});

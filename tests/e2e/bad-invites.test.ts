// Every invite that cannot be used has its own sentence, and the text stays where it was pasted.
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formatInvite } from '#main/services/invite-codec';
import { IdentityKeys } from '#main/services/identity-keys';
import { en } from '#messages/en';
import type { FailureCode } from '#shared/failure';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

/** A real invite of a stranger, valid until `expiresAt`. */
async function strangersInvite(expiresAt: number): Promise<string> {
  const keys = await IdentityKeys.fromSeed(new Uint8Array(randomBytes(32)));
  return formatInvite(keys, { secret: randomBytes(16), expiresAt, nameHint: 'Mallory' });
}

/** The same text with another name in it, and a checksum that fits. */
function forged(link: string): string {
  const [scheme = '', payload = ''] = link.split('/');
  const bytes = Buffer.from(payload, 'base64url');
  bytes.write('Ada', bytes.indexOf('Mallory'));
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return `${scheme}/${bytes.toString('base64url')}`;
}

const inAnHour = Date.now() + 3_600_000;

describe('an invite', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;
  let cleo: Person;

  const seeRefused = async (text: string, code: FailureCode): Promise<void> => {
    await ada.page.getByLabel(en.invite.paste).fill(text);
    await ada.page.getByText(en.failure[code].title, { exact: true }).waitFor();
    await ada.page.getByText(en.failure[code].remedy).waitFor();
    expect(await ada.page.getByRole('button', { name: /^Add / }).count()).toBe(0);
    expect(await ada.page.getByLabel(en.invite.paste).inputValue()).toBe(text);
  };

  beforeAll(async () => {
    ada = await table.seat('Ada');
    ben = await table.seat('Ben');
    cleo = await table.seat('Cleo');
    await ada.openInvites('use');
  });

  afterAll(async () => {
    await table.clear();
  });

  test.each([
    ['is no invite', 'hello'],
    ['is a link to somewhere else', 'https://example.org/join#i1'],
    ['is empty', 'roundtable:i1/AAAA'],
    ['is far too long', `roundtable:i1/${'A'.repeat(3_000)}`],
  ])('says so when the text %s', async (_, text) => {
    await seeRefused(text, 'invite-malformed');
  });

  test('says so when it was cut', async () => {
    await seeRefused((await strangersInvite(inAnHour)).slice(0, -3), 'invite-malformed');
  });

  test('says so when a later version made it', async () => {
    await seeRefused((await strangersInvite(inAnHour)).replace(':i1/', ':i2/'), 'invite-unknown-version');
  });

  test('says so when it has run out', async () => {
    await seeRefused(await strangersInvite(Date.now() - 3_600_000), 'invite-expired');
  });

  test('says so when it was changed on its way', async () => {
    await seeRefused(forged(await strangersInvite(inAnHour)), 'invite-forged');
  });

  test('of one’s own says so', async () => {
    await ada.closeDialog();
    const link = await ada.invite();
    await ada.openInvites('use');
    await seeRefused(link, 'invite-own');
    await ada.closeDialog();
  });

  test('that somebody else used already says so to the second, and stays said', async () => {
    const link = await ada.invite();
    await ben.pasteInvite(link, 'Ada');
    await ben.seeOnline('Ada');
    await cleo.pasteInvite(link, 'Ada');
    await cleo.page.getByText(en.failure['invite-used'].title, { exact: true }).first().waitFor();
    await cleo.openPerson('Ada');
    await cleo.page.getByRole('main').getByText(en.failure['invite-used'].title, { exact: true }).waitFor();
    expect(await ada.sidebar.getByRole('button', { name: /^Cleo/ }).count()).toBe(0);
  });

  test('may be replaced by a newer one of the same person', async () => {
    await cleo.pasteInvite(await ada.invite(), 'Ada');
    await Promise.all([cleo.seeOnline('Ada'), ada.seeOnline('Cleo')]);
  });

  test('of somebody known leads to their page', async () => {
    const link = await ada.invite();
    await ben.openInvites('use');
    await ben.page.getByLabel(en.invite.paste).fill(link);
    await ben.page.getByText(en.invite.known('Ada')).waitFor();
    await ben.page.getByRole('button', { name: en.invite.openPerson }).click();
    await ben.page.getByRole('button', { name: en.person.call, exact: true }).waitFor();
    await ben.seeOnline('Ada');
  });

  test('of somebody blocked says so', async () => {
    await ada.openPerson('Ben');
    await ada.choose(en.person.more, en.person.block);
    const link = await ben.invite();
    await ada.openInvites('use');
    await ada.page.getByLabel(en.invite.paste).fill(link);
    await ada.page.getByRole('button', { name: en.invite.openPerson }).click();
    await ada.page.getByText(en.failure['contact-blocked'].title, { exact: true }).waitFor();
    await ada.page.getByRole('button', { name: en.person.unblock, exact: true }).click();
    await ada.seeOnline('Ben');
  });
});

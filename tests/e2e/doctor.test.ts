// What is said of the connection with a person, to somebody who looks at it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { en } from '#messages/en';
import { bringAxe, violations } from '#tests/support/accessibility';
import type { Person } from '#tests/support/person';
import { Table } from '#tests/support/table';

describe('The connection with a person', () => {
  const table = new Table();
  let ada: Person;
  let ben: Person;

  const view = (person: Person, other: string): Locator =>
    person.page.getByRole('dialog', { name: en.doctor.title(other) });
  const chart = (person: Person, other: string, figure: string): Locator =>
    view(person, other).getByRole('img', { name: new RegExp(`^${figure}: \\d`) });

  const home = mkdtempSync(join(tmpdir(), 'roundtable-home-'));
  /** What she saved. */
  function reportFile(): string {
    const folder = join(home, 'Downloads');
    const [name = 'none'] = readdirSync(folder);
    return join(folder, name);
  }

  beforeAll(async () => {
    ada = await table.seat('Ada', { home });
    ben = await table.seat('Ben');
    await ada.befriend(ben);
  });

  afterAll(async () => {
    await table.clear();
    rmSync(home, { recursive: true });
  });

  test('says that both are on this computer, from the menu of the person', async () => {
    await ada.openPerson('Ben');
    await ada.choose(en.person.more, en.doctor.open);
    await view(ada, 'Ben').getByText(en.doctor.verdict['same-machine'].title('Ben'), { exact: true }).waitFor();
    for (const name of Object.values(en.doctor.step)) await view(ada, 'Ben').getByText(name, { exact: true }).waitFor();
    expect(await view(ada, 'Ben').getByText(en.doctor.stepState.failed, { exact: true }).count()).toBe(0);
    await ada.closeDialog();
  });

  test('measures a call, second by second', async () => {
    await ada.ring('Ben', { video: false });
    await ben.accept({ video: false });
    await Promise.all([ada.seeCall('Ben'), ben.seeCall('Ada')]);
    await ada.page.getByRole('button', { name: /Show the connection$/ }).click();
    await chart(ada, 'Ben', en.doctor.figure.roundTrip).waitFor();
    await chart(ada, 'Ben', en.doctor.figure.received).waitFor();
    const line = async (): Promise<string | null> =>
      await chart(ada, 'Ben', en.doctor.figure.received).locator('polyline').last().getAttribute('points');
    const before = await line();
    await ada.waitUntil(async () => (await line()) !== before);
  });

  test('goes into a report without names and addresses', async () => {
    await view(ada, 'Ben').getByRole('button', { name: en.doctor.report.save }).click();
    await view(ada, 'Ben')
      .getByText(/roundtable-connection-.*[.]json/)
      .waitFor();
    const text = readFileSync(reportFile(), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ format: 'roundtable-connection-report', case: { obstacle: null } });
    expect(text).not.toMatch(/Ben|Ada|[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+|[a-z2-7]{52}|[.]local/);
    await ada.closeDialog();
    await ada.hangUp();
    await Promise.all([ada.dismissEnded(), ben.dismissEnded()]);
  });

  test('is seen by whoever opens the report, at any of its moments', async () => {
    await ben.openSettings('network');
    await ben.page.getByRole('button', { name: en.doctor.line.check }).click();
    await ben.page.getByRole('button', { name: en.doctor.report.open }).click();
    const dialog = ben.page.getByRole('dialog', { name: en.doctor.report.openTitle });
    await dialog.locator('input[type=file]').setInputFiles(reportFile());
    const { verdict, report } = en.doctor;
    await dialog.getByText(verdict['same-machine'].title(report.somebody), { exact: true }).waitFor();
    await bringAxe(ben.page);
    expect(await violations(ben.page)).toEqual([]);
    await dialog.getByRole('slider', { name: report.moment }).press('Home');
    await dialog
      .getByText(verdict['same-machine'].title(report.somebody), { exact: true })
      .waitFor({ state: 'detached' });
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'other.json',
      mimeType: 'application/json',
      buffer: Buffer.from('{"format":"other"}'),
    });
    await dialog.getByText(en.failure['report-malformed'].title).waitFor();
    await ben.closeDialog();
  });

  test('can be checked before a call, in less than five seconds', async () => {
    const words = en.doctor.line;
    await ada.openSettings('network');
    await ada.page.getByRole('button', { name: words.check }).click();
    const dialog = ada.page.getByRole('dialog', { name: words.title });
    const took = dialog.getByText(/Checked in [0-9.]+ s[.]/);
    await took.waitFor({ timeout: 6_000 });
    const [, seconds] = /Checked in ([0-9.]+) s/.exec((await took.textContent()) ?? '') ?? [];
    expect(Number(seconds)).toBeLessThan(5);
    await dialog.getByText(words.verdict['local-only'].title).waitFor();
    await dialog.getByText(words.permission.granted).waitFor();
    await ada.closeDialog();
  });

  test('is explained when a call could not come about', async () => {
    await ben.leaveTable();
    await ada.ringAgain('Ben', { video: false });
    await ada.page.getByRole('button', { name: en.doctor.why }).click();
    // He went without a word, so that the link is looked for still.
    await view(ada, 'Ben').getByText(en.doctor.verdict.repairing.title('Ben'), { exact: true }).waitFor();
    await view(ada, 'Ben').getByText(en.doctor.stepState.running, { exact: true }).waitFor({ state: 'attached' });
    await view(ada, 'Ben').getByText(en.doctor.noFigure).first().waitFor();
    await ada.closeDialog();
  });
});

// What the app itself says of the path, and of the line before a call, read off its own views.
import type { Locator } from 'playwright-core';
import { lineVerdicts, verdicts, type LineVerdict, type Verdict } from '#shared/connection-verdict';
import { en } from '#messages/en';
import type { Person } from '#tests/support/person';

/** Until something is settled: an attempt in vain takes up to 15 s. */
const settledMs = 20_000;

async function readVerdict(person: Person, other: string, view: Locator): Promise<Verdict | null> {
  const said = view.locator('.verdict:not(.busy) .title');
  const title = await said.textContent({ timeout: settledMs }).catch(() => null);
  await person.closeDialog();
  return verdicts.find((verdict) => en.doctor.verdict[verdict].title(other) === title) ?? null;
}

/** Of a call that runs. */
export async function saidInCall(person: Person, other: string): Promise<Verdict | null> {
  await person.page.getByRole('button', { name: /Show the connection$/ }).click();
  return await readVerdict(person, other, person.page.getByRole('dialog', { name: en.doctor.title(other) }));
}

/** Of somebody who cannot be reached. */
export async function saidOf(person: Person, other: string): Promise<Verdict | null> {
  await person.openPerson(other);
  await person.choose(en.person.more, en.doctor.open);
  return await readVerdict(person, other, person.page.getByRole('dialog', { name: en.doctor.title(other) }));
}

/** All that the check before a call says; null when it took longer than it may. */
export async function readLineCheck(person: Person): Promise<string | null> {
  const words = en.doctor.line;
  await person.openSettings('network');
  await person.page.getByRole('button', { name: words.check }).click();
  const view = person.page.getByRole('dialog', { name: words.title });
  const isDone = await view
    .getByText(/Checked in [0-4]\.\d s\./)
    .waitFor({ timeout: 8_000 })
    .then(
      () => true,
      () => false,
    );
  const text = (await view.textContent()) ?? '';
  await person.closeDialog();
  return isDone ? text : null;
}

/** What it comes to. */
export async function checkLine(person: Person): Promise<LineVerdict | null> {
  const text = await readLineCheck(person);
  return lineVerdicts.find((verdict) => text?.includes(en.doctor.line.verdict[verdict].text)) ?? null;
}

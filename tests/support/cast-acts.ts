// What people do with casts, through the real interface, and what they see and hear of them.
import { expect } from 'vitest';
import { en } from '#messages/en';
import { lookAt, type PictureSeen } from '#tests/support/picture-seen';
import type { Person } from '#tests/support/person';
import { listenToAll } from '#tests/support/tone-heard';

const { cast } = en;

export async function openCasts(person: Person): Promise<void> {
  await person.sidebar.getByRole('button', { name: new RegExp(`^${cast.title}`) }).click();
  await person.page.getByRole('heading', { name: cast.title, level: 1 }).waitFor();
}

/** From the camera, with the microphone, for all contacts. */
export async function goLive(
  person: Person,
  title: string,
  quality: keyof typeof cast.qualities = 'usual',
): Promise<void> {
  const { page } = person;
  await openCasts(person);
  await page.getByRole('button', { name: new RegExp(`^${cast.camera}`) }).click();
  await page.getByLabel(cast.preview, { exact: true }).waitFor();
  await page.getByRole('button', { name: cast.mute, exact: true }).waitFor();
  await page.getByLabel(cast.name, { exact: true }).fill(title);
  await page.getByLabel(cast.quality, { exact: true }).selectOption(quality);
  await page.getByRole('button', { name: cast.goLive, exact: true }).click();
  await page.getByRole('button', { name: cast.end, exact: true }).waitFor();
}

/** Answers when it was pressed, ms since the epoch. */
export async function watch(person: Person, title: string, caster: string): Promise<number> {
  await openCasts(person);
  return await person.press(cast.watchOf(title, caster));
}

async function look(person: Person, title: string, forMs = 1_000): Promise<PictureSeen> {
  return await person.page.evaluate(lookAt, { label: title, forMs });
}

/** Waits until the picture moves. */
export async function seeCast(person: Person, title: string): Promise<void> {
  await expect
    .poll(async () => (await look(person, title)).frames, { timeout: 20_000, interval: 0, message: person.name })
    .toBeGreaterThanOrEqual(8);
}

/** Waits until this tone is heard. */
export async function hearCast(person: Person, hertz: number): Promise<void> {
  const isHeard = async (): Promise<boolean> => {
    const tones = await person.page.evaluate(listenToAll, 600);
    return tones.some(({ frequency, levelDb }) => Math.abs(frequency - hertz) < 12 && levelDb > -40);
  };
  await expect.poll(isHeard, { timeout: 20_000, interval: 0, message: person.name }).toBe(true);
}

export async function endCast(person: Person): Promise<void> {
  await person.page.getByRole('button', { name: cast.end, exact: true }).click();
  await person.page.getByRole('dialog').getByRole('button', { name: cast.end, exact: true }).click();
}

/** How often the caster's line carries the stream. */
export async function copiesOf(person: Person): Promise<number> {
  const words = await person.page.getByTitle(cast.copiesText).textContent();
  return Number.parseFloat(words ?? 'NaN');
}

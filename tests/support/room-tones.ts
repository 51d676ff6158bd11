// A tone of one's own for everybody in a room, and the question who hears whom.
import { expect } from 'vitest';
import type { Person, PersonOptions } from '#tests/support/person';
import type { Table } from '#tests/support/table';
import { listenToAll } from '#tests/support/tone-heard';
import { writeTone } from '#tests/support/tone';

export const hertzOf: Readonly<Record<string, number>> = {
  Ada: 440,
  Ben: 660,
  Cleo: 880,
  Dan: 1_100,
  Eve: 1_400,
  Finn: 1_700,
};

/** Seats somebody of `hertzOf` whose microphone gives their tone, in a browser of their own. */
export async function seatWithTone(table: Table, name: string, options: Partial<PersonOptions> = {}): Promise<Person> {
  const microphone = writeTone(hertzOf[name] ?? 0);
  return await seatWithSteadyTone(table, name, { ...options, chromium: { ...options.chromium, microphone } });
}

/** The same in the browser that all of the table share. */
export async function seatWithToneOfPage(table: Table, name: string): Promise<Person> {
  return await seatWithSteadyTone(table, name, { voiceHertz: hertzOf[name] ?? 0 });
}

async function seatWithSteadyTone(table: Table, name: string, options: Partial<PersonOptions>): Promise<Person> {
  const person = await table.seat(name, options);
  // A steady tone is just what noise suppression takes away.
  await person.switchNoiseSuppressionOff();
  return person;
}

/** The names of those whose tones are heard, in the order of the alphabet. */
async function heardBy(person: Person): Promise<string> {
  const tones = await person.page.evaluate(listenToAll, 600);
  const heard = Object.entries(hertzOf).filter(([, hertz]) =>
    tones.some(({ frequency, levelDb }) => Math.abs(frequency - hertz) < 15 && levelDb > -45),
  );
  return heard.map(([name]) => name).join(' ');
}

export async function expectToHear(person: Person, others: readonly Person[]): Promise<void> {
  const names = others.map(({ name }) => name).toSorted();
  await expect.poll(async () => await heardBy(person), { timeout: 15_000 }).toBe(names.join(' '));
}

export async function expectAllToHearAll(people: readonly Person[]): Promise<void> {
  for (const person of people) {
    await expectToHear(
      person,
      people.filter((other) => other !== person),
    );
  }
}

// One file for everybody in the room, through the real interface, while they talk: how fast it went, how much of it its giver
// sent, and whether it is the same everywhere.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { en } from '#messages/en';
import { acceptFiles, downloadsIn, pick, receives, sha256, someBytes } from '#tests/support/drop-acts';
import type { Person } from '#tests/support/person';
import { readBulkSent } from '#scripts/bench/bulk-readings';

export interface FileDrop {
  readonly bytes: number;
  /** Of each receiver: from the first acceptance to the last arrival. */
  readonly mibPerSecond: number;
  readonly receivers: number;
  readonly sourceUploadCopies: number;
  readonly hashEqual: boolean;
}

const { dropped } = en;
const mib = 2 ** 20;

export async function dropOnTable(
  giver: Person,
  receivers: readonly { person: Person; home: string }[],
  folder: string,
): Promise<FileDrop> {
  const name = 'field recording.wav';
  const bytes = someBytes(50 * mib, 50);
  const path = join(folder, name);
  writeFileSync(path, bytes);
  await pick(giver, [path], async () => {
    await giver.choose(dropped.menu, dropped.pickFiles);
  });
  for (const { person } of receivers) await person.page.getByText(dropped.ask.title(giver.name)).waitFor();
  const startedAt = performance.now();
  for (const { person } of receivers) {
    await acceptFiles(person, name);
    await person.choose(dropped.menu, dropped.showFiles);
  }
  await Promise.all(receivers.map(async ({ person }) => await receives(person, name)));
  const seconds = (performance.now() - startedAt) / 1_000;
  const sent = await giver.page.evaluate(readBulkSent);
  const wanted = sha256(bytes);
  return {
    bytes: bytes.length,
    mibPerSecond: Math.round((bytes.length / mib / seconds) * 100) / 100,
    receivers: receivers.length,
    sourceUploadCopies: Math.round((sent / bytes.length) * 1_000) / 1_000,
    hashEqual: receivers.every(({ home }) => downloadsIn(home)[name] === wanted),
  };
}

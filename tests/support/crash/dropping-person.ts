// Somebody who gives and takes files and whose process can be killed at any moment.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DropId } from '#shared/drop';
import type { DropStage } from '#core/drop/snapshot';
import type { Giving, Sent } from '#tests/support/crash/drop-person';
import { LinkedProgram } from '#tests/support/crash/linked-program';
import { peerId } from '#tests/support/two-peers';

export class DroppingPerson {
  readonly downloads: string;
  /** What this person sent of files, by the word of all processes of theirs. */
  sentBytes = 0;
  readonly program: LinkedProgram;

  /** @param folder with a short path; sockets are made in it */
  constructor(folder: string, letter: string) {
    const profile = join(folder, letter);
    this.downloads = join(profile, 'downloads');
    this.program = new LinkedProgram({
      file: 'drop-person.ts',
      args: () => [profile, peerId(letter), folder],
      heard: (told) => {
        this.sentBytes += (told as Sent).sentBytes; // sound: that program says nothing else
      },
    });
  }

  async give(given: Giving): Promise<DropId> {
    return (await this.program.ask('give', given)) as DropId; // sound: so the program answers
  }

  /** Null of a drop that is not known here. */
  async stage(dropId: DropId): Promise<DropStage | null> {
    return (await this.program.ask('stage', dropId)) as DropStage | null; // sound: so the program answers
  }

  /** All names among the downloads, and what is hidden there. */
  async files(): Promise<{ readonly seen: string[]; readonly hidden: string[] }> {
    const found = await readdir(this.downloads, { recursive: true, withFileTypes: true });
    const files = found.filter((entry) => entry.isFile());
    const isSeen = ({ parentPath }: { readonly parentPath: string }): boolean => parentPath === this.downloads;
    return {
      seen: files.filter(isSeen).map(({ name }) => name),
      hidden: files.filter((file) => !isSeen(file)).map(({ name }) => name),
    };
  }
}

/** Two who know each other and have a link. */
export async function startTogether(one: DroppingPerson, other: DroppingPerson): Promise<void> {
  await Promise.all([one.program.start(), other.program.start()]);
  await one.program.meet(other.program);
  await one.program.reach(other.program);
}

export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(piece as Buffer); // sound: no encoding
  return hash.digest('hex');
}

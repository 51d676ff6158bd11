// One person gives files to another, each a process of its own, and one of both is killed at random moments. Every file must arrive
// whole and under its name, nothing else may, and little may be sent twice.
import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DropId } from '#shared/drop';
import { DroppingPerson, hashOf, startTogether } from '#tests/support/crash/dropping-person';
import { Dice } from '#tests/support/room-net';

/** Of one file, in the clock of the machine. */
const fileMostMs = 120_000;

export interface DropCrashPlan {
  /** Of every file. */
  readonly bytes: number;
  readonly files: number;
  readonly killsOfEach: number;
  readonly victims: 'both' | 'receiver';
}

export interface DropCrashResult {
  readonly files: number;
  readonly kills: { readonly giver: number; readonly receiver: number };
  /** For one kill, in all and at most. */
  readonly sentAgainBytes: { readonly mean: number; readonly most: number };
}

export class DropCrashes {
  readonly #dice: Dice;
  readonly #folder: string;
  readonly #giver: DroppingPerson;
  readonly #receiver: DroppingPerson;
  readonly #kills = { giver: 0, receiver: 0 };
  #sentAgain = 0;
  #sentAgainMost = 0;

  /** @param folder with a short path; sockets are made in it */
  constructor(folder: string, seed: number) {
    this.#dice = new Dice(seed);
    this.#folder = folder;
    this.#giver = new DroppingPerson(folder, 'b');
    this.#receiver = new DroppingPerson(folder, 'c');
  }

  /** Fails with the first file that did not come as it was given. */
  async run(plan: DropCrashPlan, onFile: (file: number) => void = () => undefined): Promise<DropCrashResult> {
    try {
      await startTogether(this.#giver, this.#receiver);
      for (let file = 1; file <= plan.files; file += 1) {
        await this.#moveOne(plan, `file ${file}.bin`);
        onFile(file);
      }
      const kills = this.#kills.giver + this.#kills.receiver;
      const mean = kills === 0 ? 0 : Math.round(this.#sentAgain / kills);
      return { files: plan.files, kills: this.#kills, sentAgainBytes: { mean, most: this.#sentAgainMost } };
    } finally {
      for (const { program } of [this.#giver, this.#receiver]) program.kill();
    }
  }

  async #moveOne({ bytes, killsOfEach, victims }: DropCrashPlan, name: string): Promise<void> {
    const path = join(this.#folder, name);
    await writeFile(path, randomBytes(bytes));
    const wanted = await hashOf(path);
    this.#giver.sentBytes = 0;
    const dropId = await this.#giver.give({ path, size: bytes, to: this.#receiver.program.self });
    // Also just after the last of it went out, where it is flushed and gets its name.
    const moments = Array.from({ length: killsOfEach }, () => this.#dice.next() * 1.05 * bytes).sort((a, b) => a - b);
    for (const moment of moments) {
      await this.#untilSent(Math.min(moment, bytes));
      if (moment > bytes) await sleep(this.#dice.next() * 60);
      await this.#killOne(victims);
    }
    await this.#untilThere(dropId);
    const { seen, hidden } = await this.#receiver.files();
    if (seen.join() !== name || hidden.length > 0)
      throw new Error(`${name} is not alone: ${[...seen, ...hidden].join()}`);
    if ((await hashOf(join(this.#receiver.downloads, name))) !== wanted) throw new Error(`${name} came as another`);
    this.#count(Math.max(0, this.#giver.sentBytes - bytes), killsOfEach);
    await Promise.all([rm(path), rm(join(this.#receiver.downloads, name))]);
  }

  async #killOne(victims: DropCrashPlan['victims']): Promise<void> {
    const isGiver = victims === 'both' && this.#dice.next() < 0.5;
    const victim = (isGiver ? this.#giver : this.#receiver).program;
    victim.kill();
    this.#kills[isGiver ? 'giver' : 'receiver'] += 1;
    await victim.start();
    await this.#giver.program.reach(this.#receiver.program);
  }

  #count(sentAgain: number, kills: number): void {
    this.#sentAgain += sentAgain;
    this.#sentAgainMost = Math.max(this.#sentAgainMost, kills === 0 ? 0 : Math.round(sentAgain / kills));
  }

  async #untilSent(bytes: number): Promise<void> {
    await this.#until(
      `${bytes} bytes of it are out`,
      async () => await Promise.resolve(this.#giver.sentBytes >= bytes),
    );
  }

  async #untilThere(dropId: DropId): Promise<void> {
    await this.#until('it is whole', async () => (await this.#receiver.stage(dropId))?.phase === 'finished');
  }

  async #until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const until = Date.now() + fileMostMs;
    while (!(await holds())) {
      if (Date.now() > until) throw new Error(`it takes too long until ${what}`);
      await sleep(2);
    }
  }
}

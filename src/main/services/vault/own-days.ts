// The days on which this person was here, with a link to anybody: by them the absence of keepers is counted. A day is one of UTC.
import * as v from 'valibot';
import type { Database } from '#main/services/database';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';

const Row = v.object({ day: v.number() });

const dayOf = (ms: number): number => Math.floor(ms / 86_400_000);

export class OwnDays {
  readonly #database: Database;
  /** Rising; null until they were read. */
  #days: number[] | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  /** This person is here now. */
  note(nowMs: number): void {
    const day = dayOf(nowMs);
    if (this.#all.includes(day)) return;
    this.#database.run('INSERT OR IGNORE INTO vault_days (day) VALUES (:day)', { day });
    this.#database.run(
      'DELETE FROM vault_days WHERE day NOT IN (SELECT day FROM vault_days ORDER BY day DESC LIMIT :most)',
      { most: limits.vaultDaysRemembered },
    );
    this.#days = null;
  }

  /** How many there were after the day of that time. */
  since(ms: number): number {
    const day = dayOf(ms);
    return this.#all.filter((one) => one > day).length;
  }

  get #all(): readonly number[] {
    this.#days ??= this.#database.all('SELECT day FROM vault_days ORDER BY day', {}, Row).map(({ day }) => day);
    return this.#days;
  }
}

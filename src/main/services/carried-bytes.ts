// How much of friends' connections this computer carried this month, in the database. Months begin as the clock on the wall has them.
import * as v from 'valibot';
import type { Clock } from '#main/services/clock';
import type { Database } from '#main/services/database';

const Month = v.object({ bytes: v.number() });

export interface CarriedBytesOptions {
  readonly database: Database;
  readonly clock: Clock;
}

/** Calls fail as `Database` does. */
export class CarriedBytes {
  readonly #options: CarriedBytesOptions;

  constructor(options: CarriedBytesOptions) {
    this.#options = options;
  }

  /** Answers all of this month. */
  note(bytes: number): number {
    const { database } = this.#options;
    database.run(`INSERT INTO relay_months VALUES (:month, :bytes) ON CONFLICT DO UPDATE SET bytes = bytes + :bytes`, {
      month: this.#month(),
      bytes,
    });
    return this.read();
  }

  read(): number {
    const row = this.#options.database.one(
      'SELECT bytes FROM relay_months WHERE month = :month',
      { month: this.#month() },
      Month,
    );
    return row?.bytes ?? 0;
  }

  /** E.g. 2026-11. */
  #month(): string {
    const now = new Date(this.#options.clock.now());
    return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}`;
  }
}

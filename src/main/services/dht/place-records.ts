// Says to each who is welcome where this person is, sealed for them: written at a pace, again when it failed, and before it is forgotten.
import type { Clock } from '#main/services/clock';
import { sealPlace, type Pairing } from '#main/services/dht/pairing';
import type { DhtNode } from '#main/services/dht/dht-node';
import { RateLimit } from '#main/services/rate-limit';
import { serviceLimits as limits } from '#main/services/service-limits';

export interface PlaceRecordsOptions {
  readonly node: Pick<DhtNode, 'place' | 'put'>;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
}

interface Due {
  readonly pairing: Pairing;
  readonly atMs: number;
}

export class PlaceRecords {
  readonly #options: PlaceRecordsOptions;
  readonly #due = new Map<string, Due>();
  readonly #rate = new RateLimit({ perSecond: limits.dhtRecordsPerSecond, burst: limits.dhtRecordsBurst });
  #writing = 0;

  constructor(options: PlaceRecordsOptions) {
    this.#options = options;
  }

  /** These from now on: new ones are told first. */
  keep(pairings: readonly Pairing[]): void {
    const kept = new Set(pairings.map(({ id }) => id));
    for (const id of this.#due.keys()) if (!kept.has(id)) this.#due.delete(id);
    for (const pairing of pairings) {
      if (!this.#due.has(pairing.id)) this.#due.set(pairing.id, { pairing, atMs: 0 });
    }
  }

  /** Writes what is due, as much as the pace allows; resolves when that is done. */
  async write(): Promise<void> {
    const nowMs = this.#options.clock.now();
    const begun: Promise<void>[] = [];
    for (const { pairing, atMs } of [...this.#due.values()].sort((a, b) => a.atMs - b.atMs)) {
      if (atMs > nowMs || this.#writing >= limits.dhtRecordsAtOnce || !this.#rate.take('', nowMs)) break;
      begun.push(this.#write(pairing, nowMs));
    }
    await Promise.all(begun);
  }

  async #write(pairing: Pairing, nowMs: number): Promise<void> {
    const { node, random } = this.#options;
    this.#set(pairing, nowMs + limits.dhtRecordAgainMs);
    this.#writing += 1;
    try {
      await node.put(pairing.mine.record, sealPlace(pairing.mine, node.place, random(12)), nowMs);
    } catch {
      this.#set(pairing, nowMs + limits.dhtRecordRetryMs); // few nodes, or none, answered
    }
    this.#writing -= 1;
  }

  #set(pairing: Pairing, atMs: number): void {
    if (this.#due.has(pairing.id)) this.#due.set(pairing.id, { pairing, atMs });
  }
}

// What was given to whom and got from whom, block by block: gathered, and kept now and then.
import type { PeerId } from '#shared/identity';
import type { TransferCount } from '#shared/transfer-totals';
import type { Scope } from '#core/base/scope';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface TallyDeps {
  readonly clock: Clock;
  readonly keep: (counts: TransferCount[]) => Promise<void>;
  readonly scope: Scope;
}

export class Tally {
  readonly #deps: TallyDeps;
  #counts = new Map<PeerId, { sentBytes: number; receivedBytes: number }>();
  #cancel: (() => void) | null = null;

  constructor(deps: TallyDeps) {
    this.#deps = deps;
    deps.scope.onEnd(() => {
      this.#cancel?.();
      this.#keep();
    });
  }

  note(peerId: PeerId, sentBytes: number, receivedBytes: number): void {
    const count = this.#counts.get(peerId) ?? { sentBytes: 0, receivedBytes: 0 };
    this.#counts.set(peerId, count);
    count.sentBytes += sentBytes;
    count.receivedBytes += receivedBytes;
    this.#cancel ??= this.#deps.clock.after(paces.dropCountMs, () => {
      this.#cancel = null;
      this.#keep();
    });
  }

  #keep(): void {
    const counts = [...this.#counts].map(([peerId, count]) => ({ peerId, ...count }));
    this.#counts = new Map();
    for (let at = 0; at < counts.length; at += limits.dropPeople) {
      const some = counts.slice(at, at + limits.dropPeople);
      this.#deps.keep(some).catch(() => {
        // Kept with the next, unless the page goes meanwhile.
        if (!this.#deps.scope.hasEnded)
          for (const { peerId, sentBytes, receivedBytes } of some) this.note(peerId, sentBytes, receivedBytes);
      });
    }
  }
}

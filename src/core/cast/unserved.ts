// Who asked for a seat and was sent on, again and again: nobody feeds them, whatever is told of the trees.
import type { PeerId } from '#shared/identity';
import { stripes } from '#core/cast/member';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

interface Asked {
  readonly times: number;
  readonly atMs: number;
}

export class Unserved {
  readonly #asked: readonly Map<PeerId, Asked>[] = stripes.map(() => new Map<PeerId, Asked>());

  sentAway(peerId: PeerId, stripe: number, nowMs: number): void {
    const asked = this.#asked[stripe];
    if (!asked) return;
    const before = asked.get(peerId);
    const isAgain = before !== undefined && nowMs - before.atMs <= paces.castHungryMs;
    asked.delete(peerId);
    asked.set(peerId, { times: isAgain ? before.times + 1 : 1, atMs: nowMs });
    for (const [oldest, { atMs }] of asked) {
      if (asked.size <= limits.castRoutes && nowMs - atMs <= paces.castHungryMs) return;
      asked.delete(oldest);
    }
  }

  served(peerId: PeerId, stripe: number): void {
    this.#asked[stripe]?.delete(peerId);
  }

  count(stripe: number, nowMs: number): number {
    const asked = [...(this.#asked[stripe]?.values() ?? [])];
    return asked.filter(({ times, atMs }) => times > 1 && nowMs - atMs <= paces.castHungryMs).length;
  }
}

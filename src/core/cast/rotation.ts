// Who of those whom the caster feeds makes way when many ask in vain: whoever stands nearest and lets nobody below be found. They come back
// after a while, and after ever longer ones when it happens again; an honest one who was chosen wrongly waits for the shortest.
import type { PeerId } from '#shared/identity';
import { isInner, mayFeed, type Member } from '#core/cast/member';
import { Rests } from '#core/cast/rests';
import { paces } from '#core/wire/paces';

export interface RotationFacts {
  readonly asker: Member;
  readonly stripe: number;
  /** Whom the caster feeds in it. */
  readonly children: readonly Member[];
  /** Viewers who ask in vain. */
  readonly hungry: number;
  /** How many a child says it brings the cast to. */
  readonly worth: (child: Member) => number;
  /** Others complain of them: they go first. */
  readonly isShunned: (child: Member) => boolean;
}

export class Rotation {
  readonly #rests = new Rests(paces.castRotatedMs, paces.castFailedMs);
  readonly #atMs: number[] = [];

  /** They may send somebody away in this stripe. */
  mayPush({ peerId }: Member, stripe: number, nowMs: number): boolean {
    return !this.#rests.has(keyOf(peerId, stripe), nowMs);
  }

  /** Null when it is not time, or nobody can be chosen: they must be shunned, or another of the children may feed them. */
  choose({ asker, stripe, children, hungry, worth, isShunned }: RotationFacts, nowMs: number): Member | null {
    const isTooSoon = nowMs - (this.#atMs[stripe] ?? -Infinity) < paces.castRotateMs;
    if (isTooSoon || hungry < paces.castHungry || !isInner(asker, stripe)) return null;
    const hasOther = (child: Member): boolean => children.some((one) => one !== child && mayFeed(one, child, stripe));
    const bad = children.filter(isShunned);
    const [least] = (bad.length > 0 ? bad : children.filter(hasOther)).toSorted((a, b) => worth(a) - worth(b));
    if (!least) return null;
    this.#atMs[stripe] = nowMs;
    this.#rests.begin(keyOf(least.peerId, stripe), nowMs);
    return least;
  }
}

const keyOf = (peerId: PeerId, stripe: number): string => `${peerId} ${stripe}`;

// Whose turn it is to be shown as the speaker. Each member takes the floor by their own word alone, with a number above all
// that they heard of; of what all have said the highest number holds, so that it comes to the same on all sides.
import type { PeerId } from '#shared/identity';

export const floorRules = {
  /** So long somebody waits between two claims: as fast as anybody can look from one face to another. */
  everyMs: 1_000,
  /** So far a claim may be ahead of all that are known here: hours of claims that were missed. */
  aheadMost: 65_536,
} as const;

const highest = 0xffff_ffff;

interface Claim {
  readonly turn: number;
  /** They were heard since: a claim of somebody silent does not count. */
  readonly isHeard: boolean;
}

export class Floor {
  readonly #self: PeerId;
  readonly #claims = new Map<PeerId, Claim>();
  #claimedAtMs = -Infinity;

  constructor(self: PeerId) {
    this.#self = self;
  }

  /** What I say of myself; 0 while I never took it. */
  get ownTurn(): number {
    return this.#claims.get(this.#self)?.turn ?? 0;
  }

  /** The newest word of each counts, also a lower one: they may have begun anew. False for what nobody can have come to. */
  take(from: PeerId, turn: number): boolean {
    if (from === this.#self) return true;
    if (turn > this.#most() + floorRules.aheadMost) return false;
    if (turn !== this.#claims.get(from)?.turn) this.#claims.set(from, { turn, isHeard: false });
    return true;
  }

  /**
   * Somebody who cannot tell me, for we have no link, is taken for the speaker by ear. Half a number: below every claim to
   * come, and never counted on.
   */
  overhear(peerId: PeerId): void {
    this.#claims.set(peerId, { turn: this.#most() + 0.5, isHeard: true });
  }

  /** Who is heard now. */
  confirm(heard: (peerId: PeerId) => boolean): void {
    for (const [peerId, claim] of this.#claims) {
      if (!claim.isHeard && heard(peerId)) this.#claims.set(peerId, { ...claim, isHeard: true });
    }
  }

  /** Takes it for me; the number to tell all others, or null when that was just now. */
  claim(nowMs: number): number | null {
    if (nowMs - this.#claimedAtMs < floorRules.everyMs) return null;
    this.#claimedAtMs = nowMs;
    const turn = Math.min(highest, this.#most() + 1);
    this.#claims.set(this.#self, { turn, isHeard: true });
    return turn;
  }

  /** Of those who are there; null while none of them ever took it. Of two who took it at once the lower id. */
  holder(isPresent: (peerId: PeerId) => boolean): PeerId | null {
    let first: PeerId | null = null;
    let most = 0;
    for (const [peerId, { turn, isHeard }] of this.#claims) {
      if (!isHeard || turn === 0 || !isPresent(peerId)) continue;
      if (turn < most || (turn === most && first !== null && first < peerId)) continue;
      [first, most] = [peerId, turn];
    }
    return first;
  }

  #most(): number {
    return Math.max(0, ...[...this.#claims.values()].map(({ turn }) => Math.floor(turn)));
  }
}

// Who brings which piece of what is being fetched. What is wanted first comes first, from all who are there at once; whoever has nothing
// left to do helps where that is sooner than waiting. No I/O.
import type { PeerId } from '#shared/identity';
import type { PieceId } from '#shared/vault';
import { blockBytes } from '#shared/content';
import type { Clock } from '#main/services/clock';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { KeeperSpeeds } from '#main/services/vault/keeper-speeds';
import { canBring, isWhole, piecesOf, type Coming, type Wanting } from '#main/services/vault/wanted-pieces';

export class Bringing {
  readonly #clock: Clock;
  readonly #wantings: ReadonlySet<Wanting>;
  readonly #coming: ReadonlyMap<PieceId, Coming>;
  readonly #speeds: KeeperSpeeds;
  #turn = 0;

  /** `wantings` in the order in which they are to be served. */
  constructor(clock: Clock, wantings: ReadonlySet<Wanting>, coming: ReadonlyMap<PieceId, Coming>) {
    this.#clock = clock;
    this.#wantings = wantings;
    this.#coming = coming;
    this.#speeds = new KeeperSpeeds(clock);
  }

  /** What this keeper is to be asked for now, at most so many; they count as bringing it from now on. */
  next(keeper: PeerId, online: readonly PeerId[], most: number): Coming[] {
    this.#endOldClaims();
    const isIdle = !this.#isBusy(keeper);
    const open = this.#open(keeper, online, most);
    const chosen = open.length > 0 || most <= 0 || !isIdle ? open : this.#helpWith(keeper);
    if (chosen.length > 0 && isIdle) this.#speeds.asked(keeper);
    for (const { claims } of chosen) claims.set(keeper, { until: this.#claimEnd(), turn: (this.#turn += 1) });
    return chosen;
  }

  askedOf(keeper: PeerId): number {
    this.#endOldClaims();
    return this.#claimedBy(keeper).length;
  }

  came(keeper: PeerId, coming: Coming, bytes: number): void {
    this.#speeds.came(keeper, bytes);
    const turn = coming.claims.get(keeper)?.turn ?? (this.#turn += 1);
    coming.claims.set(keeper, { until: this.#claimEnd(), turn });
  }

  /**
   * Pieces that nobody brings and that are still lacking to a group, what fewest others could bring first. Others who have nothing to do
   * get a turn at each before the same keeper comes again, so that what is wanted first is brought by as many as can.
   */
  #open(keeper: PeerId, online: readonly PeerId[], most: number): Coming[] {
    const idle = new Set<PeerId>();
    const lacking: Coming[][] = [];
    for (const wanting of this.#wantings) {
      const unclaimed = piecesOf(wanting, this.#coming).filter((one) => !isWhole(one) && one.claims.size === 0);
      const short = wanting.group.needed - wanting.shares.size - this.#begun(wanting);
      if (short <= 0) continue;
      const able = new Map(unclaimed.map((one) => [one, online.filter((other) => canBring(other, one, wanting))]));
      for (const peers of able.values())
        for (const peer of peers) if (peer !== keeper && !this.#isBusy(peer)) idle.add(peer);
      const mine = unclaimed
        .filter((one) => canBring(keeper, one, wanting))
        .sort((a, b) => (able.get(a)?.length ?? 0) - (able.get(b)?.length ?? 0));
      for (let at = 0; at < short; at += 1) lacking.push(mine);
    }
    const chosen: Coming[] = [];
    for (let at = this.#isBusy(keeper) ? idle.size : 0; at < lacking.length && chosen.length < most;) {
      const one = lacking[at]?.find((piece) => !chosen.includes(piece));
      if (one) chosen.push(one);
      at += one ? idle.size + 1 : 1;
    }
    return chosen;
  }

  /** One more piece of the first group that can use it; where all are being brought, the one that is furthest from being there. */
  #helpWith(keeper: PeerId): Coming[] {
    for (const wanting of this.#wantings) {
      const mine = piecesOf(wanting, this.#coming).filter((one) => !isWhole(one) && canBring(keeper, one, wanting));
      const other = mine.find(
        (one) => one.claims.size === 0 && (one.bytes ?? this.#isSpareUseful(keeper, one, wanting)),
      );
      if (other) return [other];
      const [slowest] = mine
        .filter(({ claims }) => claims.size > 0 && claims.size < limits.vaultBringers)
        .sort((a, b) => b.missing - a.missing);
      if (slowest) return [slowest];
    }
    return [];
  }

  /** It would be there well before those that are being brought. Only of what is waited for most: the others are open for whoever is free. */
  #isSpareUseful(keeper: PeerId, { header }: Coming, wanting: Wanting): boolean {
    if (this.#wantings.values().next().value !== wanting) return false;
    const lacking = wanting.group.needed - wanting.shares.size;
    const waits = piecesOf(wanting, this.#coming)
      .filter((one) => !isWhole(one))
      .map((one) => Math.min(...[...one.claims].map(([bringer, { turn }]) => this.#msUntil(bringer, turn))))
      .filter((ms) => ms < Infinity)
      .sort((a, b) => a - b);
    const isRoom = waits.length < lacking + limits.vaultSparePieces;
    return isRoom && (waits[lacking - 1] ?? Infinity) > 1.25 * this.#speeds.msFor(keeper, header.bytes, false);
  }

  /** Until they have brought what they were asked for up to that turn. */
  #msUntil(keeper: PeerId, turn: number): number {
    const before = this.#claimedBy(keeper).filter(({ claims }) => (claims.get(keeper)?.turn ?? Infinity) <= turn);
    const blocks = before.reduce((sum, { missing }) => sum + missing, 0);
    return this.#speeds.msFor(keeper, blocks * blockBytes, true);
  }

  #claimedBy(keeper: PeerId): Coming[] {
    return [...this.#coming.values()].filter((one) => !isWhole(one) && one.claims.has(keeper));
  }

  #isBusy(keeper: PeerId): boolean {
    return this.#claimedBy(keeper).length > 0;
  }

  /** Pieces of it that are being brought. */
  #begun(wanting: Wanting): number {
    return piecesOf(wanting, this.#coming).filter((one) => !isWhole(one) && one.claims.size > 0).length;
  }

  #claimEnd(): number {
    return this.#clock.now() + limits.vaultClaimMs;
  }

  #endOldClaims(): void {
    const now = this.#clock.now();
    for (const { claims } of this.#coming.values())
      for (const [keeper, { until }] of claims) if (until <= now) claims.delete(keeper);
  }
}

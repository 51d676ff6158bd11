// Whom I feed, in each stripe; and for a moment those who were sent elsewhere and have not arrived there yet.
import type { PeerId } from '#shared/identity';
import { stripes, type Member } from '#core/cast/member';
import { paces } from '#core/wire/paces';

export class Seats {
  readonly #children: readonly Map<PeerId, Member>[] = stripes.map(() => new Map<PeerId, Member>());
  readonly #graced = new Map<number, { readonly peerId: PeerId; readonly untilMs: number }>();

  children(stripe: number): Member[] {
    return [...(this.#children[stripe]?.values() ?? [])];
  }

  count(stripe: number): number {
    return this.#children[stripe]?.size ?? 0;
  }

  get total(): number {
    return this.#children.reduce((sum, { size }) => sum + size, 0);
  }

  has(peerId: PeerId, stripe: number): boolean {
    return this.#children[stripe]?.has(peerId) === true;
  }

  isChild(peerId: PeerId): boolean {
    return this.#children.some((of) => of.has(peerId));
  }

  /** Everybody who is sent this stripe now. */
  fed(stripe: number, nowMs: number): PeerId[] {
    const fed = [...(this.#children[stripe]?.keys() ?? [])];
    const graced = this.#graced.get(stripe);
    if (graced && graced.untilMs > nowMs) fed.push(graced.peerId);
    return fed;
  }

  isFed(peerId: PeerId, nowMs: number): boolean {
    return stripes.some((stripe) => this.fed(stripe, nowMs).includes(peerId));
  }

  add(member: Member, stripe: number): void {
    this.#children[stripe]?.set(member.peerId, member);
    if (this.#graced.get(stripe)?.peerId === member.peerId) this.#graced.delete(stripe);
  }

  /** They make way for another, and are fed a moment longer. */
  sendAway(peerId: PeerId, stripe: number, nowMs: number): void {
    this.#children[stripe]?.delete(peerId);
    this.#graced.set(stripe, { peerId, untilMs: nowMs + paces.castGraceMs });
  }

  remove(peerId: PeerId, stripe: number): void {
    this.#children[stripe]?.delete(peerId);
    if (this.#graced.get(stripe)?.peerId === peerId) this.#graced.delete(stripe);
  }

  removeEverywhere(peerId: PeerId): void {
    for (const stripe of stripes) this.remove(peerId, stripe);
  }
}

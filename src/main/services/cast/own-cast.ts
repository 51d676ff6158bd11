// A cast of mine while it runs: who may watch it, in which order they came, and who holds a link into it.
import type { CastAudience, CastFacts } from '#shared/cast';
import type { PeerId } from '#shared/identity';
import { serviceLimits as limits } from '#main/services/service-limits';

interface LinkSecret {
  readonly secret: Uint8Array;
  readonly expiresAt: number;
}

export class OwnCast {
  readonly facts: CastFacts;
  readonly audience: CastAudience;
  /** With my key it makes the cast's id. */
  readonly seed: Uint8Array;
  readonly #orders = new Map<PeerId, number>();
  readonly #links = new Map<string, LinkSecret>();
  /** Showed that they hold a link, and have no pass yet. */
  readonly #asking = new Map<PeerId, number>();
  /** Were taken out of the audience. */
  readonly #removed = new Set<PeerId>();
  /** Came by a link and got a pass. */
  readonly #byLink = new Set<PeerId>();

  constructor({ facts, audience, seed }: Pick<OwnCast, 'facts' | 'audience' | 'seed'>) {
    this.facts = facts;
    this.audience = audience;
    this.seed = seed;
  }

  isForContact(peerId: PeerId): boolean {
    const { contacts } = this.audience;
    return contacts === 'all' || contacts.includes(peerId);
  }

  isRemoved(peerId: PeerId): boolean {
    return this.#removed.has(peerId);
  }

  /** For as long as the cast lasts. */
  remove(peerId: PeerId): void {
    this.#removed.add(peerId);
    this.#byLink.delete(peerId);
    this.#asking.delete(peerId);
  }

  isGuest(peerId: PeerId, nowMs: number): boolean {
    return this.#byLink.has(peerId) || (this.#asking.get(peerId) ?? 0) > nowMs;
  }

  /** The place they have had from their first pass on; null when there is none left. */
  orderOf(peerId: PeerId, nowMs: number): number | null {
    const order = this.#orders.get(peerId) ?? this.#orders.size + 1;
    if (order > limits.castViewers) return null;
    this.#orders.set(peerId, order);
    if (this.isGuest(peerId, nowMs)) this.#byLink.add(peerId);
    this.#asking.delete(peerId);
    return order;
  }

  /** False when there are as many links as there can be. */
  addLink(linkId: string, link: LinkSecret, nowMs: number): boolean {
    for (const [known, { expiresAt }] of this.#links) if (expiresAt <= nowMs) this.#links.delete(known);
    if (this.#links.size >= limits.castLinks) return false;
    this.#links.set(linkId, link);
    return true;
  }

  /** Of a link that holds. */
  secretOf(linkId: string, nowMs: number): Uint8Array | null {
    const link = this.#links.get(linkId);
    return link && link.expiresAt > nowMs ? link.secret : null;
  }

  /** Lets signals of this holder of a link in for a while; false when too many others ask. */
  takeRequest(from: PeerId, nowMs: number): boolean {
    if (this.#byLink.has(from)) return true;
    if (this.#removed.has(from)) return false;
    for (const [person, untilMs] of this.#asking) {
      const isOver = untilMs <= nowMs || untilMs > nowMs + limits.castRequestMs;
      if (isOver) this.#asking.delete(person);
    }
    if (!this.#asking.has(from) && this.#asking.size >= limits.castRequests) return false;
    this.#asking.set(from, nowMs + limits.castRequestMs);
    return true;
  }
}

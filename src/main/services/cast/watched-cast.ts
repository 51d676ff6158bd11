// A cast of somebody else that I watch: its caster's word, and the viewers of it whose passes I was shown.
import type { CastFacts } from '#shared/cast';
import type { PeerId } from '#shared/identity';
import { serviceLimits as limits } from '#main/services/service-limits';

export class WatchedCast {
  readonly facts: CastFacts;
  readonly #admitted = new Set<PeerId>();

  constructor(facts: CastFacts) {
    this.facts = facts;
  }

  /** Whoever was not shown again for the longest makes room. */
  admit(peerId: PeerId): void {
    this.#admitted.delete(peerId);
    this.#admitted.add(peerId);
    for (const oldest of this.#admitted) {
      if (this.#admitted.size <= limits.castAdmitted) break;
      this.#admitted.delete(oldest);
    }
  }

  isPerson(peerId: PeerId): boolean {
    return peerId === this.facts.caster || this.#admitted.has(peerId);
  }
}

// Who was heard on the local network, and where. All of it is a hint that anybody could have given: it says where to knock,
// never who opens.
import type { PeerId } from '#shared/identity';
import { isTagOf, type Announcement } from '#main/services/nearby/nearby-records';
import { RateLimit } from '#main/services/rate-limit';
import { serviceLimits } from '#main/services/service-limits';

export interface Place {
  readonly instance: string;
  readonly address: string;
  readonly port: number;
}

interface Heard extends Place {
  readonly announcement: Announcement;
  readonly heardAtMs: number;
}

export class NearbyDirectory {
  /** By instance and address; whoever was heard longest ago stands first. */
  readonly #heard = new Map<string, Heard>();
  readonly #news = new RateLimit({
    perSecond: serviceLimits.nearbyNewPerSecond,
    burst: serviceLimits.nearbyNewBurst,
    maxKeys: serviceLimits.nearbyHeard,
  });

  /** True when this one was not known at this address, or said something else. */
  note(announcement: Announcement, address: string, nowMs: number): boolean {
    const { instance, port, tag } = announcement;
    const key = `${instance} ${address}`;
    const before = this.#heard.get(key);
    const isKnown = before?.port === port && Buffer.compare(before.announcement.tag, tag) === 0;
    if (!isKnown && !this.#news.take(address, nowMs)) return false;
    this.#heard.delete(key);
    this.#heard.set(key, { instance, address, port, announcement, heardAtMs: nowMs });
    this.#forgetOldest(nowMs);
    return !isKnown;
  }

  /** They said goodbye, from that address. */
  forget(instance: string, address: string): void {
    this.#heard.delete(`${instance} ${address}`);
  }

  clear(): void {
    this.#heard.clear();
  }

  /** Where this person may be: several at most, as a copied announcement looks like its original. */
  find(peerId: PeerId, nowMs: number): readonly Place[] {
    this.#forgetOldest(nowMs);
    return [...this.#heard.values()]
      .filter(({ announcement }) => isTagOf(announcement, peerId))
      .slice(0, serviceLimits.nearbyPlaces);
  }

  #forgetOldest(nowMs: number): void {
    for (const [key, { heardAtMs }] of this.#heard) {
      const isLive = nowMs - heardAtMs < serviceLimits.nearbyHeardMs && this.#heard.size <= serviceLimits.nearbyHeard;
      if (isLive) return;
      this.#heard.delete(key);
    }
  }
}

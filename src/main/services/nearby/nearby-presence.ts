// One person announced on the local network, from beginning to goodbye: who is heard there, and the blobs that go to and fro.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Answer } from 'dns-packet';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import { nearTo, type NearAddress } from '#main/services/nearby/near-addresses';
import { NearbyDirectory, type Place } from '#main/services/nearby/nearby-directory';
import { handOver, openNearbyPost, type NearbyPost } from '#main/services/nearby/nearby-post';
import { NearbyRadio } from '#main/services/nearby/nearby-radio';
import { nearbyTag, readRecords, recordsOf, type Announcement } from '#main/services/nearby/nearby-records';
import { serviceLimits } from '#main/services/service-limits';

export interface NearbyPresenceOptions {
  readonly self: PeerId;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  /** This machine's addresses in private networks, as they are now. */
  readonly addresses: () => readonly NearAddress[];
  readonly onBlob: (blob: Uint8Array<ArrayBuffer>) => void;
  readonly onHeard: (announcement: Announcement) => void;
  readonly onOpen: (isOpen: boolean) => void;
  readonly onTrouble: (error: Error) => void;
}

export class NearbyPresence {
  readonly #options: NearbyPresenceOptions;
  readonly #directory = new NearbyDirectory();
  readonly #radio: NearbyRadio;
  readonly #turns = new Map<PeerId, Promise<void>>();
  /** Those who wait for somebody to be heard. */
  readonly #waiting = new Set<() => void>();
  readonly #timers = new Map<'watch' | 'say', NodeJS.Timeout>();
  #mine: Announcement | null = null;
  #post: NearbyPost | null = null;
  #isNear: (address: string) => boolean = () => false;
  #hasEnded = false;
  #saidAtMs = -Infinity;
  #askedAtMs = -Infinity;

  constructor(options: NearbyPresenceOptions) {
    this.#options = options;
    this.#radio = new NearbyRadio({
      onQuestion: () => {
        this.#saySoon();
      },
      onRecords: (records, from) => {
        this.#take(records, from);
      },
      onTrouble: options.onTrouble,
    });
  }

  /** Begins to listen and to say who is here. */
  async open(): Promise<void> {
    const { clock, random, self, onBlob, onTrouble } = this.#options;
    const post = await openNearbyPost({ clock, isNear: (address) => this.#isNear(address), onBlob, onTrouble });
    if (this.#hasEnded) {
      post.close();
      return;
    }
    this.#post = post;
    const salt = random(12);
    this.#mine = { instance: toHex(random(8)), port: post.port, salt, tag: nearbyTag(salt, self) };
    this.#watch();
  }

  /**
   * Hands the blob to whoever may be that person; resolves when one took it. Blobs for one person go in the order of the calls.
   * Fails `rendezvous-down` while there is no network, `peer-unreachable` when nobody of theirs is heard or takes it.
   */
  async send(to: PeerId, blob: Uint8Array): Promise<void> {
    const turn = (this.#turns.get(to) ?? Promise.resolve()).then(async () => await this.#deliver(to, blob));
    const settled = turn.catch(() => undefined);
    this.#turns.set(to, settled);
    try {
      await turn;
    } finally {
      if (this.#turns.get(to) === settled) this.#turns.delete(to);
    }
  }

  /** Says goodbye. */
  close(): void {
    this.#hasEnded = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#post?.close();
    const goodbye = this.#mine ? recordsOf(this.#mine, 0) : [];
    this.#mine = null;
    void this.#radio.say(goodbye).then(() => {
      this.#radio.close();
    });
  }

  async #deliver(to: PeerId, blob: Uint8Array): Promise<void> {
    if (this.#hasEnded || !this.#radio.isOn) throw new Failure('rendezvous-down', 'nearby');
    const first = await this.#handToAny(to, blob);
    // Who was heard may have started anew meanwhile, and is heard again then.
    const wasTaken = first === 'refused' ? (await this.#handToAny(to, blob)) === 'taken' : first === 'taken';
    if (!wasTaken) throw new Failure('peer-unreachable', 'not nearby');
  }

  async #handToAny(to: PeerId, blob: Uint8Array): Promise<'taken' | 'refused' | 'unheard'> {
    const places = await this.#find(to);
    if (places.length === 0) return 'unheard';
    const takes = places.map(async (place) => {
      if (!(await handOver(place, blob))) throw new Failure('peer-unreachable');
    });
    try {
      await Promise.any(takes);
      return 'taken';
    } catch {
      for (const { instance, address } of places) this.#directory.forget(instance, address);
      return 'refused';
    }
  }

  /** Who was heard already, or is within a second and a half of being asked for. */
  async #find(to: PeerId): Promise<readonly Place[]> {
    const find = (): readonly Place[] => this.#directory.find(to, this.#options.clock.now());
    const known = find();
    if (known.length > 0) return known;
    this.#ask();
    return await new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(tooLate);
        this.#waiting.delete(look);
        resolve(find());
      };
      const look = (): void => {
        if (find().length > 0) end();
      };
      const tooLate = setTimeout(end, serviceLimits.nearbyFindMs);
      this.#waiting.add(look);
    });
  }

  /** Notices networks that come and go, and asks again now and then, as packets get lost. */
  #watch(): void {
    const addresses = this.#options.addresses();
    this.#isNear = nearTo(addresses);
    if (this.#radio.follow(addresses)) {
      this.#directory.clear();
      this.#askedAtMs = -Infinity;
      this.#say();
      this.#saySoon(); // RFC 6762 section 8.3: at least twice
    }
    this.#options.onOpen(this.#radio.isOn);
    if (this.#options.clock.now() - this.#askedAtMs >= serviceLimits.nearbyAskEveryMs) this.#ask();
    this.#later('watch', serviceLimits.nearbyWatchMs, () => {
      this.#watch();
    });
  }

  #ask(): void {
    const nowMs = this.#options.clock.now();
    if (nowMs - this.#askedAtMs < serviceLimits.nearbyAskMs) return;
    this.#askedAtMs = nowMs;
    this.#radio.ask();
  }

  #say(): void {
    if (!this.#mine) return;
    this.#saidAtMs = this.#options.clock.now();
    void this.#radio.say(recordsOf(this.#mine, serviceLimits.nearbyHeardMs / 1_000));
  }

  /** RFC 6762 section 6: nothing is said more than once a second, however often anybody asks. */
  #saySoon(): void {
    if (this.#timers.has('say')) return;
    const sinceMs = Math.max(0, this.#options.clock.now() - this.#saidAtMs);
    this.#later('say', Math.max(0, serviceLimits.nearbySayMs - sinceMs), () => {
      this.#timers.delete('say');
      this.#say();
    });
  }

  #later(what: 'watch' | 'say', delayMs: number, work: () => void): void {
    this.#timers.set(what, setTimeout(work, delayMs));
  }

  #take(records: readonly Answer[], from: string): void {
    if (!this.#mine || !this.#isNear(from)) return;
    const { here, gone } = readRecords(records);
    for (const instance of gone) this.#directory.forget(instance, from);
    for (const announcement of here) {
      if (announcement.instance === this.#mine.instance) continue;
      if (!this.#directory.note(announcement, from, this.#options.clock.now())) continue;
      for (const look of [...this.#waiting]) look();
      this.#options.onHeard(announcement);
    }
  }
}

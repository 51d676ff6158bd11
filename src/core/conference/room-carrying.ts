// Voices that travel through a third member: whom I ask to carry, for whom I carry, and what I am told is carried to me.
import type { PeerId } from '#shared/identity';
import type { CarriedPair } from '#core/conference/carrier-policy';

export interface CarryingDeps {
  readonly self: PeerId;
  /** Tells a carrier whose voice I want, or want no more. */
  readonly wish: (carrier: PeerId, wish: { peerId: PeerId; isOn: boolean }) => void;
  /** Tells somebody whose voice is in my lane to them. */
  readonly claim: (to: PeerId, person: PeerId | null) => void;
  /** I lend my bandwidth. */
  readonly isWilling: () => boolean;
  /** A member I have a working link with. */
  readonly isConnected: (peerId: PeerId) => boolean;
  readonly isMember: (peerId: PeerId) => boolean;
}

export class Carrying {
  readonly #deps: CarryingDeps;
  /** Whom I asked to carry whose voice to me: person -> carrier. */
  #asked: ReadonlyMap<PeerId, PeerId> = new Map();
  /** Who asked me, and for whose voice. A link has one lane for it, so a newer wish replaces the older. */
  readonly #wishes = new Map<PeerId, PeerId>();
  /** Whose voice they say is in their lane to me: carrier -> person. */
  readonly #claims = new Map<PeerId, PeerId>();
  #out: ReadonlyMap<PeerId, PeerId> = new Map();

  constructor(deps: CarryingDeps) {
    this.#deps = deps;
  }

  /** To whom I carry whose voice. */
  get out(): ReadonlyMap<PeerId, PeerId> {
    return this.#out;
  }

  /** Whose voice comes to me through whom: only of members I cannot hear myself. */
  get in(): ReadonlyMap<PeerId, PeerId> {
    const { isConnected, isMember } = this.#deps;
    const plan = new Map<PeerId, PeerId>();
    for (const [carrier, person] of this.#claims) {
      if (isMember(person) && !isConnected(person) && isConnected(carrier)) plan.set(person, carrier);
    }
    return plan;
  }

  /** The choices that all members make by the same facts; asks and unasks mine. */
  follow(choices: readonly CarriedPair[]): void {
    const { self, wish } = this.#deps;
    const mine = new Map<PeerId, PeerId>();
    for (const { pair, carrier } of choices) {
      const other = pair[0] === self ? pair[1] : pair[1] === self ? pair[0] : null;
      if (other !== null && carrier !== null) mine.set(other, carrier);
    }
    for (const [peerId, carrier] of this.#asked) {
      if (mine.get(peerId) !== carrier) wish(carrier, { peerId, isOn: false });
    }
    for (const [peerId, carrier] of mine) {
      if (this.#asked.get(peerId) !== carrier) wish(carrier, { peerId, isOn: true });
    }
    this.#asked = mine;
    this.review();
  }

  /** On a new link with somebody I asked before. */
  askAgain(carrier: PeerId): void {
    for (const [peerId, by] of this.#asked) {
      if (by === carrier) this.#deps.wish(carrier, { peerId, isOn: true });
    }
    const person = this.#out.get(carrier);
    if (person) this.#deps.claim(carrier, person);
  }

  receiveWish(from: PeerId, { peerId, isOn }: { peerId: PeerId; isOn: boolean }): void {
    if (peerId === from || peerId === this.#deps.self) return;
    if (isOn) this.#wishes.set(from, peerId);
    else if (this.#wishes.get(from) === peerId) this.#wishes.delete(from);
    this.review();
  }

  receiveClaim(from: PeerId, person: PeerId | null): void {
    if (person === null || person === from || person === this.#deps.self) this.#claims.delete(from);
    else this.#claims.set(from, person);
  }

  forget(peerId: PeerId): void {
    this.#claims.delete(peerId);
    this.#wishes.delete(peerId);
    this.review();
  }

  /** Carries for those who can be served now, and tells them of changes. */
  review(): void {
    const next = this.#servable();
    for (const to of new Set([...this.#out.keys(), ...next.keys()])) {
      const person = next.get(to) ?? null;
      if ((this.#out.get(to) ?? null) !== person) this.#deps.claim(to, person);
    }
    this.#out = next;
  }

  /** Both directions of each wish; what somebody asked for themself comes first. */
  #servable(): ReadonlyMap<PeerId, PeerId> {
    const { isWilling, isConnected, isMember } = this.#deps;
    const plan = new Map<PeerId, PeerId>();
    if (!isWilling()) return plan;
    const wishes = [...this.#wishes].filter((pair) => pair.every((peerId) => isMember(peerId) && isConnected(peerId)));
    for (const [to, person] of wishes) plan.set(to, person);
    for (const [to, person] of wishes) if (!plan.has(person)) plan.set(person, to);
    return plan;
  }
}

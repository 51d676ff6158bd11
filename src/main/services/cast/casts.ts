// The casts of this person: the one they cast, and those of others that they watch. Nothing of it outlives the app.
import type { CastAudience, CastFacts, CastId, CastViewer } from '#shared/cast';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { castSeedBytes, readCastCard, signCastCard } from '#main/services/cast/cast-card';
import { readCastPass, signCastPass } from '#main/services/cast/cast-pass';
import { OwnCast } from '#main/services/cast/own-cast';
import { WatchedCast } from '#main/services/cast/watched-cast';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { IdentityStore } from '#main/services/identity-store';
import { serviceLimits as limits } from '#main/services/service-limits';

interface CastsOptions {
  readonly identity: IdentityStore;
  readonly contacts: Contacts;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
}

type Bytes = Uint8Array<ArrayBuffer>;

export class Casts {
  readonly #options: CastsOptions;
  #own: OwnCast | null = null;
  readonly #watched = new Map<CastId, WatchedCast>();

  constructor(options: CastsOptions) {
    this.#options = options;
  }

  /** One at a time: what I cast before is over. */
  start(cast: { title: string; liveKey: Uint8Array; audience: CastAudience }): { facts: CastFacts; card: Bytes } {
    const { identity, clock, random } = this.#options;
    const card = signCastCard(identity.keys, random(castSeedBytes), {
      liveKey: new Uint8Array(cast.liveKey),
      startedAt: clock.now(),
      casterName: identity.identity.name,
      title: cast.title,
    });
    const facts = readGood(card);
    this.#own = new OwnCast(facts, cast.audience);
    return { facts, card };
  }

  /** Nobody is linked with for the sake of this cast any more. */
  end(castId: CastId): void {
    if (this.#own?.facts.castId === castId) this.#own = null;
    this.#watched.delete(castId);
  }

  /** Whether this person may watch a cast of mine now. */
  mayWatch(castId: CastId, peerId: PeerId): boolean {
    const cast = this.#ownOf(castId);
    if (!cast || peerId === this.#options.identity.keys.peerId) return false;
    const contact = this.#options.contacts.byPeer(peerId);
    if (contact?.state === 'blocked' || contact?.trust === 'changed') return false;
    const isFriend = contact !== null && contact.state !== 'invited';
    return (isFriend && cast.isForContact(peerId)) || cast.isGuest(peerId, this.#options.clock.now());
  }

  /** Fails `cast-over`, `cast-not-for-them`, `cast-full`. */
  issuePass(castId: CastId, viewer: Omit<CastViewer, 'order'>): { viewer: CastViewer; pass: Bytes } {
    const { identity, clock } = this.#options;
    const cast = this.#ownOf(castId);
    if (!cast) throw new Failure('cast-over');
    if (!this.mayWatch(castId, viewer.peerId)) throw new Failure('cast-not-for-them');
    const order = cast.orderOf(viewer.peerId, clock.now());
    if (order === null) throw new Failure('cast-full');
    const placed = { ...viewer, order };
    return { viewer: placed, pass: signCastPass(identity.keys, castId, placed) };
  }

  /** Fails `cast-forged`. */
  readCard(card: Uint8Array): CastFacts {
    return readGood(card);
  }

  /**
   * From now on the caster may be linked with, until `end`. Those watched for longest give way to further ones. Fails
   * `cast-forged` (the card or my pass), `cast-own`, `contact-blocked` or `key-changed` for the caster.
   */
  watch(card: Uint8Array, pass: Uint8Array): CastViewer {
    const self = this.#options.identity.keys.peerId;
    const facts = readGood(card);
    if (facts.caster === self) throw new Failure('cast-own');
    const viewer = readCastPass(pass, facts.castId, facts.caster);
    if (viewer?.peerId !== self) throw new Failure('cast-forged', 'not my pass');
    this.#assertAcceptable(facts.caster);
    this.#watched.set(facts.castId, this.#watched.get(facts.castId) ?? new WatchedCast(facts));
    dropOldest(this.#watched, limits.castsWatched);
    return viewer;
  }

  /** Fails `cast-over`, `cast-forged`, `contact-blocked`, `key-changed`. */
  admit(castId: CastId, pass: Uint8Array): CastViewer {
    const watched = this.#watched.get(castId);
    const cast = this.#ownOf(castId) ?? watched;
    if (!cast) throw new Failure('cast-over');
    const viewer = readCastPass(pass, castId, cast.facts.caster);
    if (!viewer) throw new Failure('cast-forged');
    this.#assertAcceptable(viewer.peerId);
    watched?.admit(viewer.peerId);
    return viewer;
  }

  /** Whether a cast is a reason to link with this person. Says nothing of what contacts may forbid. */
  mayLink(peerId: PeerId): boolean {
    if (this.#own?.isGuest(peerId, this.#options.clock.now())) return true;
    return [...this.#watched.values()].some((cast) => cast.isPerson(peerId));
  }

  #ownOf(castId: CastId): OwnCast | null {
    return this.#own?.facts.castId === castId ? this.#own : null;
  }

  #assertAcceptable(peerId: PeerId): void {
    const contact = this.#options.contacts.byPeer(peerId);
    if (contact?.state === 'blocked') throw new Failure('contact-blocked');
    if (contact?.trust === 'changed') throw new Failure('key-changed');
  }
}

function readGood(card: Uint8Array): CastFacts {
  const facts = readCastCard(card);
  if (!facts) throw new Failure('cast-forged');
  return facts;
}

function dropOldest<K, V>(map: Map<K, V>, most: number): void {
  for (const oldest of map.keys()) {
    if (map.size <= most) break;
    map.delete(oldest);
  }
}

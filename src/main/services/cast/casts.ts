// The casts of this person: the one they cast, and those of others that they watch. Nothing of it outlives the app.
import type { CastAudience, CastFacts, CastId, CastLinkPreview, CastViewer } from '#shared/cast';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { castSeedBytes, readCastCard, signCastCard } from '#main/services/cast/cast-card';
import { castSecretBytes, formatCastLink, readCastLink, type CastLink } from '#main/services/cast/cast-link';
import { readCastPass, signCastPass } from '#main/services/cast/cast-pass';
import { OwnCast } from '#main/services/cast/own-cast';
import { WatchedCast } from '#main/services/cast/watched-cast';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { IdentityStore } from '#main/services/identity-store';
import { isLinkProof, linkIdOf } from '#main/services/link-request';
import { assertPublicKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';

interface CastsOptions {
  readonly identity: IdentityStore;
  readonly contacts: Contacts;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
}

type Bytes = Uint8Array<ArrayBuffer>;

const hourMs = 3_600_000;

export class Casts {
  readonly #options: CastsOptions;
  #own: OwnCast | null = null;
  readonly #watched = new Map<CastId, WatchedCast>();
  /** The links I entered by. */
  readonly #entered = new Map<CastId, CastLink>();

  constructor(options: CastsOptions) {
    this.#options = options;
  }

  /** One at a time: what I cast before is over. Fails `key-unacceptable` for a live key under which others could sign. */
  start(cast: { title: string; liveKey: Uint8Array; audience: CastAudience }): { facts: CastFacts; card: Bytes } {
    const { identity, clock, random } = this.#options;
    assertPublicKey(cast.liveKey);
    const seed = random(castSeedBytes);
    const card = signCastCard(identity.keys, seed, {
      liveKey: new Uint8Array(cast.liveKey),
      startedAt: clock.now(),
      casterName: identity.identity.name,
      title: cast.title,
    });
    const facts = readGood(card);
    this.#own = new OwnCast({ facts, audience: cast.audience, seed });
    return { facts, card };
  }

  /** Nobody is linked with for the sake of this cast any more. */
  end(castId: CastId): void {
    if (this.#own?.facts.castId === castId) this.#own = null;
    this.#watched.delete(castId);
    this.#entered.delete(castId);
  }

  /** Whether this person may watch a cast of mine now. */
  mayWatch(castId: CastId, peerId: PeerId): boolean {
    const cast = this.#ownOf(castId);
    if (!cast || peerId === this.#options.identity.keys.peerId) return false;
    const contact = this.#options.contacts.byPeer(peerId);
    if (contact?.state === 'blocked' || contact?.trust === 'changed') return false;
    const isFriend = contact !== null && contact.state !== 'invited';
    return (
      !cast.isRemoved(peerId) &&
      ((isFriend && cast.isForContact(peerId)) || cast.isGuest(peerId, this.#options.clock.now()))
    );
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

  /** Fails `cast-over`. */
  revoke(castId: CastId, peerId: PeerId): void {
    const cast = this.#ownOf(castId);
    if (!cast) throw new Failure('cast-over');
    cast.remove(peerId);
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
    const isBehindLink = [...this.#entered.values()].some(({ caster }) => caster === peerId);
    return isBehindLink || [...this.#watched.values()].some((cast) => cast.isPerson(peerId));
  }

  /** Fails `cast-over`, `cast-not-for-them` (it is not for anybody with a link), `cast-links-many`. */
  makeLink(castId: CastId, hours: number): { link: string; expiresAt: number } {
    const { identity, clock, random } = this.#options;
    const cast = this.#ownOf(castId);
    if (!cast) throw new Failure('cast-over');
    if (!cast.audience.isByLink) throw new Failure('cast-not-for-them');
    const secret = random(castSecretBytes);
    // Full hours in the link: the same rounding here, so that both sides see one expiry.
    const expiresAt = Math.ceil((clock.now() + hours * hourMs) / hourMs) * hourMs;
    if (!cast.addLink(linkIdOf('cast', secret), { secret, expiresAt }, clock.now()))
      throw new Failure('cast-links-many');
    const { title, casterName } = cast.facts;
    return {
      link: formatCastLink(identity.keys, { seed: cast.seed, secret, expiresAt, title, casterName }),
      expiresAt,
    };
  }

  /** Fails as `readCastLink` does. */
  inspectLink(text: string): CastLinkPreview {
    return previewOf(readCastLink(text));
  }

  /**
   * The caster may be linked with from now on, until `end`. Fails as `readCastLink` does, `cast-link-expired`, `cast-own`,
   * `contact-blocked` or `key-changed` for the caster.
   */
  enterLink(text: string): CastLinkPreview {
    const link = readCastLink(text);
    if (link.caster === this.#options.identity.keys.peerId) throw new Failure('cast-own');
    if (link.expiresAt <= this.#options.clock.now()) throw new Failure('cast-link-expired');
    this.#assertAcceptable(link.caster);
    this.#entered.delete(link.castId);
    this.#entered.set(link.castId, link);
    dropOldest(this.#entered, limits.castsWatched);
    return previewOf(link);
  }

  /** Whom to ask to be let near, and the secret of the link. Fails `cast-over` (not entered, or left), `cast-link-expired`. */
  requestOf(castId: CastId): { to: PeerId; secret: Uint8Array } {
    const link = this.#entered.get(castId);
    if (!link) throw new Failure('cast-over');
    if (link.expiresAt <= this.#options.clock.now()) throw new Failure('cast-link-expired');
    return { to: link.caster, secret: link.secret };
  }

  /** The cast of mine this proof opens a way to, or null. */
  judgeRequest(linkId: string, proof: Uint8Array, context: Uint8Array): CastId | null {
    const secret = this.#own?.secretOf(linkId, this.#options.clock.now());
    if (!this.#own || !secret) return null;
    return isLinkProof('cast', secret, context, proof) ? this.#own.facts.castId : null;
  }

  /** From now on this person may watch, and signals of theirs are let in for a while; false when too many ask at once. */
  takeRequest(castId: CastId, from: PeerId): boolean {
    return this.#ownOf(castId)?.takeRequest(from, this.#options.clock.now()) ?? false;
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

function previewOf({ castId, caster, casterName, title, expiresAt }: CastLink): CastLinkPreview {
  return { castId, caster, casterName, title, expiresAt };
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

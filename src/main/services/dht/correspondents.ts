// With whom this person has a secret to be found by: contacts, by their keys, and whoever holds an open invite, by that of the invite.
import { lostRequest, type Contact } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import { toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import { pairingOf, type Pairing, type PairingSource } from '#main/services/dht/pairing';
import type { IdentityStore } from '#main/services/identity-store';
import type { Invites } from '#main/services/invites';
import { peerKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';

interface CorrespondentsOptions {
  readonly identity: Pick<IdentityStore, 'state' | 'keys'>;
  readonly contacts: Pick<Contacts, 'list' | 'pendingInvite'>;
  readonly invites: Pick<Invites, 'openSecrets'>;
  readonly clock: Clock;
}

/** What the maker of an invite and its guest are called before they know each other. */
const maker = 'maker';
const guest = 'guest';

const lastSeen = ({ lastSeenAt, addedAt }: Contact): number => lastSeenAt ?? addedAt;

export class Correspondents {
  readonly #options: CorrespondentsOptions;
  readonly #made = new Map<string, Pairing>();

  constructor(options: CorrespondentsOptions) {
    this.#options = options;
  }

  /** As it is now: who is blocked, whose changed key waits for a decision, or whose invite was lost, is not among them. */
  async list(): Promise<readonly Pairing[]> {
    const { identity, contacts, invites, clock } = this.#options;
    if (identity.state.state !== 'ready') return [];
    const self = identity.keys.peerId;
    const nowMs = clock.now();
    const reachable = contacts
      .list()
      .filter(({ state, trust }) => state !== 'blocked' && trust !== 'changed')
      .filter((contact) => lostRequest(contact, nowMs) === null)
      .sort((a, b) => lastSeen(b) - lastSeen(a))
      .slice(0, limits.dhtPairings);
    const pairings = await Promise.all(reachable.map(async ({ peerId }) => await this.#withContact(self, peerId)));
    const invited = reachable.flatMap(({ contactId, peerId }): PairingSource[] => {
      const invite = contacts.pendingInvite(contactId);
      return invite ? [{ secret: invite.secret, me: guest, them: maker, peerId, isWelcome: false }] : [];
    });
    const open = invites
      .openSecrets()
      .map((secret): PairingSource => ({ secret, me: maker, them: guest, peerId: null, isWelcome: true }));
    return [
      ...pairings,
      ...[...invited, ...open].map((source) => this.#once(toHex(source.secret) + source.me, source)),
    ];
  }

  /** X25519 (RFC 7748) of my key and theirs: both come to the same. */
  async #withContact(self: PeerId, peerId: PeerId): Promise<Pairing> {
    const made = this.#made.get(self + peerId);
    if (made) return made;
    const secret = await this.#options.identity.keys.agreeWith(peerKey(peerId));
    return this.#once(self + peerId, { secret, me: self, them: peerId, peerId, isWelcome: true });
  }

  #once(key: string, source: PairingSource): Pairing {
    const pairing = this.#made.get(key) ?? pairingOf(source);
    if (this.#made.size >= 2 * limits.dhtPairings) this.#made.clear();
    this.#made.set(key, pairing);
    return pairing;
  }
}

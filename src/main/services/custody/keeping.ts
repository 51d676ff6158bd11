// Keeps envelopes for friends: judged, counted and limited before they are stored, handed to their recipient only, and deleted on
// the recipient's signature.
import type { KeepAnswer, EnvelopeId, GoneEnvelopes, KeptLine } from '#shared/custody';
import type { CallOutput } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import { isTaken, readEnvelope, type Envelope } from '#main/services/custody/envelope';
import { KeptRows } from '#main/services/custody/kept-rows';
import { hasRoom } from '#main/services/custody/quota';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import { RateLimit } from '#main/services/rate-limit';
import { serviceLimits as limits } from '#main/services/service-limits';
import type { Settings } from '#shared/settings';

export interface KeepingOptions {
  readonly database: Database;
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly contacts: Pick<Contacts, 'assertReachable'>;
  readonly clock: Clock;
  readonly readSettings: () => Settings['custody'];
  /** What is kept is more or less now. */
  readonly onKept: () => void;
}

export class Keeping {
  readonly #options: KeepingOptions;
  readonly #rows: KeptRows;
  readonly #asks = new RateLimit({ perSecond: limits.custodyAsksPerSecond, burst: limits.custodyAsksBurst });

  constructor(options: KeepingOptions) {
    this.#options = options;
    this.#rows = new KeptRows(options.database);
  }

  /** Null for bytes that are no envelope of this owner. */
  keep(owner: PeerId, bytes: Uint8Array): CallOutput<'keepEnvelope'> {
    const envelope = readEnvelope(bytes);
    if (envelope?.owner !== owner) return null;
    return this.#options.database.transaction(() => {
      this.#sweep();
      const answer = this.#answer(envelope, bytes.length);
      if (answer === 'kept' && !this.#rows.has(envelope)) {
        this.#rows.add(envelope, bytes, this.#options.clock.now() + limits.custodyKeptMs);
        this.#options.onKept();
      }
      return { envelopeId: envelope.envelopeId, answer };
    });
  }

  next(recipient: PeerId, after: number): CallOutput<'readKeptEnvelope'> {
    this.#sweep();
    const found = this.#rows.next(recipient, after);
    if (!found) return null;
    const { place, envelope_id: envelopeId, envelope } = found;
    return { place, envelopeId, envelope: new Uint8Array(envelope) };
  }

  /** Deletes it when the recipient has signed for it; answers whether they had. */
  end(recipient: PeerId, envelopeId: EnvelopeId, proof: Uint8Array): boolean {
    const owners = this.#rows.ownersOf(recipient, envelopeId);
    const owner = owners.find((one) => isTaken({ envelopeId, owner: one, recipient }, proof));
    if (owner === undefined) return owners.length === 0; // it may have been recalled meanwhile
    this.#rows.end({ envelopeId, owner }, proof);
    this.#options.onKept();
    return true;
  }

  gone(owner: PeerId): GoneEnvelopes {
    return this.#rows.gone(owner);
  }

  recall(owner: PeerId, envelopeIds: readonly EnvelopeId[]): void {
    if (this.#rows.remove(owner, envelopeIds) > 0) this.#options.onKept();
  }

  lines(): KeptLine[] {
    this.#sweep();
    return this.#rows.lines();
  }

  dropAll(): void {
    this.#rows.dropAll();
    this.#options.onKept();
  }

  #answer(envelope: Envelope, bytes: number): KeepAnswer {
    const { owner, recipient } = envelope;
    if (this.#rows.has(envelope)) return 'kept';
    const { keeps } = this.#options.readSettings();
    if (!keeps || recipient === this.#options.identity.keys.peerId || recipient === owner) return 'declined';
    if (!this.#knows(owner)) return 'declined';
    const isKnownPair = this.#rows.keepsFor(envelope);
    if (!isKnownPair && !this.#asks.take(owner, this.#options.clock.now())) return 'busy';
    if (!this.#knows(recipient)) return 'declined';
    return hasRoom(this.#rows.usage(owner), this.#rows.usage(null), bytes) ? 'kept' : 'full';
  }

  #knows(peerId: PeerId): boolean {
    try {
      this.#options.contacts.assertReachable(peerId);
      return true;
    } catch {
      return false;
    }
  }

  #sweep(): void {
    if (this.#rows.removeExpired(this.#options.clock.now()) > 0) this.#options.onKept();
  }
}

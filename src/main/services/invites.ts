// Invites this person made (each for one guest) and invites of others this person opens.
import * as v from 'valibot';
import type { Contact, ContactId } from '#shared/contact';
import { Failure } from '#shared/failure';
import { PeerId } from '#shared/identity';
import { InviteId, type InvitePreview, type OpenInvite } from '#shared/invite';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import { formatInvite, inviteSecretBytes, parseInvite, type Invite } from '#main/services/invite-codec';
import { inviteIdOf, isInviteProof } from '#main/services/invite-proof';
import { serviceLimits } from '#main/services/service-limits';

const InviteRow = v.object({
  invite_id: InviteId,
  secret: v.instance(Uint8Array),
  link: v.string(),
  created_at: v.number(),
  expires_at: v.number(),
  is_withdrawn: v.number(),
  wrong_proofs: v.number(),
  refusals: v.number(),
  used_by_peer_id: v.nullable(PeerId),
});
type InviteRow = v.InferOutput<typeof InviteRow>;

interface InvitesOptions {
  readonly database: Database;
  readonly identity: IdentityStore;
  readonly contacts: Contacts;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
  /** Other invites are open than before. */
  readonly onChange?: () => void;
}

/** What a request's proof is worth: it opens the door, its guest is inside already, the seat is taken, or nothing. */
export type ProofVerdict = 'open' | 'used-by-them' | 'used-by-another' | 'refused';

export class Invites {
  readonly #database: Database;
  readonly #identity: IdentityStore;
  readonly #contacts: Contacts;
  readonly #clock: Clock;
  readonly #random: (length: number) => Uint8Array;
  readonly #onChange: () => void;

  constructor({ database, identity, contacts, clock, random, onChange = () => undefined }: InvitesOptions) {
    this.#onChange = onChange;
    this.#database = database;
    this.#identity = identity;
    this.#contacts = contacts;
    this.#clock = clock;
    this.#random = random;
  }

  create(hours: number): OpenInvite {
    const { keys, identity } = this.#identity;
    if (this.list().filter(({ state }) => state === 'open').length >= serviceLimits.invitesOpen) {
      throw new Failure('input-invalid', 'too many open invites');
    }
    const createdAt = this.#clock.now();
    const secret = this.#random(inviteSecretBytes);
    // Full hours in the link: the same rounding here, so that both sides see one expiry.
    const expiresAt = Math.ceil((createdAt + hours * 3_600_000) / 3_600_000) * 3_600_000;
    const link = formatInvite(keys, { secret, expiresAt, nameHint: identity.name });
    const inviteId = inviteIdOf(secret);
    this.#database.run(
      `INSERT INTO invites (invite_id, owner_peer_id, secret, link, created_at, expires_at)
       VALUES (:inviteId, :owner, :secret, :link, :createdAt, :expiresAt)`,
      { inviteId, owner: keys.peerId, secret, link, createdAt, expiresAt },
    );
    this.#onChange();
    return { inviteId, link, createdAt, expiresAt, state: 'open' };
  }

  /** Newest first; those of an identity set aside do not count. */
  list(): OpenInvite[] {
    const sql = 'SELECT * FROM invites WHERE owner_peer_id = :owner ORDER BY created_at DESC, invite_id';
    return this.#database.all(sql, { owner: this.#identity.keys.peerId }, InviteRow).map((row) => ({
      inviteId: row.invite_id,
      link: row.link,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      state: this.#stateOf(row),
    }));
  }

  withdraw(inviteId: InviteId): void {
    this.#database.run('UPDATE invites SET is_withdrawn = 1 WHERE invite_id = :inviteId AND used_by_peer_id IS NULL', {
      inviteId,
    });
    this.#onChange();
  }

  /** Of the invites that somebody may still come by. */
  openSecrets(): Uint8Array[] {
    const sql = 'SELECT * FROM invites WHERE owner_peer_id = :owner ORDER BY created_at DESC';
    return this.#database
      .all(sql, { owner: this.#identity.keys.peerId }, InviteRow)
      .filter((row) => this.#stateOf(row) === 'open')
      .map(({ secret }) => secret);
  }

  inspect(text: string): InvitePreview {
    const { peerId, nameHint, expiresAt } = this.#readForeign(text);
    const folded = foldName(nameHint);
    const others = this.#contacts.list().filter((contact) => contact.peerId !== peerId);
    const sameName = others.find(
      ({ name, alias }) => foldName(name) === folded || (alias !== null && foldName(alias) === folded),
    );
    return {
      peerId,
      nameHint,
      expiresAt,
      knownAs: this.#contacts.byPeer(peerId)?.contactId ?? null,
      sameNameAs: sameName?.contactId ?? null,
    };
  }

  /** A contact in state `invited`. Fails as `inspect` does, and `contact-exists` or `contact-blocked`. */
  accept(text: string, replaces: ContactId | null): Contact {
    const { peerId, nameHint, secret, expiresAt } = this.#readForeign(text);
    return this.#contacts.addInvited({ peerId, name: nameHint, secret, expiresAt }, replaces);
  }

  /** Judges a proof of holding one of my invites. Five wrong ones end the invite. */
  judge(inviteId: InviteId, proof: Uint8Array, context: Uint8Array, sender: PeerId): ProofVerdict {
    const row = this.#row(inviteId);
    if (!row) return 'refused';
    const state = this.#stateOf(row);
    const isTheirs = row.used_by_peer_id === sender;
    if (state === 'withdrawn' || (state === 'expired' && !isTheirs)) return 'refused';
    if (!isInviteProof(row.secret, context, proof)) {
      this.#database.run('UPDATE invites SET wrong_proofs = wrong_proofs + 1 WHERE invite_id = :inviteId', {
        inviteId,
      });
      return 'refused';
    }
    if (state === 'open') return 'open';
    return isTheirs ? 'used-by-them' : 'used-by-another';
  }

  /** Gives the one seat of an open invite to this guest. Called within the transaction that makes them a contact. */
  use(inviteId: InviteId, guest: PeerId): void {
    const sql = 'UPDATE invites SET used_by_peer_id = :guest WHERE invite_id = :inviteId AND used_by_peer_id IS NULL';
    if (this.#database.run(sql, { inviteId, guest }) === 0) throw new Failure('invite-used');
    this.#onChange();
  }

  /** Whether one more latecomer of a used invite may be told so; after five nobody is answered. */
  takeRefusal(inviteId: InviteId): boolean {
    const sql = 'UPDATE invites SET refusals = refusals + 1 WHERE invite_id = :inviteId AND refusals < :most';
    return this.#database.run(sql, { inviteId, most: serviceLimits.inviteWrongProofs }) > 0;
  }

  #readForeign(text: string): Invite {
    const invite = parseInvite(text);
    if (invite.peerId === this.#identity.keys.peerId) throw new Failure('invite-own');
    if (invite.expiresAt <= this.#clock.now()) throw new Failure('invite-expired');
    return invite;
  }

  #row(inviteId: InviteId): InviteRow | null {
    const sql = 'SELECT * FROM invites WHERE invite_id = :inviteId AND owner_peer_id = :owner';
    return this.#database.one(sql, { inviteId, owner: this.#identity.keys.peerId }, InviteRow);
  }

  #stateOf(row: InviteRow): OpenInvite['state'] {
    if (row.used_by_peer_id !== null) return 'used';
    if (row.is_withdrawn !== 0 || row.wrong_proofs >= serviceLimits.inviteWrongProofs) return 'withdrawn';
    return row.expires_at <= this.#clock.now() ? 'expired' : 'open';
  }
}

function foldName(name: string): string {
  return name.normalize('NFKC').toLocaleLowerCase('und');
}

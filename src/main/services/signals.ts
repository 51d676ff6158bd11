// Seals and opens everything that goes through a rendezvous. A stranger's bytes end in a reason for dropping, never in an error.
import * as v from 'valibot';
import type { Contact, ContactId } from '#shared/contact';
import type { CastId } from '#shared/cast';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import { SessionId, SessionSignal, type dropReasons, type OpenedSignal } from '#shared/signal';
import { decodeCbor, encodeCbor } from '#main/services/bounded-cbor';
import { fromHex, toHex } from '#main/services/byte-layout';
import type { Casts } from '#main/services/cast/casts';
import type { Clock } from '#main/services/clock';
import {
  proofContext,
  readIntroduction,
  readRequest,
  writeIntroduction,
  writeRequest,
} from '#main/services/contact-request';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import type { IdentityKeys } from '#main/services/identity-keys';
import type { IdentityStore } from '#main/services/identity-store';
import type { Invites, ProofVerdict } from '#main/services/invites';
import { OwnSessions } from '#main/services/own-sessions';
import { peerIdOf, peerKey, type PeerKey } from '#main/services/peer-keys';
import { assertLinkable, isMet } from '#main/services/link-permission';
import { readLinkRequest, writeLinkRequest } from '#main/services/link-request';
import { RateLimit } from '#main/services/rate-limit';
import { ReplayMemory } from '#main/services/replay-memory';
import type { Rooms } from '#main/services/rooms';
import { openSealed, sealTo } from '#main/services/sealing';
import { serviceLimits as limits } from '#main/services/service-limits';
import {
  isSenderGenuine,
  readEnvelope,
  writeEnvelope,
  type EnvelopeKind,
  type ReadEnvelope,
} from '#main/services/signal-envelope';

interface SignalsOptions {
  readonly identity: IdentityStore;
  readonly contacts: Contacts;
  readonly invites: Invites;
  readonly rooms: Rooms;
  readonly casts: Casts;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
}

type DropReason = (typeof dropReasons)[number];

/** A decision about an opened envelope; an answer, if any, is sealed afterwards. */
type Judged = { result: OpenedSignal; answer?: { kind: 'welcome' | 'refusal'; to: PeerKey; session: Uint8Array } };

/** Who may have sent it: a contact, a person of an open room or a cast, or a holder of an invite or a link of mine. */
/** What the holder of a link of mine asks to be let near for. */
type Asked = { name: string } & ({ roomId: RoomId } | { castId: CastId });

type Sender = {
  contact: Contact | null;
  asked: Asked | null;
  verdict: ProofVerdict | null;
  introduction: Uint8Array | null;
  inviteId: Parameters<Invites['use']>[0] | null;
};

export class Signals {
  readonly #options: SignalsOptions;
  readonly #ownSessions = new OwnSessions();
  readonly #replays = new ReplayMemory(limits.replayIdsPerSender);
  readonly #rate = new RateLimit({ perSecond: limits.signalsPerSecond, burst: limits.signalsBurst });
  #opening = 0;
  /** Blobs are opened side by side but judged in the order they came. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: SignalsOptions) {
    this.#options = options;
  }

  /** Fails as `assertLinkable` does, or `input-invalid` when the message is too long. */
  async sealSignal(to: PeerId, session: SessionId, message: SessionSignal): Promise<Uint8Array<ArrayBuffer>> {
    assertLinkable(this.#options, to);
    if (message.kind === 'here' || message.kind === 'offer')
      this.#ownSessions.add(to, session, this.#options.clock.now());
    return await this.#seal('session', peerKey(to), fromHex(session), () => encodeCbor(message));
  }

  /** Fails `invite-expired`, `invite-used` (its maker said so), `contact-exists` (welcomed already) or `contact-blocked`. */
  async sealRequest(contactId: ContactId): Promise<{ to: PeerId; blob: Uint8Array<ArrayBuffer> }> {
    const { contacts, clock, random, identity } = this.#options;
    const pending = contacts.pendingInvite(contactId);
    if (!pending) throw new Failure('contact-exists');
    if (pending.contact.state === 'blocked') throw new Failure('contact-blocked');
    if (pending.isRefused) throw new Failure('invite-used');
    if (pending.expiresAt <= clock.now()) throw new Failure('invite-expired');
    const to = pending.contact.peerId;
    const session = random(16);
    this.#ownSessions.add(to, v.parse(SessionId, toHex(session)), clock.now());
    const blob = await this.#seal('request', peerKey(to), session, (header) =>
      writeRequest(pending.secret, header, identity.identity.name),
    );
    return { to, blob };
  }

  /** Asks the maker of the link I entered by. Fails as `Rooms.requestOf` and `assertLinkable` do. */
  async sealRoomRequest(roomId: RoomId): Promise<{ to: PeerId; blob: Uint8Array<ArrayBuffer> }> {
    return await this.#sealLinkRequest('room', this.#options.rooms.requestOf(roomId));
  }

  /** Asks the caster whose link I entered by. Fails as `Casts.requestOf` and `assertLinkable` do. */
  async sealCastRequest(castId: CastId): Promise<{ to: PeerId; blob: Uint8Array<ArrayBuffer> }> {
    return await this.#sealLinkRequest('cast', this.#options.casts.requestOf(castId));
  }

  async #sealLinkRequest(
    kind: 'room' | 'cast',
    { to, secret }: { to: PeerId; secret: Uint8Array },
  ): Promise<{ to: PeerId; blob: Uint8Array<ArrayBuffer> }> {
    const { random, identity } = this.#options;
    assertLinkable(this.#options, to);
    const blob = await this.#seal(kind, peerKey(to), random(16), (header) =>
      writeLinkRequest(kind, secret, header, identity.identity.name),
    );
    return { to, blob };
  }

  /** Rejects only for trouble on this side (`database-busy` and the like), never for what is in the blob. */
  async open(blob: Uint8Array): Promise<OpenedSignal> {
    if (!limits.sealedClassesBytes.some((size) => size === blob.length)) return drop('malformed');
    if (this.#opening >= limits.opensAtOnce) return drop('rate-limited');
    const { keys } = this.#options.identity;
    this.#opening += 1;
    try {
      const opened = openSealed(keys, blob);
      const judged = this.#turn.then(async () => this.#judge(keys, await opened));
      this.#turn = judged.catch(() => undefined);
      return await this.#answer(await judged);
    } finally {
      this.#opening -= 1;
    }
  }

  #judge(keys: IdentityKeys, plain: Uint8Array | null): Judged {
    if (!plain) return { result: drop('not-for-me') };
    const envelope = readEnvelope(plain);
    if (!envelope) return { result: drop('malformed') };
    if (Buffer.compare(envelope.recipient, keys.publicKey) !== 0) return { result: drop('not-for-me') };
    const from = peerIdOf(envelope.sender);
    const sender = this.#findSender(envelope, from);
    if (typeof sender === 'string') return { result: drop(sender) };
    const key = acceptableKey(from);
    if (!key || !isSenderGenuine(envelope, key)) return { result: drop('forged') };
    const refusal = this.#refuse(envelope, from, sender);
    return refusal ? { result: drop(refusal, from) } : this.#take(envelope, key, sender);
  }

  /**
   * The first question: is this a contact, a person of an open room, or somebody with a proof of holding an invite or
   * a room link? Nothing else costs more work.
   */
  #findSender(envelope: ReadEnvelope, from: PeerId): Sender | DropReason {
    const { contacts, invites } = this.#options;
    const contact = contacts.byPeer(from);
    const known = { contact, asked: null, verdict: null, introduction: null, inviteId: null };
    if (envelope.kind === 'session')
      return (contact && contact.state !== 'invited') || isMet(this.#options, from) ? known : 'unknown-sender';
    if (envelope.kind === 'room' || envelope.kind === 'cast') {
      const asked = this.#findAsked(envelope, envelope.kind);
      return typeof asked === 'string' ? asked : { ...known, asked };
    }
    if (envelope.kind === 'hand') return 'malformed'; // carried by people, never by a mailbox
    if (envelope.kind !== 'request') return contact ? known : 'unknown-sender';
    const request = readRequest(envelope.body);
    if (!request) return 'malformed';
    const verdict = invites.judge(request.inviteId, request.proof, proofContext(envelope), from);
    if (verdict === 'refused') return 'invite-refused';
    return { ...known, verdict, introduction: request.introduction, inviteId: request.inviteId };
  }

  #findAsked(envelope: ReadEnvelope, kind: 'room' | 'cast'): Asked | DropReason {
    const request = readLinkRequest(envelope.body);
    if (!request) return 'malformed';
    const { linkId, proof, name } = request;
    const context = proofContext(envelope);
    if (kind === 'room') {
      const roomId = this.#options.rooms.judgeRequest(linkId, proof, context);
      return roomId === null ? 'room-refused' : { roomId, name };
    }
    const castId = this.#options.casts.judgeRequest(linkId, proof, context);
    return castId === null ? 'cast-refused' : { castId, name };
  }

  /** Questions that only a genuine sender's envelope is asked. */
  #refuse(envelope: ReadEnvelope, from: PeerId, { contact }: Sender): DropReason | null {
    const nowMs = this.#options.clock.now();
    if (contact?.state === 'blocked') return 'blocked';
    if ((envelope.kind === 'session' || isLinkRequest(envelope)) && contact?.trust === 'changed') return 'key-changed';
    if (!this.#isTimely(envelope, from, nowMs)) return 'stale';
    const id = toHex(envelope.messageId);
    if (this.#replays.has(from, id)) return 'replayed';
    if (!this.#rate.take(from, nowMs)) return 'rate-limited';
    const untilMs = Math.max(nowMs + limits.replayMemoryMs, envelope.sentAt + limits.signalMaxAgeMs + 1);
    return this.#replays.remember(from, id, untilMs, nowMs) ? null : 'rate-limited';
  }

  /** Requests carry a proof of their own; answers belong to a session begun here; only the rest needs the clock. */
  #isTimely(envelope: ReadEnvelope, from: PeerId, nowMs: number): boolean {
    if (envelope.kind === 'request' || isLinkRequest(envelope)) return true;
    if (this.#ownSessions.has(from, v.parse(SessionId, toHex(envelope.session)), nowMs)) return true;
    const ageMs = nowMs - envelope.sentAt;
    return envelope.kind === 'session' && ageMs <= limits.signalMaxAgeMs && -ageMs <= limits.signalMaxAheadMs;
  }

  #take(envelope: ReadEnvelope, key: PeerKey, sender: Sender): Judged {
    if (envelope.kind === 'request') return this.#takeRequest(envelope, key, sender);
    if (envelope.kind === 'session') return { result: openSession(envelope, key.peerId) };
    if (sender.asked) return { result: this.#takeLinkRequest(key.peerId, sender.asked) };
    const { contacts } = this.#options;
    const { contact } = sender;
    if (!contact) return { result: drop('unknown-sender') };
    if (envelope.kind === 'refusal') {
      return {
        result: {
          outcome: 'contact',
          contact: contact.state === 'invited' ? contacts.markRefused(contact.contactId) : contact,
          reply: null,
        },
      };
    }
    const name = readIntroduction(envelope.body);
    if (name === null) return { result: drop('malformed', key.peerId) };
    const welcomed = contact.state === 'invited' ? contacts.markWelcomed(contact.contactId, name) : contact;
    return { result: { outcome: 'contact', contact: welcomed, reply: null } };
  }

  #takeLinkRequest(from: PeerId, asked: Asked): OpenedSignal {
    const { rooms, casts } = this.#options;
    if ('roomId' in asked) {
      if (!rooms.takeRequest(asked.roomId, from)) return drop('rate-limited', from);
      return { outcome: 'room-request', from, ...asked };
    }
    if (!casts.takeRequest(asked.castId, from)) return drop('rate-limited', from);
    return { outcome: 'cast-request', from, ...asked };
  }

  #takeRequest({ session }: ReadEnvelope, to: PeerKey, { contact, verdict, introduction, inviteId }: Sender): Judged {
    const { contacts, invites, database } = this.#options;
    const name = introduction && readIntroduction(introduction);
    if (name === null || inviteId === null) return { result: drop('malformed', to.peerId) };
    if (verdict === 'used-by-another') {
      const result = drop('invite-refused', to.peerId);
      return invites.takeRefusal(inviteId) ? { result, answer: { kind: 'refusal', to, session } } : { result };
    }
    // A guest who was removed since does not come back by repeating the old request.
    if (verdict === 'used-by-them' && !contact) return { result: drop('invite-refused', to.peerId) };
    const accepted = database.transaction(() => {
      if (verdict === 'open') invites.use(inviteId, to.peerId);
      return contacts.addAccepted(to.peerId, name);
    });
    return { result: { outcome: 'contact', contact: accepted, reply: null }, answer: { kind: 'welcome', to, session } };
  }

  async #answer({ result, answer }: Judged): Promise<OpenedSignal> {
    if (!answer || (result.outcome !== 'contact' && result.outcome !== 'dropped')) return result;
    const { name } = this.#options.identity.identity;
    const body = (): Uint8Array => (answer.kind === 'welcome' ? writeIntroduction(name) : new Uint8Array());
    return { ...result, reply: await this.#seal(answer.kind, answer.to, answer.session, body) };
  }

  async #seal(
    kind: EnvelopeKind,
    to: PeerKey,
    session: Uint8Array,
    writeBody: (header: {
      sender: Uint8Array;
      recipient: Uint8Array;
      session: Uint8Array;
      messageId: Uint8Array;
    }) => Uint8Array,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { identity, clock, random } = this.#options;
    const { keys } = identity;
    const header = { recipient: to.bytes, session, messageId: random(16) };
    const body = writeBody({ ...header, sender: keys.publicKey });
    return await sealTo(to, writeEnvelope(keys, { kind, ...header, sentAt: clock.now(), body }));
  }
}

function isLinkRequest({ kind }: ReadEnvelope): boolean {
  return kind === 'room' || kind === 'cast';
}

function openSession(envelope: ReadEnvelope, from: PeerId): OpenedSignal {
  const message = v.safeParse(SessionSignal, decodeCbor(envelope.body));
  if (!message.success) return drop('malformed', from);
  return { outcome: 'session', from, session: v.parse(SessionId, toHex(envelope.session)), message: message.output };
}

function acceptableKey(peerId: PeerId): PeerKey | null {
  try {
    return peerKey(peerId);
  } catch {
    return null;
  }
}

function drop(reason: DropReason, from: PeerId | null = null): Extract<OpenedSignal, { outcome: 'dropped' }> {
  return { outcome: 'dropped', reason, from };
}

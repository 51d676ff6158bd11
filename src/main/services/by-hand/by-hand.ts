// Seals and opens the texts that open a connection without any server. A text is opened because the person pressed; it is for
// one person, works once, and an answer only while the offer it belongs to is remembered here.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { handLifeMs, type HandPreview, type HandSignal, type OpenedHand } from '#shared/by-hand';
import type { Contact } from '#shared/contact';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { SessionId } from '#shared/signal';
import { unpackSignal, packSignal } from '#main/services/by-hand/hand-body';
import { readHandText, writeHandText } from '#main/services/by-hand/hand-text';
import { fromHex, toHex } from '#main/services/byte-layout';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { openSealed, sealTo } from '#main/services/sealing';
import { serviceLimits as limits } from '#main/services/service-limits';
import { isSenderGenuine, readEnvelope, writeEnvelope, type ReadEnvelope } from '#main/services/signal-envelope';

interface ByHandOptions {
  readonly identity: IdentityStore;
  readonly contacts: Contacts;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: (length: number) => Uint8Array;
}

interface Read {
  readonly from: PeerId;
  readonly session: SessionId;
  readonly messageId: string;
  readonly sentAt: number;
  readonly signal: HandSignal;
}

const CountRow = v.object({ count: v.number() });
const digest = (blob: Uint8Array): string => createHash('sha256').update(blob).digest('hex');

/** The oldest makes way. */
function keepLast<T>(kept: Map<string, T>, key: string, value: T): void {
  kept.set(key, value);
  const oldest = kept.keys().next();
  if (kept.size > limits.handTexts && !oldest.done) kept.delete(oldest.value);
}

export class ByHand {
  readonly #options: ByHandOptions;
  /** Offers of mine that have no answer yet: for whom, and when they were made. */
  readonly #offers = new Map<string, { readonly to: PeerId; readonly atMs: number }>();
  readonly #made = new Map<string, true>();

  constructor(options: ByHandOptions) {
    this.#options = options;
  }

  /** Fails as `Contacts.assertReachable` does. */
  async seal(to: PeerId, session: SessionId, signal: HandSignal): Promise<string> {
    const { contacts, identity, clock, random } = this.#options;
    contacts.assertReachable(to);
    const key = peerKey(to);
    const sentAt = clock.now();
    const envelope = { kind: 'hand', recipient: key.bytes, session: fromHex(session), sentAt } as const;
    const body = packSignal(signal);
    const signed = writeEnvelope(identity.keys, { ...envelope, messageId: random(16), body }, limits.handClassesBytes);
    const blob = await sealTo(key, signed);
    if (signal.kind === 'offer') keepLast(this.#offers, session, { to, atMs: sentAt });
    keepLast(this.#made, digest(blob), true);
    return writeHandText(blob);
  }

  /** Fails `by-hand-…` for what is wrong with the text, `contact-blocked` or `key-changed` for who made it. */
  async inspect(text: string): Promise<HandPreview> {
    const { signal, from, session, sentAt } = await this.#read(text);
    return { kind: signal.kind, from, session, madeAt: sentAt };
  }

  /** As `inspect`, and remembers the text as used, also over restarts. */
  async open(text: string): Promise<OpenedHand> {
    const { signal, from, session, messageId, sentAt } = await this.#read(text);
    const { clock, database } = this.#options;
    const nowMs = clock.now();
    database.transaction(() => {
      database.run('DELETE FROM hand_texts_used WHERE until < :nowMs', { nowMs });
      const until = Math.max(nowMs, sentAt) + handLifeMs + 1;
      database.run('INSERT INTO hand_texts_used VALUES (:messageId, :until)', { messageId, until });
    });
    this.#offers.delete(session);
    return { from, session, signal };
  }

  async #read(text: string): Promise<Read> {
    const { identity } = this.#options;
    const blob = readHandText(text);
    if (this.#made.has(digest(blob))) throw new Failure('by-hand-own');
    const plain = await openSealed(identity.keys, blob);
    if (!plain) throw new Failure('by-hand-for-others');
    const envelope = readEnvelope(plain);
    if (envelope?.kind !== 'hand') throw new Failure('by-hand-damaged', 'another envelope');
    if (Buffer.compare(envelope.recipient, identity.keys.publicKey) !== 0) throw new Failure('by-hand-for-others');
    const from = peerIdOf(envelope.sender);
    this.#judgeSender(envelope, from);
    const messageId = toHex(envelope.messageId);
    if (this.#isUsed(messageId)) throw new Failure('by-hand-used');
    const signal = unpackSignal(envelope.body);
    if (!signal) throw new Failure('by-hand-damaged', 'unreadable');
    const session = v.parse(SessionId, toHex(envelope.session));
    this.#judgeTime(signal, envelope.sentAt, { from, session });
    return { from, session, messageId, sentAt: envelope.sentAt, signal };
  }

  /** Somebody unknown costs no check of a signature, and a claim is not told as if it were true. */
  #judgeSender(envelope: ReadEnvelope, from: PeerId): Contact {
    const { contacts } = this.#options;
    const contact = contacts.byPeer(from);
    if (!contact || contact.state === 'invited') throw new Failure('by-hand-stranger');
    if (!isSenderGenuine(envelope, peerKey(from))) throw new Failure('by-hand-damaged', 'signature');
    return contacts.assertReachable(from);
  }

  /** An offer needs the clock; an answer belongs to a session that was begun here, whose id was a fresh secret. */
  #judgeTime({ kind }: HandSignal, sentAt: number, { from, session }: { from: PeerId; session: SessionId }): void {
    const nowMs = this.#options.clock.now();
    if (kind === 'answer') {
      const offer = this.#offers.get(session);
      if (offer?.to !== from) throw new Failure('by-hand-over');
      if (Math.abs(nowMs - offer.atMs) > handLifeMs) throw new Failure('by-hand-stale');
    } else if (Math.abs(nowMs - sentAt) > handLifeMs) throw new Failure('by-hand-stale');
  }

  #isUsed(messageId: string): boolean {
    const { database } = this.#options;
    const sql = 'SELECT COUNT(*) AS count FROM hand_texts_used WHERE message_id = :messageId';
    return database.all(sql, { messageId }, CountRow).some(({ count }) => count > 0);
  }
}

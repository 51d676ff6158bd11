// What goes between this person and one other over a proven link: who has what, entries, and how far they were received and
// read. Everything is asked for a peer id that the link has proven.
import type { ConversationId } from '#shared/chat';
import type { CallInput, CallOutput } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Settings } from '#shared/settings';
import type { Conversations, ConversationsOptions, Found } from '#main/services/chat/conversations';
import { groupConversation, pairConversation, parseChatEntry } from '#main/services/chat/entry';
import { referenceOf, type LogPlace } from '#main/services/chat/bodies';
import { handOver, vectorOf, type Handed } from '#main/services/chat/handing';
import { logKey } from '#main/services/chat/logs';
import { decodeVector, encodeVector, type Vector } from '#main/services/chat/vector';
import { peerKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';

interface ExchangeOptions extends Pick<ConversationsOptions, 'contacts' | 'clock' | 'database'> {
  readonly readSettings: () => Settings['chat'];
}

type Digests = CallOutput<'listChatDigests'>;
type Marks = CallOutput<'readChatMarks'>;

export class ChatExchange {
  readonly #conversations: Conversations;
  readonly #options: ExchangeOptions;

  constructor(conversations: Conversations, options: ExchangeOptions) {
    this.#conversations = conversations;
    this.#options = options;
  }

  /** The conversations I share with somebody, and what I have of them in one number each. */
  digests(peerId: PeerId): Digests {
    return this.#shared(peerId)
      .filter(({ open }) => open.logs.ends().length > 0)
      .map(({ row, open }) => ({ conversationId: row.conversationId, digest: open.logs.digest }));
  }

  /** Those of which we have not the same, with what I have. */
  compare(peerId: PeerId, theirs: Digests): CallOutput<'compareChats'> {
    return theirs.flatMap(({ conversationId, digest }) => {
      if (this.#isOurs(conversationId, peerId)) this.#conversations.withPerson(peerId);
      const found = this.#conversations.find(conversationId);
      if (!found) return this.#mayOffer(peerId) ? { conversationId, vector: empty() } : [];
      if (!this.#mayExchange(found, peerId)) return [];
      if (found.open.logs.digest === digest) {
        this.#noteHad(found, peerId, null);
        return [];
      }
      return { conversationId, vector: vectorOf(found.open, this.#conversations.entries) };
    });
  }

  /** What I have, to ask for more with; empty where nothing is shared. */
  vector(peerId: PeerId, conversationId: ConversationId): Uint8Array<ArrayBuffer> {
    const found = this.#conversations.find(conversationId);
    if (!found || !this.#mayExchange(found, peerId)) return empty();
    return vectorOf(found.open, this.#conversations.entries);
  }

  /** What they lack and may read. Nothing when their bytes are no vector. */
  hand(peerId: PeerId, conversationId: ConversationId, bytes: Uint8Array): Handed {
    const found = this.#conversations.find(conversationId);
    const vector = decodeVector(bytes);
    if (!found || !vector || !this.#mayExchange(found, peerId)) return { bundles: [], isComplete: true };
    const { self, entries } = this.#conversations;
    this.#noteHad(found, peerId, vector);
    return handOver(found.open, entries, { self, reader: peerId, vector });
  }

  take({ peerId, conversationId, entries }: CallInput<'takeChatEntries'>): CallOutput<'takeChatEntries'> {
    const nothing = { taken: 0, refused: 0, hasGap: false };
    if (this.#isOurs(conversationId, peerId)) this.#conversations.withPerson(peerId);
    const nowMs = Math.floor(this.#options.clock.now());
    return this.#conversations.change(conversationId, (into) => {
      const known = this.#conversations.find(conversationId);
      if (known && !this.#mayExchange(known, peerId)) return nothing;
      const found = known ?? this.#offered(peerId, conversationId, entries[0]);
      if (!found) return nothing;
      for (const entry of entries) this.#conversations.intake.take(found.open, entry, nowMs, into);
      if (!known && into.taken === 0) throw new Failure('chat-refused', 'no group');
      const { taken, refused, hasGap } = into;
      return { taken, refused, hasGap };
    });
  }

  /** Entries of my present log have left this machine. */
  noteSent(conversationId: ConversationId, sequence: number): void {
    const found = this.#conversations.find(conversationId);
    const spell = found?.open.circle.spellOf(this.#conversations.self);
    if (!found || spell === null || spell === undefined) return;
    const log = found.open.logs.get({ author: this.#conversations.self, spell, stream: 'talk' });
    if (!log) return;
    const before = log.sent;
    if (found.open.logs.noteSent(log, Math.min(sequence, log.tips[0]?.sequence ?? 0)))
      this.#tellLog(found, log.logId, before);
  }

  /** How far I have received and read what somebody wrote, as far as they shall know. */
  marks(peerId: PeerId, conversationId: ConversationId | null): Marks {
    const { delivered: saysDelivered, read: saysRead } = this.#options.readSettings();
    if (!saysDelivered && !saysRead) return [];
    const found = conversationId === null ? this.#shared(peerId) : [this.#conversations.get(conversationId)];
    const all = found
      .filter((one) => this.#mayExchange(one, peerId))
      .flatMap(({ row, open }) =>
        open.logs.all
          .filter(({ author, stream }) => author === peerId && stream === 'talk')
          .map(({ spell, tips, logId }) => ({
            conversationId: row.conversationId,
            spell,
            delivered: saysDelivered ? (tips[0]?.sequence ?? 0) : 0,
            read: saysRead && logId !== null ? this.#conversations.marks.readSequence(logId, row.readArrival) : 0,
          })),
      );
    return all.filter(({ delivered, read }) => delivered + read > 0).slice(0, limits.chatMarksTold);
  }

  takeMarks(peerId: PeerId, marks: Marks): void {
    for (const { conversationId, spell, delivered, read } of marks) {
      const found = this.#conversations.find(conversationId);
      if (!found || !this.#mayExchange(found, peerId)) continue;
      const log = found.open.logs.get({ author: this.#conversations.self, spell, stream: 'talk' });
      const logId = log?.logId ?? null;
      if (!log || logId === null) continue;
      const last = log.tips[0]?.sequence ?? 0;
      const mark = { delivered: Math.min(last, delivered), read: Math.min(last, read) };
      const before = this.#conversations.marks.of(logId).find(({ peer_id }) => peer_id === peerId);
      found.open.logs.noteSent(log, Math.max(mark.delivered, mark.read));
      if (!this.#conversations.marks.raise(logId, peerId, mark)) continue;
      this.#conversations.entries.dropDelivered(logId, mark.delivered);
      this.#tellLog(found, log.logId, Math.min(before?.delivered ?? 0, before?.read ?? 0));
    }
  }

  /** Between two people: how far they have my log, all of it with null. What friends keep for them begins after that. */
  #noteHad({ open }: Found, peerId: PeerId, vector: Vector | null): void {
    const { self, marks, entries } = this.#conversations;
    const log = open.kind === 'person' ? open.logs.get({ author: self, spell: '', stream: 'talk' }) : null;
    const logId = log?.logId ?? null;
    if (!log || logId === null) return;
    const line = vector?.find((one) => logKey(one) === logKey(log));
    const isHere = ({ sequence, reference }: LogPlace): boolean =>
      entries.places(logId, [sequence]).some(({ entry_id }) => referenceOf(entry_id) === reference);
    const places = vector === null ? log.tips : (line?.points.filter(isHere) ?? []);
    const had = Math.max(0, ...places.map(({ sequence }) => sequence));
    if (had > 0) marks.raiseHad(logId, peerId, had);
  }

  /** My messages after a place look different now. */
  #tellLog({ row }: Found, logId: number | null, after: number): void {
    const ids =
      logId === null
        ? []
        : this.#conversations.entries.range(logId, after + 1, limits.chatSequenceMost, limits.chatLamportMost, 201);
    this.#conversations.tell(
      row.conversationId,
      ids.map(({ entry_id }) => entry_id),
    );
  }

  #shared(peerId: PeerId): Found[] {
    return this.#conversations.list().filter((found) => this.#mayExchange(found, peerId));
  }

  #mayExchange({ open }: Found, peerId: PeerId): boolean {
    const contact = this.#options.contacts.byPeer(peerId);
    if (contact?.state === 'blocked' || contact?.trust === 'changed') return false;
    return open.kind === 'group' ? open.circle.knows(peerId) : open.peerId === peerId && contact?.state === 'accepted';
  }

  #isOurs(conversationId: ConversationId, peerId: PeerId): boolean {
    if (!this.#isContact(peerId)) return false;
    return conversationId === pairConversation(peerKey(this.#conversations.self), peerKey(peerId));
  }

  #isContact(peerId: PeerId): boolean {
    const contact = this.#options.contacts.byPeer(peerId);
    return contact?.state === 'accepted' && contact.trust !== 'changed';
  }

  #mayOffer(peerId: PeerId): boolean {
    const { rows } = this.#conversations;
    if (!this.#isContact(peerId) || rows.countGroups(null) >= limits.chatGroups) return false;
    return rows.countGroups(peerId) < limits.chatGroupsFromOne;
  }

  /** A group I did not know of: its id follows from the act that made it. */
  #offered(peerId: PeerId, conversationId: ConversationId, first: Uint8Array | undefined): Found | null {
    const entry = first && parseChatEntry(first);
    if (entry?.body?.kind !== 'create' || !this.#mayOffer(peerId)) return null;
    if (groupConversation(peerKey(entry.author), entry.body.seed) !== conversationId) return null;
    return this.#conversations.begin(conversationId, entry.author, entry.body.name, peerId);
  }
}

const empty = (): Uint8Array<ArrayBuffer> => encodeVector([]);

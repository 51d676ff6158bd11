// The part of conversations of two that friends may carry: what the other has not received of my words, and what somebody else
// hands over of theirs.
import type { ConversationId } from '#shared/chat';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { entryBytes, pairConversation } from '#main/services/chat/entry';
import type { Conversations } from '#main/services/chat/conversations';
import type { ChatExchange } from '#main/services/chat/exchange';
import type { Contacts } from '#main/services/contacts';
import { peerKey } from '#main/services/peer-keys';
import { serviceLimits as limits } from '#main/services/service-limits';

/** Somebody who lacks words of mine: they have my log up to `had`. */
interface WaitingWords {
  readonly recipient: PeerId;
  readonly logId: number;
  readonly had: number;
}

interface Range {
  readonly first: number;
  readonly last: number;
}

interface Places {
  readonly delivered: number;
  readonly read: number;
}

export class CarriedWords {
  readonly #conversations: Conversations;
  readonly #exchange: ChatExchange;
  readonly #contacts: Pick<Contacts, 'assertReachable'>;

  constructor(conversations: Conversations, exchange: ChatExchange, contacts: Pick<Contacts, 'assertReachable'>) {
    this.#conversations = conversations;
    this.#exchange = exchange;
    this.#contacts = contacts;
  }

  /** Of contacts only. */
  waiting(): WaitingWords[] {
    const { self, marks } = this.#conversations;
    return this.#conversations.list().flatMap(({ row, open }) => {
      const log = open.kind === 'person' ? open.logs.get({ author: self, spell: '', stream: 'talk' }) : null;
      const logId = log?.logId ?? null;
      if (!log || logId === null || !this.#isContact(row.peerId)) return [];
      const had = marks.hadOf(logId, row.peerId);
      return (log.tips[0]?.sequence ?? 0) > had ? [{ recipient: row.peerId, logId, had }] : [];
    });
  }

  /** The next of my entries from a place on, as many as an envelope holds; null when there are none. */
  bundle(logId: number, from: number): (Range & { readonly entries: Uint8Array[] }) | null {
    const { entries: rows } = this.#conversations;
    const found: Uint8Array[] = [];
    let [bytes, last] = [0, 0];
    const places = rows.range(logId, from, limits.chatSequenceMost, limits.chatLamportMost, limits.custodyEntries);
    for (const { entry_id, sequence } of places) {
      const row = rows.find(entry_id);
      if (!row) continue;
      const { header, signature, body, proof } = row;
      const entry = entryBytes({ header, signature, bodyBytes: body, proof });
      bytes += entry.length;
      if (found.length > 0 && bytes > limits.custodyEntriesBytes) break;
      found.push(entry);
      last = sequence;
    }
    return found.length === 0 ? null : { entries: found, first: from, last };
  }

  /** As if their author had brought them. */
  take(owner: PeerId, entries: readonly Uint8Array[]): { taken: number; hasGap: boolean } {
    const conversationId = this.#with(owner);
    const own = entries.map((entry) => new Uint8Array(entry));
    return this.#exchange.take({ peerId: owner, conversationId, entries: own });
  }

  /** How far I have received and read what somebody wrote; null when there is nothing they shall know. */
  marks(peerId: PeerId): Places | null {
    const found = this.#exchange.marks(peerId, this.#with(peerId)).find(({ spell }) => spell === '');
    return found ? { delivered: found.delivered, read: found.read } : null;
  }

  takeMarks(peerId: PeerId, places: Places): void {
    this.#exchange.takeMarks(peerId, [{ conversationId: this.#with(peerId), spell: '', ...places }]);
  }

  /** They have signed that they have these. */
  noteHad(recipient: PeerId, { logId, last }: Range & { readonly logId: number }): void {
    this.#conversations.marks.raiseHad(logId, recipient, last);
    this.#exchange.noteSent(this.#with(recipient), last);
  }

  /** My messages of a range look different now; with null only the conversation does. */
  tell(recipient: PeerId, range: (Range & { readonly logId: number }) | null): void {
    const most = limits.chatLamportMost;
    const places = range ? this.#conversations.entries.range(range.logId, range.first, range.last, most, 201) : [];
    this.#conversations.tell(
      this.#with(recipient),
      places.map(({ entry_id }) => entry_id),
    );
  }

  #with(peerId: PeerId): ConversationId {
    return pairConversation(peerKey(this.#conversations.self), peerKey(peerId));
  }

  #isContact(peerId: PeerId): boolean {
    try {
      this.#contacts.assertReachable(peerId);
      return true;
    } catch (error) {
      if (error instanceof Failure) return false;
      throw error;
    }
  }
}

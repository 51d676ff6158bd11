// The people I know: their names, presence, trust and call history, and what can be done about each.
import type { CallRecord } from '#shared/call-record';
import type { Contact, ContactId, SafetyNumber } from '#shared/contact';
import type { Host } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Presence, PresenceMap } from '#core/peers/presence';
import type { ReadableStore } from '#core/base/store';
import type { ConversationSnapshot } from '#core/chat/snapshot';
import type { Scope } from '#core/base/scope';
import type { EndedCall } from '#state/deps';
import { Live } from '#state/live.svelte';
import type { ToastsState } from '#state/toasts.svelte';

type PeopleHost = Pick<
  Host,
  | 'on'
  | 'renameContact'
  | 'removeContact'
  | 'setContactBlocked'
  | 'readSafetyNumber'
  | 'verifyContact'
  | 'acceptChangedKey'
  | 'mergeContacts'
  | 'recordCall'
  | 'markCallsSeen'
  | 'setBadge'
>;

export interface PeopleDeps {
  readonly host: PeopleHost;
  readonly presence: ReadableStore<PresenceMap>;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  readonly contacts: readonly Contact[];
  readonly records: readonly CallRecord[];
  /** With them and with groups. */
  readonly conversations: ReadableStore<readonly ConversationSnapshot[]>;
}

/** One line of the sidebar. */
export interface PersonRow {
  readonly contact: Contact;
  readonly name: string;
  readonly presence: Presence;
  readonly lastCall: CallRecord | null;
  readonly missedCalls: number;
  /** What was written; null while nobody knows. */
  readonly chat: ConversationSnapshot | null;
}

export function shownName(contact: Contact): string {
  return contact.alias ?? contact.name;
}

/** Where notices are muted, nothing counts. */
export const unreadIn = (conversations: readonly ConversationSnapshot[]): number =>
  conversations.reduce((sum, { unread, isMuted }) => (isMuted ? sum : sum + unread), 0);

/** For comparing names whatever their accents and case. */
export const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();

export class PeopleState {
  readonly #host: PeopleHost;
  readonly #toasts: ToastsState;
  readonly #conversations: ReadableStore<readonly ConversationSnapshot[]>;
  readonly #chats: Live<readonly ConversationSnapshot[]>;
  readonly #presence: Live<PresenceMap>;
  #contacts = $state.raw<readonly Contact[]>([]);
  #records = $state.raw<readonly CallRecord[]>([]);
  search = $state('');
  /** Everybody who is not blocked, the latest first. */
  readonly rows: readonly PersonRow[] = $derived(this.#sorted());
  readonly found: readonly PersonRow[] = $derived(this.#matching(this.search));
  readonly blocked: readonly Contact[] = $derived(this.#contacts.filter((contact) => contact.state === 'blocked'));
  readonly missedCalls: number = $derived(this.#records.filter((record) => record.isMissed && !record.isSeen).length);

  constructor(deps: PeopleDeps) {
    this.#host = deps.host;
    this.#toasts = deps.toasts;
    this.#conversations = deps.conversations;
    this.#chats = new Live(deps.conversations);
    this.#presence = new Live(deps.presence);
    this.#contacts = deps.contacts;
    this.#records = deps.records;
    deps.scope.onEnd(deps.host.on('contactsChanged', (contacts) => (this.#contacts = contacts)));
    this.showBadge();
  }

  byId(contactId: ContactId): Contact | null {
    return this.#contacts.find((contact) => contact.contactId === contactId) ?? null;
  }

  byPeer(peerId: PeerId): Contact | null {
    return this.#contacts.find((contact) => contact.peerId === peerId) ?? null;
  }

  /** Null for somebody who is no contact. */
  nameOfPeer(peerId: PeerId): string | null {
    const contact = this.byPeer(peerId);
    return contact && shownName(contact);
  }

  /** Another contact of the same shown name, older than this one: maybe the same person with an earlier key. */
  namesake(contact: Contact): Contact | null {
    const name = folded(shownName(contact));
    const isNamesake = (other: Contact): boolean =>
      other.contactId !== contact.contactId &&
      other.state === 'accepted' &&
      other.addedAt < contact.addedAt &&
      folded(shownName(other)) === name;
    return this.#contacts.find(isNamesake) ?? null;
  }

  presenceOf(contact: Contact): Presence {
    return this.#presence.current.get(contact.peerId) ?? 'offline';
  }

  callsWith(contactId: ContactId): readonly CallRecord[] {
    return this.#records.filter((record) => record.contactId === contactId);
  }

  async rename(contactId: ContactId, alias: string | null): Promise<boolean> {
    return await this.#change(async () => await this.#host.renameContact({ contactId, alias }));
  }

  async remove(contactId: ContactId): Promise<boolean> {
    return await this.#attempt(async () => {
      await this.#host.removeContact({ contactId });
      this.#contacts = this.#contacts.filter((contact) => contact.contactId !== contactId);
      this.#records = this.#records.filter((record) => record.contactId !== contactId);
      this.showBadge();
    });
  }

  async setBlocked(contactId: ContactId, isBlocked: boolean): Promise<boolean> {
    return await this.#change(async () => await this.#host.setContactBlocked({ contactId, isBlocked }));
  }

  /** Rejects with `key-changed` when the contact has another key than `peerId` by now. */
  async safetyNumber(contactId: ContactId, peerId: PeerId): Promise<SafetyNumber> {
    const number = await this.#host.readSafetyNumber({ contactId });
    if (number.peerId !== peerId) throw new Failure('key-changed', 'the number belongs to a newer key');
    return number;
  }

  /** `peerId` is the key whose number was compared, not whatever key the contact has by now. */
  async verify(contactId: ContactId, peerId: PeerId): Promise<boolean> {
    return await this.#change(async () => await this.#host.verifyContact({ contactId, peerId }));
  }

  async acceptChangedKey(contact: Contact): Promise<boolean> {
    const { contactId, peerId } = contact;
    return await this.#change(async () => await this.#host.acceptChangedKey({ contactId, peerId }));
  }

  async merge(keep: ContactId, newer: ContactId): Promise<boolean> {
    return await this.#attempt(async () => {
      const merged = await this.#host.mergeContacts({ keep, newer });
      this.#contacts = this.#contacts.filter((contact) => contact.contactId !== newer);
      this.adopt(merged);
    });
  }

  /** Shows a contact main just answered with, before the event that announces it. */
  adopt(changed: Contact): void {
    const others = this.#contacts.filter((contact) => contact.contactId !== changed.contactId);
    this.#contacts = [...others, changed];
  }

  async recordEnded(ended: EndedCall): Promise<void> {
    const contact = this.byPeer(ended.peerId);
    if (!contact) return;
    const isMissed = ended.direction === 'incoming' && !ended.wasAnswered && ended.reason !== 'declined';
    const { callId, direction, video, startedAt, talkedMs, reason } = ended;
    const facts = { callId, direction, video, startedAt, talkedMs, reason };
    const record: CallRecord = { ...facts, contactId: contact.contactId, isMissed, isSeen: !isMissed };
    this.#records = [record, ...this.#records.filter((other) => other.callId !== callId)];
    this.showBadge();
    await this.#attempt(async () => {
      await this.#host.recordCall(record);
    });
  }

  /** A call that rang while I was away, as its caller wrote it down; of one that my history knows nothing changes. */
  async noteMissed(record: CallRecord): Promise<void> {
    if (this.#records.some(({ callId }) => callId === record.callId)) return;
    this.#records = [...this.#records, record].toSorted((one, other) => other.startedAt - one.startedAt);
    this.showBadge();
    await this.#attempt(async () => {
      await this.#host.recordCall(record);
    });
  }

  async markSeen(contactId: ContactId): Promise<void> {
    const isNews = (record: CallRecord): boolean => record.contactId === contactId && !record.isSeen;
    if (!this.#records.some(isNews)) return;
    this.#records = this.#records.map((record) => (isNews(record) ? { ...record, isSeen: true } : record));
    this.showBadge();
    await this.#attempt(async () => {
      await this.#host.markCallsSeen({ contactId });
    });
  }

  /** What is missed and unread, on the icon of the app. */
  showBadge(): void {
    void this.#attempt(async () => {
      const most = 9999;
      const counts = {
        missedCalls: Math.min(this.missedCalls, most),
        unread: Math.min(unreadIn(this.#conversations.snapshot), most),
      };
      await this.#host.setBadge(counts);
    });
  }

  async #change(command: () => Promise<Contact>): Promise<boolean> {
    return await this.#attempt(async () => {
      this.adopt(await command());
    });
  }

  async #attempt(command: () => Promise<void>): Promise<boolean> {
    try {
      await command();
      return true;
    } catch (reason) {
      this.#toasts.fail(reason);
      return false;
    }
  }

  #sorted(): readonly PersonRow[] {
    const rows = this.#contacts.filter((contact) => contact.state !== 'blocked').map((contact) => this.#row(contact));
    const written = (chat: ConversationSnapshot | null): number => (chat?.last ? chat.lastAtMs : 0);
    const latest = ({ contact, lastCall, chat }: PersonRow): number =>
      Math.max(contact.addedAt, lastCall?.startedAt ?? 0, written(chat));
    return rows.toSorted((one, other) => latest(other) - latest(one));
  }

  #row(contact: Contact): PersonRow {
    const calls = this.callsWith(contact.contactId);
    return {
      contact,
      name: shownName(contact),
      presence: this.presenceOf(contact),
      lastCall: calls[0] ?? null,
      chat: this.#chats.current.find(({ contactId }) => contactId === contact.contactId) ?? null,
      missedCalls: calls.filter((record) => record.isMissed && !record.isSeen).length,
    };
  }

  #matching(search: string): readonly PersonRow[] {
    const wanted = folded(search.trim());
    if (wanted === '') return this.rows;
    return this.rows.filter((row) => folded(row.name).includes(wanted) || folded(row.contact.name).includes(wanted));
  }
}

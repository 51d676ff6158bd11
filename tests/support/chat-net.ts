// People who chat, in one process: the core's links and chat over memory connections and a memory post, on one clock, with
// main's real conversations on a real database behind each of them.
import { EventEmitter } from 'node:events';
import { Scope } from '#core/base/scope';
import { Chat } from '#core/chat/chat';
import type { ConversationSnapshot } from '#core/chat/snapshot';
import { Custody } from '#core/custody/custody';
import { Mailbox } from '#core/peers/mailbox';
import { Peers } from '#core/peers/peers';
import type { Host } from '#core/ports';
import { createHandlers } from '#main/handlers';
import type { ShellActions } from '#main/shell-actions';
import { Chats } from '#main/services/chats';
import type { Contacts } from '#main/services/contacts';
import { Custody as CustodyService } from '#main/services/custody';
import { LeftWithFriends } from '#main/services/custody/left-with-friends';
import { Database } from '#main/services/database';
import { Downloads } from '#main/services/downloads';
import { IdentityKeys } from '#main/services/identity-keys';
import type { Services } from '#main/services/services';
import type { ChatChange, ChatMessage, ConversationId, EntryId } from '#shared/chat';
import { ContactId, type Contact } from '#shared/contact';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { defaultSettings, type Settings } from '#shared/settings';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { FakeHost } from '#tests/support/fake-host';
import { MemoryNetwork, type MemoryConnection } from '#tests/support/memory-connection';
import { MemoryPost } from '#tests/support/memory-rendezvous';
import { Dice } from '#tests/support/room-net';
import * as v from 'valibot';

/** Knows people by what the test says of them. */
class ContactsFake implements Pick<Contacts, 'list' | 'byPeer' | 'assertReachable'> {
  readonly #known = new Map<PeerId, Contact>();

  set(peerId: PeerId, name: string, state: Contact['state'] = 'accepted'): void {
    const contactId = v.parse(ContactId, Buffer.from(peerId).toString('hex').slice(0, 32));
    const known = { contactId, peerId, name, alias: null, state, trust: 'unverified' };
    // Sound: conversations read nothing else of a contact.
    this.#known.set(peerId, known as unknown as Contact);
  }

  list(): Contact[] {
    return [...this.#known.values()];
  }

  byPeer(peerId: PeerId): Contact | null {
    return this.#known.get(peerId) ?? null;
  }

  assertReachable(peerId: PeerId): Contact {
    const contact = this.byPeer(peerId);
    if (!contact) throw new Failure('contact-unknown');
    if (contact.state !== 'accepted')
      throw new Failure(contact.state === 'blocked' ? 'contact-blocked' : 'contact-not-accepted');
    return contact;
  }
}

export class ChatNet {
  readonly clock = new FakeClock();
  readonly network = new MemoryNetwork();
  readonly post = new MemoryPost();
  readonly people: ChatPerson[] = [];
  readonly dice: Dice;
  readonly #owners = new Map<MemoryConnection, ChatPerson>();
  readonly #cut = new Set<string>();

  constructor(seed = 1) {
    this.dice = new Dice(seed);
    this.network.blocks = (one, other) => {
      const [a, b] = [this.#owners.get(one), this.#owners.get(other)];
      return a !== undefined && b !== undefined && this.#cut.has(pairOf(a, b));
    };
  }

  async person(name: string, database = new Database(':memory:')): Promise<ChatPerson> {
    const person = new ChatPerson(this, await IdentityKeys.fromSeed(this.dice.bytes(32)), name, database);
    this.people.push(person);
    return person;
  }

  /** People who all are contacts of each other. */
  async friends(...names: readonly string[]): Promise<ChatPerson[]> {
    const made: ChatPerson[] = [];
    for (const name of names) made.push(await this.person(name));
    for (const one of made) for (const other of made) if (one !== other) one.knows(other);
    return made;
  }

  openFor(person: ChatPerson, isPolite: boolean): MemoryConnection {
    const connection = this.network.open(isPolite);
    this.#owners.set(connection, person);
    return connection;
  }

  setCut(a: ChatPerson, b: ChatPerson, isCut: boolean): void {
    if (isCut) this.#cut.add(pairOf(a, b));
    else this.#cut.delete(pairOf(a, b));
    this.network.feel();
  }

  heal(): void {
    this.#cut.clear();
    this.network.feel();
  }

  async run(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await settle();
  }

  async until(holds: () => boolean, withinMs = 120_000, stepMs = 100): Promise<boolean> {
    for (let passed = 0; passed < withinMs && !holds(); passed += stepMs) await this.run(stepMs);
    return holds();
  }

  end(): void {
    for (const person of this.people) person.scope.end();
  }
}

const pairOf = (a: ChatPerson, b: ChatPerson): string => [a.self, b.self].sort().join(' ');

export class ChatPerson {
  readonly name: string;
  readonly keys: IdentityKeys;
  readonly self: PeerId;
  readonly contacts = new ContactsFake();
  readonly inRoom = new Set<PeerId>();
  readonly database: Database;
  readonly received: ChatMessage[] = [];
  settings: Settings['chat'] = defaultSettings.chat;
  custodySettings: Settings['custody'] = defaultSettings.custody;
  chats: Chats;
  custody: CustodyService;
  scope = new Scope();
  readonly #net: ChatNet;
  readonly #signals: FakeHost;
  readonly #connections: MemoryConnection[] = [];
  #events = new EventEmitter();
  #built: { peers: Peers; chat: Chat };

  constructor(net: ChatNet, keys: IdentityKeys, name: string, database: Database) {
    this.#net = net;
    this.name = name;
    this.keys = keys;
    this.self = keys.peerId;
    this.database = database;
    this.#signals = new FakeHost(keys.peerId);
    ({ chats: this.chats, custody: this.custody } = this.#openServices());
    this.#built = this.#build();
  }

  get chat(): Chat {
    return this.#built.chat;
  }

  get peers(): Peers {
    return this.#built.peers;
  }

  knows(other: ChatPerson): void {
    this.#signals.contacts.add(other.self);
    this.contacts.set(other.self, other.name);
    this.#events.emit('contactsChanged', this.contacts.list());
  }

  /** In a room with them, and no more: there is a link, and no friendship. */
  meets(other: ChatPerson): void {
    this.#signals.contacts.add(other.self);
    this.inRoom.add(other.self);
  }

  #isFriend(peerId: PeerId): boolean {
    return this.contacts.byPeer(peerId)?.state === 'accepted';
  }

  with(other: ChatPerson): ConversationId {
    const found = this.chats.list().find(({ peerId }) => peerId === other.self);
    if (!found) throw new Error(`${this.name} has no conversation with ${other.name}`);
    return found.conversationId;
  }

  async say(conversationId: ConversationId, text: string, replyTo: EntryId | null = null): Promise<EntryId> {
    return await this.chat.write(conversationId, { kind: 'text', text, replyTo });
  }

  messages(conversationId: ConversationId): ChatMessage[] {
    try {
      return this.chats.readTimeline(conversationId, { kind: 'end' }, 200).messages;
    } catch {
      return [];
    }
  }

  texts(conversationId: ConversationId): string[] {
    return this.messages(conversationId).flatMap(({ content }) => (content.kind === 'text' ? [content.text] : []));
  }

  /** From the first, a page at a time. */
  allTexts(conversationId: ConversationId): string[] {
    if (!this.chats.list().some((one) => one.conversationId === conversationId)) return [];
    let page = this.chats.readTimeline(conversationId, { kind: 'end' }, 200);
    const messages = [...page.messages];
    for (let first = messages[0]; page.hasEarlier && first; first = page.messages[0]) {
      page = this.chats.readTimeline(conversationId, { kind: 'before', messageId: first.messageId }, 200);
      messages.unshift(...page.messages);
    }
    return messages.flatMap(({ content }) => (content.kind === 'text' ? [content.text] : []));
  }

  snapshot(conversationId: ConversationId): ConversationSnapshot | null {
    return this.chat.store.snapshot.find((one) => one.conversationId === conversationId) ?? null;
  }

  async reach(other: ChatPerson): Promise<boolean> {
    const reached = this.peers.reach(other.self, this.scope.signal).then(
      () => true,
      () => false,
    );
    await this.#net.run(500);
    const answers: boolean[] = [];
    void reached.then((is) => answers.push(is));
    await this.#net.until(() => answers.length > 0, 20_000);
    return answers[0] ?? false;
  }

  /** Agrees to keep messages for friends, or no more. */
  setKeeps(keeps: boolean): void {
    this.custodySettings = { ...this.custodySettings, keeps };
    this.#events.emit('settingsChanged', this.#settings);
  }

  /** Goes without a word; what is on disk stays. */
  crash(): void {
    for (const connection of this.#connections) connection.vanish();
    this.scope.end();
  }

  restart(): void {
    this.crash();
    this.scope = new Scope();
    ({ chats: this.chats, custody: this.custody } = this.#openServices());
    this.#built = this.#build();
  }

  get #settings(): Settings {
    return { ...defaultSettings, chat: this.settings, custody: this.custodySettings };
  }

  #openServices(): { chats: Chats; custody: CustodyService } {
    const events = new EventEmitter();
    this.#events = events;
    const due: ChatChange[] = [];
    const common = {
      database: this.database,
      identity: { keys: this.keys, identity: { peerId: this.self, name: this.name, createdAt: 0 } },
      contacts: this.contacts,
      clock: { now: () => Math.floor(this.#net.clock.now()) },
      random: this.#net.dice.bytes,
      left: new LeftWithFriends(this.database),
    };
    const chats = new Chats({
      ...common,
      downloads: new Downloads('/nonexistent'),
      readSettings: () => this.settings,
      onChange: (change) => {
        due.push(change);
        queueMicrotask(() => events.emit('chatsChanged', due.splice(0)));
      },
    });
    const custody = new CustodyService({
      ...common,
      words: chats.carried,
      readSettings: () => this.custodySettings,
      onKept: () => queueMicrotask(() => events.emit('custodyChanged')),
    });
    return { chats, custody };
  }

  #host(): Host {
    // Sound: the handlers of chats touch nothing else, and the shell's are not called.
    const services = { chats: this.chats, custody: this.custody, clock: this.#net.clock } as unknown as Services;
    const handlers = createHandlers(services, {} as unknown as ShellActions);
    const events = this.#events;
    const own = {
      sealSignal: this.#signals.sealSignal.bind(this.#signals),
      openSignal: this.#signals.openSignal.bind(this.#signals),
      sealRequest: this.#signals.sealRequest.bind(this.#signals),
      sealRoomRequest: this.#signals.sealRoomRequest.bind(this.#signals),
      sealCastRequest: this.#signals.sealCastRequest.bind(this.#signals),
      advanceProof: this.#signals.advanceProof.bind(this.#signals),
      readSettings: async () => ({ settings: this.#settings, warning: null }),
      on: (name: string, listener: (payload: unknown) => void) => {
        events.on(name, listener);
        return () => events.off(name, listener);
      },
    };
    return { ...handlers, ...own } as unknown as Host; // sound: as above
  }

  #build(): { peers: Peers; chat: Chat } {
    const { clock, post, dice } = this.#net;
    const { scope } = this;
    const host = this.#host();
    const mailbox = new Mailbox({ host, clock, scope });
    const peers = new Peers({
      self: this.self,
      mailbox,
      host,
      openConnection: (isPolite) => {
        const connection = this.#net.openFor(this, isPolite);
        this.#connections.push(connection);
        return connection;
      },
      isAccepted: (peerId) => this.#isFriend(peerId) || this.inRoom.has(peerId),
      clock,
      random: dice.bytes,
      scope,
    });
    mailbox.use([{ rendezvous: post.open(this.self), scope: 'machine' }]);
    const chat = new Chat({ host, peers, clock, scope });
    new Custody({
      host,
      peers,
      clock,
      scope,
      isFriend: (peerId) => this.#isFriend(peerId),
    });
    chat.events.on('received', ({ message }) => this.received.push(message));
    return { peers, chat };
  }
}

// People in rooms, in one process: the core's links and rooms over memory connections and a memory post, on one clock,
// with main's real rooms (signed rosters, links, passes) behind each of them.
import { Emitter } from '#core/base/emitter';
import { Scope } from '#core/base/scope';
import { Store } from '#core/base/store';
import type { RecordingPart, RoomMediaPart } from '#core/conference/parts';
import { Rooms } from '#core/conference/rooms';
import type { OwnRecording, RoomEvents, RoomSnapshot, TracksByMember } from '#core/conference/snapshot';
import { Mailbox } from '#core/peers/mailbox';
import { MutualRendezvous } from '#core/peers/mutual';
import { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import type { CallInput, CallOutput } from '#shared/contract';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { SharedScreen } from '#core/ports';
import type { RoomHost } from '#core/conference/parts';
import type { Contacts } from '#main/services/contacts';
import { Database } from '#main/services/database';
import { IdentityKeys } from '#main/services/identity-keys';
import type { IdentityStore } from '#main/services/identity-store';
import { Rooms as MainRooms } from '#main/services/rooms';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { FakeHost } from '#tests/support/fake-host';
import { FakeMedia } from '#tests/support/fake-media';
import { MemoryNetwork, type MemoryConnection } from '#tests/support/memory-connection';
import { MemoryPost } from '#tests/support/memory-rendezvous';

/** Numbers that follow from a seed (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  pick<T>(items: readonly T[]): T | null {
    return items[Math.floor(this.next() * items.length)] ?? null;
  }

  bytes = (length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, () => Math.floor(this.next() * 256));
}

const text = new TextEncoder();
const requestMark = 'room-request ';

/** Main of one person: FakeHost seals and proves, the rooms are the real ones. */
export class RoomHostFake extends FakeHost implements RoomHost {
  readonly rooms: MainRooms;
  readonly #name: string;

  constructor(keys: IdentityKeys, name: string, clock: FakeClock, random: (length: number) => Uint8Array) {
    super(keys.peerId);
    this.#name = name;
    // Sound: the rooms read nothing else of identity and contacts.
    const identity = { keys, identity: { name } } as unknown as IdentityStore;
    const contacts = { byPeer: () => undefined } as unknown as Contacts;
    const wholeMs = { now: () => Math.floor(clock.now()) }; // as a system's clock tells it
    this.rooms = new MainRooms({ database: new Database(':memory:'), identity, contacts, clock: wholeMs, random });
    this.mayLink = (peerId) => this.rooms.mayLink(peerId);
  }

  async openRoom({ name }: CallInput<'openRoom'>): Promise<CallOutput<'openRoom'>> {
    return this.rooms.open(name);
  }
  async makeRoomLink({ roomId, hours }: CallInput<'makeRoomLink'>): Promise<CallOutput<'makeRoomLink'>> {
    return this.rooms.makeLink(roomId, hours);
  }
  async inspectRoomLink({ text: link }: CallInput<'inspectRoomLink'>): Promise<CallOutput<'inspectRoomLink'>> {
    return this.rooms.inspect(link);
  }
  async enterRoom({ text: link }: CallInput<'enterRoom'>): Promise<CallOutput<'enterRoom'>> {
    return this.rooms.enter(link);
  }
  async reopenRoom({ roomId }: CallInput<'reopenRoom'>): Promise<CallOutput<'reopenRoom'>> {
    return this.rooms.reopen(roomId);
  }
  async closeRoom({ roomId }: CallInput<'closeRoom'>): Promise<CallOutput<'closeRoom'>> {
    this.rooms.close(roomId);
  }
  async standAtDoor(door: CallInput<'standAtDoor'>): Promise<CallOutput<'standAtDoor'>> {
    return this.rooms.standAtDoor(door);
  }
  async leaveDoor(): Promise<CallOutput<'leaveDoor'>> {
    this.rooms.leaveDoor();
  }
  async actInRoom({ roomId, act }: CallInput<'actInRoom'>): Promise<CallOutput<'actInRoom'>> {
    return this.rooms.act(roomId, act);
  }
  async checkRoomPass({ roomId, pass }: CallInput<'checkRoomPass'>): Promise<CallOutput<'checkRoomPass'>> {
    return { verdict: this.rooms.checkPass(roomId, pass) };
  }
  async applyRosterEntries(input: CallInput<'applyRosterEntries'>): Promise<CallOutput<'applyRosterEntries'>> {
    const { roster, accepted, refused } = this.rooms.apply(input.roomId, input.entries);
    return { roster, accepted, refused };
  }
  async listRosterEntries({ roomId }: CallInput<'listRosterEntries'>): Promise<CallOutput<'listRosterEntries'>> {
    return this.rooms.listEntries(roomId);
  }
  async signConsent(): Promise<CallOutput<'signConsent'>> {
    return new Uint8Array([1]);
  }

  /** Shows the pass itself where main would prove that it has it. */
  override async sealRoomRequest({ roomId }: CallInput<'sealRoomRequest'>): Promise<CallOutput<'sealRoomRequest'>> {
    const { to } = this.rooms.requestOf(roomId);
    const facts = { from: this.self, name: this.#name, roomId };
    return { to, blob: new Uint8Array(text.encode(requestMark + JSON.stringify(facts))) };
  }

  override async openSignal(input: CallInput<'openSignal'>): Promise<CallOutput<'openSignal'>> {
    const said = new TextDecoder().decode(input.blob);
    if (!said.startsWith(requestMark)) return await super.openSignal(input);
    // Sound: only RoomHostFake of another person writes this.
    const { from, name, roomId } = JSON.parse(said.slice(requestMark.length)) as never;
    if (!this.rooms.takeRequest(roomId, from)) return { outcome: 'dropped', reason: 'rate-limited', from };
    return { outcome: 'room-request', from, roomId, name };
  }
}

/** Lanes are the adapters' and RoomMedia's business; here only what the room asks of them is kept. */
export class MediaPartFake implements RoomMediaPart {
  links: ReadonlyMap<PeerId, Session> = new Map();
  remote: ReadonlyMap<PeerId, { readonly microphone: boolean }> = new Map();
  readonly watched = new Map<PeerId, { video: number; screen: number }>();
  isHeld = false;
  isClosed = false;
  out: ReadonlyMap<PeerId, PeerId> = new Map();
  in: ReadonlyMap<PeerId, PeerId> = new Map();
  readonly tracks = new Store<TracksByMember>(new Map());
  readonly speaker = new Store<PeerId | null>(null);
  readonly ownTurn = 0;
  readonly events = new Emitter<{ levelRefused: PeerId; floorTaken: number }>();

  receiveFloor(): boolean {
    return true;
  }
  setLinks(links: ReadonlyMap<PeerId, Session>): void {
    this.links = links;
  }
  setRemote(states: ReadonlyMap<PeerId, { readonly microphone: boolean }>): void {
    this.remote = states;
  }
  setWatched(peerId: PeerId, heights: { video: number; screen: number }): void {
    this.watched.set(peerId, heights);
  }
  setHeld(isHeld: boolean): void {
    this.isHeld = isHeld;
  }
  carryOut(plan: ReadonlyMap<PeerId, PeerId>): void {
    this.out = plan;
  }
  carryIn(plan: ReadonlyMap<PeerId, PeerId>): void {
    this.in = plan;
  }
  close(): void {
    this.isClosed = true;
  }
}

const noRecording = (): RecordingPart => ({
  store: new Store<OwnRecording>({ phase: 'none' }),
  events: new Emitter<{ consentRefused: PeerId }>(),
  start: () => undefined,
  receiveConsent: () => undefined,
  memberJoined: () => undefined,
  memberLeft: () => undefined,
  setHeld: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
  stop: () => undefined,
});

export class RoomNet {
  readonly clock = new FakeClock();
  readonly network = new MemoryNetwork();
  readonly post = new MemoryPost();
  readonly people: RoomPerson[] = [];
  readonly dice: Dice;
  /** Fills the lanes of those who enter from now on; without it they only note what they are told. */
  openMedia: ((person: RoomPerson, stay: Scope) => RoomMediaPart) | null = null;
  readonly #owners = new Map<MemoryConnection, RoomPerson>();
  readonly #cut = new Set<string>();

  constructor(seed = 1) {
    this.dice = new Dice(seed);
    this.network.blocks = (one, other) => {
      const [a, b] = [this.#owners.get(one), this.#owners.get(other)];
      return a !== undefined && b !== undefined && this.#cut.has(pairOf(a, b));
    };
  }

  async person(name: string): Promise<RoomPerson> {
    const keys = await IdentityKeys.fromSeed(this.dice.bytes(32));
    const person = new RoomPerson(this, keys, name);
    this.people.push(person);
    return person;
  }

  /** The same identity in another profile: it knows no room yet. */
  twin(of: RoomPerson): RoomPerson {
    const twin = new RoomPerson(this, of.keys, of.name);
    this.people.push(twin);
    return twin;
  }

  async persons(count: number): Promise<readonly RoomPerson[]> {
    const made: RoomPerson[] = [];
    for (let at = 1; at <= count; at += 1) made.push(await this.person(`P${at}`));
    return made;
  }

  openFor(person: RoomPerson, isPolite: boolean): MemoryConnection {
    const connection = this.network.open(isPolite);
    this.#owners.set(connection, person);
    return connection;
  }

  /** Whether packets pass between these two. */
  setCut(a: RoomPerson, b: RoomPerson, isCut: boolean): void {
    if (isCut) this.#cut.add(pairOf(a, b));
    else this.#cut.delete(pairOf(a, b));
    this.network.feel();
  }

  /** Nobody of one side reaches anybody of the other. */
  partition(side: readonly RoomPerson[]): void {
    this.heal();
    for (const one of this.people) {
      for (const other of this.people) {
        if (side.includes(one) !== side.includes(other)) this.#cut.add(pairOf(one, other));
      }
    }
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

  /** At most `withinMs`, until it holds. Answers whether it does. */
  async until(holds: () => boolean, withinMs = 60_000, stepMs = 200): Promise<boolean> {
    for (let passed = 0; passed < withinMs && !holds(); passed += stepMs) await this.run(stepMs);
    return holds();
  }

  end(): void {
    for (const person of this.people) person.scope.end();
  }
}

const pairOf = (a: RoomPerson, b: RoomPerson): string => [a.self, b.self].sort().join(' ');

type Told = { [K in keyof RoomEvents]: { readonly event: K; readonly payload: RoomEvents[K] } }[keyof RoomEvents];

export class RoomPerson {
  readonly name: string;
  readonly keys: IdentityKeys;
  readonly self: PeerId;
  readonly host: RoomHostFake;
  readonly media = new FakeMedia();
  readonly screen = new Store<SharedScreen | null>(null);
  readonly told: Told[] = [];
  readonly connections: MemoryConnection[] = [];
  mediaPart: MediaPartFake | null = null;
  readonly #net: RoomNet;
  #scope = new Scope();
  #peers: Peers;
  #rooms: Rooms;

  constructor(net: RoomNet, keys: IdentityKeys, name: string) {
    this.#net = net;
    this.name = name;
    this.keys = keys;
    this.self = keys.peerId;
    this.host = new RoomHostFake(keys, name, net.clock, net.dice.bytes);
    ({ peers: this.#peers, rooms: this.#rooms } = this.#build());
  }

  get scope(): Scope {
    return this.#scope;
  }

  get peers(): Peers {
    return this.#peers;
  }

  get rooms(): Rooms {
    return this.#rooms;
  }

  /** The room on the stage. */
  get room(): RoomSnapshot {
    const { current } = this.#rooms.store.snapshot;
    if (!current) throw new Error(`${this.name} is in no room`);
    return current;
  }

  get phase(): string {
    return this.#rooms.store.snapshot.current?.stage.phase ?? 'none';
  }

  /** Who is seen inside from the door, or what is said instead. */
  get seen(): readonly string[] | string {
    const glance = this.#rooms.glance.snapshot;
    return glance?.phase === 'seen' ? glance.people.map(({ name }) => name) : (glance?.phase ?? 'nothing');
  }

  get names(): readonly string[] {
    return this.#rooms.store.snapshot.current?.members.map(({ name }) => name) ?? [];
  }

  pairWith(other: RoomPerson): string {
    return this.room.members.find(({ peerId }) => peerId === other.self)?.pair ?? 'absent';
  }

  befriend(other: RoomPerson): void {
    this.host.contacts.add(other.self);
    other.host.contacts.add(this.self);
  }

  async open(): Promise<void> {
    await this.#rooms.open('Table', { microphone: true, camera: false });
  }

  async link(): Promise<string> {
    return (await this.#rooms.makeLink(1)).link;
  }

  /** Goes without a word, as a crashed page does. */
  crash(): void {
    for (const connection of this.connections) connection.vanish();
    this.#scope.end();
    this.media.closeAll();
  }

  /** Starts again after a crash, with the same identity and what main has kept. */
  restart(): void {
    this.#scope = new Scope();
    ({ peers: this.#peers, rooms: this.#rooms } = this.#build());
  }

  #build(): { peers: Peers; rooms: Rooms } {
    const { clock, post, dice } = this.#net;
    const scope = this.#scope;
    const { host } = this;
    const mailbox = new Mailbox({ host, clock, scope });
    const random = dice.bytes;
    const peers: Peers = new Peers({
      self: this.self,
      mailbox,
      host,
      openConnection: (isPolite) => {
        const connection = this.#net.openFor(this, isPolite);
        this.connections.push(connection);
        return connection;
      },
      isAccepted: (peerId) => host.contacts.has(peerId) || rooms.isRoomPerson(peerId),
      clock,
      random,
      scope,
    });
    const rooms: Rooms = this.#openRooms(peers, mailbox);
    const mutual = new MutualRendezvous({
      peers,
      clock,
      random,
      scope,
      mayCarry: (from, to) => rooms.mayCarry(from, to),
      carriersFor: (to) => rooms.carriersFor(to),
    });
    mailbox.use([
      { rendezvous: post.open(this.self), scope: 'machine' },
      { rendezvous: mutual.open(), scope: null },
    ]);
    for (const event of ['joined', 'left', 'reacted', 'muteAsked', 'refused'] as const) {
      rooms.events.on(event, (payload) => this.told.push({ event, payload } as Told)); // sound: as `on` types it
    }
    return { peers, rooms };
  }

  #openRooms(peers: Peers, mailbox: Mailbox): Rooms {
    const { clock, dice } = this.#net;
    const { host, media } = this;
    return new Rooms({
      self: this.self,
      readName: async () => this.name,
      host,
      peers,
      mailbox,
      media,
      screen: {
        store: this.screen,
        open: async () => {
          throw new Failure('screen-missing');
        },
        close: () => {
          this.screen.set(null);
        },
      },
      clock,
      random: dice.bytes,
      mayRing: (peerId) => host.contacts.has(peerId),
      openMedia: (stay) => this.#net.openMedia?.(this, stay) ?? (this.mediaPart = new MediaPartFake()),
      openRecording: noRecording,
      scope: this.#scope,
    });
  }
}

/** Each enters by a link that the first one made; everybody is linked with everybody. */
export async function seated(net: RoomNet, people: readonly RoomPerson[]): Promise<void> {
  const [first, ...others] = people;
  if (!first) return;
  await first.open();
  const link = await first.link();
  for (const person of others) {
    const entering = person.rooms.enter(link, { microphone: true, camera: false });
    await net.until(() => person.phase === 'inside', 20_000, 50);
    await entering;
  }
  await net.until(() => areLinked(people), 20_000, 50);
}

/** All see the same members, in the same order, and each is connected with each. */
export function areLinked(people: readonly RoomPerson[]): boolean {
  const seats = people[0]?.names.join() ?? '';
  return people.every(
    (one) =>
      one.names.length === people.length &&
      one.names.join() === seats &&
      people.every((other) => other === one || one.pairWith(other) === 'connected'),
  );
}

// People with everything the core gives them, on one memory network, one post and one clock.
import type { PeerId } from '#shared/identity';
import { Scope } from '#core/base/scope';
import { Calls, type EndedCall } from '#core/call/calls';
import { ByHand } from '#core/peers/by-hand';
import { Mailbox } from '#core/peers/mailbox';
import { Peers } from '#core/peers/peers';
import type { FailureCode } from '#shared/failure';
import type { Session } from '#core/peers/session';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { FakeHost } from '#tests/support/fake-host';
import { FakeMedia } from '#tests/support/fake-media';
import { MemoryNetwork, type MemoryConnection } from '#tests/support/memory-connection';
import { MemoryPost } from '#tests/support/memory-rendezvous';

/** Ids sort as their letters do. */
export const peerId = (letters: string): PeerId => `${letters.repeat(51).slice(0, 51)}a` as PeerId; // sound: matches the pattern

let seed = 0;
const random = (length: number): Uint8Array => {
  seed += 1;
  return Uint8Array.from({ length }, (_, at) => (at < 4 ? (seed >> (8 * at)) & 255 : (seed * 31 + at * 7) & 255));
};

export class World {
  readonly clock = new FakeClock();
  readonly network = new MemoryNetwork();
  readonly post = new MemoryPost();
  readonly people: Person[] = [];

  person(letters: string): Person {
    const person = new Person(this, peerId(letters));
    this.people.push(person);
    return person;
  }

  /** `low` has the lower id; both know each other. */
  pair(): { low: Person; high: Person } {
    const low = this.person('b');
    const high = this.person('c');
    befriend(low, high);
    return { low, high };
  }

  end(): void {
    for (const person of this.people) person.scope.end();
  }
}

export function befriend(a: Person, b: Person): void {
  a.host.contacts.add(b.self);
  b.host.contacts.add(a.self);
}

export class Person {
  readonly self: PeerId;
  readonly host: FakeHost;
  readonly media = new FakeMedia();
  readonly ended: EndedCall[] = [];
  readonly closed: (FailureCode | null)[] = [];
  readonly opened: Session[] = [];
  readonly connections: MemoryConnection[] = [];
  readonly refused: string[] = [];
  mayCall: (peerId: PeerId) => FailureCode | null = () => null;
  /** What `Peers` asks when an attempt failed. */
  elsewhere: (attempt: Session, code: FailureCode | null) => Promise<unknown> | null = () => null;
  readonly #world: World;
  #scope = new Scope();
  #mailbox: Mailbox;
  #peers: Peers;
  #calls: Calls;
  #byHand: ByHand;

  constructor(world: World, self: PeerId) {
    this.#world = world;
    this.self = self;
    this.host = new FakeHost(self);
    ({ mailbox: this.#mailbox, peers: this.#peers, calls: this.#calls, byHand: this.#byHand } = this.#build());
  }

  get scope(): Scope {
    return this.#scope;
  }

  get mailbox(): Mailbox {
    return this.#mailbox;
  }

  get peers(): Peers {
    return this.#peers;
  }

  get calls(): Calls {
    return this.#calls;
  }

  /** What a page reload does: nothing is said, everything is new but the identity and the contacts. */
  reload(how: 'noticed' | 'unnoticed' = 'noticed'): void {
    for (const connection of this.connections) {
      if (how === 'noticed') connection.close();
      else connection.vanish();
    }
    this.media.closeAll();
    this.#mailbox.use([]);
    this.#scope.end();
    this.ended.length = 0;
    this.#scope = new Scope();
    ({ mailbox: this.#mailbox, peers: this.#peers, calls: this.#calls, byHand: this.#byHand } = this.#build());
  }

  get byHand(): ByHand {
    return this.#byHand;
  }

  async reach(other: Person): Promise<Session> {
    return await this.#peers.reach(other.self, new AbortController().signal);
  }

  #build(): { mailbox: Mailbox; peers: Peers; calls: Calls; byHand: ByHand } {
    const { clock, network, post } = this.#world;
    const scope = this.#scope;
    const mailbox = new Mailbox({ host: this.host, clock, scope });
    const openConnection = (isPolite: boolean): MemoryConnection => {
      const connection = network.open(isPolite);
      this.connections.push(connection);
      return connection;
    };
    const peers = new Peers({
      self: this.self,
      mailbox,
      host: this.host,
      openConnection,
      isAccepted: (other) => this.host.contacts.has(other),
      elsewhere: (attempt, code) => this.elsewhere(attempt, code),
      clock,
      random,
      scope,
    });
    const mayCall = (other: PeerId): FailureCode | null => this.mayCall(other);
    const calls = new Calls({ peers, media: this.media, clock, random, mayCall, scope });
    const obstacle = (other: PeerId): FailureCode | null => (this.host.contacts.has(other) ? null : 'contact-unknown');
    const { self, host } = this;
    const byHand = new ByHand({ self, peers, mailbox, host, openConnection, obstacle, clock, random, scope });
    calls.events.on('ended', (ended) => this.ended.push(ended));
    peers.events.on('closed', ({ code }) => this.closed.push(code));
    peers.events.on('opened', (session) => this.opened.push(session));
    mailbox.events.on('refused', ({ reason }) => this.refused.push(reason));
    mailbox.use([{ rendezvous: post.open(this.self), scope: 'machine' }]);
    return { mailbox, peers, calls, byHand };
  }
}

/** A linked pair, everything settled. */
export async function linkedPair(): Promise<{ world: World; low: Person; high: Person }> {
  const world = new World();
  const { low, high } = world.pair();
  const reached = low.reach(high);
  await world.clock.advance(100);
  await reached;
  await settle();
  return { world, low, high };
}

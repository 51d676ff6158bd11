// People who drop files, in one process: the core's links and drops over memory connections, with files in memory, on one clock.
import type { DropId } from '#shared/drop';
import type { PeerId } from '#shared/identity';
import { Scope } from '#core/base/scope';
import { BulkLanes } from '#core/bulk/bulk-lanes';
import { Drops } from '#core/drop/drops';
import type { Offer } from '#core/drop/offer-parts';
import type { DropSnapshot } from '#core/drop/snapshot';
import { Mailbox } from '#core/peers/mailbox';
import { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { FakeHost } from '#tests/support/fake-host';
import { MemoryContent, sha256, type MemoryGiven } from '#tests/support/memory-content';
import { MemoryNetwork, type MemoryConnection } from '#tests/support/memory-connection';
import { MemoryPost } from '#tests/support/memory-rendezvous';
import { Dice } from '#tests/support/room-net';
import { peerId } from '#tests/support/two-peers';

export class DropNet {
  readonly clock = new FakeClock();
  readonly network = new MemoryNetwork();
  readonly post = new MemoryPost();
  readonly dice: Dice;
  readonly people: DropPerson[] = [];

  constructor(seed = 1) {
    this.dice = new Dice(seed);
  }

  /** All know each other. */
  meet(count: number): readonly DropPerson[] {
    for (let at = 0; at < count; at += 1) {
      const letters = 'bcdefghijklmnopqrstuvwxyz'[at % 25] ?? 'b';
      const person = new DropPerson(
        this,
        peerId(at < 25 ? letters : `${letters}${'bcdefgh'[Math.floor(at / 25)] ?? 'b'}`),
      );
      for (const other of this.people) {
        person.host.contacts.add(other.self);
        other.host.contacts.add(person.self);
      }
      this.people.push(person);
    }
    return this.people;
  }

  async link(...people: readonly DropPerson[]): Promise<void> {
    const reached = people.flatMap((one, at) =>
      people.slice(at + 1).map((other) => one.peers.reach(other.self, new AbortController().signal)),
    );
    await this.clock.advance(200);
    await Promise.all(reached);
    await this.clock.advance(200);
  }

  /** A file of bytes that follow from the seed. */
  file(name: string, size: number): MemoryGiven {
    const bytes = new Uint8Array(size);
    const words = new Uint32Array(bytes.buffer, 0, size >> 2);
    let x = Math.floor(this.dice.next() * 2 ** 32) | 1;
    for (let at = 0; at < words.length; at += 1) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      words[at] = x;
    }
    return { entry: { path: name.split('/'), size }, bytes };
  }

  async run(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await settle();
  }

  async until(holds: () => boolean, withinMs = 60_000, stepMs = 50): Promise<boolean> {
    for (let passed = 0; passed < withinMs && !holds(); passed += stepMs) {
      await this.clock.advance(stepMs);
      for (let at = 0; at < 8; at += 1) await settle();
    }
    return holds();
  }

  end(): void {
    for (const person of this.people) person.scope.end();
  }
}

export class DropPerson {
  readonly self: PeerId;
  readonly host: FakeHost;
  readonly content = new MemoryContent();
  readonly connections: MemoryConnection[] = [];
  /** Those beside its links, for blocks alone. */
  readonly sides: MemoryConnection[] = [];
  /** Of the certificate of its connections; a side connection may show another one. */
  readonly certificate: number;
  sideCertificate: number;
  readonly told: string[] = [];
  acceptsAtOnce: (from: PeerId, offer: Offer) => boolean = () => false;
  isShared: (dropId: DropId) => boolean = () => false;
  isTalking = false;
  /** What went to and came from whom. */
  readonly counted = new Map<PeerId, { sentBytes: number; receivedBytes: number }>();
  readonly #net: DropNet;
  #scope = new Scope();
  #peers: Peers;
  #drops: Drops;

  constructor(net: DropNet, self: PeerId) {
    this.#net = net;
    this.self = self;
    this.certificate = this.sideCertificate = net.people.length + 1;
    this.host = new FakeHost(self);
    ({ peers: this.#peers, drops: this.#drops } = this.#build());
  }

  get scope(): Scope {
    return this.#scope;
  }

  get peers(): Peers {
    return this.#peers;
  }

  get drops(): Drops {
    return this.#drops;
  }

  session(other: DropPerson): Session {
    const session = this.#peers.session(other.self);
    if (!session) throw new Error('no link');
    return session;
  }

  async send(files: readonly MemoryGiven[], ...to: readonly DropPerson[]): Promise<DropId> {
    return await this.#drops.send(files, { people: to.map(({ self }) => self), roomId: null });
  }

  find(dropId: DropId): DropSnapshot | undefined {
    return this.#drops.store.snapshot.find((drop) => drop.dropId === dropId);
  }

  phase(dropId: DropId): string {
    return this.find(dropId)?.stage.phase ?? 'none';
  }

  has({ entry, bytes }: MemoryGiven): boolean {
    const mine = this.content.downloads.get(entry.path.join('/'));
    return mine !== undefined && Buffer.compare(mine, bytes) === 0;
  }

  /** Goes without a word, as a crashed page does. */
  crash(): void {
    for (const connection of this.connections) connection.vanish();
    this.#scope.end();
  }

  /** Starts again, with the same identity and what is on the disk. */
  restart(): void {
    this.#scope = new Scope();
    ({ peers: this.#peers, drops: this.#drops } = this.#build());
  }

  #openSide(isPolite: boolean): MemoryConnection {
    const side = this.#net.network.open(isPolite, this.sideCertificate);
    this.sides.push(side);
    return side;
  }

  #build(): { peers: Peers; drops: Drops } {
    const { clock, post, dice, network } = this.#net;
    const { host, self, content } = this;
    const scope = this.#scope;
    const mailbox = new Mailbox({ host, clock, scope });
    const peers = new Peers({
      self,
      mailbox,
      host,
      openConnection: (isPolite) => {
        const connection = network.open(isPolite, this.certificate);
        this.connections.push(connection);
        return connection;
      },
      isAccepted: (other) => host.contacts.has(other),
      clock,
      random: dice.bytes,
      scope,
    });
    const drops = new Drops({
      self,
      nameOf: (other) => other.slice(0, 1),
      peers,
      lanes: new BulkLanes({ peers, openSide: (isPolite) => this.#openSide(isPolite), clock, scope }),
      content,
      sha256,
      clock,
      random: dice.bytes,
      acceptsAtOnce: (from, offer) => this.acceptsAtOnce(from, offer),
      isShared: (dropId) => this.isShared(dropId),
      counted: (other, sentBytes, receivedBytes) => {
        const count = this.counted.get(other) ?? { sentBytes: 0, receivedBytes: 0 };
        this.counted.set(other, {
          sentBytes: count.sentBytes + sentBytes,
          receivedBytes: count.receivedBytes + receivedBytes,
        });
      },
      isTalking: () => this.isTalking,
      scope,
    });
    drops.events.on('asked', () => this.told.push('asked'));
    drops.events.on('finished', () => this.told.push('finished'));
    drops.events.on('failed', ({ code }) => this.told.push(code));
    mailbox.use([{ rendezvous: post.open(self), scope: 'machine' }]);
    return { peers, drops };
  }
}

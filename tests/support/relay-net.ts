// People some of whom cannot reach each other directly, with friends who may carry them, on one memory network and one clock.
import { Store } from '#core/base/store';
import type { CarryTerms } from '#core/relay/carry-policy';
import { Relays } from '#core/relay/relays';
import type { LiveEncoderOptions } from '#core/ports/live';
import { FakeEncoder, FakeOutput } from '#tests/support/fake-live';
import { createFakeTunnelKey } from '#tests/support/fake-tunnel-key';
import type { MemoryConnection } from '#tests/support/memory-connection';
import { befriend, World, type Person } from '#tests/support/two-peers';

export const usualTerms: CarryTerms = { bytesPerSecond: 1_000_000 };

export class RelayPerson {
  readonly person: Person;
  readonly relays: Relays;
  readonly terms = new Store<CarryTerms | null>(null);
  readonly distrusted: string[] = [];
  readonly encoders: { readonly options: LiveEncoderOptions; readonly encoder: FakeEncoder }[] = [];
  readonly outputs: FakeOutput[] = [];
  carriedBytes = 0;
  mayUse = true;
  readonly #bulk: Uint8Array[] = [];

  constructor(world: World, person: Person) {
    this.person = person;
    const { self, peers, mailbox, host, scope } = person;
    this.relays = new Relays({
      self,
      peers,
      mailbox,
      host,
      scope,
      clock: world.clock,
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      terms: this.terms,
      isFriend: (peerId) => host.contacts.has(peerId),
      mayUse: () => this.mayUse,
      hasServer: () => !world.post.isDown,
      carried: (bytes) => (this.carriedBytes += bytes),
      createKey: createFakeTunnelKey,
      openEncoder: async (options) => {
        const encoder = new FakeEncoder(world.clock);
        this.encoders.push({ options, encoder });
        return encoder;
      },
      openOutput: ({ delayMs }) => {
        const output = new FakeOutput(world.clock, delayMs);
        this.outputs.push(output);
        return output;
      },
    });
    this.relays.events.on('distrusted', ({ carrier }) => this.distrusted.push(carrier));
    person.elsewhere = (attempt, code) => this.relays.elsewhere(attempt, code);
    peers.events.on('opened', ({ connection }) => {
      connection.events.on('bulkReceived', (message) => this.#bulk.push(message));
    });
  }

  get self(): Person['self'] {
    return this.person.self;
  }

  get bulk(): readonly Uint8Array[] {
    return this.#bulk;
  }

  /** The friend through whom the link with `other` goes; undefined without a link. */
  viaTo(other: RelayPerson): string | null | undefined {
    return this.person.peers.session(other.self)?.via;
  }

  isOnlineWith(other: RelayPerson): boolean {
    return this.person.peers.session(other.self)?.state.snapshot.phase === 'open';
  }
}

export class RelayNet {
  readonly world = new World();
  readonly #cut = new Set<string>();
  readonly #owners = new Map<MemoryConnection, Person>();

  constructor() {
    this.world.network.blocks = (one, other) => {
      const [a, b] = [this.#ownerOf(one), this.#ownerOf(other)];
      return a !== null && b !== null && this.#cut.has([a.self, b.self].toSorted().join());
    };
  }

  person(letters: string): RelayPerson {
    return new RelayPerson(this.world, this.world.person(letters));
  }

  /** Whether packets pass between these two. */
  setCut(a: RelayPerson, b: RelayPerson, isCut: boolean): void {
    const pair = [a.self, b.self].toSorted().join();
    if (isCut) this.#cut.add(pair);
    else this.#cut.delete(pair);
    this.world.network.feel();
  }

  async link(a: RelayPerson, b: RelayPerson): Promise<void> {
    befriend(a.person, b.person);
    const reached = a.person.reach(b.person);
    await this.run(300);
    await reached;
  }

  async run(ms: number): Promise<void> {
    await this.world.clock.advance(ms);
  }

  #ownerOf(connection: MemoryConnection): Person | null {
    const known = this.#owners.get(connection) ?? this.world.people.find((one) => one.connections.includes(connection));
    if (known) this.#owners.set(connection, known);
    return known ?? null;
  }
}

/** `low` and `high` know each other and cannot connect; both are linked with `middle`, who carries. */
export async function helpedPair(): Promise<{
  net: RelayNet;
  low: RelayPerson;
  middle: RelayPerson;
  high: RelayPerson;
}> {
  const net = new RelayNet();
  const [low, middle, high] = [net.person('b'), net.person('c'), net.person('d')];
  await net.link(low, middle);
  await net.link(high, middle);
  befriend(low.person, high.person);
  net.setCut(low, high, true);
  middle.terms.set(usualTerms);
  await net.run(100);
  return { net, low, middle, high };
}

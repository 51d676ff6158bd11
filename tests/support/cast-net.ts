// People with casts, in one process: the core's links and casts over memory connections and a memory post, on one clock, with main's
// real casts (signed cards and passes, who may link with whom) behind each of them.
import { Scope } from '#core/base/scope';
import { Casts } from '#core/cast/casts';
import type { CastHost } from '#core/cast/parts';
import { Mailbox } from '#core/peers/mailbox';
import { MutualRendezvous } from '#core/peers/mutual';
import { Peers } from '#core/peers/peers';
import { castHandlers } from '#main/handlers/cast-handlers';
import { Casts as MainCasts } from '#main/services/cast/casts';
import type { Contacts } from '#main/services/contacts';
import { IdentityKeys } from '#main/services/identity-keys';
import type { IdentityStore } from '#main/services/identity-store';
import type { Services } from '#main/services/services';
import type { CastAudience } from '#shared/cast';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { CastHostFake } from '#tests/support/cast-host-fake';
import { FakeEncoder, FakeLiveCrypto, FakeOutput } from '#tests/support/fake-live';
import { MemoryNetwork, type MemoryConnection } from '#tests/support/memory-connection';
import { MemoryPost } from '#tests/support/memory-rendezvous';
import { Dice } from '#tests/support/room-net';

const toAll: CastAudience = { contacts: 'all', isByLink: false };

export class CastNet {
  readonly clock = new FakeClock();
  readonly network = new MemoryNetwork();
  readonly post = new MemoryPost();
  readonly people: CastPerson[] = [];
  readonly dice: Dice;

  constructor(seed = 1) {
    this.dice = new Dice(seed);
  }

  async person(name: string, lends = 8): Promise<CastPerson> {
    const keys = await IdentityKeys.fromSeed(this.dice.bytes(32));
    const person = new CastPerson(this, keys, name, lends);
    this.people.push(person);
    return person;
  }

  /** One who casts, and others who know them but not each other. */
  async audience(count: number, lends: (at: number) => number = () => 8): Promise<[CastPerson, CastPerson[]]> {
    const caster = await this.person('Caster');
    const viewers: CastPerson[] = [];
    for (let at = 0; at < count; at += 1) {
      const viewer = await this.person(`V${at}`, lends(at));
      caster.knows(viewer);
      viewer.knows(caster);
      viewers.push(viewer);
    }
    return [caster, viewers];
  }

  async run(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await settle();
  }

  /** At most `withinMs`, until it holds. Answers whether it does. */
  async until(holds: () => boolean, withinMs = 30_000, stepMs = 100): Promise<boolean> {
    for (let passed = 0; passed < withinMs && !holds(); passed += stepMs) await this.run(stepMs);
    return holds();
  }

  /** One who casts, live, and so many strangers with a link to it, who come one after the other. */
  async crowd(
    count: number,
    lends: (at: number) => number = () => 8,
    everyMs = 100,
  ): Promise<[CastPerson, CastPerson[]]> {
    const caster = await this.person('Caster');
    await caster.goLive({ contacts: [], isByLink: true });
    const link = caster.makeLink();
    const viewers: CastPerson[] = [];
    for (let at = 0; at < count; at += 1) {
      const viewer = await this.person(`V${at}`, lends(at));
      viewers.push(viewer);
      viewer.watchLink(link).catch((reason: unknown) => void (viewer.failure = Failure.from(reason).code));
      await this.run(everyMs);
    }
    return [caster, viewers];
  }

  /** They find the caster and watch; resolves when each has a place or has failed. */
  async watch(caster: CastPerson, viewers: readonly CastPerson[]): Promise<void> {
    for (const viewer of viewers) {
      let isOver = false;
      const done = (): void => void (isOver = true);
      viewer.watch(caster).then(done, done);
      await this.until(() => isOver, 20_000, 50);
    }
  }

  end(): void {
    for (const person of this.people) person.scope.end();
  }
}

export class CastPerson {
  readonly name: string;
  readonly self: PeerId;
  readonly scope = new Scope();
  readonly host: CastHostFake;
  readonly main: MainCasts;
  readonly connections: MemoryConnection[] = [];
  readonly outputs: FakeOutput[] = [];
  readonly peers: Peers;
  readonly casts: Casts;
  encoder: FakeEncoder | null = null;
  lends: number;
  failure: FailureCode | null = null;
  /** Contacts, and nobody else. */
  readonly friends = new Set<PeerId>();
  readonly #net: CastNet;

  constructor(net: CastNet, keys: IdentityKeys, name: string, lends: number) {
    this.#net = net;
    this.name = name;
    this.lends = lends;
    this.self = keys.peerId;
    const { clock, dice, network, post } = net;
    this.host = new CastHostFake(this.self, name);
    // Sound: casts read nothing else of identity and contacts.
    const identity = { keys, identity: { name } } as unknown as IdentityStore;
    const byPeer = (peerId: PeerId): unknown =>
      this.friends.has(peerId) ? { state: 'accepted', trust: 'proven' } : null;
    const contacts = { byPeer } as unknown as Contacts;
    const wholeMs = { now: () => Math.floor(clock.now()) };
    this.main = new MainCasts({ identity, contacts, clock: wholeMs, random: dice.bytes });
    this.host.use(this.main);
    const { scope, host } = this;
    const mailbox = new Mailbox({ host, clock, scope });
    this.peers = new Peers({
      self: this.self,
      mailbox,
      host,
      openConnection: (isPolite) => {
        const connection = network.open(isPolite);
        this.connections.push(connection);
        return connection;
      },
      isAccepted: (peerId) => this.friends.has(peerId) || this.casts.isCastPerson(peerId),
      isOfCrowd: (peerId) => !this.friends.has(peerId) && this.casts.isCastPerson(peerId),
      clock,
      random: dice.bytes,
      scope,
    });
    this.casts = new Casts({
      self: this.self,
      readName: () => Promise.resolve(name),
      peers: this.peers,
      mailbox,
      host: castHost(this.main, this.host),
      crypto: new FakeLiveCrypto(dice.bytes),
      openOutput: ({ delayMs }) => {
        const output = new FakeOutput(clock, delayMs);
        this.outputs.push(output);
        return output;
      },
      clock,
      random: dice.bytes,
      scope,
      lends: () => this.lends,
      isFriend: (peerId) => this.friends.has(peerId),
    });
    const mutual = new MutualRendezvous({
      peers: this.peers,
      clock,
      random: dice.bytes,
      mayCarry: (from, to) => this.casts.mayCarry(from, to),
      carriersFor: (to) => this.casts.carriersFor(to),
      scope,
    });
    mailbox.use([
      { rendezvous: post.open(this.self), scope: 'machine' },
      { rendezvous: mutual.open(), scope: null },
    ]);
  }

  knows(other: CastPerson): void {
    this.friends.add(other.self);
    this.host.contacts.add(other.self);
  }

  async goLive(audience: CastAudience = toAll, encoder = new FakeEncoder(this.#net.clock)): Promise<void> {
    this.encoder = encoder;
    await this.casts.start('A walk', audience, encoder);
  }

  async watch(caster: CastPerson): Promise<void> {
    await this.peers.reach(caster.self, this.scope.signal);
    const isOffered = (): boolean => this.casts.store.snapshot.offered.some(({ from }) => from === caster.self);
    const { clock } = this.#net;
    for (let tries = 0; tries < 40 && !isOffered(); tries += 1)
      await new Promise<void>((resolve) => void clock.after(25, resolve));
    const offer = this.casts.store.snapshot.offered.find(({ from }) => from === caster.self);
    if (!offer) throw new Failure('cast-over');
    await this.casts.watch(offer.castId);
  }

  /** Their caster need not know them. */
  async watchLink(link: string): Promise<void> {
    await this.casts.watch(await this.casts.enter(link));
  }

  makeLink(): string {
    const castId = this.casts.store.snapshot.mine?.castId;
    if (!castId) throw new Error(`${this.name} is not live`);
    return this.main.makeLink(castId, 1).link;
  }

  get phase(): string {
    return this.casts.store.snapshot.watched?.phase ?? 'none';
  }

  get output(): FakeOutput {
    const output = this.outputs.at(-1);
    if (!output) throw new Error(`${this.name} watches nothing`);
    return output;
  }

  /** Goes without a word, as a crashed page does. */
  crash(): void {
    for (const connection of this.connections) connection.vanish();
    this.scope.end();
  }
}

function castHost(casts: MainCasts, signals: CastHostFake): CastHost {
  // Sound: these handlers read nothing else, and the sealed request is not theirs.
  return castHandlers({ casts, signals } as unknown as Services);
}

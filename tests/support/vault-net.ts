// People with vaults, in one process: the core's links over memory connections, main's real vault on a real database and a real
// folder behind each of them, on one clock.
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BulkLanes } from '#core/bulk/bulk-lanes';
import { Scope } from '#core/base/scope';
import { Mailbox } from '#core/peers/mailbox';
import { Peers } from '#core/peers/peers';
import type { Host } from '#core/ports';
import { Vault as VaultLinks } from '#core/vault/vault';
import { vaultHandlers, vaultKeeperHandlers, vaultOwnerHandlers } from '#main/handlers/vault-handlers';
import { Contacts } from '#main/services/contacts';
import { Database } from '#main/services/database';
import { IdentityKeys } from '#main/services/identity-keys';
import type { Services } from '#main/services/services';
import { Vault } from '#main/services/vault/vault';
import type { PeerId } from '#shared/identity';
import { defaultSettings } from '#shared/settings';
import type { VaultItem, VaultRun } from '#shared/vault';
import type { VaultView } from '#shared/vault-view';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { FakeHost } from '#tests/support/fake-host';
import { MemoryNetwork, type MemoryConnection } from '#tests/support/memory-connection';
import { MemoryPost } from '#tests/support/memory-rendezvous';
import { Dice } from '#tests/support/room-net';

export class VaultNet {
  readonly clock = new FakeClock();
  readonly network = new MemoryNetwork();
  readonly post = new MemoryPost();
  readonly dice: Dice;
  readonly people: VaultPerson[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), 'roundtable-vaults-'));

  constructor(seed = 1) {
    this.dice = new Dice(seed);
  }

  /** On a machine of their own: with the keys of before, one that was restored from its words. */
  async person(name: string, keys?: IdentityKeys): Promise<VaultPerson> {
    const own = keys ?? (await IdentityKeys.fromSeed(this.dice.bytes(32)));
    const person = new VaultPerson(this, own, name, join(this.folder, String(this.people.length)));
    await person.start();
    this.people.push(person);
    return person;
  }

  /** People who all are contacts of each other. */
  async friends(...names: readonly string[]): Promise<VaultPerson[]> {
    const made: VaultPerson[] = [];
    for (const name of names) made.push(await this.person(name));
    for (const one of made) for (const other of made) if (one !== other) one.knows(other);
    return made;
  }

  async link(person: VaultPerson, others: readonly VaultPerson[]): Promise<void> {
    for (const other of others) {
      let isOver = false;
      const over = (): void => void (isOver = true);
      person.peers.reach(other.self, person.scope.signal).then(over, over);
      // A dial that meets what is left of an earlier link takes its time.
      if (!(await this.until(() => isOver, 120_000))) throw new Error(`${person.name} did not reach ${other.name}`);
    }
  }

  async run(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await settle();
  }

  /** The disks are real: some real time passes besides. */
  async until(holds: () => Promise<boolean> | boolean, withinMs = 300_000, stepMs = 500): Promise<boolean> {
    for (let passed = 0; passed < withinMs && !(await holds()); passed += stepMs) {
      await this.run(stepMs);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return await holds();
  }

  /** So much time passes, some of it for the disks. */
  async live(ms: number): Promise<void> {
    await this.until(() => false, ms);
  }

  end(): void {
    for (const person of this.people) person.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class VaultPerson {
  readonly name: string;
  readonly keys: IdentityKeys;
  readonly self: PeerId;
  readonly folder: string;
  readonly connections: MemoryConnection[] = [];
  scope = new Scope();
  settings = defaultSettings.vault;
  utcMinutes = 0;
  readonly #net: VaultNet;
  readonly #signals: FakeHost;
  #events = new EventEmitter();
  #opened: {
    readonly database: Database;
    readonly contacts: Contacts;
    readonly vault: Vault;
    readonly peers: Peers;
    readonly lanes: BulkLanes;
  } | null = null;

  constructor(net: VaultNet, keys: IdentityKeys, name: string, folder: string) {
    this.#net = net;
    this.keys = keys;
    this.self = keys.peerId;
    this.name = name;
    this.folder = folder;
    this.#signals = new FakeHost(keys.peerId);
  }

  get vault(): Vault {
    return this.#parts.vault;
  }

  get contacts(): Contacts {
    return this.#parts.contacts;
  }

  get peers(): Peers {
    return this.#parts.peers;
  }

  get lanes(): BulkLanes {
    return this.#parts.lanes;
  }

  get downloads(): string {
    return join(this.folder, 'downloads');
  }

  knows(other: VaultPerson): void {
    this.#signals.contacts.add(other.self);
    this.contacts.addAccepted(other.self, other.name);
  }

  async pledge(to: VaultPerson, bytes: number | null): Promise<void> {
    const contact = this.contacts.byPeer(to.self);
    if (!contact) throw new Error(`${this.name} does not know ${to.name}`);
    await this.vault.keeping.setPledge({ contactId: contact.contactId, bytes });
  }

  /** One file, or a folder of several. */
  async put(
    name: string,
    ...files: readonly { readonly path: readonly string[]; readonly bytes: Uint8Array<ArrayBuffer> }[]
  ): Promise<void> {
    const { putting } = this.vault;
    const kind = files.length === 1 && files[0]?.path.length === 1 ? 'file' : 'folder';
    const { versionId } = await putting.begin({
      name,
      kind,
      files: files.map(({ path, bytes }) => ({ path: [...path], size: bytes.length, mtimeMs: 1_700_000_000_000 })),
    });
    for (const { bytes } of files)
      for (let at = 0; at < bytes.length; at += 2 ** 20)
        await putting.write({ versionId, bytes: bytes.slice(at, at + 2 ** 20) });
    await putting.finish({ versionId });
  }

  async view(): Promise<VaultView> {
    return await this.vault.view();
  }

  async item(name: string): Promise<VaultItem | undefined> {
    return (await this.view()).items.find((item) => item.name === name);
  }

  async health(name: string): Promise<string> {
    return (await this.item(name))?.versions[0]?.health.state ?? 'none';
  }

  async run(runId: VaultRun['runId']): Promise<VaultRun | undefined> {
    return (await this.view()).runs.find((run) => run.runId === runId);
  }

  async start(): Promise<void> {
    const { clock: fake, dice, post } = this.#net;
    this.scope = new Scope();
    this.#events = new EventEmitter();
    const events = this.#events;
    const database = new Database(join(this.folder, 'roundtable.db'));
    const clock = { now: () => Math.floor(fake.now()) };
    const emit = (name: string) => () => queueMicrotask(() => events.emit(name));
    const random = dice.bytes;
    const contacts = new Contacts({ database, clock, random, onChange: emit('contactsChanged') });
    const vault = await Vault.open({
      database,
      contacts,
      identity: { keys: this.keys },
      folder: join(this.folder, 'vault'),
      profileFolder: this.folder,
      downloadsFolder: this.downloads,
      clock,
      random,
      log: { write: () => undefined },
      readSettings: () => this.settings,
      onChange: emit('vaultChanged'),
    });
    await vault.resume();
    const host = this.#host(vault);
    const mailbox = new Mailbox({ host, clock: fake, scope: this.scope });
    const peers = new Peers({
      self: this.self,
      mailbox,
      host,
      openConnection: (isPolite) => {
        const connection = this.#net.network.open(isPolite);
        this.connections.push(connection);
        return connection;
      },
      isAccepted: (peerId) => contacts.byPeer(peerId)?.state === 'accepted',
      clock: fake,
      random,
      scope: this.scope,
    });
    this.scope.onEnd(
      peers.events.on('opened', ({ peerId }) => {
        const contact = contacts.byPeer(peerId);
        if (contact) contacts.noteSeen(contact.contactId);
      }),
    );
    mailbox.use([{ rendezvous: post.open(this.self), scope: 'machine' }]);
    const openSide = (isPolite: boolean): MemoryConnection => this.#net.network.open(isPolite);
    const lanes = new BulkLanes({ peers, openSide, clock: fake, scope: this.scope });
    const isFriend = (peerId: PeerId): boolean => contacts.byPeer(peerId)?.state === 'accepted';
    new VaultLinks({ host, peers, lanes, isFriend, utcMinutes: () => this.utcMinutes, clock: fake, scope: this.scope });
    this.#opened = { database, contacts, vault, peers, lanes };
  }

  /** Goes without a word; what is on disk stays. */
  stop(): void {
    if (!this.#opened) return;
    for (const connection of this.connections) connection.vanish();
    this.scope.end();
    this.#opened.vault.close();
    this.#opened.database.close();
    this.#opened = null;
  }

  get #parts() {
    if (!this.#opened) throw new Error(`${this.name} is not there`);
    return this.#opened;
  }

  #host(vault: Vault): Host {
    const services = { vault } as unknown as Services; // sound: these handlers read nothing else
    const events = this.#events;
    const signals = this.#signals;
    return {
      ...vaultHandlers(services, { showFolder: async () => await Promise.resolve(false) }),
      ...vaultOwnerHandlers(services),
      ...vaultKeeperHandlers(services),
      sealSignal: signals.sealSignal.bind(signals),
      openSignal: signals.openSignal.bind(signals),
      sealRequest: signals.sealRequest.bind(signals),
      sealRoomRequest: signals.sealRoomRequest.bind(signals),
      sealCastRequest: signals.sealCastRequest.bind(signals),
      advanceProof: signals.advanceProof.bind(signals),
      on: (name: string, listener: (payload: unknown) => void) => {
        events.on(name, listener);
        return () => events.off(name, listener);
      },
    } as unknown as Host; // sound: links and the vault call nothing else
  }
}

// The mailbox without any server: finds contacts in a distributed hash table while the person wants it, and contacts nobody otherwise.
import { Failure } from '#shared/failure';
import type { DhtState } from '#shared/dht';
import type { PeerId } from '#shared/identity';
import type { DhtLibrary } from '#main/services/dht/dht-node';
import { DhtPresence, type DhtPresenceOptions } from '#main/services/dht/dht-presence';
import type { Pairing } from '#main/services/dht/pairing';

export interface DhtOptions extends Pick<DhtPresenceOptions, 'host' | 'clock' | 'random' | 'onBlob'> {
  /** Whom to seek and to let in, as it is now. */
  readonly pairings: () => Promise<readonly Pairing[]>;
  readonly onChange: (state: DhtState) => void;
  readonly onTrouble: (error: Error) => void;
  /** Brings native code, which may not run here. */
  readonly load?: (() => Promise<DhtLibrary>) | undefined;
}

const loadLibrary = async (): Promise<DhtLibrary> => (await import('hyperdht')).default;

export class Dht {
  readonly #options: DhtOptions;
  #state: DhtState = 'off';
  #nodes: readonly string[] = [];
  #presence: DhtPresence | null = null;
  #known: readonly Pairing[] = [];
  /** What was begun runs to its end before the next begins. */
  #queue: Promise<void> = Promise.resolve();

  constructor(options: DhtOptions) {
    this.#options = options;
  }

  get state(): DhtState {
    return this.#state;
  }

  /** Is there from now on by way of these nodes, `host:port` each; with none, not at all. Resolves when that has begun or ended. */
  async use(nodes: readonly string[]): Promise<void> {
    if (JSON.stringify(nodes) === JSON.stringify(this.#nodes)) return;
    this.#nodes = nodes;
    await this.#inTurn(async () => await this.#restart());
  }

  /** Other people than before may be sought or welcome. */
  async follow(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#presence) await this.#know(this.#presence);
    });
  }

  /** As `DhtPresence.send`; fails `rendezvous-down` while it is off. */
  async send(to: PeerId, blob: Uint8Array): Promise<void> {
    await this.#queue;
    if (!this.#presence) throw new Failure('rendezvous-down', 'the DHT is off');
    await this.#presence.send(to, blob);
  }

  async #restart(): Promise<void> {
    const before = this.#presence;
    this.#presence = null;
    if (before) {
      this.#become('down');
      await before.close();
    }
    if (this.#nodes.length === 0) {
      this.#become('off');
      return;
    }
    const library = await this.#load();
    if (library) await this.#open(library);
  }

  async #load(): Promise<DhtLibrary | null> {
    const { load = loadLibrary } = this.#options;
    try {
      return await load();
    } catch (error) {
      this.#tell(error);
      this.#become('unavailable');
      return null;
    }
  }

  async #open(library: DhtLibrary): Promise<void> {
    const { host, clock, random, onBlob } = this.#options;
    this.#become('down');
    const presence: DhtPresence = new DhtPresence({
      ...{ library, nodes: this.#nodes, host, clock, random, onBlob },
      onOpen: (isOpen) => {
        if (this.#presence === presence) this.#become(isOpen ? 'open' : 'down');
      },
    });
    this.#presence = presence;
    await this.#know(presence);
    presence.open().catch((error: unknown) => {
      this.#tell(error);
    });
  }

  /** Who is no contact any more knows this place: it is left for another one. */
  async #know(presence: DhtPresence): Promise<void> {
    const pairings = await this.#options.pairings();
    const welcome = new Set(pairings.filter(({ isWelcome }) => isWelcome).map(({ id }) => id));
    const hasGone = this.#known.some(({ id, peerId, isWelcome }) => isWelcome && peerId !== null && !welcome.has(id));
    this.#known = pairings;
    if (hasGone) await this.#restart();
    else presence.know(pairings);
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(work).catch((error: unknown) => {
      this.#tell(error);
    });
    await this.#queue;
  }

  #tell(error: unknown): void {
    this.#options.onTrouble(error instanceof Error ? error : new Error(String(error)));
  }

  #become(state: DhtState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onChange(state);
  }
}

// Multicast DNS on each private network this machine is in: asks who is there, says who is here, hears the rest.
import multicastDns, { type MulticastDNS } from 'multicast-dns';
import type { Answer } from 'dns-packet';
import type { NearAddress } from '#main/services/nearby/near-addresses';
import { nearbyService } from '#main/services/nearby/nearby-records';

export interface NearbyRadioOptions {
  /** Somebody asks who is there. */
  readonly onQuestion: () => void;
  readonly onRecords: (records: readonly Answer[], fromAddress: string) => void;
  readonly onTrouble: (error: Error) => void;
}

export class NearbyRadio {
  readonly #options: NearbyRadioOptions;
  readonly #sockets = new Map<string, MulticastDNS>();

  constructor(options: NearbyRadioOptions) {
    this.#options = options;
  }

  /** Whether there is anybody to talk to. */
  get isOn(): boolean {
    return this.#sockets.size > 0;
  }

  /** Speaks from these addresses from now on. True when they changed. */
  follow(addresses: readonly NearAddress[]): boolean {
    const wanted = new Set(addresses.map(({ address }) => address));
    let hasChanged = false;
    for (const [address, socket] of this.#sockets) {
      if (wanted.has(address)) continue;
      hasChanged = true;
      this.#close(address, socket);
    }
    for (const address of wanted) {
      if (this.#sockets.has(address)) continue;
      hasChanged = true;
      this.#open(address);
    }
    return hasChanged;
  }

  ask(): void {
    for (const socket of this.#sockets.values()) socket.query(nearbyService, 'PTR');
  }

  /** Resolves when it was handed to every network. */
  async say(records: readonly Answer[]): Promise<void> {
    const sent = [...this.#sockets.values()].map(
      async (socket) =>
        await new Promise<void>((resolve) => {
          socket.respond({ answers: [...records] }, () => {
            resolve();
          });
        }),
    );
    await Promise.all(sent);
  }

  close(): void {
    for (const [address, socket] of this.#sockets) this.#close(address, socket);
  }

  #open(address: string): void {
    // Bound to every address: a socket bound to one hears no multicast.
    const socket = multicastDns({ interface: address, bind: '0.0.0.0' });
    this.#sockets.set(address, socket);
    socket.on('query', ({ questions = [] }) => {
      const isOurs = questions.some(({ name, type }) => type === 'PTR' && name.toLowerCase() === nearbyService);
      if (isOurs) this.#options.onQuestion();
    });
    socket.on('response', ({ answers = [], additionals = [] }, { address: from }) => {
      this.#options.onRecords([...answers, ...additionals], from);
    });
    socket.on('error', (error) => {
      this.#options.onTrouble(error);
      this.#close(address, socket);
    });
    // An interface that goes, or a packet of other programs that cannot be read.
    socket.on('warning', () => undefined);
  }

  #close(address: string, socket: MulticastDNS): void {
    this.#sockets.delete(address);
    socket.destroy();
  }
}

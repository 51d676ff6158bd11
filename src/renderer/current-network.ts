// The network config as it is now: read again when main says that it changed, and every few minutes, as names and passwords for TURN
// servers live shortly.
import type { NetworkConfig } from '#shared/ice';
import type { Scope } from '#core/base/scope';
import { within } from '#core/base/within';
import type { Clock, Host } from '#core/ports';
import { paces } from '#core/wire/paces';

export interface CurrentNetworkDeps {
  readonly host: Pick<Host, 'readNetworkConfig' | 'on'>;
  readonly clock: Clock;
  readonly scope: Scope;
  /** Other mailboxes than before. */
  readonly mailboxesChanged: () => void;
}

const mailboxesOf = ({ rendezvous, isNearbyOn, isDhtOn }: NetworkConfig): string =>
  JSON.stringify([rendezvous, isNearbyOn, isDhtOn]);

export class CurrentNetwork {
  readonly #deps: CurrentNetworkDeps;
  #config: NetworkConfig;
  #readAtMs: number;

  constructor(first: NetworkConfig, deps: CurrentNetworkDeps) {
    this.#deps = deps;
    this.#config = first;
    this.#readAtMs = deps.clock.now();
    const { host, clock, scope } = deps;
    let cancel = (): void => undefined;
    const wait = (): void => {
      cancel = clock.after(paces.networkConfigMs, () => {
        void this.#read();
        wait();
      });
    };
    wait();
    scope.onEnd(() => {
      cancel();
    });
    scope.onEnd(host.on('networkChanged', () => void this.#read()));
  }

  get config(): NetworkConfig {
    return this.#config;
  }

  /** Resolves once it is fresh: at once but after sleep, and then soon also when main does not answer. */
  async refresh(): Promise<void> {
    const { clock, scope } = this.#deps;
    if (clock.now() - this.#readAtMs <= paces.networkConfigMs) return;
    await within(
      clock,
      paces.networkConfigWaitMs,
      'shell-disconnected',
      scope.signal,
      async () => await this.#read(),
    ).catch(
      () => undefined, // what was read before is better than nothing
    );
  }

  async #read(): Promise<void> {
    const { host, clock, scope, mailboxesChanged } = this.#deps;
    const read = await host.readNetworkConfig().catch(() => null); // said elsewhere, and read again later
    if (!read || scope.hasEnded) return;
    const before = mailboxesOf(this.#config);
    this.#config = read;
    this.#readAtMs = clock.now();
    if (mailboxesOf(read) !== before) mailboxesChanged();
  }
}

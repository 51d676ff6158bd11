// Pieces of my vault with friends, and theirs with me, over every open link.
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { BulkLanes } from '#core/bulk/bulk-lanes';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import type { Clock, Host } from '#core/ports';
import { VaultLink, type VaultLinkHost } from '#core/vault/vault-link';
import { paces } from '#core/wire/paces';

export interface VaultDeps {
  readonly host: VaultLinkHost & Pick<Host, 'on'>;
  readonly peers: Pick<Peers, 'events'>;
  readonly lanes: BulkLanes;
  /** People of a room have links too: they keep nothing, and hear nothing of it. */
  readonly isFriend: (peerId: PeerId) => boolean;
  /** How far this machine's clock is from UTC. */
  readonly utcMinutes: () => number;
  readonly clock: Clock;
  readonly scope: Scope;
}

interface Link {
  readonly vault: VaultLink;
  readonly scope: Scope;
  /** They are a friend and were greeted. Somebody met just now becomes one after the link opened. */
  isGreeted: boolean;
}

export class Vault {
  readonly #deps: VaultDeps;
  readonly #links = new Map<PeerId, Link>();
  #isDue = false;

  constructor(deps: VaultDeps) {
    this.#deps = deps;
    const { host, peers, scope } = deps;
    scope.onEnd(peers.events.on('opened', (session) => this.#adopt(session)));
    scope.onEnd(peers.events.on('closed', ({ peerId }) => this.#drop(peerId)));
    scope.onEnd(host.on('vaultChanged', () => this.#lookSoon()));
    scope.onEnd(host.on('contactsChanged', () => this.#lookSoon()));
    this.#lookAgain();
  }

  #adopt(session: Session): void {
    this.#drop(session.peerId);
    const { host, lanes, isFriend, utcMinutes, clock, scope } = this.#deps;
    const own = scope.child();
    const online = (): PeerId[] =>
      [...this.#links.values()].filter(({ vault }) => vault.isCapable).map(({ vault }) => vault.peerId);
    const vault = new VaultLink({
      session,
      host,
      lane: lanes.of(session),
      asking: lanes.asking,
      online,
      network: async () => await session.connection.network().catch(() => null), // not there any more
      utcMinutes,
      isFriend,
      clock,
      scope: own,
    });
    this.#links.set(session.peerId, { vault, scope: own, isGreeted: false });
    this.#look();
  }

  #drop(peerId: PeerId): void {
    this.#links.get(peerId)?.scope.end();
    this.#links.delete(peerId);
  }

  #look(): void {
    for (const link of this.#links.values()) {
      const { vault } = link;
      if (!this.#deps.isFriend(vault.peerId)) continue;
      if (link.isGreeted) vault.tellNews();
      else vault.greet();
      link.isGreeted = true;
      vault.look();
    }
  }

  #lookSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#after(paces.vaultNewsMs, () => {
      this.#isDue = false;
      this.#look();
    });
  }

  /** Again and again: what is due by the clock, and what got lost. */
  #lookAgain(): void {
    this.#after(paces.vaultLookMs, () => {
      this.#look();
      this.#lookAgain();
    });
  }

  #after(ms: number, work: () => void): void {
    const cancel = this.#deps.clock.after(ms, () => {
      forget();
      work();
    });
    const forget = this.#deps.scope.onEnd(cancel);
  }
}

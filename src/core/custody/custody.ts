// Friends keep sealed messages for whoever is away. Looks who lacks something of mine and has no link, and leaves it with friends
// who keep messages; the links do the rest.
import type { Settings } from '#shared/settings';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import { CustodyLink, type CustodyLinkHost } from '#core/custody/custody-link';
import { chooseKeepers } from '#core/custody/keeper-policy';
import { ignoreFailure } from '#core/peers/paced-link';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import type { Clock, Host } from '#core/ports';
import { paces } from '#core/wire/paces';

export interface CustodyDeps {
  readonly host: CustodyLinkHost & Pick<Host, 'listCustodyWork' | 'readSettings' | 'on'>;
  readonly peers: Pick<Peers, 'events'>;
  /** People of a room have links too: they keep nothing, and hear nothing of it. */
  readonly isFriend: (peerId: PeerId) => boolean;
  readonly clock: Clock;
  readonly scope: Scope;
}

interface Link {
  readonly custody: CustodyLink;
  readonly scope: Scope;
  /** They are a friend, and have been told whether I keep messages. Somebody met just now becomes one after the link opened. */
  isGreeted: boolean;
}

export class Custody {
  readonly #deps: CustodyDeps;
  readonly #links = new Map<PeerId, Link>();
  /** Until when a friend is not asked again to keep for somebody. */
  readonly #declined = new Map<PeerId, Map<PeerId, number>>();
  #keeps = false;
  #isPlanDue = false;
  #isTendDue = false;
  #isPlanning = false;

  constructor(deps: CustodyDeps) {
    this.#deps = deps;
    const { host, peers, scope } = deps;
    scope.onEnd(peers.events.on('opened', (session) => this.#adopt(session)));
    scope.onEnd(
      peers.events.on('closed', ({ peerId }) => {
        this.#drop(peerId);
        this.#planSoon();
      }),
    );
    scope.onEnd(host.on('chatsChanged', () => this.#planSoon()));
    scope.onEnd(host.on('contactsChanged', () => this.#planSoon()));
    scope.onEnd(host.on('custodyChanged', () => this.#tendSoon()));
    scope.onEnd(host.on('settingsChanged', (settings) => this.#heed(settings)));
    host.readSettings().then(({ settings }) => this.#heed(settings), ignoreFailure);
    this.#look();
  }

  #adopt(session: Session): void {
    this.#drop(session.peerId);
    const { host, clock, scope } = this.#deps;
    const own = scope.child();
    const changed = (): void => this.#planSoon();
    const custody = new CustodyLink({ session, host, clock, scope: own, changed });
    this.#links.set(session.peerId, { custody, scope: own, isGreeted: false });
    this.#greet();
    this.#planSoon();
  }

  #greet(): void {
    for (const link of this.#links.values()) {
      const { custody } = link;
      if (link.isGreeted || !this.#deps.isFriend(custody.peerId)) continue;
      link.isGreeted = true;
      if (this.#keeps) custody.tellReady(true);
      custody.tend();
    }
  }

  get #friends(): readonly CustodyLink[] {
    const greeted = [...this.#links.values()].filter(({ isGreeted }) => isGreeted);
    return greeted.map(({ custody }) => custody).filter(({ peerId }) => this.#deps.isFriend(peerId));
  }

  #drop(peerId: PeerId): void {
    this.#links.get(peerId)?.scope.end();
    this.#links.delete(peerId);
  }

  #heed({ custody: { keeps } }: Settings): void {
    if (keeps !== this.#keeps) for (const custody of this.#friends) custody.tellReady(keeps);
    this.#keeps = keeps;
    this.#planSoon();
  }

  /** Again and again: what ran out, what was refused a while ago. */
  #look(): void {
    this.#planSoon();
    this.#later(paces.custodyLookMs, () => this.#look());
  }

  #planSoon(): void {
    if (this.#isPlanDue) return;
    this.#isPlanDue = true;
    this.#later(paces.custodyPlanMs, () => {
      this.#isPlanDue = false;
      this.#greet();
      this.#plan().catch(ignoreFailure);
    });
  }

  #tendSoon(): void {
    if (this.#isTendDue) return;
    this.#isTendDue = true;
    this.#later(paces.custodyTendMs, () => {
      this.#isTendDue = false;
      for (const custody of this.#friends) custody.tend();
    });
  }

  async #plan(): Promise<void> {
    if (this.#isPlanning) {
      this.#planSoon();
      return;
    }
    this.#isPlanning = true;
    try {
      for (const custody of this.#friends) await custody.recall();
      const work = await this.#deps.host.listCustodyWork();
      await Promise.all(work.map(async (one) => await this.#leave(one)));
    } finally {
      this.#isPlanning = false;
    }
  }

  async #leave({ recipient, keepers }: { recipient: PeerId; keepers: readonly PeerId[] }): Promise<void> {
    if (this.#links.has(recipient)) return;
    const ready = this.#friends.filter(({ keeps }) => keeps);
    const chosen = chooseKeepers(recipient, {
      ready: ready.map(({ peerId }) => peerId),
      keeping: keepers,
      declined: this.#declinedFor(recipient),
    });
    await Promise.all(
      chosen.map(async (peerId) => {
        const link = this.#links.get(peerId);
        const answer = await link?.custody.leave(recipient);
        if (!link || link.scope.hasEnded || answer === 'kept') return;
        const until = this.#deps.clock.now() + paces.custodyAskAgainMs;
        this.#declined.set(recipient, (this.#declined.get(recipient) ?? new Map<PeerId, number>()).set(peerId, until));
        this.#planSoon(); // another friend may have room
      }),
    );
  }

  #declinedFor(recipient: PeerId): ReadonlySet<PeerId> {
    const nowMs = this.#deps.clock.now();
    const all = [...(this.#declined.get(recipient) ?? [])];
    return new Set(all.filter(([, until]) => until > nowMs).map(([peerId]) => peerId));
  }

  #later(ms: number, work: () => void): void {
    const cancel = this.#deps.clock.after(ms, () => {
      forget();
      work();
    });
    const forget = this.#deps.scope.onEnd(cancel);
  }
}

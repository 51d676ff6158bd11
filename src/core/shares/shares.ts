// Shared folders over every link: what contacts let me see, search and have, and what I let them.
import type { DropId } from '#shared/drop';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { ShareEntry, SharedFile, ShareHit, SharePage, SharePath, ShareQuery } from '#shared/share';
import { toHex } from '#core/base/bytes';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import type { Sha256 } from '#core/ports/content';
import type { Clock, Host, RandomBytes } from '#core/ports';
import { HolderSearch, type HolderSearchDeps } from '#core/shares/holder-search';
import { ShareDesk } from '#core/shares/share-desk';
import { ShareLender, type ShareLenderDeps } from '#core/shares/share-lender';
import { ShareLink } from '#core/shares/share-link';
import { WantedShares, type Offered } from '#core/shares/wanted';
import { limits } from '#core/wire/limits';
import { TokenBucket } from '#core/wire/rate-limit';

export interface SharesDeps {
  readonly host: Pick<Host, 'readShareFor' | 'searchSharesFor' | 'openShareFor' | 'findLentFor' | 'on'>;
  readonly peers: Pick<Peers, 'events'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly sha256: Sha256;
  /** Somebody whose folders may be looked into, and who may look into mine: a contact, not just a member of a room. */
  readonly isContact: (peerId: PeerId) => boolean;
  /** Makes a drop of these files. Fails as `Drops.send` does. */
  readonly give: (to: PeerId, dropId: DropId, files: readonly SharedFile[]) => Promise<void>;
  /** Drops of mine to this person that are not over. */
  readonly givenTo: (peerId: PeerId) => number;
  /** Downloads of mine that others could give to. */
  readonly sought: HolderSearchDeps['sought'];
  /** They were asked for one: what they give to it counts from now on. */
  readonly admit: HolderSearchDeps['asked'];
  /** Gives files of mine to somebody's download. Fails where that is not to be. */
  readonly lend: ShareLenderDeps['lend'];
  readonly scope: Scope;
}

/** What was found at one person's. */
export interface SharesFound {
  readonly peerId: PeerId;
  readonly hits: readonly ShareHit[];
}

interface Open {
  readonly link: ShareLink;
  readonly desk: ShareDesk;
  readonly lender: ShareLender;
}

export class Shares {
  readonly #deps: SharesDeps;
  readonly #links = new Map<PeerId, Open>();
  readonly #news = new Store<ReadonlyMap<PeerId, number>>(new Map());
  readonly #wanted = new WantedShares();
  readonly #searches: TokenBucket;

  constructor(deps: SharesDeps) {
    this.#deps = deps;
    const { host, peers, clock, scope } = deps;
    const rate = { perSecond: limits.sharesSearchesInAllPerSecond, burst: limits.sharesSearchesInAllBurst };
    this.#searches = new TokenBucket(rate, clock.now());
    scope.onEnd(peers.events.on('opened', (session) => this.#open(session)));
    scope.onEnd(peers.events.on('closed', ({ peerId }) => this.#close(peerId)));
    scope.onEnd(host.on('sharesChanged', () => this.#tellAll()));
    new HolderSearch({
      ...deps,
      links: () => this.#ofContacts(),
      asked: (dropId, peerId) => deps.admit(dropId, peerId),
    });
    scope.onEnd(() => {
      for (const peerId of [...this.#links.keys()]) this.#close(peerId);
    });
  }

  /** Who can be asked now; the number rises when what they share may have changed. A new map per change. */
  get news(): ReadableStore<ReadonlyMap<PeerId, number>> {
    return this.#news;
  }

  /** Their Roundtable is older than shared folders. */
  unavailableAt(peerId: PeerId): boolean {
    return this.#links.get(peerId)?.link.isCapable === false;
  }

  /** Fails `peer-unreachable`, `shares-unknown-there`, `share-gone`, `shares-busy`, `peer-silent`, `link-lost`, `aborted`. */
  async list(peerId: PeerId, path: SharePath, from: number, signal: AbortSignal): Promise<SharePage> {
    return await this.#reach(peerId).list(path, from, signal);
  }

  /** Asks everybody who is here; resolves once all have answered or did not. Whoever fails is left out. */
  async search(query: ShareQuery, onFound: (found: SharesFound) => void, signal: AbortSignal): Promise<void> {
    const searching = this.#ofContacts().map(async (link) => {
      const { peerId } = link;
      await link.search(query, (hits) => onFound({ peerId, hits }), signal);
    });
    await Promise.allSettled(searching);
    if (signal.aborted) throw new Failure('aborted');
  }

  /**
   * Asks for a file, or all that is in a folder, as it was shown. It comes as a drop that is taken without a further question.
   * @param folder where the entry lies
   */
  async want(peerId: PeerId, folder: SharePath, entry: ShareEntry, signal: AbortSignal): Promise<DropId> {
    const { random, clock } = this.#deps;
    const link = this.#reach(peerId);
    const dropId = toHex(random(16)) as DropId; // sound: 32 hex digits
    this.#wanted.add(dropId, peerId, entry, clock.now());
    try {
      await link.want([...folder, entry.name], dropId, signal);
      return dropId;
    } catch (reason) {
      this.#wanted.remove(dropId);
      throw reason;
    }
  }

  /** Whether an offer is what this person asked for, and nothing else. */
  isWanted(from: PeerId, offer: Offered): boolean {
    return this.#wanted.matches(offer, from, this.#deps.clock.now());
  }

  /** Whether this person asked for it, not long ago or since the app was started. */
  isAskedFor(dropId: DropId): boolean {
    return this.#wanted.isKnown(dropId);
  }

  #ofContacts(): ShareLink[] {
    const { isContact } = this.#deps;
    return [...this.#links.values()].map(({ link }) => link).filter((link) => link.isCapable && isContact(link.peerId));
  }

  #reach(peerId: PeerId): ShareLink {
    const open = this.#links.get(peerId);
    if (!open) throw new Failure('peer-unreachable');
    if (!open.link.isCapable) throw new Failure('shares-unknown-there');
    return open.link;
  }

  #open(session: Session): void {
    this.#close(session.peerId);
    const { host, clock, give, givenTo, isContact, lend } = this.#deps;
    const link = new ShareLink({
      session,
      clock,
      greeted: ({ peerId }) => this.#heardNews(peerId),
      asked: ({ peerId }, question) => {
        if (isContact(peerId)) desk.asked(question);
      },
      sought: ({ peerId }, question) => {
        if (isContact(peerId)) lender.asked(question);
      },
    });
    const desk: ShareDesk = new ShareDesk({ link, host, clock, give, givenTo, searches: this.#searches });
    const lender: ShareLender = new ShareLender({ peerId: session.peerId, host, clock, lend });
    this.#links.set(session.peerId, { link, desk, lender });
    link.say('shares.hello', { version: 1 });
  }

  #close(peerId: PeerId): void {
    const open = this.#links.get(peerId);
    if (!open) return;
    this.#links.delete(peerId);
    open.link.end();
    open.lender.end();
    const news = new Map(this.#news.snapshot);
    if (news.delete(peerId)) this.#news.set(news);
  }

  #heardNews(peerId: PeerId): void {
    if (!this.#links.has(peerId) || !this.#deps.isContact(peerId)) return;
    this.#news.set(new Map(this.#news.snapshot).set(peerId, (this.#news.snapshot.get(peerId) ?? 0) + 1));
  }

  /** To everybody, so that who may see something is not told by who hears of it. */
  #tellAll(): void {
    for (const { link } of this.#links.values()) link.say('shares.hello', { version: 1 });
  }
}

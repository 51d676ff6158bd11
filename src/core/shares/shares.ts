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
import { ShareDesk, type ShareDeskDeps } from '#core/shares/share-desk';
import { ShareLender, type ShareLenderDeps } from '#core/shares/share-lender';
import { ShareLink } from '#core/shares/share-link';
import { WaitingWants, type WaitingWantsDeps } from '#core/shares/waiting-wants';
import { WantedShares, type Offered } from '#core/shares/wanted';
import { limits } from '#core/wire/limits';
import { TokenBucket } from '#core/wire/rate-limit';

export interface SharesDeps {
  readonly host: ShareDeskDeps['host'] &
    ShareLenderDeps['host'] &
    WaitingWantsDeps['host'] &
    SeenHost &
    Pick<Host, 'on'>;
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

type SeenHost = Pick<Host, 'noteSeenPage' | 'noteSeenHits' | 'forgetSeen' | 'searchSeen'>;

/** What was found at one person's. */
export interface SharesFound {
  readonly peerId: PeerId;
  readonly hits: readonly ShareHit[];
  /** Of somebody who is away: when they showed it for the last time. Null of somebody who is here. */
  readonly seenAt: number | null;
}

/** Who gives what was asked for, or that it waits for whoever shares it. */
export type Obtained = { readonly from: PeerId } | 'waits';

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
  readonly #end = new AbortController();
  readonly #searches: TokenBucket;
  /** Downloads that begin when somebody comes. */
  readonly waiting: WaitingWants;

  constructor(deps: SharesDeps) {
    this.#deps = deps;
    const { host, peers, clock, scope } = deps;
    const rate = { perSecond: limits.sharesSearchesInAllPerSecond, burst: limits.sharesSearchesInAllBurst };
    this.#searches = new TokenBucket(rate, clock.now());
    scope.onEnd(peers.events.on('opened', (session) => this.#open(session)));
    scope.onEnd(peers.events.on('closed', ({ peerId }) => this.#close(peerId)));
    scope.onEnd(host.on('sharesChanged', () => this.#tellAll()));
    this.waiting = new WaitingWants({
      host,
      clock,
      isHere: (peerId) => this.#isHere(peerId),
      ask: async ({ peerId, folder, entry, dropId }) => {
        await this.#ask(peerId, folder, entry, dropId, this.#end.signal);
      },
      scope,
    });
    new HolderSearch({
      ...deps,
      links: () => this.#ofContacts(),
      asked: (dropId, peerId) => deps.admit(dropId, peerId),
    });
    scope.onEnd(() => {
      this.#end.abort();
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
    const { host } = this.#deps;
    try {
      const page = await this.#reach(peerId).list(path, from, signal);
      host.noteSeenPage({ peerId, path, from, page }).catch(() => undefined); // not known while they are away, then
      return page;
    } catch (reason) {
      const isGone = Failure.from(reason).code === 'share-gone';
      if (isGone) host.forgetSeen({ peerId, path }).catch(() => undefined);
      throw reason;
    }
  }

  /**
   * Asks everybody who is here, and looks through what was seen of those who are away; resolves once all have answered or did not. Whoever
   * fails is left out.
   */
  async search(query: ShareQuery, onFound: (found: SharesFound) => void, signal: AbortSignal): Promise<void> {
    const searching = this.#ofContacts().map(async (link) => {
      const { peerId } = link;
      const heard = (hits: readonly ShareHit[]): void => {
        onFound({ peerId, hits, seenAt: null });
        if (hits.length > 0) this.#deps.host.noteSeenHits({ peerId, hits: [...hits] }).catch(() => undefined);
      };
      await link.search(query, heard, signal);
    });
    await Promise.allSettled([...searching, this.#searchSeen(query, onFound, signal)]);
    if (signal.aborted) throw new Failure('aborted');
  }

  /**
   * Asks for a file, or all that is in a folder, as it was shown. It comes as a drop that is taken without a further question.
   * @param folder where the entry lies
   */
  async want(peerId: PeerId, folder: SharePath, entry: ShareEntry, signal: AbortSignal): Promise<DropId> {
    const dropId = this.#newId();
    await this.#ask(peerId, folder, entry, dropId, signal);
    return dropId;
  }

  /**
   * The same of somebody who may be away: then it comes from another who is here and shares a file of that name and size, or waits for
   * them. Fails as `want`, and `shares-waiting-full`.
   */
  async obtain(peerId: PeerId, folder: SharePath, entry: ShareEntry, signal: AbortSignal): Promise<Obtained> {
    if (this.#links.has(peerId)) {
      await this.want(peerId, folder, entry, signal);
      return { from: peerId };
    }
    const other = entry.kind === 'file' ? await this.#findAlike(entry, signal) : null;
    if (other) {
      await this.want(other.peerId, other.hit.folder, other.hit, signal);
      return { from: other.peerId };
    }
    await this.waiting.add(peerId, folder, entry, this.#newId());
    return 'waits';
  }

  /** Whether an offer is what this person asked for, and nothing else. */
  isWanted(from: PeerId, offer: Offered): boolean {
    return this.#wanted.matches(offer, from, this.#deps.clock.now());
  }

  /** Whether this person asked for it, not long ago or since the app was started. */
  isAskedFor(dropId: DropId): boolean {
    return this.#wanted.isKnown(dropId);
  }

  #newId(): DropId {
    return toHex(this.#deps.random(16)) as DropId; // sound: 32 hex digits
  }

  async #ask(peerId: PeerId, folder: SharePath, entry: ShareEntry, dropId: DropId, signal: AbortSignal): Promise<void> {
    const link = this.#reach(peerId);
    this.#wanted.add(dropId, peerId, entry, this.#deps.clock.now());
    try {
      await link.want([...folder, entry.name], dropId, signal);
    } catch (reason) {
      this.#wanted.remove(dropId);
      throw reason;
    }
  }

  /** Whoever answers first with a file that is called so and is as large. */
  async #findAlike(
    { name, bytes }: ShareEntry,
    signal: AbortSignal,
  ): Promise<{ readonly peerId: PeerId; readonly hit: ShareHit } | null> {
    const found: { peerId: PeerId; hit: ShareHit }[] = [];
    const query: ShareQuery = { words: name.slice(0, 80), kind: null };
    const searching = this.#ofContacts().map(async (link) => {
      const take = (hits: readonly ShareHit[]): void => {
        const hit = hits.find((one) => one.kind === 'file' && one.name === name && one.bytes === bytes);
        if (hit) found.push({ peerId: link.peerId, hit });
      };
      await link.search(query, take, signal);
    });
    await Promise.allSettled(searching);
    if (signal.aborted) throw new Failure('aborted');
    return found[0] ?? null;
  }

  async #searchSeen(query: ShareQuery, onFound: (found: SharesFound) => void, signal: AbortSignal): Promise<void> {
    const except = this.#ofContacts().map(({ peerId }) => peerId);
    const seen = await this.#deps.host.searchSeen({ query, except });
    if (signal.aborted) return;
    for (const { peerId, hit, seenAt } of seen) onFound({ peerId, hits: [hit], seenAt });
  }

  #isHere(peerId: PeerId): boolean {
    return this.#links.get(peerId)?.link.isCapable === true && this.#deps.isContact(peerId);
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
    this.waiting.came(peerId);
  }

  /** To everybody, so that who may see something is not told by who hears of it. */
  #tellAll(): void {
    for (const { link } of this.#links.values()) link.say('shares.hello', { version: 1 });
  }
}

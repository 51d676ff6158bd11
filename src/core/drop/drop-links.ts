// File drop over every open link: greets, puts offers together, and brings each message to its drop once those are known.
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { BulkLanes } from '#core/bulk/bulk-lanes';
import { DropLink, type DropMessage } from '#core/drop/drop-link';
import { OfferAssembly, type Offer } from '#core/drop/offer-parts';
import { TalkYield } from '#core/drop/talk-yield';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import type { Clock } from '#core/ports';

export interface DropLinksDeps {
  readonly peers: Pick<Peers, 'events'>;
  readonly lanes: BulkLanes;
  readonly clock: Clock;
  readonly isTalking: () => boolean;
  readonly scope: Scope;
  /** It knows file drop. */
  opened(link: DropLink): void;
  closed(peerId: PeerId): void;
  offered(link: DropLink, offer: Offer): void;
  received(link: DropLink, message: DropMessage): void;
}

export class DropLinks {
  readonly #deps: DropLinksDeps;
  readonly #links = new Map<PeerId, { readonly link: DropLink; readonly offers: OfferAssembly }>();
  readonly #talk: TalkYield;
  /** What came before the drops of this machine were known. */
  #early: (() => void)[] | null = [];

  constructor(deps: DropLinksDeps) {
    this.#deps = deps;
    const { peers, lanes, clock, isTalking, scope } = deps;
    this.#talk = new TalkYield({ clock, pace: lanes.pace, isTalking, links: () => this.capable(), scope });
    scope.onEnd(peers.events.on('opened', (session) => this.#open(session)));
    scope.onEnd(peers.events.on('closed', ({ peerId }) => this.#close(peerId)));
    scope.onEnd(() => {
      for (const { link } of this.#links.values()) link.end();
    });
  }

  /** The drops are known. */
  begin(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const act of early) act();
  }

  get(peerId: PeerId): DropLink | null {
    const link = this.#links.get(peerId)?.link;
    return link?.isCapable ? link : null;
  }

  capable(): DropLink[] {
    return [...this.#links.values()].map(({ link }) => link).filter(({ isCapable }) => isCapable);
  }

  isUnable(peerId: PeerId): boolean {
    return this.#links.get(peerId)?.link.isCapable === false;
  }

  /** Bytes a second of all links together; null for no limit. */
  limitTo(bytesPerSecond: number | null): void {
    this.#deps.lanes.pace.limitTo(bytesPerSecond);
  }

  /** Nothing is given until it is said that it may be again. */
  hold(isHeld: boolean): void {
    this.#deps.lanes.pace.isHeld = isHeld;
  }

  #open(session: Session): void {
    this.#close(session.peerId);
    const { clock, lanes } = this.#deps;
    const received = (from: DropLink, message: DropMessage): void => {
      if (this.#early) this.#early.push(() => this.#receive(from, message));
      else this.#receive(from, message);
    };
    const link = new DropLink({ session, clock, lane: lanes.of(session), received });
    this.#links.set(session.peerId, { link, offers: new OfferAssembly() });
    link.send('drop.hello', { version: 1 });
  }

  #close(peerId: PeerId): void {
    const open = this.#links.get(peerId);
    if (!open) return;
    this.#links.delete(peerId);
    this.#deps.closed(peerId);
    open.link.end();
  }

  #receive(link: DropLink, message: DropMessage): void {
    const open = this.#links.get(link.peerId);
    if (open?.link !== link) return;
    if (message.kind === 'drop.hello') {
      if (link.isCapable) return;
      link.isCapable = true;
      this.#deps.opened(link);
    } else if (message.kind === 'drop.offer') {
      const offer = open.offers.take(message.body);
      if (offer) this.#deps.offered(link, offer);
    } else if (message.kind === 'drop.ping') link.pong(message.body.serial);
    else if (message.kind === 'drop.pong') this.#talk.ponged(link, message.body.serial);
    else this.#deps.received(link, message);
  }
}

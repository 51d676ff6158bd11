// What others say of drops that concerns more than one that runs: offers, answers to them, and whoever wants to take part in what is over.
import type { DropId, DropState } from '#shared/drop';
import type { PeerId } from '#shared/identity';
import type { DropAsks } from '#core/drop/drop-asks';
import type { DropLink, DropMessage } from '#core/drop/drop-link';
import type { DropLinks } from '#core/drop/drop-links';
import type { DropRuns } from '#core/drop/drop-runs';
import type { DropShelf } from '#core/drop/drop-shelf';
import type { Loans } from '#core/drop/loans';
import type { Offer } from '#core/drop/offer-parts';
import type { Clock } from '#core/ports';

export interface DropDeskDeps {
  readonly self: PeerId;
  readonly clock: Pick<Clock, 'now'>;
  readonly runs: DropRuns;
  readonly asks: DropAsks;
  readonly shelf: DropShelf;
  readonly loans: Loans;
  readonly links: Pick<DropLinks, 'get'>;
  /** Whether this is taken without asking. */
  readonly acceptsAtOnce: (from: PeerId, offer: Offer) => boolean;
  accept(dropId: DropId): void;
  /** This person has to be asked. */
  asked(dropId: DropId): void;
}

type Over = Extract<DropState, 'declined' | 'cancelled' | 'finished' | 'failed'>;

const isOver = (state: DropState): state is Over => state !== 'open' && state !== 'paused';

export class DropDesk {
  readonly #deps: DropDeskDeps;

  constructor(deps: DropDeskDeps) {
    this.#deps = deps;
  }

  offered(link: DropLink, offer: Offer): void {
    const { dropId, people } = offer;
    const { self, runs, shelf } = this.#deps;
    const run = runs.get(dropId);
    if (run?.facts.from.peerId === link.peerId) run.linked(link);
    if (runs.has(dropId)) return;
    const kept = shelf.kept(dropId);
    if (kept) {
      const isTheirs = kept.direction === 'incoming' && kept.from.peerId === link.peerId;
      if (isTheirs && isOver(kept.state)) this.say(link.peerId, dropId, kept.state);
      return;
    }
    if (people.includes(self) && !people.includes(link.peerId)) this.#ask(link, offer);
  }

  receive(link: DropLink, message: DropMessage): void {
    const { runs, asks, loans } = this.#deps;
    if (!('dropId' in message.body) || loans.receive(link, message)) return;
    const { dropId } = message.body;
    const isJoin = message.kind === 'drop.join';
    if (runs.get(dropId)?.state === 'cancelled') {
      if (isJoin) this.say(link.peerId, dropId, 'cancelled');
    } else if (runs.receive(dropId, link, message)) return;
    else if (asks.get(dropId)) this.#receiveAsked(dropId, link, message);
    else if (isJoin) this.#heardJoin(dropId, link, message);
  }

  say(to: PeerId, dropId: DropId, phase: Over): void {
    const { links, shelf } = this.#deps;
    const doneBytes = phase === 'finished' ? (shelf.kept(dropId)?.bytes ?? 0) : 0;
    links.get(to)?.send('drop.state', { dropId, phase, code: null, doneBytes, feeders: [] });
  }

  #ask(link: DropLink, offer: Offer): void {
    const { dropId } = offer;
    const { clock, asks, shelf, acceptsAtOnce } = this.#deps;
    const isNew = asks.get(dropId) === null;
    const ask = asks.add(offer, link.peerId, clock.now());
    if (ask?.stage.phase === 'declined') this.say(link.peerId, dropId, 'declined');
    if (ask?.stage.phase !== 'asked') return;
    if (acceptsAtOnce(link.peerId, offer)) this.#deps.accept(dropId);
    else if (isNew) this.#deps.asked(dropId);
    shelf.changed();
  }

  #receiveAsked(dropId: DropId, link: DropLink, message: DropMessage): void {
    const { asks, shelf } = this.#deps;
    const ask = asks.get(dropId);
    if (!ask) return;
    if (message.kind === 'drop.state' && link.peerId === ask.from && message.body.phase === 'cancelled') {
      ask.stage = { phase: 'cancelled', by: ask.from };
      shelf.changed();
    } else if (message.kind === 'drop.contents') asks.tell(ask, link, message);
    else if (ask.offer.people.includes(link.peerId) && message.kind === 'drop.join') {
      ask.heard.set(link.peerId, { link, message });
    }
  }

  /** Of a drop that is over here: whoever belongs to it is served from what is on the disk. */
  #heardJoin(dropId: DropId, link: DropLink, message: DropMessage): void {
    const { runs, shelf } = this.#deps;
    const kept = shelf.kept(dropId);
    const isOfIt = kept !== null && [kept.from, ...kept.to].some(({ peerId }) => peerId === link.peerId);
    if (isOfIt && kept.state === 'finished') runs.reopen(dropId, [[link, message]]);
    else if (isOfIt && kept.state === 'declined') this.say(link.peerId, dropId, 'declined');
    else this.say(link.peerId, dropId, 'cancelled'); // believed of the one who gave it only
  }
}

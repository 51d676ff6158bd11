// The bulk channels of all open links, and the pace at which they give and ask together.
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import { AskPace } from '#core/bulk/ask-pace';
import { BulkLane } from '#core/bulk/bulk-lane';
import { BulkPace } from '#core/bulk/pace';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import type { Clock, Connection } from '#core/ports';

export interface BulkLanesDeps {
  readonly peers: Pick<Peers, 'events'>;
  /** A connection for data alone, beside a link. */
  readonly openSide: (isPolite: boolean) => Connection;
  readonly clock: Clock;
  readonly scope: Scope;
}

export class BulkLanes {
  readonly pace: BulkPace;
  readonly asking: AskPace;
  readonly #clock: Clock;
  readonly #openSide: BulkLanesDeps['openSide'];
  readonly #lanes = new Map<PeerId, { readonly session: Session; readonly lane: BulkLane }>();

  /** Before the features that use it: they find the lane of a link as soon as that opens. */
  constructor({ peers, openSide, clock, scope }: BulkLanesDeps) {
    this.#clock = clock;
    this.#openSide = openSide;
    this.pace = new BulkPace(clock);
    this.asking = new AskPace(clock);
    scope.onEnd(peers.events.on('opened', (session) => this.#open(session)));
    scope.onEnd(peers.events.on('closed', ({ peerId }) => this.#close(peerId)));
    scope.onEnd(() => {
      for (const peerId of [...this.#lanes.keys()]) this.#close(peerId);
    });
  }

  /** Of an open link. */
  of(session: Session): BulkLane {
    const open = this.#lanes.get(session.peerId);
    return open?.session === session ? open.lane : this.#open(session);
  }

  #open(session: Session): BulkLane {
    this.#close(session.peerId);
    const lane = new BulkLane({ session, openSide: this.#openSide, clock: this.#clock, pace: this.pace });
    this.#lanes.set(session.peerId, { session, lane });
    return lane;
  }

  #close(peerId: PeerId): void {
    this.#lanes.get(peerId)?.lane.end();
    this.#lanes.delete(peerId);
  }
}

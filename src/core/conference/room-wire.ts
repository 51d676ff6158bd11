// The room messages of every open link: who can be told something now, and what came from whom.
import type * as v from 'valibot';
import type { PeerId } from '#shared/identity';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import { roomMessages } from '#core/conference/messages';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import type { Joined, MessageHandlers } from '#core/wire/router';

type Kinds = typeof roomMessages;
export type RoomKind = keyof Kinds;
export type RoomBody<K extends RoomKind> = v.InferOutput<Kinds[K]>;
/** One message of a room, told apart by its kind. */
export type RoomMessage = { [K in RoomKind]: { readonly kind: K; readonly body: RoomBody<K> } }[RoomKind];

export interface RoomWireEvents {
  received: { from: PeerId; message: RoomMessage };
  /** A proven link opened, another one took its place, or it faltered, came back or closed. */
  changed: { peerId: PeerId; session: Session };
}

interface Link {
  readonly session: Session;
  readonly joined: Joined<Kinds>;
}

// Sound: the keys of a constant object literal.
const kinds = Object.keys(roomMessages) as RoomKind[];

export class RoomWire {
  readonly #links = new Map<PeerId, Link>();
  readonly #events = new Emitter<RoomWireEvents>();

  constructor({ peers, scope }: { peers: Pick<Peers, 'events'>; scope: Scope }) {
    scope.onEnd(
      peers.events.on('opened', (session) => {
        this.#adopt(session);
      }),
    );
  }

  get events(): Subscribable<RoomWireEvents> {
    return this.#events;
  }

  /** The proven link that is open or being repaired. */
  session(peerId: PeerId): Session | null {
    return this.#links.get(peerId)?.session ?? null;
  }

  isOpen(peerId: PeerId): boolean {
    return this.session(peerId)?.state.snapshot.phase === 'open';
  }

  /** Everybody with a link. */
  get people(): readonly PeerId[] {
    return [...this.#links.keys()];
  }

  /** False when there is no link that takes it. */
  send<K extends RoomKind>(to: PeerId, kind: K, body: RoomBody<K>): boolean {
    return this.#links.get(to)?.joined.send(kind, body) ?? false;
  }

  #adopt(session: Session): void {
    const { peerId } = session;
    // Sound: the router parsed each body by the schema of its kind, and every kind has a handler.
    const handlers = Object.fromEntries(
      kinds.map((kind) => [
        kind,
        (body: unknown) => {
          if (this.session(peerId) !== session) return;
          this.#events.emit('received', { from: peerId, message: { kind, body } as RoomMessage });
        },
      ]),
    ) as unknown as MessageHandlers<Kinds>;
    const joined = session.router.join(roomMessages, handlers);
    this.#links.set(peerId, { session, joined });
    session.state.onChange(() => {
      if (this.session(peerId) !== session) return;
      if (session.state.snapshot.phase === 'closed') this.#links.delete(peerId);
      this.#events.emit('changed', { peerId, session });
    });
    this.#events.emit('changed', { peerId, session });
  }
}

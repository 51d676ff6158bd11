// One link as file drop uses it: messages in order and no more of them than the other side takes, and blocks in both directions.
import type { PeerId } from '#shared/identity';
import type { BulkLane } from '#core/bulk/bulk-lane';
import type { Upload } from '#core/bulk/upload';
import { dropMessages } from '#core/drop/messages';
import type { Session } from '#core/peers/session';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { TokenBucket } from '#core/wire/rate-limit';
import type { Joined, MessageHandlers } from '#core/wire/router';
import type * as v from 'valibot';

type Kinds = typeof dropMessages;
export type DropKind = keyof Kinds;
export type DropBody<K extends DropKind> = v.InferOutput<Kinds[K]>;
/** One message, told apart by its kind. */
export type DropMessage = { [K in DropKind]: { readonly kind: K; readonly body: DropBody<K> } }[DropKind];

export interface DropLinkDeps {
  readonly session: Session;
  readonly clock: Clock;
  readonly lane: BulkLane;
  received(link: DropLink, message: DropMessage): void;
}

// Sound: the keys of a constant object literal.
const kinds = Object.keys(dropMessages) as DropKind[];

export class DropLink {
  readonly peerId: PeerId;
  readonly lane: BulkLane;
  /** They know file drop. */
  isCapable = false;
  readonly #deps: DropLinkDeps;
  readonly #joined: Joined<Kinds>;
  readonly #bucket: TokenBucket;
  readonly #outbox: (() => boolean)[] = [];
  #cancelFlush: (() => void) | null = null;

  constructor(deps: DropLinkDeps) {
    this.#deps = deps;
    const { session, clock, lane } = deps;
    this.peerId = session.peerId;
    this.lane = lane;
    this.#bucket = new TokenBucket(
      { perSecond: paces.dropMessagesPerSecond, burst: paces.dropMessagesBurst },
      clock.now(),
    );
    this.#joined = session.router.join(dropMessages, this.#handlers());
  }

  get upload(): Upload {
    return this.lane.upload;
  }

  get session(): Session {
    return this.#deps.session;
  }

  /** In order; waits its turn when many were sent just now. */
  send<K extends DropKind>(kind: K, body: DropBody<K>): void {
    if (this.#outbox.length >= limits.dropMessagesQueued) return;
    this.#outbox.push(() => this.#joined.send(kind, body));
    if (!this.#cancelFlush) this.#flush();
  }

  /** Goes at once, past whatever waits its turn; false when too many messages were sent just now. */
  ping(serial: number): boolean {
    return this.#mayGo() && this.#joined.send('drop.ping', { serial });
  }

  /** Before whatever waits its turn: the other side measures how long it takes. */
  pong(serial: number): void {
    if (this.#outbox.length >= limits.dropMessagesQueued) return;
    this.#outbox.unshift(() => this.#joined.send('drop.pong', { serial }));
    if (!this.#cancelFlush) this.#flush();
  }

  end(): void {
    this.#cancelFlush?.();
    this.#outbox.length = 0;
  }

  #mayGo(): boolean {
    const { clock, session } = this.#deps;
    return this.#bucket.take(clock.now()) && session.router.takeTurn();
  }

  #flush(): void {
    const { clock } = this.#deps;
    while (this.#outbox.length > 0 && this.#mayGo()) {
      // Not sent only when the link closes, or does not move at all: then whoever waits asks again.
      this.#outbox.shift()?.();
    }
    if (this.#outbox.length === 0) return;
    this.#cancelFlush = clock.after(1_000 / paces.dropMessagesPerSecond, () => {
      this.#cancelFlush = null;
      this.#flush();
    });
  }

  #handlers(): MessageHandlers<Kinds> {
    // Sound: the router parsed each body by the schema of its kind, and every kind has a handler.
    return Object.fromEntries(
      kinds.map((kind) => [
        kind,
        (body: unknown) => {
          this.#deps.received(this, { kind, body } as DropMessage);
        },
      ]),
    ) as unknown as MessageHandlers<Kinds>;
  }
}

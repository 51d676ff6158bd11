// Casts over one proven link: its messages, and packets in its live channel. Every packet that comes carries the number this side chose
// when it asked; what nobody asked for is not looked at.
import type { CastId } from '#shared/cast';
import type { PeerId } from '#shared/identity';
import { writeHop, readHop, type Hop } from '#core/cast/hop';
import { castKinds, castMessages, type CastBody, type CastKind, type CastMessage } from '#core/cast/messages';
import type { Held } from '#core/cast/packet-window';
import { PacedLink } from '#core/peers/paced-link';
import type { Session } from '#core/peers/session';
import type { Scope } from '#core/base/scope';
import type { Clock, RandomBytes } from '#core/ports';
import { limits } from '#core/wire/limits';
import { TokenBucket } from '#core/wire/rate-limit';
import type { MessageHandlers } from '#core/wire/router';

export interface CastLinkDeps {
  readonly session: Session;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly scope: Scope;
  readonly received: (message: CastMessage) => Promise<void>;
  readonly packetCame: (castId: CastId, hop: Hop) => void;
}

const pathEveryMs = 5_000;
const asks: readonly CastKind[] = ['cast.ask', 'cast.join', 'cast.catch-up', 'cast.key-frame', 'cast.leave'];

export class CastLink {
  readonly peerId: PeerId;
  readonly session: Session;
  /** Since when nobody of the cast needs it. */
  idleSinceMs: number;
  readonly #deps: CastLinkDeps;
  readonly #link: PacedLink<typeof castMessages>;
  /** Under what their packets come, and to which cast they belong. */
  #incoming: { readonly castId: CastId; readonly stream: number } | null = null;
  readonly #outgoing = new Map<CastId, number>();
  readonly #asks: TokenBucket;
  readonly #reports: TokenBucket;
  readonly #joins: TokenBucket;
  #unasked = 0;
  #oneWayMs = 0;

  constructor(deps: CastLinkDeps) {
    this.#deps = deps;
    const { session, clock, scope } = deps;
    this.peerId = session.peerId;
    this.session = session;
    this.idleSinceMs = clock.now();
    this.#asks = new TokenBucket({ perSecond: limits.castAsksPerSecond, burst: limits.castAsksBurst }, clock.now());
    const reports = { perSecond: limits.castReportsPerSecond, burst: limits.castReportsBurst };
    this.#reports = new TokenBucket(reports, clock.now());
    const joins = { perSecond: limits.castLinkJoinsPerSecond, burst: limits.castLinkJoinsBurst };
    this.#joins = new TokenBucket(joins, clock.now());
    this.#link = new PacedLink(deps, castMessages, this.#handlers());
    scope.onEnd(session.connection.events.on('liveReceived', (bytes) => this.#receive(bytes)));
  }

  get isOpen(): boolean {
    return this.session.state.snapshot.phase === 'open';
  }

  send<K extends CastKind>(kind: K, body: CastBody<K>): void {
    void this.#link.send(kind, body);
  }

  /** The number under which they are to send packets of a cast. One cast at a time comes over a link. */
  openStream(castId: CastId): number {
    if (this.#incoming?.castId !== castId) {
      const [high = 0, low = 0] = this.#deps.random(2);
      this.#incoming = { castId, stream: high * 256 + low };
      this.#watchPath();
    }
    return this.#incoming.stream;
  }

  /** False when it was not sent: they asked for nothing of the cast, or nothing more fits. */
  sendPacket(castId: CastId, packet: Held): boolean {
    const stream = this.#outgoing.get(castId);
    if (stream === undefined) return false;
    const ageMs = this.#deps.clock.now() - packet.capturedAtMs;
    return this.session.connection.sendLive(writeHop({ stream, ageMs, packet: packet.bytes }));
  }

  /** Nothing of it goes out or comes in any more. */
  forget(castId: CastId): void {
    this.#outgoing.delete(castId);
  }

  /** What nobody honest sends. */
  countBreak(): void {
    this.#link.countBreak();
  }

  #handlers(): MessageHandlers<typeof castMessages> {
    // Sound: the router parsed each body by the schema of its kind, and every kind has a handler.
    return Object.fromEntries(
      castKinds.map((kind) => [kind, (body: unknown) => this.#heard({ kind, body } as CastMessage)]),
    ) as unknown as MessageHandlers<typeof castMessages>;
  }

  #heard(message: CastMessage): void {
    const nowMs = this.#deps.clock.now();
    if (asks.includes(message.kind) && !this.#asks.take(nowMs)) return;
    if (message.kind === 'cast.join' && !this.#joins.take(nowMs)) return;
    if (message.kind === 'cast.report' && !this.#reports.take(nowMs)) return;
    if (message.kind === 'cast.ask' || message.kind === 'cast.want' || message.kind === 'cast.catch-up') {
      const { castId, stream } = message.body;
      if (this.#outgoing.size < 4 || this.#outgoing.has(castId)) this.#outgoing.set(castId, stream);
    }
    this.#link.inTurn(async () => await this.#deps.received(message));
  }

  #receive(bytes: Uint8Array<ArrayBuffer>): void {
    const hop = readHop(bytes);
    if (hop && this.#incoming?.stream === hop.stream) {
      this.#deps.packetCame(this.#incoming.castId, { ...hop, ageMs: hop.ageMs + this.#oneWayMs });
      return;
    }
    this.#unasked += 1;
    if (this.#unasked >= limits.castUnasked) this.session.close('protocol-broken');
  }

  /** Half a round trip is how old a packet has become on this link. */
  #watchPath(): void {
    const { clock, scope } = this.#deps;
    void this.session.connection
      .diagnose()
      .then(({ counters }) => (this.#oneWayMs = (counters.roundTripMs ?? 0) / 2))
      .catch(() => undefined);
    const cancel = clock.after(pathEveryMs, () => {
      forget();
      if (this.#incoming) this.#watchPath();
    });
    const forget = scope.onEnd(cancel);
  }
}

// My mailbox behind every rendezvous at once: what comes is opened one blob at a time, what goes is sealed and handed to
// all that are open. The only place where sealed bytes turn into signals.
import type { CastId } from '#shared/cast';
import type { Contact, ContactId } from '#shared/contact';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import type { OpenedSignal, SessionId, SessionSignal } from '#shared/signal';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import { within } from '#core/base/within';
import type { Clock, Host, Rendezvous } from '#core/ports';
import type { Reachability, Way } from '#core/peers/presence';
import { RecentBlobs } from '#core/peers/recent-blobs';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { TokenBucket } from '#core/wire/rate-limit';

export interface MailboxEvents {
  signalled: { from: PeerId; session: SessionId; message: SessionSignal };
  contactChanged: Contact;
  /** A holder of my link into a room asks to be let near. */
  roomRequested: { from: PeerId; roomId: RoomId; name: string };
  /** A holder of my link to a cast asks to be let near. */
  castRequested: { from: PeerId; castId: CastId; name: string };
  /** Something was dropped; why is for the log. */
  refused: { from: PeerId | null; reason: string };
  /** Some rendezvous became open. */
  opened: undefined;
}

export interface MailboxDeps {
  host: Pick<Host, 'sealSignal' | 'openSignal' | 'sealRequest' | 'sealRoomRequest' | 'sealCastRequest'>;
  clock: Clock;
  scope: Scope;
}

interface Place {
  readonly rendezvous: Rendezvous;
  /** Null: open to few, so it says nothing of how I can be reached. */
  readonly scope: Reachability['scope'] | null;
}

interface Incoming {
  readonly blob: Uint8Array;
  readonly rendezvous: Rendezvous;
}

const perPerson = { perSecond: limits.signalsPerSecond, burst: limits.signalsBurst };
const inAll = { perSecond: limits.signalsInAllPerSecond, burst: limits.signalsInAllBurst };

export class Mailbox {
  readonly #deps: MailboxDeps;
  readonly #events = new Emitter<MailboxEvents>();
  readonly #reachability = new Store<readonly Reachability[]>([]);
  readonly #queue: Incoming[] = [];
  readonly #recent = new RecentBlobs(limits.signalsRemembered);
  readonly #sealing = new Map<PeerId, Promise<unknown>>();
  readonly #buckets = new Map<PeerId, TokenBucket>();
  readonly #bucketInAll: TokenBucket;
  #places: readonly Place[] = [];
  #placesScope: Scope;
  #isOpening = false;

  constructor(deps: MailboxDeps) {
    this.#deps = deps;
    this.#bucketInAll = new TokenBucket(inAll, deps.clock.now());
    this.#placesScope = deps.scope.child();
  }

  get reachability(): ReadableStore<readonly Reachability[]> {
    return this.#reachability;
  }

  get events(): Subscribable<MailboxEvents> {
    return this.#events;
  }

  /** Replaces the rendezvous and closes the ones before. */
  use(places: readonly Place[]): void {
    this.#placesScope.end();
    this.#placesScope = this.#deps.scope.child();
    this.#places = places;
    for (const place of places) this.#watch(place, this.#placesScope);
    this.#publish();
  }

  /**
   * Seals for `to` and sends through every open rendezvous; answers which took it first. Signals to one person leave in
   * the order of the calls. Fails `rendezvous-down`, `peer-unreachable`, or as sealing fails (`key-changed`, …).
   */
  async send(to: PeerId, session: SessionId, message: SessionSignal, signal: AbortSignal): Promise<Way> {
    const before = this.#sealing.get(to) ?? Promise.resolve();
    const sealed = before.then(() => this.#deps.host.sealSignal({ to, session, message }));
    const settled = sealed.then(
      () => undefined,
      () => undefined,
    );
    this.#sealing.set(to, settled);
    const blob = await sealed.finally(() => {
      if (this.#sealing.get(to) === settled) this.#sealing.delete(to);
    });
    return await this.#deliver(to, blob, this.#places, signal);
  }

  /** Sends my contact request to someone whose invite I opened. Whoever waits for the welcome repeats it. */
  async request(contactId: ContactId, signal: AbortSignal): Promise<void> {
    const { to, blob } = await this.#deps.host.sealRequest({ contactId });
    await this.#deliver(to, blob, this.#places, signal);
  }

  /** Asks the maker of the link into this room to let me near. Whoever waits for an answer repeats it. */
  async requestRoom(roomId: RoomId, signal: AbortSignal): Promise<void> {
    const { to, blob } = await this.#deps.host.sealRoomRequest({ roomId });
    await this.#deliver(to, blob, this.#places, signal);
  }

  /** Asks the caster behind a link to let me near. Whoever waits for an answer repeats it. */
  async requestCast(castId: CastId, signal: AbortSignal): Promise<void> {
    const { to, blob } = await this.#deps.host.sealCastRequest({ castId });
    await this.#deliver(to, blob, this.#places, signal);
  }

  /** The network may have changed: no rendezvous is believed to be open before it has answered. */
  check(): void {
    for (const { rendezvous } of this.#places) rendezvous.check();
  }

  #watch(place: Place, scope: Scope): void {
    const { rendezvous } = place;
    let wasOpen = false;
    const look = (): void => {
      const isOpen = rendezvous.state.snapshot.phase === 'open';
      this.#publish();
      if (isOpen && !wasOpen && place.scope) this.#events.emit('opened', undefined);
      wasOpen = isOpen;
    };
    scope.onEnd(() => {
      rendezvous.close();
    });
    scope.onEnd(rendezvous.state.onChange(look));
    scope.onEnd(
      rendezvous.events.on('received', (blob) => {
        this.#enqueue({ blob, rendezvous });
      }),
    );
    look();
  }

  #publish(): void {
    this.#reachability.set(
      this.#places.flatMap(({ rendezvous, scope }) =>
        scope ? [{ name: rendezvous.name, scope, phase: rendezvous.state.snapshot.phase }] : [],
      ),
    );
  }

  #enqueue(incoming: Incoming): void {
    if (incoming.blob.length === 0 || incoming.blob.length > limits.sealedBlobBytes) this.#refuse(null, 'malformed');
    else if (this.#queue.length >= limits.signalsQueued) this.#refuse(null, 'queue-full');
    else if (!this.#bucketInAll.take(this.#deps.clock.now())) this.#refuse(null, 'rate-limited');
    else {
      this.#queue.push(incoming);
      if (!this.#isOpening) void this.#openAll();
    }
  }

  async #openAll(): Promise<void> {
    this.#isOpening = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) {
      if (this.#deps.scope.hasEnded) break;
      const opened = await this.#open(next.blob);
      if (opened && !this.#hasEnded()) this.#handle(opened, next.rendezvous);
    }
    this.#isOpening = false;
  }

  #hasEnded(): boolean {
    return this.#deps.scope.hasEnded;
  }

  /** What came by another way already costs main nothing. */
  async #open(blob: Uint8Array): Promise<OpenedSignal | null> {
    if (this.#recent.has(blob)) {
      this.#refuse(null, 'replayed');
      return null;
    }
    try {
      const opened = await this.#deps.host.openSignal({ blob: new Uint8Array(blob) });
      this.#recent.add(blob);
      return opened;
    } catch (reason) {
      this.#refuse(null, Failure.from(reason).code);
      return null;
    }
  }

  #handle(opened: OpenedSignal, rendezvous: Rendezvous): void {
    if (opened.outcome === 'dropped') {
      this.#refuse(opened.from, opened.reason);
      if (opened.reply && opened.from) this.#reply(opened.from, opened.reply, rendezvous);
    } else if (opened.outcome === 'contact') {
      if (opened.reply) this.#reply(opened.contact.peerId, opened.reply, rendezvous);
      this.#events.emit('contactChanged', opened.contact);
    } else if (!this.#takeFrom(opened.from)) {
      this.#refuse(opened.from, 'rate-limited');
    } else if (opened.outcome === 'room-request') {
      this.#events.emit('roomRequested', { from: opened.from, roomId: opened.roomId, name: opened.name });
    } else if (opened.outcome === 'cast-request') {
      this.#events.emit('castRequested', { from: opened.from, castId: opened.castId, name: opened.name });
    } else {
      this.#events.emit('signalled', { from: opened.from, session: opened.session, message: opened.message });
    }
  }

  /** A welcome that gets lost is asked for again by the other side, so a failure here needs nothing. */
  #reply(to: PeerId, blob: Uint8Array, rendezvous: Rendezvous): void {
    const scope = this.#placesScope;
    within(this.#deps.clock, paces.rendezvousSendTimeoutMs, 'rendezvous-down', scope.signal, (signal) =>
      rendezvous.send(to, blob, signal),
    ).catch((reason: unknown) => {
      this.#refuse(to, Failure.from(reason).code);
    });
  }

  #takeFrom(from: PeerId): boolean {
    const nowMs = this.#deps.clock.now();
    const bucket = this.#buckets.get(from) ?? new TokenBucket(perPerson, nowMs);
    this.#buckets.set(from, bucket);
    return bucket.take(nowMs);
  }

  async #deliver(to: PeerId, blob: Uint8Array, places: readonly Place[], signal: AbortSignal): Promise<Way> {
    const open = places.filter(({ rendezvous }) => rendezvous.state.snapshot.phase === 'open');
    if (open.length === 0) throw new Failure('rendezvous-down', 'no rendezvous is open');
    const sends = open.map(async ({ rendezvous, scope }): Promise<Way> => {
      await within(this.#deps.clock, paces.rendezvousSendTimeoutMs, 'rendezvous-down', signal, (bounded) =>
        rendezvous.send(to, blob, bounded),
      );
      return scope ?? 'members';
    });
    return await firstTaken(sends);
  }

  #refuse(from: PeerId | null, reason: string): void {
    this.#events.emit('refused', { from, reason });
  }
}

/** Fails with the worst of the reasons once no send can succeed any more. */
async function firstTaken(sends: readonly Promise<Way>[]): Promise<Way> {
  try {
    return await Promise.any(sends);
  } catch (reason) {
    throw worst(reason instanceof AggregateError ? (reason.errors as unknown[]) : [reason]); // sound: Promise.any's reasons
  }
}

/** One rendezvous that knows the peer is absent says more than another that is down. */
function worst(reasons: readonly unknown[]): Failure {
  const failures = reasons.map((reason) => Failure.from(reason));
  const absent = failures.find(({ code }) => code === 'peer-unreachable');
  return absent ?? failures[0] ?? new Failure('rendezvous-down');
}

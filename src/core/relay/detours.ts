// Links of mine that a friend carries: asked for once direct ways have failed, proven like any other, given up for a direct one, and
// taken to another friend when the first one is gone.
import type { PeerId } from '#shared/identity';
import { Failure } from '#shared/failure';
import type { SessionId } from '#shared/signal';
import { toHex } from '#core/base/bytes';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { Mailbox } from '#core/peers/mailbox';
import type { Peers } from '#core/peers/peers';
import { Session } from '#core/peers/session';
import type { Clock, Host, RandomBytes } from '#core/ports';
import type { OpenLiveEncoder, OpenLiveOutput } from '#core/ports/live';
import type { AgreedTunnel, CreateTunnelKey } from '#core/ports/relay';
import { tunnelBytes, writePart } from '#core/relay/carried-part';
import type { Carriers } from '#core/relay/carriers';
import type { TunnelId } from '#core/relay/messages';
import { RelayedConnection } from '#core/relay/relayed-connection';
import type { RelayWire } from '#core/relay/relay-wire';
import { limits } from '#core/wire/limits';

export interface DetoursDeps {
  readonly self: PeerId;
  readonly peers: Pick<Peers, 'adopt' | 'session' | 'seekDirect'>;
  readonly mailbox: Pick<Mailbox, 'send' | 'check'>;
  readonly host: Pick<Host, 'advanceProof'>;
  readonly wire: RelayWire;
  readonly carriers: Carriers;
  readonly createKey: CreateTunnelKey;
  readonly openEncoder: OpenLiveEncoder;
  readonly openOutput: OpenLiveOutput;
  readonly isFriend: (peerId: PeerId) => boolean;
  /** Whether friends may carry links of mine. */
  readonly mayUse: () => boolean;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly scope: Scope;
}

interface End {
  readonly tunnel: TunnelId;
  readonly carrier: PeerId;
  readonly peerId: PeerId;
  readonly connection: RelayedConnection;
  readonly session: Session;
}

export class Detours {
  readonly #deps: DetoursDeps;
  readonly #events = new Emitter<{ distrusted: { carrier: PeerId; peerId: PeerId } }>();
  readonly #via = new Store<ReadonlyMap<PeerId, PeerId>>(new Map());
  readonly #ends = new Map<TunnelId, End>();
  /** Answers that are waited for; null: they do not carry. */
  readonly #asked = new Map<TunnelId, { carrier: PeerId; settle: (key: Uint8Array | null) => void }>();
  readonly #seeking = new Map<PeerId, Promise<boolean>>();
  #answering = 0;

  constructor(deps: DetoursDeps) {
    this.#deps = deps;
    deps.scope.onEnd(() => {
      for (const { session } of [...this.#ends.values()]) session.close(null);
      for (const { settle } of [...this.#asked.values()]) settle(null);
    });
  }

  /** Who carries the open link with whom. */
  get via(): ReadableStore<ReadonlyMap<PeerId, PeerId>> {
    return this.#via;
  }

  /** `distrusted`: what this friend carried was altered, or did not end at that person. They are not asked again. */
  get events(): Subscribable<{ distrusted: { carrier: PeerId; peerId: PeerId } }> {
    return this.#events;
  }

  /** Asks friends, one after the other, until one carries a link with them. Answers whether that came about; null: nobody to ask. */
  seek(peerId: PeerId): Promise<boolean> | null {
    const { mayUse, isFriend, carriers, scope } = this.#deps;
    const running = this.#seeking.get(peerId);
    if (running) return running;
    if (scope.hasEnded || !mayUse() || !isFriend(peerId) || this.#candidates(peerId, carriers).length === 0)
      return null;
    const seeking = this.#seek(peerId).finally(() => this.#seeking.delete(peerId));
    this.#seeking.set(peerId, seeking);
    return seeking;
  }

  /** Somebody wants to reach me through a friend. */
  async asked(
    carrier: PeerId,
    { tunnel, from, session, key }: { tunnel: TunnelId; from: PeerId; session: SessionId; key: Uint8Array },
  ): Promise<void> {
    const { createKey, wire } = this.#deps;
    if (!this.#mayAnswer(carrier, from, tunnel)) {
      wire.send(carrier, 'relay.leave', { tunnel });
      return;
    }
    this.#answering += 1;
    try {
      const mine = await createKey();
      const agreed = await mine.agree(new Uint8Array(key), 'responder', tunnelBytes(tunnel));
      if (this.#deps.scope.hasEnded || this.#ends.has(tunnel)) return;
      const end = this.#open({ tunnel, carrier, peerId: from }, { agreed, session, role: 'responder' });
      if (wire.send(carrier, 'relay.answer', { tunnel, key: mine.publicKey })) end.connection.begin();
      else end.session.close('link-lost');
    } catch (reason) {
      if (!(reason instanceof Failure)) throw reason;
      wire.send(carrier, 'relay.leave', { tunnel });
    } finally {
      this.#answering -= 1;
    }
  }

  answered(carrier: PeerId, tunnel: TunnelId, key: Uint8Array): void {
    const asked = this.#asked.get(tunnel);
    if (asked?.carrier === carrier) asked.settle(key);
  }

  left(carrier: PeerId, tunnel: TunnelId): void {
    const asked = this.#asked.get(tunnel);
    if (asked?.carrier === carrier) asked.settle(null);
    const end = this.#ends.get(tunnel);
    if (end?.carrier === carrier) end.session.close('link-lost');
  }

  /** False when it is of no tunnel of mine that they carry. */
  receive(carrier: PeerId, tunnel: TunnelId, sealed: Uint8Array<ArrayBuffer>): boolean {
    const end = this.#ends.get(tunnel);
    if (end?.carrier !== carrier) return false;
    end.connection.receive(sealed);
    return true;
  }

  drained(carrier: PeerId): void {
    for (const end of this.#ends.values()) if (end.carrier === carrier) end.connection.drained();
  }

  /** The link with a friend is gone, and what they carried with it. */
  dropThrough(carrier: PeerId): void {
    for (const end of [...this.#ends.values()]) if (end.carrier === carrier) end.session.close('link-lost');
    for (const asked of [...this.#asked.values()]) if (asked.carrier === carrier) asked.settle(null);
  }

  /** After a change of contacts or settings. */
  recheck(): void {
    const { isFriend, mayUse } = this.#deps;
    for (const { session, peerId, carrier } of [...this.#ends.values()]) {
      if (!mayUse() || !isFriend(peerId) || !isFriend(carrier)) session.close(null);
    }
  }

  #candidates(peerId: PeerId, carriers: Carriers): readonly PeerId[] {
    const now = this.#deps.peers.session(peerId)?.via ?? null;
    const { isFriend, wire } = this.#deps;
    return carriers.for(peerId).filter((carrier) => carrier !== now && isFriend(carrier) && wire.isOpen(carrier));
  }

  #mayAnswer(carrier: PeerId, from: PeerId, tunnel: TunnelId): boolean {
    const { self, mayUse, isFriend, carriers } = this.#deps;
    const unproven = [...this.#ends.values()].filter(({ session }) => session.spoken === null).length;
    if (unproven + this.#answering >= limits.relayUnproven || this.#ends.has(tunnel)) return false;
    if (from === self || from === carrier || carriers.isAvoided(carrier)) return false;
    return mayUse() && isFriend(from) && isFriend(carrier);
  }

  async #seek(peerId: PeerId): Promise<boolean> {
    const { carriers, scope } = this.#deps;
    for (const carrier of this.#candidates(peerId, carriers)) {
      if (scope.hasEnded || this.#isDirect(peerId)) break;
      if (await this.#ask(carrier, peerId)) return true;
      carriers.noteRefusal(carrier, peerId);
    }
    return false;
  }

  async #ask(carrier: PeerId, peerId: PeerId): Promise<boolean> {
    const { createKey, wire, random, scope } = this.#deps;
    const mine = await createKey();
    const tunnel = toHex(random(8)) as TunnelId; // sound: 16 lower-case hex digits
    const session = toHex(random(16)) as SessionId; // sound: 32 of them
    const answer = this.#answerTo(carrier, tunnel);
    if (!wire.send(carrier, 'relay.ask', { tunnel, to: peerId, session, key: mine.publicKey }))
      this.left(carrier, tunnel);
    const theirs = await answer;
    const agreed =
      theirs && (await mine.agree(new Uint8Array(theirs), 'initiator', tunnelBytes(tunnel)).catch(() => null));
    if (!agreed || scope.hasEnded) {
      wire.send(carrier, 'relay.leave', { tunnel });
      return false;
    }
    const end = this.#open({ tunnel, carrier, peerId }, { agreed, session, role: 'initiator' });
    end.connection.begin();
    return await isProven(end.session);
  }

  #answerTo(carrier: PeerId, tunnel: TunnelId): Promise<Uint8Array | null> {
    return new Promise((resolve) => {
      const settle = (key: Uint8Array | null): void => {
        cancel();
        this.#asked.delete(tunnel);
        resolve(key);
      };
      const cancel = this.#deps.clock.after(limits.relayAskMs, () => settle(null));
      this.#asked.set(tunnel, { carrier, settle });
    });
  }

  #open(
    { tunnel, carrier, peerId }: Pick<End, 'tunnel' | 'carrier' | 'peerId'>,
    { agreed, session: sessionId, role }: { agreed: AgreedTunnel; session: SessionId; role: Session['role'] },
  ): End {
    const { self, peers, mailbox, host, clock, wire, openEncoder, openOutput } = this.#deps;
    const connection = new RelayedConnection({
      agreed,
      openEncoder,
      openOutput,
      clock,
      send: (sealed) => wire.sendPart(carrier, writePart(tunnel, sealed)),
      altered: () => this.#distrust(carrier, peerId),
      seekDirect: () => peers.seekDirect(peerId),
      closed: () => {
        this.#ends.delete(tunnel);
        wire.send(carrier, 'relay.leave', { tunnel });
        this.#publish();
      },
    });
    const isPolite = self < peerId;
    const session = new Session({ peerId, sessionId, role, isPolite, connection, mailbox, host, clock, via: carrier });
    const end = { tunnel, carrier, peerId, connection, session };
    this.#ends.set(tunnel, end);
    session.state.onChange(() => this.#follow(end));
    return end;
  }

  #follow(end: End): void {
    const { peers, clock } = this.#deps;
    const { session, peerId, carrier } = end;
    const state = session.state.snapshot;
    if (state.phase === 'open' && peers.session(peerId) !== session) this.#adopt(end);
    else if (state.phase === 'repairing') {
      // Nothing to be repaired here: another friend, or a direct path, is.
      const cancel = clock.after(limits.relayAfterMs, () => {
        if (session.state.snapshot.phase === 'repairing') session.close('link-lost');
      });
      session.state.onChange(cancel);
    } else if (state.phase === 'closed') {
      if (state.code === 'identity-unproven') this.#distrust(carrier, peerId);
      if (state.code === 'link-lost' && session.role === 'initiator') this.#goElsewhere(end);
    }
    this.#publish();
  }

  #adopt({ session, connection, peerId }: End): void {
    connection.trust();
    if (this.#isDirect(peerId)) {
      session.close(null);
      return;
    }
    this.#deps.peers.adopt(session);
    if (session.role === 'initiator') this.#seekDirectLater(session);
  }

  /** A direct path is always better: it is looked for as long as a friend carries. */
  #seekDirectLater(session: Session): void {
    const { clock, peers, scope } = this.#deps;
    const cancel = clock.after(limits.relayDirectEveryMs, () => {
      forget();
      if (session.state.snapshot.phase === 'closed') return;
      peers.seekDirect(session.peerId);
      this.#seekDirectLater(session);
    });
    const forget = scope.onEnd(cancel);
  }

  #goElsewhere({ peerId, carrier }: End): void {
    this.#deps.carriers.noteRefusal(carrier, peerId);
    queueMicrotask(() => {
      if (this.#deps.peers.session(peerId) === null) void this.seek(peerId);
    });
  }

  #isDirect(peerId: PeerId): boolean {
    const link = this.#deps.peers.session(peerId);
    return link?.via === null && link.state.snapshot.phase === 'open';
  }

  #distrust(carrier: PeerId, peerId: PeerId): void {
    const { carriers } = this.#deps;
    if (carriers.isAvoided(carrier)) return;
    carriers.avoid(carrier);
    this.#events.emit('distrusted', { carrier, peerId });
    for (const end of [...this.#ends.values()]) if (end.carrier === carrier) end.session.close('link-lost');
  }

  #publish(): void {
    const open = [...this.#ends.values()].filter(({ session }) => this.#deps.peers.session(session.peerId) === session);
    this.#via.set(new Map(open.map(({ peerId, carrier }) => [peerId, carrier])));
  }
}

/** Resolves once it is settled; a session without a proof ends by itself. */
function isProven(session: Session): Promise<boolean> {
  return new Promise((resolve) => {
    const look = (): void => {
      const { phase } = session.state.snapshot;
      if (phase !== 'open' && phase !== 'closed') return;
      off();
      resolve(phase === 'open');
    };
    const off = session.state.onChange(look);
    look();
  });
}

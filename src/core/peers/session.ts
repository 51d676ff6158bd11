// One link with one person, from dialing to closed. Reads and sends nothing but the proof until the person is proven;
// then routes messages, keeps the link alive and repairs it.
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { SessionId, SessionSignal } from '#shared/signal';
import { areEqual } from '#core/base/bytes';
import { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { Connection } from '#core/ports';
import { closeOnceRead } from '#core/peers/close-once-read';
import { Heartbeat } from '#core/peers/heartbeat';
import { linkMessages } from '#core/peers/messages';
import { PathWatch } from '#core/peers/path-watch';
import { Proof, type Proven } from '#core/peers/proof';
import { Repair } from '#core/peers/repair';
import { repairDelayMs } from '#core/peers/repair-policy';
import type { SessionDeps, SessionState } from '#core/peers/session-state';
import { Signalling, type Negotiation } from '#core/peers/signalling';
import { frame } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { Router, type Joined } from '#core/wire/router';

export class Session {
  readonly peerId: PeerId;
  readonly sessionId: SessionId;
  readonly role: 'initiator' | 'responder';
  /** My id sorts below theirs. */
  readonly isPolite: boolean;
  readonly connection: Connection;
  readonly router: Router;
  readonly #deps: SessionDeps;
  readonly #scope = new Scope();
  readonly #state = new Store<SessionState>({ phase: 'dialing' });
  readonly #signalling: Signalling;
  readonly #proof: Proof;
  readonly #heartbeat: Heartbeat;
  readonly #repair: Repair;
  readonly #pathWatch: PathWatch;
  readonly #link: Joined<typeof linkMessages>;
  #proven: Proven | null = null;
  #early: Uint8Array[] = [];
  #cancelBroken: (() => void) | null = null;
  /** Until then the control channel is not trusted to arrive, and signals go both ways. */
  #doubtUntilMs = 0;
  #lingerMs = 0;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.peerId = deps.peerId;
    this.sessionId = deps.sessionId;
    this.role = deps.role;
    this.isPolite = deps.isPolite;
    this.connection = deps.connection;
    this.router = this.#createRouter();
    this.#link = this.#joinLink();
    this.#signalling = this.#createSignalling();
    this.#proof = this.#createProof();
    this.#heartbeat = this.#createHeartbeat();
    this.#repair = this.#createRepair();
    this.#pathWatch = this.#createPathWatch();
    this.#follow(deps.connection);
  }

  /** The friend through whom it goes; null where it goes directly. */
  get via(): PeerId | null {
    return this.#deps.via ?? null;
  }

  get state(): ReadableStore<SessionState> {
    return this.#state;
  }

  /** Four words, equal on both sides; null until the person is proven. */
  get spoken(): readonly string[] | null {
    return this.#proven?.spoken ?? null;
  }

  /** The initiator's first step. */
  dial(): void {
    this.#signalling.offer();
  }

  /** The responder's first step. */
  answer(offer: Extract<SessionSignal, { kind: 'offer' }>): void {
    this.#signalling.receive(offer);
  }

  /** Sends the offer again: the other side may not have been there. */
  insist(): void {
    this.#signalling.repeat();
  }

  /** A signal of this session that came sealed. */
  receive(message: SessionSignal): void {
    if (message.kind === 'bye') this.#end(null);
    if (message.kind === 'bye' || message.kind === 'here') return;
    // They no longer trust the control channel: an answer through it alone might never come, and both would wait for it.
    this.#doubtUntilMs = this.#deps.clock.now() + paces.heartbeatMs;
    this.#signalling.receive(message);
  }

  /** The network has changed: looks for a new path without waiting for the old one to fail. */
  repair(): void {
    this.#deps.mailbox.check();
    if (this.#state.snapshot.phase === 'repairing') this.#repair.hasten('network-changed');
    else if (this.#state.snapshot.phase === 'open') {
      this.#doubtUntilMs = this.#deps.clock.now() + paces.heartbeatMs;
      this.#signalling.restart('network-changed');
    }
  }

  /** A rendezvous opened: what another one may have swallowed before goes out again. */
  useNewWay(): void {
    const isDoubtful = this.#deps.clock.now() < this.#doubtUntilMs;
    if (this.#state.snapshot.phase === 'repairing') this.#repair.hasten('way-opened');
    else if (this.#state.snapshot.phase === 'open' && isDoubtful) this.#signalling.insist();
  }

  /** Whether the other side shows a sign of life within `paces.probeMs`. */
  probe(): Promise<boolean> {
    return this.#heartbeat.probe();
  }

  /** Null closes on purpose and says so to the other side. */
  close(code: FailureCode | null): void {
    if (this.#isClosed()) return;
    if (code === null) {
      const isSaid = this.#proven !== null && this.#link.send('link.bye', {});
      if (!isSaid || this.#state.snapshot.phase !== 'open') this.#seal({ kind: 'bye' });
      if (isSaid) this.#lingerMs = paces.byeLingerMs;
    }
    this.#end(code);
  }

  #isClosed(): boolean {
    return this.#state.snapshot.phase === 'closed';
  }

  #end(code: FailureCode | null): void {
    if (this.#isClosed()) return;
    this.#state.set({ phase: 'closed', code });
    this.#scope.end();
  }

  /** Stops with the session. */
  #owned<Part extends { stop(): void }>(part: Part): Part {
    this.#scope.onEnd(() => {
      part.stop();
    });
    return part;
  }

  #createRouter(): Router {
    return new Router({
      send: (bytes) => this.#proven !== null && !this.#isClosed() && this.connection.sendControl(bytes),
      broken: () => this.#end('protocol-broken'),
      clock: this.#deps.clock,
    });
  }

  #joinLink(): Joined<typeof linkMessages> {
    return this.router.join(linkMessages, {
      'link.description': (description) => {
        this.#signalling.receive({ ...description, candidates: [] });
      },
      'link.candidates': ({ candidates }) => {
        this.#signalling.receive({ kind: 'candidates', candidates });
      },
      'link.beat': ({ wantsReply }) => {
        if (wantsReply) this.#link.send('link.beat', { wantsReply: false });
      },
      'link.bye': () => {
        this.#end(null);
      },
    });
  }

  #createSignalling(): Signalling {
    const { connection, clock, isPolite } = this.#deps;
    return new Signalling({
      connection,
      clock,
      isPolite,
      scope: this.#scope,
      send: (message) => {
        this.#signal(message);
      },
      failed: (code) => {
        // Once open, a crossed description is mended by the next repair attempt.
        if (!this.#proven) this.#end(code);
      },
    });
  }

  #createProof(): Proof {
    const { peerId, sessionId, role, connection, host, clock } = this.#deps;
    return this.#owned(
      new Proof({
        peerId,
        session: sessionId,
        role,
        connection,
        host,
        clock,
        proven: (proven) => {
          this.#open(proven);
        },
        failed: (code) => {
          if (code === 'version-differs') this.#lingerMs = paces.byeLingerMs; // they are told so
          this.#end(code);
        },
      }),
    );
  }

  #createHeartbeat(): Heartbeat {
    return this.#owned(
      new Heartbeat({
        clock: this.#deps.clock,
        beat: (wantsReply) => this.#link.send('link.beat', { wantsReply }),
        silent: () => {
          if (this.#state.snapshot.phase === 'open') this.#beginRepair();
        },
      }),
    );
  }

  #createRepair(): Repair {
    return this.#owned(
      new Repair({
        clock: this.#deps.clock,
        attempt: (why) => {
          this.#deps.mailbox.check();
          this.#signalling.restart(why);
        },
        gaveUp: () => {
          this.#end('link-lost');
        },
      }),
    );
  }

  #createPathWatch(): PathWatch {
    const { clock, connection, mailbox } = this.#deps;
    return this.#owned(
      new PathWatch({
        clock,
        soundAgeMs: () => connection.soundAgeMs(),
        ask: (withinMs) => this.#heartbeat.probe(withinMs),
        suspected: () => {
          mailbox.check();
        },
        lost: () => {
          this.#beginRepair();
        },
        heard: () => {
          if (this.#state.snapshot.phase === 'repairing') this.#judge();
        },
      }),
    );
  }

  #follow(connection: Connection): void {
    const { clock } = this.#deps;
    const scope = this.#scope;
    scope.onEnd(() => {
      if (this.#lingerMs === 0) connection.close();
      else closeOnceRead(connection, clock, this.#lingerMs);
    });
    scope.onEnd(connection.state.onChange(() => this.#judge()));
    scope.onEnd(
      connection.events.on('controlOpened', () => {
        this.#state.set({ phase: 'proving' });
        this.#proof.begin();
      }),
    );
    scope.onEnd(
      connection.events.on('controlReceived', (bytes) => {
        this.#receiveControl(bytes);
      }),
    );
    for (const event of ['bulkReceived', 'liveReceived', 'relayReceived'] as const) {
      scope.onEnd(
        connection.events.on(event, () => {
          // All are only ever sent when asked for, and nobody asks before the proof.
          if (!this.#proven) this.#end('protocol-broken');
          else this.#heartbeat.noteHeard();
        }),
      );
    }
    for (const event of ['controlBroken', 'bulkBroken', 'liveBroken', 'relayBroken'] as const) {
      scope.onEnd(
        connection.events.on(event, (code) => {
          this.#end(code);
        }),
      );
    }
    scope.onEnd(() => this.#cancelBroken?.());
    if (!this.#deps.isByHand) scope.onEnd(this.#limitDial());
  }

  #limitDial(): () => void {
    return this.#deps.clock.after(paces.dialTimeoutMs, () => {
      if (!this.#proven) this.#end(this.#signalling.hasHeard ? 'peer-unreachable' : 'peer-silent');
    });
  }

  #receiveControl(bytes: Uint8Array): void {
    if (this.#isClosed()) return;
    if (this.#proven) {
      this.#heard();
      this.router.receive(bytes);
    } else if (bytes[0] === frame.proof) {
      this.#proof.receive(bytes.subarray(1));
    } else if (this.#early.length < limits.earlyMessages && bytes.length <= limits.controlMessageBytes) {
      // The initiator is proven one step earlier and may already talk; unread until its proof has been checked.
      this.#early.push(bytes);
    } else {
      this.#end('protocol-broken');
    }
  }

  #heard(): void {
    this.#heartbeat.noteHeard();
    if (this.#state.snapshot.phase === 'repairing' && this.connection.state.snapshot === 'connected') this.#judge();
  }

  #open(proven: Proven): void {
    this.#proven = proven;
    this.#heartbeat.start();
    this.#pathWatch.start();
    this.#state.set({ phase: 'open' });
    const early = this.#early;
    this.#early = [];
    for (const bytes of early) this.#receiveControl(bytes);
    this.#judge();
  }

  /** Follows the connection's state: broken for too long is repaired, connected again is checked and open. */
  #judge(): void {
    this.#cancelBroken?.();
    this.#cancelBroken = null;
    if (this.#isClosed()) return;
    const state = this.connection.state.snapshot;
    const delayMs = repairDelayMs(state);
    if (state === 'closed') this.#end('link-lost');
    else if (!this.#proven) {
      if (state === 'failed' && !this.#deps.isByHand) this.#end('peer-unreachable');
    } else if (delayMs === 0) this.#beginRepair();
    else if (delayMs !== null) {
      this.#cancelBroken = this.#deps.clock.after(delayMs, () => {
        this.#beginRepair();
      });
    } else if (state === 'connected' && this.#state.snapshot.phase === 'repairing') void this.#endRepair(this.#proven);
  }

  #beginRepair(): void {
    if (this.#state.snapshot.phase !== 'open') return;
    this.#state.set({ phase: 'repairing', sinceMs: this.#deps.clock.now() });
    this.#repair.begin();
  }

  /** The repaired connection must end at the same certificates that were proven. */
  async #endRepair(proven: Proven): Promise<void> {
    const now = await this.connection.fingerprints().catch(() => null);
    if (this.#state.snapshot.phase !== 'repairing' || this.connection.state.snapshot !== 'connected') return;
    const { local, remote } = proven.fingerprints;
    if (!now || !areEqual(now.local, local) || !areEqual(now.remote, remote)) {
      this.#end('identity-unproven');
      return;
    }
    this.#repair.stop();
    this.#heartbeat.noteHeard();
    this.#state.set({ phase: 'open' });
  }

  #signal(message: Negotiation): void {
    const isDoubtful = this.#state.snapshot.phase !== 'open' || this.#deps.clock.now() < this.#doubtUntilMs;
    if (this.#proven) {
      const { candidates, ...description } = message;
      if (description.kind !== 'candidates') this.#link.send('link.description', description);
      if (candidates.length > 0) this.#link.send('link.candidates', { candidates });
    }
    if (!this.#proven || isDoubtful) this.#seal(message);
  }

  #seal(message: SessionSignal): void {
    const forever = new AbortController().signal; // bounded by the mailbox; a bye outlives this session
    const signal = message.kind === 'bye' ? forever : this.#scope.signal;
    this.#deps.mailbox.send(this.peerId, this.sessionId, message, signal).catch((reason: unknown) => {
      const { code } = Failure.from(reason);
      // Without the first offer or answer nothing can come of it; later signals have other ways and other tries. Who
      // was heard meanwhile is there, whatever a server says of an earlier blob.
      const isFirst = !this.#proven && (message.kind === 'offer' || message.kind === 'answer');
      const isMistaken = code === 'peer-unreachable' && this.#signalling.hasHeard;
      if (isFirst && !isMistaken && code !== 'aborted') this.#end(code);
    });
  }
}

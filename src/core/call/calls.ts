// Runs the call machine over the real links and devices: gestures, messages and timers go in, effects come out.
import type { CallId } from '#shared/call-record';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { backoffMs } from '#core/base/backoff';
import { toHex } from '#core/base/bytes';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import { within } from '#core/base/within';
import { step, type CallEvent } from '#core/call/call-machine';
import { CallMedia, type RemoteTracks } from '#core/call/call-media';
import { idleMachine, isAnswered, isRunning, toSnapshot, type EndedCall } from '#core/call/call-state';
import type { CallMessage, Effect, Machine } from '#core/call/call-state';
import { callMessages } from '#core/call/messages';
import type { CallSnapshot } from '#core/call/snapshot';
import type { Peers } from '#core/peers/peers';
import type { Session } from '#core/peers/session';
import type { Clock, ConnectionStats, LocalMedia, RandomBytes } from '#core/ports';
import { paces } from '#core/wire/paces';
import type { Joined, MessageHandlers } from '#core/wire/router';

export type { EndedCall };

export interface CallsDeps {
  peers: Pick<Peers, 'reach' | 'session' | 'events'>;
  media: LocalMedia;
  clock: Clock;
  random: RandomBytes;
  /** Why this person may not be called or heard now; null when they may. */
  mayCall(peerId: PeerId): FailureCode | null;
  scope: Scope;
}

interface Link {
  readonly session: Session;
  readonly joined: Joined<typeof callMessages>;
}

const isSlow = (effect: Effect): boolean => effect.do === 'open-media';

export class Calls {
  readonly #deps: CallsDeps;
  readonly #store = new Store<CallSnapshot>({ phase: 'idle' });
  readonly #events = new Emitter<{ ended: EndedCall }>();
  readonly #media: CallMedia;
  readonly #links = new Map<PeerId, Link>();
  readonly #pending: CallEvent[] = [];
  #machine: Machine = idleMachine;
  #isStepping = false;
  /** Lives as long as the running call. */
  #callScope: Scope;
  #callId: CallId | null = null;
  /** The link on which the running call has said where it stands. */
  #told: Session | null = null;
  #opening: Promise<void> = Promise.resolve();
  #cancelTimer: () => void = () => undefined;

  constructor(deps: CallsDeps) {
    this.#deps = deps;
    this.#media = new CallMedia(deps.media, deps.clock);
    this.#callScope = deps.scope.child();
    deps.scope.onEnd(() => {
      this.hangUp();
      this.#cancelTimer();
    });
    deps.scope.onEnd(
      deps.peers.events.on('opened', (session) => {
        this.#adopt(session);
      }),
    );
  }

  get store(): ReadableStore<CallSnapshot> {
    return this.#store;
  }

  /** Both null unless the call is connecting, active or reconnecting on a link. */
  get remoteTracks(): ReadableStore<RemoteTracks> {
    return this.#media.remoteTracks;
  }

  /** Read every `paces.statsEveryMs` while media flows. */
  get stats(): ReadableStore<ConnectionStats | null> {
    return this.#media.stats;
  }

  get spoken(): ReadableStore<readonly string[] | null> {
    return this.#media.spoken;
  }

  get events(): Subscribable<{ ended: EndedCall }> {
    return this.#events;
  }

  /** Fails `call-in-progress`. Everything else that goes wrong is how the call ends. */
  async call(peerId: PeerId, { video }: { video: boolean }): Promise<void> {
    this.#requireFree();
    const callId = toHex(this.#deps.random(16)) as CallId; // sound: 32 lower-case hex digits
    const code = this.#deps.mayCall(peerId);
    if (code) this.#dispatch({ type: 'refused', callId, peerId, video, code });
    else this.#dispatch({ type: 'called', callId, peerId, video });
    await this.#opening;
  }

  /** Fails `call-unknown` when nothing rings. Resolves when the devices are open or have failed. */
  async answer({ video }: { video: boolean }): Promise<void> {
    const { call } = this.#machine;
    if (call.phase !== 'incoming') throw new Failure('call-unknown');
    const { callId, peerId } = call;
    const code = this.#deps.mayCall(peerId);
    if (code) this.#dispatch({ type: 'refused', callId, peerId, video, code });
    else this.#dispatch({ type: 'answered', video });
    await this.#opening;
  }

  /** `note`: words for the other side, cut to `limits.declineNoteLength`. */
  decline(note: string | null): void {
    this.#dispatch({ type: 'declined', note });
  }

  /** Also cancels a call that is not answered yet. */
  hangUp(): void {
    this.#dispatch({ type: 'hung-up' });
  }

  /** An ended call makes way for the next. */
  dismiss(): void {
    this.#dispatch({ type: 'dismissed' });
  }

  setMuted(isMuted: boolean): void {
    this.#deps.media.setMuted(isMuted);
  }

  async setCamera(isOn: boolean): Promise<void> {
    const { call } = this.#machine;
    if (call.phase !== 'outgoing' && !isAnswered(call)) return;
    if (isOn) await this.#open(() => this.#deps.media.openCamera());
    else this.#deps.media.closeCamera();
  }

  /** Back into a call after a reload, by a gesture. Fails `call-in-progress`. */
  async rejoin(callId: CallId, peerId: PeerId, { video }: { video: boolean }): Promise<void> {
    this.#requireFree();
    const code = this.#deps.mayCall(peerId);
    if (code) this.#dispatch({ type: 'refused', callId, peerId, video, code });
    else this.#dispatch({ type: 'rejoined', callId, peerId, video });
    await this.#opening;
  }

  /** Ends the running call when its person may not be talked with any more. */
  recheck(): void {
    const { call } = this.#machine;
    if (!isRunning(call)) return;
    const { callId, peerId, video } = call;
    const code = this.#deps.mayCall(peerId);
    if (code) this.#dispatch({ type: 'refused', callId, peerId, video, code });
  }

  #requireFree(): void {
    if (isRunning(this.#machine.call)) throw new Failure('call-in-progress');
  }

  /** One event at a time: what an effect causes waits until the effects are done. */
  #dispatch(event: CallEvent): void {
    this.#pending.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#pending.shift(); next; next = this.#pending.shift()) this.#step(next);
    } finally {
      this.#isStepping = false;
    }
  }

  #step(event: CallEvent): void {
    const before = this.#machine;
    const { machine, effects } = step(before, event, this.#deps.clock.now());
    this.#machine = machine;
    this.#followCallId();
    // Devices take longest, so they are asked before anybody draws the new state.
    const [first, rest] = [effects.filter(isSlow), effects.filter((effect) => !isSlow(effect))];
    for (const effect of first) this.#perform(effect);
    if (machine.call !== before.call) this.#store.set(toSnapshot(machine.call));
    for (const effect of rest) this.#perform(effect);
  }

  #followCallId(): void {
    const { call } = this.#machine;
    const callId = isRunning(call) ? call.callId : null;
    if (callId === this.#callId) return;
    this.#callId = callId;
    this.#told = null;
    this.#callScope.end();
    this.#callScope = this.#deps.scope.child();
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case 'send':
        this.#send(effect.to, effect.message);
        return;
      case 'reach':
        this.#reach(effect.peerId, effect.tries);
        return;
      case 'open-media':
        this.#openMedia(effect.video);
        return;
      case 'close-media':
        this.#deps.media.closeAll();
        return;
      case 'join':
        this.#join(effect.peerId);
        return;
      case 'leave':
        this.#media.leave();
        return;
      case 'set-timer':
        this.#setTimer(effect);
        return;
      case 'clear-timer':
        this.#cancelTimer();
        return;
      case 'report':
        this.#events.emit('ended', effect.ended);
    }
  }

  #send(to: PeerId, { kind, body }: CallMessage): void {
    // What a dying link swallows is said again on the next one, by the machine.
    this.#links.get(to)?.joined.send(kind, body);
  }

  #setTimer({ timer, callId, ms }: Extract<Effect, { do: 'set-timer' }>): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#deps.clock.after(ms, () => {
      this.#dispatch({ type: 'timed-out', callId, timer });
    });
  }

  #reach(peerId: PeerId, tries: number): void {
    const { peers, clock, random } = this.#deps;
    const scope = this.#callScope;
    const range = { minMs: paces.reconnectRetryMinMs, maxMs: paces.reconnectRetryMaxMs };
    const waitMs = tries === 0 ? 0 : backoffMs(tries - 1, range, (random(1)[0] ?? 0) / 256);
    const dial = (): void => {
      peers.reach(peerId, scope.signal).then(
        (session) => {
          if (!scope.hasEnded) this.#tell(session);
        },
        (reason: unknown) => {
          if (!scope.hasEnded) this.#dispatch({ type: 'unreached', peerId, code: Failure.from(reason).code });
        },
      );
    };
    if (waitMs === 0) dial();
    else scope.onEnd(clock.after(waitMs, dial));
  }

  /** Every link that opens can bring a call. */
  #adopt(session: Session): void {
    const { peerId } = session;
    const joined = session.router.join(callMessages, this.#handlers(session));
    this.#links.get(peerId)?.joined.leave();
    this.#links.set(peerId, { session, joined });
    session.state.onChange(() => {
      this.#follow(session);
    });
    this.#tell(session);
  }

  #follow(session: Session): void {
    const { peerId } = session;
    if (this.#links.get(peerId)?.session !== session) return;
    const state = session.state.snapshot;
    if (state.phase === 'repairing') this.#dispatch({ type: 'faltered', peerId });
    else if (state.phase === 'open') this.#dispatch({ type: 'recovered', peerId });
    else if (state.phase === 'closed') {
      this.#links.delete(peerId);
      this.#dispatch({ type: 'unlinked', peerId, code: state.code });
    }
  }

  #tell(session: Session): void {
    const { call } = this.#machine;
    if (!isRunning(call) || call.peerId !== session.peerId || this.#told === session) return;
    if (this.#links.get(session.peerId)?.session !== session) return;
    this.#told = session;
    this.#dispatch({ type: 'linked', peerId: session.peerId });
  }

  #handlers(session: Session): MessageHandlers<typeof callMessages> {
    const receive = (message: CallMessage): void => {
      const isWelcome = this.#deps.mayCall(session.peerId) === null;
      this.#dispatch({ type: 'received', from: session.peerId, amLower: session.isPolite, isWelcome, message });
    };
    const handler =
      <K extends CallMessage['kind']>(kind: K) =>
      (body: Extract<CallMessage, { kind: K }>['body']): void => {
        receive({ kind, body } as CallMessage); // sound: the router parsed the body by the schema of this kind
      };
    return {
      'call.ring': handler('call.ring'),
      'call.ringing': handler('call.ringing'),
      'call.accept': handler('call.accept'),
      'call.decline': handler('call.decline'),
      'call.cancel': handler('call.cancel'),
      'call.hang-up': handler('call.hang-up'),
      'call.media': handler('call.media'),
      'call.resume': handler('call.resume'),
    };
  }

  #openMedia(video: boolean): void {
    const { media } = this.#deps;
    const camera = video ? this.#open(() => media.openCamera()) : null;
    const microphone = this.#open(() => media.openMicrophone());
    this.#opening = Promise.all([microphone, camera]).then(() => undefined);
  }

  /** A device that comes after the call is over goes off again. */
  async #open(open: () => Promise<void>): Promise<void> {
    await open().catch(() => undefined);
    if (!isRunning(this.#machine.call)) this.#deps.media.closeAll();
  }

  #join(peerId: PeerId): void {
    const link = this.#links.get(peerId);
    const callId = this.#callId;
    if (!link || !callId) return;
    this.#media.join(link.session, (media) => {
      this.#send(peerId, { kind: 'call.media', body: { callId, ...media } });
    });
    void this.#settle(callId, this.#callScope.signal);
  }

  /** The call is active once my side is ready, or has been waited for long enough. */
  async #settle(callId: CallId, signal: AbortSignal): Promise<void> {
    const { clock } = this.#deps;
    await within(clock, paces.mediaOpenTimeoutMs, 'internal', signal, async () => {
      await this.#opening;
      await this.#media.filled();
    }).catch(() => undefined);
    this.#dispatch({ type: 'media-settled', callId });
  }
}

// Two call machines and the link between them, as a model without promises: messages wait in two queues, links die with
// what is in them, each side notices when a test says so, and time is a number.
import type { CallId } from '#shared/call-record';
import type { PeerId } from '#shared/identity';
import { step, type CallEvent } from '#core/call/call-machine';
import {
  idleMachine,
  isRunning,
  type CallMessage,
  type CallState,
  type CallTimer,
  type Effect,
  type EndedCall,
  type Machine,
} from '#core/call/call-state';

export class CallSide {
  machine: Machine = idleMachine;
  readonly ended: EndedCall[] = [];
  /** What waits to be read by this side. */
  inbox: CallMessage[] = [];
  timer: { timer: CallTimer; callId: CallId; atMs: number } | null = null;
  isCapturing = false;
  /** In the lanes of this side. */
  isJoined = false;
  isLinked = false;
  wantsLink = false;
  #toldCallId: CallId | null = null;

  readonly self: PeerId;
  readonly other: PeerId;
  readonly #pair: CallPair;

  constructor(pair: CallPair, self: PeerId, other: PeerId) {
    this.#pair = pair;
    this.self = self;
    this.other = other;
  }

  get call(): CallState {
    return this.machine.call;
  }

  do(event: CallEvent): void {
    const { machine, effects } = step(this.machine, event, this.#pair.nowMs);
    this.machine = machine;
    for (const effect of effects) this.#perform(effect);
    this.#tell();
  }

  read(): void {
    const message = this.isLinked ? this.inbox.shift() : undefined;
    if (!message) return;
    this.do({ type: 'received', from: this.other, amLower: this.self < this.other, isWelcome: true, message });
  }

  link(): void {
    this.unlink();
    this.isLinked = true;
    this.wantsLink = false;
    const { call } = this;
    this.#toldCallId = isRunning(call) ? call.callId : null;
    if (isRunning(call)) this.do({ type: 'linked', peerId: this.other });
  }

  unlink(): void {
    if (!this.isLinked) return;
    this.isLinked = false;
    this.do({ type: 'unlinked', peerId: this.other, code: 'link-lost' });
  }

  tick(): void {
    if (!this.timer || this.timer.atMs > this.#pair.nowMs) return;
    const { timer, callId } = this.timer;
    this.timer = null;
    this.do({ type: 'timed-out', timer, callId });
  }

  /** A call made while there is a link uses it; one that came over it needs no telling. */
  #tell(): void {
    const { call } = this;
    if (!this.isLinked || !isRunning(call) || call.callId === this.#toldCallId) return;
    this.#toldCallId = call.callId;
    if (call.phase === 'outgoing' || call.phase === 'reconnecting') this.do({ type: 'linked', peerId: this.other });
  }

  #perform(effect: Effect): void {
    if (effect.do === 'send' && this.isLinked) this.#pair.carry(this, effect.message);
    else if (effect.do === 'reach') this.wantsLink = true;
    else if (effect.do === 'open-media') this.isCapturing = true;
    else if (effect.do === 'close-media') this.isCapturing = false;
    else if (effect.do === 'join') this.isJoined = this.isLinked;
    else if (effect.do === 'leave') this.isJoined = false;
    else if (effect.do === 'clear-timer') this.timer = null;
    else if (effect.do === 'report') this.ended.push(effect.ended);
    else if (effect.do === 'set-timer') {
      const { timer, callId, ms } = effect;
      this.timer = { timer, callId, atMs: this.#pair.nowMs + ms };
    }
  }
}

export class CallPair {
  nowMs = 1_000_000;
  readonly a: CallSide;
  readonly b: CallSide;
  isUp = false;

  constructor(low: PeerId, high: PeerId) {
    this.a = new CallSide(this, low, high);
    this.b = new CallSide(this, high, low);
  }

  other(side: CallSide): CallSide {
    return side === this.a ? this.b : this.a;
  }

  carry(from: CallSide, message: CallMessage): void {
    if (this.isUp) this.other(from).inbox.push(message);
  }

  /** The link is gone with everything on its way; nobody has noticed yet. */
  cut(): void {
    this.isUp = false;
    this.a.inbox = [];
    this.b.inbox = [];
  }

  connect(first: CallSide): void {
    this.cut();
    for (const side of [first, this.other(first)]) {
      side.unlink();
      this.isUp = true;
      side.link();
    }
  }

  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let rounds = 0; rounds < 100; rounds += 1) {
      const due = [this.a, this.b].map(({ timer }) => timer?.atMs ?? Infinity).filter((atMs) => atMs <= endMs);
      if (due.length === 0) break;
      this.nowMs = Math.max(this.nowMs, Math.min(...due));
      this.a.tick();
      this.b.tick();
    }
    this.nowMs = endMs;
  }

  /** Delivers everything; false when the two never stop talking. */
  settle(): boolean {
    for (let rounds = 0; rounds < 200; rounds += 1) {
      if (this.a.inbox.length === 0 && this.b.inbox.length === 0) return true;
      this.a.read();
      this.b.read();
    }
    return false;
  }
}

// Carries descriptions and candidates between the connection and the other side, sealed through the mailbox at first and
// over the control channel later. Batches what it sends, bounds what it takes, repeats what was lost.
import type { FailureCode } from '#shared/failure';
import type { IceCandidate, SessionSignal } from '#shared/signal';
import type { Scope } from '#core/base/scope';
import type { Clock, Connection, Description } from '#core/ports';
import { judgeArrival } from '#core/peers/description-order';
import { candidatesPerMessage } from '#core/peers/messages';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export type Negotiation = Extract<SessionSignal, { kind: 'offer' | 'answer' | 'candidates' }>;

export interface SignallingDeps {
  connection: Connection;
  clock: Clock;
  scope: Scope;
  isPolite: boolean;
  /** Sends by the path, or the paths, that work now. */
  send(message: Negotiation): void;
  /** A description that this connection cannot take. */
  failed(code: FailureCode): void;
}

export class Signalling {
  readonly #deps: SignallingDeps;
  #work: Promise<void> = Promise.resolve();
  #lastRemote: string | null = null;
  #lastLocal: Description | null = null;
  /** My offer that has no answer yet. */
  #isOffering = false;
  /** When the last offer, of either side, was answered. */
  #agreedAtMs = -Infinity;
  #remoteCandidates = 0;
  #unsent: IceCandidate[] = [];
  /** Candidates that belong to the last local description, for repeating. */
  #gathered: IceCandidate[] = [];
  #cancelBatch: (() => void) | null = null;

  constructor(deps: SignallingDeps) {
    this.#deps = deps;
    const { connection, scope } = deps;
    scope.onEnd(
      connection.events.on('described', (description) => {
        this.#sendDescription(description);
      }),
    );
    scope.onEnd(
      connection.events.on('gathered', (candidate) => {
        this.#gather(candidate);
      }),
    );
    scope.onEnd(() => this.#cancelBatch?.());
  }

  /** Whether the other side has answered or offered anything yet. */
  get hasHeard(): boolean {
    return this.#lastRemote !== null;
  }

  offer(): void {
    this.#run(() => this.#deps.connection.offer());
  }

  /**
   * Looks for a new path. An offer that is still unanswered was probably lost, so it is sent again instead, and a search that
   * just began is not begun again; unless the network has changed since, so that its addresses are of no use.
   */
  restart(why: 'path-lost' | 'network-changed' = 'path-lost'): void {
    const { connection, clock } = this.#deps;
    const isSearching = clock.now() - this.#agreedAtMs < paces.restartSettleMs;
    if (why === 'network-changed') connection.restartIce();
    else if (this.#isOffering) this.repeat();
    else if (!isSearching) connection.restartIce();
  }

  /** Sends an offer that has no answer yet once more. */
  insist(): void {
    if (this.#isOffering) this.repeat();
  }

  /** Sends the last description and its candidates once more. */
  repeat(): void {
    if (!this.#lastLocal) return;
    this.#deps.send(this.#lastLocal);
    this.#sendCandidates(this.#gathered);
  }

  receive(message: Negotiation): void {
    if (message.kind === 'candidates') this.#takeCandidates(message.candidates);
    else this.#takeDescription(message);
  }

  #takeDescription(description: Description): void {
    const arrival = judgeArrival(this.#lastRemote, description.sdp);
    if (arrival === 'late') return;
    if (arrival === 'repeated') {
      // They did not get my answer.
      if (description.kind === 'offer' && this.#lastLocal?.kind === 'answer') this.repeat();
      return;
    }
    const doesCollide = description.kind === 'offer' && this.#isOffering;
    if (doesCollide && !this.#deps.isPolite) return;
    if (description.kind === 'answer' && !this.#isOffering) return;
    this.#lastRemote = description.sdp;
    this.#isOffering = false;
    if (description.kind === 'answer') this.#agreedAtMs = this.#deps.clock.now();
    this.#remoteCandidates = 0;
    this.#run(() => this.#deps.connection.accept(description));
  }

  #takeCandidates(candidates: readonly IceCandidate[]): void {
    const room = limits.candidatesPerConnection - this.#remoteCandidates;
    const taken = candidates.slice(0, Math.max(0, room));
    this.#remoteCandidates += taken.length;
    if (taken.length > 0) this.#run(() => this.#deps.connection.addCandidates(taken), 'tolerate');
  }

  /** One after the other, in the order they came. */
  #run(work: () => Promise<void>, onError: 'fail' | 'tolerate' = 'fail'): void {
    this.#work = this.#work.then(async () => {
      if (this.#deps.scope.hasEnded) return;
      try {
        await work();
      } catch {
        if (onError === 'fail' && !this.#hasEnded()) this.#deps.failed('protocol-broken');
      }
    });
  }

  #hasEnded(): boolean {
    return this.#deps.scope.hasEnded;
  }

  #sendDescription(description: Description): void {
    this.#isOffering = description.kind === 'offer';
    if (description.kind === 'answer') this.#agreedAtMs = this.#deps.clock.now();
    this.#lastLocal = description;
    this.#gathered = [];
    this.#flush();
    this.#deps.send(description);
  }

  #gather(candidate: IceCandidate): void {
    if (this.#gathered.length >= limits.candidatesPerConnection) return;
    this.#gathered.push(candidate);
    this.#unsent.push(candidate);
    this.#cancelBatch ??= this.#deps.clock.after(paces.candidateBatchMs, () => {
      this.#flush();
    });
  }

  #flush(): void {
    this.#cancelBatch?.();
    this.#cancelBatch = null;
    const batch = this.#unsent;
    this.#unsent = [];
    this.#sendCandidates(batch);
  }

  #sendCandidates(candidates: readonly IceCandidate[]): void {
    for (let at = 0; at < candidates.length; at += candidatesPerMessage) {
      this.#deps.send({ kind: 'candidates', candidates: candidates.slice(at, at + candidatesPerMessage) });
    }
  }
}

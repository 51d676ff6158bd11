// Carries descriptions and candidates between the connection and the other side, sealed through the mailbox at first and
// over the control channel later. Batches what it sends (each blob has to be sealed and opened, so a description takes its first candidates
// along), bounds what it takes, repeats what was lost.
import type { FailureCode } from '#shared/failure';
import type { IceCandidate, SessionSignal } from '#shared/signal';
import type { Scope } from '#core/base/scope';
import type { Clock, Connection, Description } from '#core/ports';
import { judgeArrival } from '#core/peers/description-order';
import { candidatesBesideDescription, candidatesPerMessage } from '#core/peers/messages';
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
  /** My last description, as long as it waits for its first candidates. */
  #waiting: Description | null = null;
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
    scope.onEnd(
      connection.events.on('gatheringEnded', () => {
        this.#flush();
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
    if (this.#waiting) this.#flush();
    else this.#sendAll(this.#lastLocal, this.#gathered);
  }

  receive(message: Negotiation): void {
    if (message.kind === 'candidates' || this.#takeDescription(message)) this.#takeCandidates(message.candidates);
  }

  /** Whether its candidates are of use. */
  #takeDescription({ kind, sdp }: Description): boolean {
    const arrival = judgeArrival(this.#lastRemote, sdp);
    if (arrival === 'late') return false;
    if (arrival === 'repeated') {
      // They did not get my answer.
      if (kind === 'offer' && this.#lastLocal?.kind === 'answer') this.repeat();
      return true;
    }
    const doesCollide = kind === 'offer' && this.#isOffering;
    if (doesCollide && !this.#deps.isPolite) return false;
    if (kind === 'answer' && !this.#isOffering) return false;
    this.#lastRemote = sdp;
    this.#isOffering = false;
    if (kind === 'answer') this.#agreedAtMs = this.#deps.clock.now();
    this.#remoteCandidates = 0;
    this.#run(() => this.#deps.connection.accept({ kind, sdp }));
    return true;
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
    this.#flush();
    this.#isOffering = description.kind === 'offer';
    if (description.kind === 'answer') this.#agreedAtMs = this.#deps.clock.now();
    this.#lastLocal = this.#waiting = description;
    this.#gathered = [];
    this.#flushSoon();
  }

  #gather(candidate: IceCandidate): void {
    if (this.#gathered.length >= limits.candidatesPerConnection) return;
    this.#gathered.push(candidate);
    this.#unsent.push(candidate);
    this.#flushSoon();
  }

  #flushSoon(): void {
    this.#cancelBatch ??= this.#deps.clock.after(paces.candidateBatchMs, () => {
      this.#flush();
    });
  }

  #flush(): void {
    this.#cancelBatch?.();
    this.#cancelBatch = null;
    const description = this.#waiting;
    const candidates = this.#unsent;
    this.#waiting = null;
    this.#unsent = [];
    if (description) this.#sendAll(description, candidates);
    else this.#sendCandidates(candidates);
  }

  #sendAll(description: Description, candidates: readonly IceCandidate[]): void {
    this.#deps.send({ ...description, candidates: candidates.slice(0, candidatesBesideDescription) });
    this.#sendCandidates(candidates.slice(candidatesBesideDescription));
  }

  #sendCandidates(candidates: readonly IceCandidate[]): void {
    for (let at = 0; at < candidates.length; at += candidatesPerMessage) {
      this.#deps.send({ kind: 'candidates', candidates: candidates.slice(at, at + candidatesPerMessage) });
    }
  }
}

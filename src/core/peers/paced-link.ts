// One feature's messages over one link: within the rate that features share, one piece of work after the other, every wait bounded.
import type * as v from 'valibot';
import { Failure } from '#shared/failure';
import type { Scope } from '#core/base/scope';
import type { Session } from '#core/peers/session';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import type { Joined, MessageHandlers, MessageSchemas } from '#core/wire/router';

export interface PacedLinkDeps {
  readonly session: Pick<Session, 'peerId' | 'router' | 'state' | 'close'>;
  readonly clock: Clock;
  readonly scope: Scope;
}

export class PacedLink<S extends MessageSchemas> {
  readonly #deps: PacedLinkDeps;
  readonly #joined: Joined<S>;
  #breaks = 0;
  #queued = 0;
  #work: Promise<unknown> = Promise.resolve();

  constructor(deps: PacedLinkDeps, schemas: S, handlers: MessageHandlers<S>) {
    this.#deps = deps;
    this.#joined = deps.session.router.join(schemas, handlers);
    deps.scope.onEnd(() => {
      this.#joined.leave();
    });
  }

  /** Waits for its turn, and for room in the channel; false once the link is over. */
  async send<K extends keyof S & string>(kind: K, body: v.InferInput<S[K]>): Promise<boolean> {
    const { session } = this.#deps;
    while (!session.router.takeTurn()) if (!(await this.pause(paces.pacedEveryMs))) return false;
    for (let tries = 0; tries < paces.pacedSendTries; tries += 1) {
      if (this.#joined.send(kind, body)) return true;
      if (session.state.snapshot.phase === 'closed' || !(await this.pause(paces.pacedSendRetryMs))) return false;
    }
    return false;
  }

  /** What comes in is dealt with in its order; above a bound it is dropped, and comes again with the next link. */
  inTurn(work: () => Promise<void>): void {
    if (this.#queued >= limits.pacedQueued) return;
    this.#queued += 1;
    const done = this.#work.then(async () => {
      this.#queued -= 1;
      if (!this.#deps.scope.hasEnded) await work();
    });
    this.#work = done.catch(ignoreFailure);
  }

  /** An answer to come, or `otherwise` when it takes too long or the link ends. `waiting` has it meanwhile. */
  async answer<I, T>(waiting: Map<I, (answer: T) => void>, id: I, otherwise: T, withinMs: number): Promise<T> {
    const wait = this.#deps.scope.child();
    return await new Promise<T>((resolve) => {
      waiting.set(id, (answer) => {
        resolve(answer);
        wait.end();
      });
      wait.onEnd(() => {
        waiting.delete(id);
        resolve(otherwise);
      });
      wait.onEnd(this.#deps.clock.after(withinMs, () => wait.end()));
    });
  }

  /** They sent what nobody honest sends. */
  countBreak(): void {
    this.#breaks += 1;
    if (this.#breaks >= limits.schemaBreaks) this.#deps.session.close('protocol-broken');
  }

  /** False when the link ended meanwhile. */
  async pause(ms: number): Promise<boolean> {
    const { scope, clock } = this.#deps;
    if (scope.hasEnded) return false;
    await new Promise<void>((resolve) => {
      const off = scope.onEnd(resolve);
      clock.after(ms, () => {
        off();
        resolve();
      });
    });
    return !scope.hasEnded;
  }
}

/** Main may be closing, busy, or have refused: the next look brings it up again. */
export function ignoreFailure(reason: unknown): void {
  if (!(reason instanceof Failure)) throw reason;
}

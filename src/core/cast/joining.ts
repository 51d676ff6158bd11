// Asks the caster to be let in; again while they are busy, and not for ever.
import type { CastId } from '#shared/cast';
import { DisplayName, type PeerId } from '#shared/identity';
import { Failure, type FailureCode } from '#shared/failure';
import * as v from 'valibot';
import type { CastSideDeps } from '#core/cast/parts';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface Welcome {
  readonly card: Uint8Array<ArrayBuffer>;
  readonly pass: Uint8Array<ArrayBuffer>;
  readonly key: Uint8Array<ArrayBuffer>;
}

type Answer = Welcome | FailureCode | 'busy';

export interface JoiningDeps extends CastSideDeps {
  readonly castId: CastId;
  readonly caster: PeerId;
  readonly awaitAnswer: (heard: ((answer: Answer) => void) | null) => void;
}

/** Fails `cast-over`, `cast-refused`, `cast-full`, `cast-busy`, `peer-silent`, or as the caster is not reached. */
export async function join(deps: JoiningDeps): Promise<Welcome> {
  const { castId, clock, scope } = deps;
  const name = v.parse(DisplayName, await deps.readName());
  for (let tries = 0; tries < paces.castJoinTries; tries += 1) {
    await deps.peers.reach(deps.caster, scope.signal);
    const heard = answer(deps);
    deps.link(deps.caster)?.send('cast.join', { castId, name, lends: Math.min(limits.castLends, deps.lends()) });
    const said = await heard;
    if (typeof said === 'object') return said;
    if (said !== 'busy') throw new Failure(said);
    const [spread = 0] = deps.random(1);
    await new Promise<void>((resolve) => {
      const off = scope.onEnd(resolve);
      clock.after(paces.castJoinAgainMs * (1 + spread / 256), () => {
        off();
        resolve();
      });
    });
    if (scope.hasEnded) throw new Failure('aborted');
  }
  throw new Failure('cast-busy');
}

async function answer({ awaitAnswer, clock, scope }: JoiningDeps): Promise<Answer> {
  const wait = scope.child();
  return await new Promise<Answer>((resolve) => {
    awaitAnswer((said) => {
      resolve(said);
      wait.end();
    });
    wait.onEnd(() => {
      awaitAnswer(null);
      resolve('peer-silent');
    });
    wait.onEnd(clock.after(paces.castJoinMs, () => wait.end()));
  });
}

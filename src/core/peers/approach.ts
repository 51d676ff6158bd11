// Reaches the maker of a link, who may not know me: asks them, sealed, to let signals of mine in, and dials until there is a
// link, the scope is over, or they speak another version.
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { Peers } from '#core/peers/peers';
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';

export interface ApproachDeps {
  readonly maker: PeerId;
  readonly peers: Pick<Peers, 'reach'>;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly hasLink: () => boolean;
  /** They do not know yet that they may let me near. */
  readonly mustAsk: () => boolean;
  /** The sealed request, once. */
  readonly request: (signal: AbortSignal) => Promise<void>;
  /** No use in trying again. */
  readonly gaveUp: (code: FailureCode) => void;
}

export function approach(deps: ApproachDeps): void {
  ask(deps);
  void reach(deps);
}

/** Repeated, because it may get lost or they may be about to come. */
function ask(deps: ApproachDeps): void {
  const { scope, clock, mustAsk, request } = deps;
  if (scope.hasEnded || !mustAsk()) return;
  request(scope.signal).catch(() => undefined); // comes again until the time is over
  const cancel = clock.after(paces.approachAskMs, () => {
    forget();
    ask(deps);
  });
  const forget = scope.onEnd(cancel);
}

async function reach(deps: ApproachDeps): Promise<void> {
  const { peers, maker, scope, hasLink, gaveUp } = deps;
  while (!scope.hasEnded && !hasLink()) {
    try {
      await peers.reach(maker, scope.signal);
    } catch (reason) {
      if (!(reason instanceof Failure)) throw reason;
      if (reason.code === 'version-differs') {
        gaveUp(reason.code);
        return;
      }
      await pause(deps);
    }
  }
}

function pause({ clock, scope }: ApproachDeps): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(paces.approachDialMs, () => {
      forget();
      resolve();
    });
    const forget = scope.onEnd(() => {
      cancel();
      resolve();
    });
  });
}

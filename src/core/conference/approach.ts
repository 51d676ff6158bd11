// Reaches the maker of a room link, who may not know me: asks them, sealed, to let signals of mine in, and dials until there
// is a link, the scope is over, or they speak another version.
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import type { Scope } from '#core/base/scope';
import type { RoomsDeps } from '#core/conference/parts';
import type { RoomWire } from '#core/conference/room-wire';
import { limits } from '#core/wire/limits';

export interface ApproachDeps extends Pick<RoomsDeps, 'peers' | 'mailbox' | 'clock'> {
  readonly roomId: RoomId;
  readonly maker: PeerId;
  readonly wire: Pick<RoomWire, 'session'>;
  readonly scope: Scope;
  /** No use in trying again. */
  readonly gaveUp: (code: FailureCode) => void;
}

export function approach(deps: ApproachDeps): void {
  request(deps);
  void reach(deps);
}

/** Repeated, because it may get lost or they may be about to come. */
function request(deps: ApproachDeps): void {
  const { mailbox, roomId, wire, maker, scope, clock } = deps;
  if (scope.hasEnded || wire.session(maker)) return;
  mailbox.requestRoom(roomId, scope.signal).catch(() => undefined); // comes again until the time is over
  const cancel = clock.after(limits.roomRequestMs, () => {
    forget();
    request(deps);
  });
  const forget = scope.onEnd(cancel);
}

async function reach(deps: ApproachDeps): Promise<void> {
  const { peers, wire, maker, scope, gaveUp } = deps;
  while (!scope.hasEnded && !wire.session(maker)) {
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
    const cancel = clock.after(limits.memberRetryMinMs, () => {
      forget();
      resolve();
    });
    const forget = scope.onEnd(() => {
      cancel();
      resolve();
    });
  });
}

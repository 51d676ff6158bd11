// My own stay in a room: sitting down, sitting down again when others thought I was gone, and noticing that it is over.
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { StayId } from '#shared/room';
import { backoffMs } from '#core/base/backoff';
import type { Scope } from '#core/base/scope';
import type { RoomsDeps } from '#core/conference/parts';
import type { RosterSync } from '#core/conference/roster-sync';
import { standingOf, type Standing } from '#core/conference/standing';

export interface OwnStayDeps extends Pick<RoomsDeps, 'clock' | 'random' | 'readName'> {
  readonly self: PeerId;
  readonly sync: Pick<RosterSync, 'act' | 'roster'>;
  readonly scope: Scope;
  readonly seated: () => void;
  readonly over: (why: Extract<Standing, 'removed' | 'elsewhere'>) => void;
  readonly failed: (code: FailureCode) => void;
}

const again = { minMs: 500, maxMs: 15_000 };

export class OwnStay {
  readonly #deps: OwnStayDeps;
  #id: StayId | null = null;
  #isJoining = false;
  #rejoins = 0;

  constructor(deps: OwnStayDeps) {
    this.#deps = deps;
  }

  /** Null until I sat down. */
  get id(): StayId | null {
    return this.#id;
  }

  async join(): Promise<void> {
    const { self, sync, scope, readName, seated, failed } = this.#deps;
    if (this.#isJoining || scope.hasEnded) return;
    this.#isJoining = true;
    try {
      await sync.act({ kind: 'join', name: await readName() });
      const own = sync.roster.members.find(({ peerId }) => peerId === self);
      if (!own) throw new Failure('room-refused');
      this.#id = own.stay;
      seated();
    } catch (reason) {
      failed(Failure.from(reason).code);
    } finally {
      this.#isJoining = false;
    }
    this.check();
  }

  /** The roster may have changed. */
  check(): void {
    if (this.#id === null || this.#isJoining || this.#deps.scope.hasEnded) return;
    const standing = standingOf(this.#deps.sync.roster, this.#deps.self, this.#id);
    if (standing === 'missed') this.#sitDownAgain();
    else if (standing !== 'seated') this.#deps.over(standing);
  }

  /** Not at once: the one who missed me may be about to hear from me. */
  #sitDownAgain(): void {
    const { clock, random, scope } = this.#deps;
    this.#isJoining = true;
    const waitMs = backoffMs(this.#rejoins, again, (random(1)[0] ?? 0) / 256);
    this.#rejoins += 1;
    const cancel = clock.after(waitMs, () => {
      forget();
      this.#isJoining = false;
      const { self, sync } = this.#deps;
      if (this.#id !== null && standingOf(sync.roster, self, this.#id) === 'missed') void this.join();
      else this.check();
    });
    const forget = scope.onEnd(cancel);
  }
}

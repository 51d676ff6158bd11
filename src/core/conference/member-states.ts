// How members say they are: the newest word of each about themself, and my own, told when it changed and to each new link.
import type { PeerId } from '#shared/identity';
import type { StayId } from '#shared/room';
import type { Scope } from '#core/base/scope';
import type { RoomBody } from '#core/conference/room-wire';
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';

export type MemberState = RoomBody<'room.state'>;
export type OwnState = Omit<MemberState, 'counter'>;

export class MemberStates {
  /** The newest of each person; it may come before the roster tells of the stay. */
  readonly #states = new Map<PeerId, MemberState>();

  /** False when it is older than what was heard. A new stay counts from the beginning. */
  take(from: PeerId, state: MemberState): boolean {
    const before = this.#states.get(from);
    if (before?.stay === state.stay && state.counter <= before.counter) return false;
    this.#states.set(from, { ...state, pairs: state.pairs.filter(({ peerId }) => peerId !== from) });
    return true;
  }

  /** What this stay of theirs said last. */
  of(peerId: PeerId, stay: StayId): MemberState | null {
    const state = this.#states.get(peerId);
    return state?.stay === stay ? state : null;
  }

  forget(peerId: PeerId): void {
    this.#states.delete(peerId);
  }
}

export interface OwnStateDeps {
  readonly clock: Clock;
  readonly scope: Scope;
  /** Null while I am not inside. */
  readonly read: () => OwnState | null;
  readonly send: (to: PeerId, state: MemberState) => void;
  readonly everybody: () => readonly PeerId[];
}

/** Tells the others how I am. */
export class OwnStateTeller {
  readonly #deps: OwnStateDeps;
  #counter = 0;
  #told: OwnState | null = null;
  #isWaiting = false;

  constructor(deps: OwnStateDeps) {
    this.#deps = deps;
  }

  /** Something may have changed: all are told soon, and several changes at once; that I am not to be heard any more, at once. */
  note(): void {
    const { clock, scope } = this.#deps;
    if (scope.hasEnded) return;
    if (this.#told?.microphone && this.#deps.read()?.microphone === false) this.#tellAll();
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const cancel = clock.after(paces.roomStateMs, () => {
      forget();
      this.#isWaiting = false;
      this.#tellAll();
    });
    const forget = scope.onEnd(cancel);
  }

  #tellAll(): void {
    const state = this.#deps.read();
    if (!state || JSON.stringify(state) === JSON.stringify(this.#told)) return;
    this.#told = state;
    this.#counter += 1;
    for (const to of this.#deps.everybody()) this.#deps.send(to, { ...state, counter: this.#counter });
  }

  /** On a new link. */
  tell(to: PeerId): void {
    const state = this.#deps.read();
    if (!state) return;
    this.#counter += 1;
    this.#deps.send(to, { ...state, counter: this.#counter });
  }
}

// Whether I pass voices on between members who cannot connect. It is asked for when it is first needed, never taken.
import type { RoomMember } from '#core/conference/snapshot';
import type { RoomsPort, TabMemory } from '#state/deps';
import { roomLinks } from '#state/room-links';

export interface RoomLendingDeps {
  readonly rooms: Pick<RoomsPort, 'setCarries'>;
  readonly memory: TabMemory;
  readonly members: () => readonly RoomMember[];
}

type Choice = 'unanswered' | 'on' | 'off';

const key = 'roundtable.lend';

export class RoomLending {
  readonly #deps: RoomLendingDeps;
  #choice = $state<Choice>('unanswered');

  /** Two members whom I could bring together, while I have not said whether I want to; the first such pair. */
  readonly asked: readonly [RoomMember, RoomMember] | null = $derived.by(() =>
    this.#choice === 'unanswered' ? pairBetween(this.#deps.members()) : null,
  );

  constructor(deps: RoomLendingDeps) {
    this.#deps = deps;
    const kept = deps.memory.getItem(key);
    if (kept === 'on' || kept === 'off') this.#choice = kept;
  }

  get isOn(): boolean {
    return this.#choice === 'on';
  }

  /** Kept for all rooms to come. */
  set(isOn: boolean): void {
    this.#choice = isOn ? 'on' : 'off';
    this.#deps.memory.setItem(key, this.#choice);
    this.tell();
  }

  /** A room was entered. */
  tell(): void {
    this.#deps.rooms.setCarries(this.isOn);
  }
}

function pairBetween(members: readonly RoomMember[]): readonly [RoomMember, RoomMember] | null {
  const isMine = ({ pair }: RoomMember): boolean => pair === 'connected';
  const apart = roomLinks(members).find(
    ({ one, other, state }) => state === 'unreachable' && isMine(one) && isMine(other),
  );
  return apart ? [apart.one, apart.other] : null;
}

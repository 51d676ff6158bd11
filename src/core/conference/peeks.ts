// Who asks from outside who is inside, and what they are told: names and seats for those who may come in by themselves, and
// nothing of them while the door is locked. Whoever looks is seen.
import type { PeerId } from '#shared/identity';
import type { RoomId, Roster } from '#shared/room';
import type { Scope } from '#core/base/scope';
import type { RoomHost } from '#core/conference/parts';
import type { RoomBody, RoomWire } from '#core/conference/room-wire';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

type Answer = RoomBody<'room.peek-answer'>;

export interface PeeksDeps {
  readonly roomId: RoomId;
  readonly host: Pick<RoomHost, 'checkRoomPass'>;
  readonly wire: Pick<RoomWire, 'send'>;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly roster: () => Roster;
  readonly isInside: () => boolean;
  /** I rang them into this room: the lock does not hold them. */
  readonly isRung: (peerId: PeerId) => boolean;
  readonly isRecording: (peerId: PeerId) => boolean;
  readonly changed: () => void;
}

interface Looker {
  readonly name: string;
  readonly askedAtMs: number;
  /** Their pass held, or they need none. */
  mayLook: boolean;
}

export class Peeks {
  readonly #deps: PeeksDeps;
  readonly #lookers = new Map<PeerId, Looker>();

  constructor(deps: PeeksDeps) {
    this.#deps = deps;
  }

  /** Those at the door now who were told who is inside: their links stay open meanwhile. */
  get list(): readonly { readonly peerId: PeerId; readonly name: string }[] {
    const sinceMs = this.#deps.clock.now() - paces.roomPeekStaleMs;
    const inside = new Set(this.#deps.roster().members.map(({ peerId }) => peerId));
    return [...this.#lookers]
      .filter(([peerId, { mayLook, askedAtMs }]) => mayLook && askedAtMs > sinceMs && !inside.has(peerId))
      .map(([peerId, { name }]) => ({ peerId, name }));
  }

  isLooking(peerId: PeerId): boolean {
    return this.list.some((looker) => looker.peerId === peerId);
  }

  async receive(from: PeerId, { name, pass }: { name: string; pass: Uint8Array | null }): Promise<void> {
    if (!this.#note(from, name)) return;
    const answer = await this.#judge(from, pass).catch(() => 'refused' as const); // main would check nothing any more
    const looker = this.#lookers.get(from);
    if (looker) looker.mayLook = answer === 'inside';
    this.#deps.wire.send(from, 'room.peek-answer', this.#say(answer));
    this.#deps.changed();
    const cancel = this.#deps.clock.after(paces.roomPeekStaleMs, () => {
      forget();
      this.#deps.changed(); // unless they asked again
    });
    const forget = this.#deps.scope.onEnd(cancel);
  }

  /** Their link closed, or they came in. */
  forget(peerId: PeerId): void {
    if (this.#lookers.delete(peerId)) this.#deps.changed();
  }

  /** False for who asks too often, and while too many others look. */
  #note(from: PeerId, name: string): boolean {
    const nowMs = this.#deps.clock.now();
    const known = this.#lookers.get(from);
    if (known && nowMs - known.askedAtMs < paces.roomPeekEveryMs / 2) return false;
    for (const [peerId, { askedAtMs }] of this.#lookers)
      if (nowMs - askedAtMs > paces.roomPeekStaleMs) this.#lookers.delete(peerId);
    if (!this.#lookers.has(from) && this.#lookers.size >= limits.roomLookers) return false;
    this.#lookers.set(from, { name, askedAtMs: nowMs, mayLook: known?.mayLook ?? false });
    return true;
  }

  async #judge(from: PeerId, pass: Uint8Array | null): Promise<Answer['answer']> {
    const { host, roomId, isInside, isRung, roster } = this.#deps;
    if (!isInside()) return 'ended';
    if (roster().admitted.includes(from)) return 'inside';
    if (roster().removed.includes(from)) return 'refused';
    if (isRung(from)) return 'inside';
    if (!pass) return 'refused';
    const { verdict } = await host.checkRoomPass({ roomId, pass: new Uint8Array(pass) });
    if (verdict !== 'holds') return verdict;
    return roster().isLocked ? 'locked' : 'inside';
  }

  #say(answer: Answer['answer']): Answer {
    const { roomId, roster, isRecording } = this.#deps;
    const { opener, isLocked, members } = roster();
    const people = members.slice(0, limits.roomMembers).map(({ peerId, name }) => {
      return { peerId, name, isOpener: peerId === opener, isRecording: isRecording(peerId) };
    });
    const isTold = answer === 'inside';
    return { roomId, answer, isLocked: isTold ? isLocked : answer === 'locked', people: isTold ? people : [] };
  }
}

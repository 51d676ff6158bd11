// The way into a room through a link: reaches the link's maker, knocks, and waits for the answer.
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import type { Scope } from '#core/base/scope';
import type { RoomPhase } from '#core/conference/snapshot';
import type { KnockAnswer } from '#core/conference/knocks';
import type { RoomsDeps } from '#core/conference/parts';
import type { RoomWire } from '#core/conference/room-wire';
import { approach } from '#core/peers/approach';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export type Ending = Extract<RoomPhase, { phase: 'ended' }>;

export interface EntranceDeps extends Pick<RoomsDeps, 'peers' | 'mailbox' | 'clock' | 'readName'> {
  readonly roomId: RoomId;
  readonly wire: Pick<RoomWire, 'session' | 'isOpen' | 'send'>;
  /** Who made the link. */
  readonly host: PeerId;
  readonly pass: Uint8Array | null;
  readonly scope: Scope;
  readonly admitted: () => void;
  /** The room is locked; its members were asked. */
  readonly waiting: () => void;
  readonly ended: (ending: Ending) => void;
}

const failed = (code: FailureCode): Ending => ({ phase: 'ended', reason: 'failed', code });

const endings: Readonly<Record<Exclude<KnockAnswer, 'admitted' | 'waiting'>, Ending>> = {
  declined: { phase: 'ended', reason: 'declined', code: null },
  locked: failed('room-locked'),
  expired: failed('room-link-expired'),
  refused: failed('room-refused'),
  full: failed('room-full'),
  ended: failed('room-unknown'),
};

export class Entrance {
  readonly #deps: EntranceDeps;
  #isWaiting = false;
  #cancelEnd: () => void;

  constructor(deps: EntranceDeps) {
    this.#deps = deps;
    this.#cancelEnd = this.#endAfter(paces.roomReachForMs, failed('peer-unreachable'));
    deps.scope.onEnd(() => {
      this.#cancelEnd();
    });
  }

  begin(): void {
    if (this.#deps.wire.isOpen(this.#deps.host)) void this.#knock();
    else {
      const gaveUp = (code: FailureCode): void => {
        this.#deps.ended(failed(code));
      };
      const { mailbox, roomId, wire, host } = this.#deps;
      const hasLink = (): boolean => wire.session(host) !== null;
      approach({
        ...this.#deps,
        maker: host,
        hasLink,
        mustAsk: () => !hasLink(),
        request: async (signal) => {
          await mailbox.requestRoom(roomId, signal);
        },
        gaveUp,
      });
    }
  }

  /** A link with the link's maker opened. */
  linked(peerId: PeerId): void {
    if (peerId === this.#deps.host && this.#deps.wire.isOpen(peerId)) void this.#knock();
  }

  receiveAnswer(from: PeerId, answer: KnockAnswer): void {
    if (from !== this.#deps.host || this.#deps.scope.hasEnded) return;
    if (answer === 'admitted') this.#deps.admitted();
    else if (answer !== 'waiting') this.#deps.ended(endings[answer]);
    else if (!this.#isWaiting) {
      this.#isWaiting = true;
      this.#cancelEnd();
      this.#cancelEnd = this.#endAfter(limits.knockForMs, failed('room-locked'));
      this.#deps.waiting();
    }
  }

  async #knock(): Promise<void> {
    const { wire, host, roomId, pass, scope, readName } = this.#deps;
    const name = await readName();
    if (!scope.hasEnded) wire.send(host, 'room.knock', { roomId, name, pass: pass && new Uint8Array(pass) });
  }

  #endAfter(ms: number, ending: Ending): () => void {
    return this.#deps.clock.after(ms, () => {
      this.#deps.ended(ending);
    });
  }
}

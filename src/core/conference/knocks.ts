// The door of a room from inside: who knocks at me or at another member, and what they are answered.
import type { PeerId } from '#shared/identity';
import type { RoomId, Roster } from '#shared/room';
import type { Scope } from '#core/base/scope';
import type { RoomHost } from '#core/conference/parts';
import type { RoomBody, RoomWire } from '#core/conference/room-wire';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';

export type KnockAnswer = RoomBody<'room.knock-answer'>['answer'];

export interface KnocksDeps {
  readonly roomId: RoomId;
  readonly host: Pick<RoomHost, 'checkRoomPass'>;
  readonly wire: Pick<RoomWire, 'send'>;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly roster: () => Roster;
  readonly isInside: () => boolean;
  /** I rang them into this room: they need no pass, and the lock does not hold them. */
  readonly isRung: (peerId: PeerId) => boolean;
  readonly admit: (peerId: PeerId) => Promise<void>;
  readonly sendRoster: (to: PeerId) => Promise<void>;
  readonly others: () => readonly PeerId[];
  readonly changed: () => void;
}

interface Knock {
  readonly peerId: PeerId;
  readonly name: string;
  /** The member they knock at; null when that is me. */
  readonly at: PeerId | null;
  readonly cancel: () => void;
}

export class Knocks {
  readonly #deps: KnocksDeps;
  readonly #knocks = new Map<PeerId, Knock>();
  readonly #checking = new Set<PeerId>();

  constructor(deps: KnocksDeps) {
    this.#deps = deps;
    deps.scope.onEnd(() => {
      for (const { cancel } of this.#knocks.values()) cancel();
    });
  }

  get list(): readonly { readonly peerId: PeerId; readonly name: string }[] {
    return [...this.#knocks.values()].map(({ peerId, name }) => ({ peerId, name }));
  }

  /** Those who knock at me: their links stay open meanwhile. */
  get mine(): readonly PeerId[] {
    const waiting = [...this.#knocks.values()].filter(({ at }) => at === null).map(({ peerId }) => peerId);
    return [...waiting, ...this.#checking];
  }

  async receive(from: PeerId, { name, pass }: { name: string; pass: Uint8Array | null }): Promise<void> {
    if (this.#checking.has(from)) return;
    this.#checking.add(from);
    try {
      const answer = await this.#judge(from, pass);
      if (this.#deps.scope.hasEnded) return;
      if (answer === 'waiting') this.#waitFor(from, name);
      else await this.#answer(from, answer);
    } catch {
      this.#say(from, 'refused'); // main would not admit them, or check nothing any more
    } finally {
      this.#checking.delete(from);
    }
  }

  /** Another member tells of somebody at their door. */
  receiveKnocking(from: PeerId, { peerId, name, isOver }: { peerId: PeerId; name: string; isOver: boolean }): void {
    const knock = this.#knocks.get(peerId);
    if (!isOver) {
      if (!knock && !this.#isSettled(peerId)) this.#add(peerId, name, from);
    } else if (knock?.at === from) this.#drop(peerId);
    else if (knock?.at === null && !this.#isSettled(peerId)) {
      // Somebody who belongs here sent them away.
      this.#drop(peerId);
      this.#say(peerId, 'declined');
      this.#tellOthers(knock, true);
    }
  }

  async admit(peerId: PeerId): Promise<void> {
    if (!this.#knocks.has(peerId)) return;
    if (this.#isFull()) return;
    await this.#deps.admit(peerId);
  }

  decline(peerId: PeerId): void {
    const knock = this.#knocks.get(peerId);
    if (!knock) return;
    this.#drop(peerId);
    if (knock.at === null) this.#say(peerId, 'declined');
    this.#tellOthers(knock, true);
  }

  /** Those who were admitted meanwhile, by whomever, are let in by the one they knock at. */
  rosterChanged(): void {
    for (const knock of [...this.#knocks.values()]) {
      if (!this.#isSettled(knock.peerId)) continue;
      this.#drop(knock.peerId);
      if (knock.at !== null) continue;
      this.#tellOthers(knock, true);
      void this.#answer(knock.peerId, 'admitted');
    }
  }

  /** On a new link with a member: who waits at my door. */
  tell(to: PeerId): void {
    for (const knock of this.#knocks.values()) if (knock.at === null) this.#tellOne(to, knock, false);
  }

  /** A member left, or who knocked hung up. */
  forget(peerId: PeerId): void {
    for (const knock of [...this.#knocks.values()]) {
      const isOver = knock.at === peerId || (knock.at === null && knock.peerId === peerId);
      if (!isOver) continue;
      this.#drop(knock.peerId);
      if (knock.at === null) this.#tellOthers(knock, true);
    }
  }

  /** I leave: who waits at my door has nobody to wait for. */
  close(): void {
    for (const knock of [...this.#knocks.values()]) {
      if (knock.at !== null) continue;
      this.#say(knock.peerId, 'ended');
      this.#tellOthers(knock, true);
    }
    for (const peerId of [...this.#knocks.keys()]) this.#drop(peerId);
  }

  async #judge(from: PeerId, pass: Uint8Array | null): Promise<KnockAnswer> {
    const { host, roomId, isInside, isRung, roster } = this.#deps;
    if (!isInside()) return 'ended';
    if (this.#isSettled(from)) return this.#isFull(from) ? 'full' : 'admitted';
    if (!isRung(from)) {
      if (!pass) return 'refused';
      const { verdict } = await host.checkRoomPass({ roomId, pass: new Uint8Array(pass) });
      if (verdict !== 'holds') return verdict;
    }
    if (this.#isFull(from)) return 'full';
    // Who was removed is not let in again by a link alone.
    const isHeldBack = roster().removed.includes(from) || (roster().isLocked && !isRung(from));
    if (isHeldBack) return this.#knocks.size >= limits.knocksPerRoom && !this.#knocks.has(from) ? 'locked' : 'waiting';
    await this.#deps.admit(from);
    return 'admitted';
  }

  #isSettled(peerId: PeerId): boolean {
    return this.#deps.roster().admitted.includes(peerId);
  }

  #isFull(peerId?: PeerId): boolean {
    const { members } = this.#deps.roster();
    return members.length >= limits.roomMembers && !members.some((member) => member.peerId === peerId);
  }

  #waitFor(peerId: PeerId, name: string): void {
    const known = this.#knocks.get(peerId);
    if (known) this.#drop(peerId);
    const knock = this.#add(peerId, name, null);
    this.#say(peerId, 'waiting');
    if (knock) this.#tellOthers(knock, false);
  }

  #add(peerId: PeerId, name: string, at: PeerId | null): Knock | null {
    if (this.#knocks.size >= limits.knocksPerRoom) return null;
    const cancel = this.#deps.clock.after(limits.knockForMs, () => {
      this.#drop(peerId);
      if (at === null) this.#say(peerId, 'locked');
    });
    const knock = { peerId, name, at, cancel };
    this.#knocks.set(peerId, knock);
    this.#deps.changed();
    return knock;
  }

  #drop(peerId: PeerId): void {
    this.#knocks.get(peerId)?.cancel();
    if (this.#knocks.delete(peerId)) this.#deps.changed();
  }

  async #answer(to: PeerId, answer: KnockAnswer): Promise<void> {
    // They need the roster before they can sit down.
    if (answer === 'admitted') await this.#deps.sendRoster(to);
    this.#say(to, answer);
  }

  #say(to: PeerId, answer: KnockAnswer): void {
    this.#deps.wire.send(to, 'room.knock-answer', { roomId: this.#deps.roomId, answer });
  }

  #tellOthers(knock: Knock, isOver: boolean): void {
    for (const to of this.#deps.others()) this.#tellOne(to, knock, isOver);
  }

  #tellOne(to: PeerId, { peerId, name }: Knock, isOver: boolean): void {
    if (to !== peerId) this.#deps.wire.send(to, 'room.knocking', { roomId: this.#deps.roomId, peerId, name, isOver });
  }
}

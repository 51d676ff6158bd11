// Ringing a contact into a room, and being rung. A ring carries a link, so that whoever is rung enters as by any other.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import type { Scope } from '#core/base/scope';
import type { RoomHost, RoomsDeps } from '#core/conference/parts';
import type { RoomBody, RoomWire } from '#core/conference/room-wire';
import type { RoomRing, RoomSnapshot } from '#core/conference/snapshot';
import type { Clock } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

export interface RoomRingsDeps extends Pick<RoomsDeps, 'peers' | 'clock'> {
  readonly roomId: RoomId;
  readonly name: string;
  readonly host: Pick<RoomHost, 'makeRoomLink'>;
  readonly wire: Pick<RoomWire, 'send' | 'isOpen'>;
  readonly scope: Scope;
  readonly people: () => number;
  readonly changed: () => void;
}

type RungState = RoomSnapshot['contactsRung'][number]['state'];

interface Rung {
  state: RungState;
  link: string | null;
  readonly scope: Scope;
}

const linkHours = 1;

/** The contacts that I ring into one room. */
export class RoomRings {
  readonly #deps: RoomRingsDeps;
  readonly #rung = new Map<PeerId, Rung>();
  /** Everybody I ever rang into this room may come in, also when they come late. */
  readonly #invited = new Set<PeerId>();

  constructor(deps: RoomRingsDeps) {
    this.#deps = deps;
  }

  get list(): RoomSnapshot['contactsRung'] {
    return [...this.#rung].map(([peerId, { state }]) => ({ peerId, state }));
  }

  isInvited(peerId: PeerId): boolean {
    return this.#invited.has(peerId);
  }

  ring(peerId: PeerId): void {
    if (this.#rung.get(peerId)?.state === 'ringing') return;
    const rung: Rung = { state: 'ringing', link: null, scope: this.#deps.scope.child() };
    this.#rung.set(peerId, rung);
    this.#invited.add(peerId);
    const cancel = this.#deps.clock.after(paces.roomRingForMs, () => {
      this.#over(peerId, rung, 'unreachable', 'withdrawn');
    });
    rung.scope.onEnd(cancel);
    void this.#reach(peerId, rung);
    this.#deps.changed();
  }

  stop(peerId: PeerId): void {
    const rung = this.#rung.get(peerId);
    if (!rung) return;
    if (rung.state === 'ringing') this.#over(peerId, rung, 'unreachable', 'withdrawn');
    this.#invited.delete(peerId);
    this.#forget(peerId);
  }

  stopAll(): void {
    for (const peerId of [...this.#rung.keys()]) this.stop(peerId);
  }

  /** They are inside. */
  joined(peerId: PeerId): void {
    this.#forget(peerId);
  }

  /** A link with them opened: it rings on it too. */
  linked(peerId: PeerId): void {
    const rung = this.#rung.get(peerId);
    if (rung?.state === 'ringing') this.#send(peerId, rung);
  }

  receiveOver(from: PeerId, reason: RoomBody<'room.ring-over'>['reason']): void {
    const rung = this.#rung.get(from);
    if (rung?.state !== 'ringing') return;
    if (reason === 'declined' || reason === 'busy') this.#over(from, rung, 'declined', null);
  }

  async #reach(peerId: PeerId, rung: Rung): Promise<void> {
    const { host, roomId, peers } = this.#deps;
    try {
      rung.link = (await host.makeRoomLink({ roomId, hours: linkHours })).link;
      await peers.reach(peerId, rung.scope.signal);
      this.#send(peerId, rung);
    } catch (reason) {
      const { code } = Failure.from(reason);
      if (code !== 'aborted' && !rung.scope.hasEnded) this.#over(peerId, rung, 'unreachable', null);
    }
  }

  #send(peerId: PeerId, { link }: Rung): void {
    const { roomId, name, people, wire } = this.#deps;
    if (link !== null) wire.send(peerId, 'room.ring', { roomId, name, link, people: people() });
  }

  #over(peerId: PeerId, rung: Rung, state: RungState, say: 'withdrawn' | null): void {
    if (say) this.#deps.wire.send(peerId, 'room.ring-over', { roomId: this.#deps.roomId, reason: say });
    rung.state = state;
    rung.scope.end();
    this.#deps.changed();
  }

  #forget(peerId: PeerId): void {
    this.#rung.get(peerId)?.scope.end();
    if (this.#rung.delete(peerId)) this.#deps.changed();
  }
}

export interface IncomingRingsDeps {
  readonly host: Pick<RoomHost, 'inspectRoomLink'>;
  readonly wire: Pick<RoomWire, 'send'>;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly mayRing: (peerId: PeerId) => boolean;
  readonly isInside: (roomId: RoomId) => boolean;
  readonly changed: () => void;
}

/** Who rings me into a room now. */
export class IncomingRings {
  readonly #deps: IncomingRingsDeps;
  readonly #rings = new Map<RoomId, { readonly ring: RoomRing; readonly cancel: () => void }>();
  readonly #rangAtMs = new Map<PeerId, number>();

  constructor(deps: IncomingRingsDeps) {
    this.#deps = deps;
    deps.scope.onEnd(() => {
      for (const { cancel } of this.#rings.values()) cancel();
    });
  }

  get list(): readonly RoomRing[] {
    return [...this.#rings.values()].map(({ ring }) => ring);
  }

  /** Only a contact rings, with a link of their own into the room they name; anything else is dropped. */
  async receive(from: PeerId, { roomId, link, people }: RoomBody<'room.ring'>): Promise<void> {
    const { host, clock, mayRing, isInside, scope } = this.#deps;
    if (!mayRing(from)) return;
    if (isInside(roomId)) {
      this.#say(from, roomId, 'joined');
      return;
    }
    const nowMs = clock.now();
    const isTooSoon = nowMs - (this.#rangAtMs.get(from) ?? -Infinity) < limits.ringsPerContactMs;
    if (this.#rings.has(roomId) || isTooSoon || this.#rings.size >= limits.roomRings) return;
    this.#rangAtMs.set(from, nowMs);
    const preview = await host.inspectRoomLink({ text: link }).catch(() => null);
    if (preview?.roomId !== roomId || preview.maker !== from) return;
    if (scope.hasEnded || this.#rings.has(roomId) || isInside(roomId)) return;
    const cancel = clock.after(paces.roomRingForMs, () => {
      this.#drop(roomId);
    });
    this.#rings.set(roomId, { ring: { roomId, from, name: preview.name, people, link, sinceMs: nowMs }, cancel });
    this.#deps.changed();
  }

  receiveOver(from: PeerId, roomId: RoomId): void {
    if (this.#rings.get(roomId)?.ring.from === from) this.#drop(roomId);
  }

  answer(roomId: RoomId, reason: 'declined' | 'joined'): void {
    const ring = this.#rings.get(roomId)?.ring;
    if (!ring) return;
    this.#say(ring.from, roomId, reason);
    this.#drop(roomId);
  }

  #say(to: PeerId, roomId: RoomId, reason: 'declined' | 'joined'): void {
    this.#deps.wire.send(to, 'room.ring-over', { roomId, reason });
  }

  #drop(roomId: RoomId): void {
    this.#rings.get(roomId)?.cancel();
    if (this.#rings.delete(roomId)) this.#deps.changed();
  }
}

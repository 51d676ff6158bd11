// What a room does outside its pane: the ring and its notification, a missed ring, the sounds of entering and leaving.
import type { CallId } from '#shared/call-record';
import type { Contact } from '#shared/contact';
import type { Host } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import type { Scope } from '#core/base/scope';
import type { RoomRing, RoomSnapshot } from '#core/conference/snapshot';
import type { Tone, Tones } from '#core/ports';
import type { RoomsPort } from '#state/deps';
import { shownName } from '#state/people.svelte';

export interface RoomAlertsDeps {
  readonly host: Pick<Host, 'announceCall' | 'withdrawCall' | 'on'>;
  readonly rooms: Pick<RoomsPort, 'store'>;
  readonly tones: Tones;
  readonly scope: Scope;
  findContact(peerId: PeerId): Contact | null;
  ringtoneVolume(): number;
  isNotifying(): boolean;
  /** A ringing call is heard instead. */
  isCallRinging(): boolean;
  /** Whether this person said yes or no to the ring that is over. */
  wasAnswered(roomId: RoomId): boolean;
  onAccepted(ring: RoomRing): void;
  onDeclined(ring: RoomRing): void;
  /** A ring is over and this person neither came nor said no. */
  onMissed(ring: RoomRing): void;
  onRunning(isRunning: boolean): void;
  onFailed(reason: unknown): void;
}

// Sound: both are 32 hex digits; a room's id is as unlikely to be a call's as any other.
const noticeId = (roomId: RoomId): CallId => roomId as string as CallId;

const isIn = (room: RoomSnapshot | null): boolean => room?.stage.phase === 'inside';

export class RoomAlerts {
  readonly #deps: RoomAlertsDeps;
  #rings: readonly RoomRing[] = [];
  #inside: RoomId | null = null;
  #silence: (() => void) | null = null;
  readonly #announced = new Set<RoomId>();

  constructor(deps: RoomAlertsDeps) {
    this.#deps = deps;
    const { scope, rooms, host } = deps;
    scope.onEnd(rooms.store.onChange(() => this.#follow()));
    scope.onEnd(host.on('callAnswered', ({ callId, action }) => this.#act(callId, action)));
    scope.onEnd(() => this.#silence?.());
    this.#follow();
  }

  #follow(): void {
    const { rings, current, held } = this.#deps.rooms.store.snapshot;
    const before = this.#rings;
    this.#rings = rings;
    for (const ring of before) {
      if (rings.some((now) => now.roomId === ring.roomId)) continue;
      this.#withdraw(ring.roomId);
      const isThere = [current, ...held].some((room) => room?.roomId === ring.roomId);
      if (!this.#deps.wasAnswered(ring.roomId) && !isThere) this.#deps.onMissed(ring);
    }
    for (const ring of rings) if (!before.some((known) => known.roomId === ring.roomId)) this.#announce(ring);
    this.#sound(current);
  }

  #sound(current: RoomSnapshot | null): void {
    const rings = this.#rings.length > 0 && !this.#deps.isCallRinging();
    if (rings) this.#silence ??= this.#deps.tones.play('incoming', this.#deps.ringtoneVolume());
    else {
      this.#silence?.();
      this.#silence = null;
    }
    const inside = isIn(current) ? (current?.roomId ?? null) : null;
    if (inside === this.#inside) return;
    const wasInside = this.#inside;
    this.#inside = inside;
    if (inside !== null && inside !== wasInside) this.#playOnce('connected');
    else if (current === null || current.stage.phase === 'ended') this.#playOnce('ended');
    if ((inside === null) !== (wasInside === null)) this.#deps.onRunning(inside !== null);
  }

  #playOnce(tone: Tone): void {
    this.#deps.tones.play(tone, this.#deps.ringtoneVolume());
  }

  #announce(ring: RoomRing): void {
    const contact = this.#deps.findContact(ring.from);
    if (!contact || !this.#deps.isNotifying()) return;
    this.#announced.add(ring.roomId);
    this.#tell(this.#deps.host.announceCall({ callId: noticeId(ring.roomId), name: shownName(contact), video: false }));
  }

  #withdraw(roomId: RoomId): void {
    if (this.#announced.delete(roomId)) this.#tell(this.#deps.host.withdrawCall({ callId: noticeId(roomId) }));
  }

  #act(callId: CallId, action: 'accept' | 'decline' | 'show'): void {
    const ring = this.#rings.find((known) => noticeId(known.roomId) === callId);
    if (!ring) return;
    if (action === 'accept') this.#deps.onAccepted(ring);
    if (action === 'decline') this.#deps.onDeclined(ring);
  }

  #tell(told: Promise<void>): void {
    told.catch((reason: unknown) => {
      this.#deps.onFailed(reason);
    });
  }
}

// The way into a room: which one, the devices tried before, how far it got, and rings that ask me in.
import { Failure, type FailureCode } from '#shared/failure';
import type { RoomId } from '#shared/room';
import type { Scope } from '#core/base/scope';
import type {
  EnterOptions,
  RoomGlance,
  RoomMember,
  RoomRing,
  RoomSnapshot,
  RoomsSnapshot,
} from '#core/conference/snapshot';
import type { LocalMedia, LocalMediaSnapshot } from '#core/ports';
import { entryRoom, walkIn, type Entry } from '#state/entry';
import type { RoomsPort } from '#state/deps';
import { DoorGlance } from '#state/door-glance.svelte';
import { Live } from '#state/live.svelte';

export interface Refusal {
  readonly reason: Extract<RoomSnapshot['stage'], { phase: 'ended' }>['reason'];
  readonly code: FailureCode | null;
}

export type DoorStage =
  | { readonly phase: 'ready' }
  | { readonly phase: 'entering' }
  | { readonly phase: 'knocking' }
  | { readonly phase: 'refused'; readonly refusal: Refusal };

export interface DoorDeps {
  readonly rooms: RoomsPort;
  readonly media: LocalMedia;
  readonly scope: Scope;
  /** What has the microphone already; then it is neither opened nor closed here. */
  taken(): 'call' | 'room' | null;
  /** Before another conversation begins. */
  leaveCall(): void;
  /** There is an entry to look at. */
  onCome(): void;
  onInside(): void;
  /** The way in ended while the person looked elsewhere. */
  onRefused(entry: Entry, refusal: Refusal): void;
}

export class DoorState {
  readonly #deps: DoorDeps;
  readonly #rooms: Live<RoomsSnapshot>;
  readonly #media: Live<LocalMediaSnapshot>;
  readonly #glance: DoorGlance;
  #entry = $state.raw<Entry | null>(null);
  #isWalking = $state(false);
  #refusal = $state.raw<Refusal | null>(null);
  #wantsMicrophone = $state(true);
  #wantsCamera = $state(false);
  /** Only the latest attempt may say how it went. */
  #attempt = 0;
  /** The room on the stage when the attempt began. */
  #before: RoomId | null = null;
  /** A room turned round from before it stood on the stage: it is left as soon as it does. */
  #unwanted: Entry | null = null;
  #isOnScreen = false;
  /** The room of the ring that was answered last. */
  #answered: RoomId | null = null;

  constructor(deps: DoorDeps) {
    this.#deps = deps;
    this.#rooms = new Live(deps.rooms.store);
    this.#media = new Live(deps.media.store);
    this.#glance = new DoorGlance(deps.rooms);
    deps.scope.onEnd(deps.rooms.store.onChange(() => this.#follow()));
  }

  get entry(): Entry | null {
    return this.#entry;
  }

  get stage(): DoorStage {
    if (this.#refusal) return { phase: 'refused', refusal: this.#refusal };
    if (!this.#isWalking) return { phase: 'ready' };
    return this.#entered(this.#rooms.current.current)?.stage.phase === 'knocking'
      ? { phase: 'knocking' }
      : { phase: 'entering' };
  }

  /** Who is inside as far as is known on this side: mostly nobody before I am inside too. */
  get inside(): readonly RoomMember[] {
    const room = this.#isWalking ? this.#entered(this.#rooms.current.current) : null;
    return room?.members.filter((member) => !member.isSelf) ?? [];
  }

  /** Who is seen inside from here: of the room of this page, else of the first ring. Null when nothing is looked at. */
  get glance(): RoomGlance | null {
    return this.#glance.seen;
  }

  /** Those who ask me in, the first of them first. */
  get rings(): readonly RoomRing[] {
    return this.#rooms.current.rings;
  }

  get local(): LocalMediaSnapshot {
    return this.#media.current;
  }

  get wantsMicrophone(): boolean {
    return this.#wantsMicrophone;
  }

  get wantsCamera(): boolean {
    return this.#wantsCamera;
  }

  /** What has the microphone while this page is open; its devices are not changed from here. */
  get taken(): 'call' | 'room' | null {
    return this.#deps.taken();
  }

  /**
   * Stands at the door of a room: the microphone opens for the meter, so this is for gestures of this person only. A room
   * that I am in already is gone to instead.
   */
  come(entry: Entry): void {
    if (this.#isThere(entry)) return;
    this.#turnRound();
    this.#entry = entry;
    this.#refusal = null;
    this.#wantsCamera = false;
    this.#wantsMicrophone = true;
    this.#isOnScreen = true;
    this.#lookInside();
    this.#deps.onCome();
    this.#listenToMyself();
  }

  /** Says yes to a ring: straight in, with the microphone. */
  answerRing(ring: RoomRing): void {
    this.lookAtRing(ring);
    if (this.#entry?.kind === 'ring' && this.#entry.ring === ring) void this.join();
  }

  /** To look at the devices first; the ring counts as answered. */
  lookAtRing(ring: RoomRing): void {
    this.#answered = ring.roomId;
    this.come({ kind: 'ring', name: ring.name, ring });
  }

  declineRing(ring: RoomRing): void {
    this.#answered = ring.roomId;
    this.#deps.rooms.declineRing(ring.roomId);
  }

  /** Whether the ring that is over now was answered by this person; asked once per ring. */
  wasAnswered(roomId: RoomId): boolean {
    const was = this.#answered === roomId;
    if (was) this.#answered = null;
    return was;
  }

  async openMicrophone(): Promise<void> {
    await this.#deps.media.openMicrophone();
    this.#deps.media.setMuted(!this.#wantsMicrophone);
    this.#letGoWhenLeft();
  }

  toggleMicrophone(): void {
    this.#wantsMicrophone = !this.#wantsMicrophone;
    this.#deps.media.setMuted(!this.#wantsMicrophone);
  }

  async toggleCamera(): Promise<void> {
    this.#wantsCamera = !this.#wantsCamera;
    if (!this.#wantsCamera) {
      this.#deps.media.closeCamera();
      return;
    }
    await this.#deps.media.openCamera();
    if (!this.wantsCamera) this.#deps.media.closeCamera();
    this.#letGoWhenLeft();
  }

  async join(): Promise<void> {
    const entry = this.#entry;
    if (!entry || this.#isWalking) return;
    const attempt = (this.#attempt += 1);
    this.#refusal = null;
    const options = this.#options();
    if (this.#deps.taken() === 'call') this.#deps.leaveCall();
    this.#before = this.#deps.rooms.store.snapshot.current?.roomId ?? null;
    this.#isWalking = true;
    this.#lookInside();
    this.#unwanted = null;
    try {
      await walkIn(this.#deps.rooms, entry, options);
    } catch (reason) {
      const { code } = Failure.from(reason);
      if (attempt === this.#attempt) this.#refuse({ reason: code === 'aborted' ? 'left' : 'failed', code });
    }
    if (attempt === this.#attempt) this.#follow();
  }

  /** Turns round on the way in; the page before it stays. */
  cancel(): void {
    if (!this.#isWalking) return;
    this.#turnRound();
    this.#lookInside();
    this.#listenToMyself();
  }

  #turnRound(): void {
    if (!this.#isWalking) return;
    this.#attempt += 1;
    this.#isWalking = false;
    if (this.#entered(this.#deps.rooms.store.snapshot.current)) this.#deps.rooms.leave();
    else this.#unwanted = this.#entry;
  }

  /** The page came on screen again. */
  enterPage(): void {
    this.#isOnScreen = true;
  }

  /** The page is not on screen any more. A knock goes on; else the devices are let go. */
  leavePage(): void {
    this.#isOnScreen = false;
    if (this.#isWalking) return;
    this.#entry = null;
    this.#refusal = null;
    this.#lookInside();
    this.#letGoWhenLeft();
  }

  #lookInside(): void {
    this.#glance.follow(this.#entry, this.#isWalking);
  }

  /** For the meter of the page. */
  #listenToMyself(): void {
    if (this.#entry && this.#isOnScreen && this.#deps.taken() === null) void this.openMicrophone();
  }

  /** A device may come after the page it was for is gone. */
  #letGoWhenLeft(): void {
    if (this.#entry === null && this.#deps.taken() === null) this.#deps.media.closeAll();
  }

  #options(): EnterOptions {
    if (this.#deps.taken() === null) return { microphone: this.#wantsMicrophone, camera: this.#wantsCamera };
    const { isMuted, camera } = this.#deps.media.store.snapshot;
    return { microphone: !isMuted, camera: camera.phase === 'live' };
  }

  /** The room, when it is the one that is being entered. */
  #entered(room: RoomSnapshot | null, entry = this.#entry): RoomSnapshot | null {
    if (!room || !entry) return null;
    const wanted = entryRoom(entry);
    return (wanted === null ? room.roomId !== this.#before : room.roomId === wanted) ? room : null;
  }

  #isThere(entry: Entry): boolean {
    const wanted = entryRoom(entry);
    const { current, held } = this.#deps.rooms.store.snapshot;
    const isHeld = held.some((room) => room.roomId === wanted);
    const isOnStage = current?.roomId === wanted && current.stage.phase !== 'ended';
    if (wanted === null || (!isHeld && !isOnStage)) return false;
    if (isHeld || current?.stage.phase === 'held') this.#deps.rooms.resume(wanted);
    if (current?.stage.phase === 'entering' || current?.stage.phase === 'knocking') this.#deps.onCome();
    else this.#deps.onInside();
    return true;
  }

  #follow(): void {
    const { current } = this.#deps.rooms.store.snapshot;
    if (!this.#isWalking) {
      this.#lookInside();
      if (!this.#entered(current, this.#unwanted) || current?.stage.phase === 'ended') return;
      this.#unwanted = null;
      queueMicrotask(() => this.#deps.rooms.leave());
      return;
    }
    const room = this.#entered(current);
    if (room?.stage.phase === 'inside') this.#arrive();
    if (room?.stage.phase === 'ended') {
      const { reason, code } = room.stage;
      this.#refuse({ reason, code });
      // Not within the store's own change.
      queueMicrotask(() => {
        this.#deps.rooms.dismiss();
        this.#listenToMyself();
      });
    }
  }

  #arrive(): void {
    const entry = this.#entry;
    this.#isWalking = false;
    this.#entry = null;
    this.#lookInside();
    if (entry?.kind === 'new') for (const peerId of entry.toRing) this.#deps.rooms.ring(peerId);
    this.#deps.onInside();
  }

  #refuse(refusal: Refusal): void {
    const entry = this.#entry;
    this.#isWalking = false;
    this.#attempt += 1;
    if (!this.#isOnScreen) this.#entry = null;
    this.#lookInside();
    if (refusal.reason === 'left' || !entry) return;
    if (this.#isOnScreen) this.#refusal = refusal;
    else this.#deps.onRefused(entry, refusal);
  }
}

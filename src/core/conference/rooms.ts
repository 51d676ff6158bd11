// All rooms of this person: at most one on the stage, others held, and who rings me into one.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { EnteredRoom, RecordingId, RoomDoor, RoomId } from '#shared/room';
import { Emitter, type Subscribable } from '#core/base/emitter';
import { keepSame } from '#core/base/keep-same';
import { Store, type ReadableStore } from '#core/base/store';
import { Glances } from '#core/conference/glances';
import type { RoomsDeps } from '#core/conference/parts';
import { Room } from '#core/conference/room';
import { IncomingRings } from '#core/conference/room-rings';
import { RoomWire, type RoomMessage } from '#core/conference/room-wire';
import type { EnterOptions, RoomEvents, RoomGlance, RoomsSnapshot, TracksByMember } from '#core/conference/snapshot';
import { Guests } from '#core/peers/guests';
import { limits } from '#core/wire/limits';

const silence: TracksByMember = new Map();

export class Rooms {
  readonly #deps: RoomsDeps;
  readonly #wire: RoomWire;
  readonly #rings: IncomingRings;
  readonly #glances: Glances;
  readonly #store = new Store<RoomsSnapshot>({ current: null, held: [], rings: [] });
  readonly #tracks = new Store<TracksByMember>(silence);
  readonly #events = new Emitter<RoomEvents>();
  readonly #guests: Guests;
  #current: Room | null = null;
  #held: readonly Room[] = [];
  #isCalling = false;
  #carries = false;

  constructor(deps: RoomsDeps) {
    this.#deps = deps;
    const { host, clock, scope, mailbox, mayRing } = deps;
    this.#wire = new RoomWire(deps);
    this.#guests = new Guests(clock, limits.roomGuests);
    const isInside = (roomId: RoomId): boolean => this.#find(roomId)?.isInside === true;
    const changed = (): void => {
      this.#publish();
    };
    this.#rings = new IncomingRings({ host, wire: this.#wire, clock, scope, mayRing, isInside, changed });
    this.#glances = new Glances({ ...deps, wire: this.#wire });
    scope.onEnd(() => {
      if (!this.hasMedia) return;
      deps.screen.close();
      deps.media.closeAll();
    });
    scope.onEnd(
      this.#wire.events.on('received', ({ from, message }) => {
        this.#receive(from, message);
      }),
    );
    scope.onEnd(
      this.#wire.events.on('changed', ({ peerId, session }) => {
        for (const room of this.#all()) room.linkChanged(peerId, session);
      }),
    );
    scope.onEnd(
      mailbox.events.on('roomRequested', ({ from, roomId }) => {
        this.#receiveRequest(from, roomId);
      }),
    );
  }

  get store(): ReadableStore<RoomsSnapshot> {
    return this.#store;
  }

  get events(): Subscribable<RoomEvents> {
    return this.#events;
  }

  /** What arrives of the members of the current room; nothing while it is held. Who says "muted" is to be silenced. */
  get tracks(): ReadableStore<TracksByMember> {
    return this.#tracks;
  }

  /** What is seen from the door I stand at; null at none. */
  get glance(): ReadableStore<RoomGlance | null> {
    return this.#glances.store;
  }

  /** Asks who is inside until `leaveDoor` or until I am on the way in. Opens no device and keeps nothing. */
  standAtDoor(door: RoomDoor): void {
    this.#glances.begin(door);
  }

  leaveDoor(): void {
    this.#glances.end();
  }

  /** Whether this person may be linked with for the sake of a room. */
  isRoomPerson(peerId: PeerId): boolean {
    const isNear = this.#guests.has(peerId) || this.#glances.isPerson(peerId);
    return isNear || this.#all().some((room) => room.isPerson(peerId));
  }

  /** Whether I pass sealed blobs of one on to the other: both belong to a room I am in. */
  mayCarry(from: PeerId, to: PeerId): boolean {
    return this.#all().some((room) => room.isInside && room.isPerson(from) && room.isPerson(to));
  }

  carriersFor(to: PeerId): readonly PeerId[] {
    return [...new Set(this.#all().flatMap((room) => room.carriersFor(to)))];
  }

  /** While a call is answered or placed it has the microphone. The room stays held until it is taken back. */
  holdForCall(isCalling: boolean): void {
    this.#isCalling = isCalling;
    if (isCalling) this.#current?.setHeld(true);
    this.#publish();
  }

  /** Whether a room has the devices now. */
  get hasMedia(): boolean {
    const phase = this.#current?.store.snapshot.stage.phase;
    return phase === 'inside' || phase === 'entering' || phase === 'knocking';
  }

  /** Fails `call-in-progress`, or as main does. */
  async open(name: string, options: EnterOptions): Promise<RoomId> {
    this.#requireMicrophone();
    return await this.#begin(await this.#deps.host.openRoom({ name }), options);
  }

  /** Resolves when inside, waiting at a locked door, or ended. Fails `call-in-progress`, or as main does for the link. */
  async enter(link: string, options: EnterOptions): Promise<RoomId> {
    this.#requireMicrophone();
    const entered = await this.#deps.host.enterRoom({ text: link });
    this.#rings.answer(entered.roomId, 'joined');
    return await this.#begin(entered, options);
  }

  async reopen(roomId: RoomId, options: EnterOptions): Promise<RoomId> {
    this.#requireMicrophone();
    return await this.#begin(await this.#deps.host.reopenRoom({ roomId }), options);
  }

  leave(): void {
    this.#current?.leave();
  }

  dismiss(): void {
    if (this.#current?.hasEnded !== true) return;
    this.#current = null;
    this.#publish();
  }

  resume(roomId: RoomId): void {
    const room = this.#find(roomId);
    if (!room || room.hasEnded || this.#isCalling) return;
    if (room !== this.#current) {
      this.#setAside();
      this.#held = this.#held.filter((other) => other !== room);
      this.#current = room;
    }
    void this.#deps.media.openMicrophone();
    room.setHeld(false);
    this.#publish();
  }

  hold(): void {
    this.#current?.setHeld(true);
    this.#releaseMedia();
    this.#publish();
  }

  /** Fails `room-unknown` outside a room. */
  async makeLink(hours: number): Promise<{ link: string; expiresAt: number }> {
    const room = this.#current;
    if (!room) throw new Failure('room-unknown');
    return await this.#deps.host.makeRoomLink({ roomId: room.roomId, hours });
  }

  ring(peerId: PeerId): void {
    if (this.#current?.isInside === true) this.#current.parts.rings.ring(peerId);
  }

  stopRinging(peerId: PeerId): void {
    this.#current?.parts.rings.stop(peerId);
  }

  declineRing(roomId: RoomId): void {
    this.#rings.answer(roomId, 'declined');
  }

  admit(peerId: PeerId): void {
    this.#current?.parts.knocks.admit(peerId).catch(() => undefined); // the knock stays, and shows it
  }

  declineKnock(peerId: PeerId): void {
    this.#current?.parts.knocks.decline(peerId);
  }

  remove(peerId: PeerId): void {
    void this.#current?.act({ kind: 'remove', peerId });
  }

  setLocked(isLocked: boolean): void {
    void this.#current?.act({ kind: 'lock', isLocked });
  }

  askMute(peerId: PeerId): void {
    this.#current?.parts.talk.askMute(peerId);
  }

  /** Who came in without a microphone opens it by this gesture. */
  setMuted(isMuted: boolean): void {
    const { media } = this.#deps;
    media.setMuted(isMuted);
    const { phase } = media.store.snapshot.microphone;
    if (!isMuted && this.hasMedia && (phase === 'off' || phase === 'failed'))
      void this.#open(() => media.openMicrophone());
  }

  async setCamera(isOn: boolean): Promise<void> {
    const { media } = this.#deps;
    if (!isOn) media.closeCamera();
    else if (this.hasMedia) await this.#open(() => media.openCamera());
  }

  async shareScreen(): Promise<void> {
    await this.#deps.screen.open();
    if (!this.hasMedia) this.#deps.screen.close();
  }

  stopSharing(): void {
    this.#deps.screen.close();
  }

  setHand(isRaised: boolean): void {
    this.#current?.setHand(isRaised);
  }

  react(reaction: string): void {
    if (this.#current?.isInside === true) this.#current.parts.talk.react(reaction);
  }

  say(text: string): boolean {
    return this.#current?.isInside === true && this.#current.parts.talk.say(text);
  }

  watch(peerId: PeerId, heights: { video: number; screen: number }): void {
    this.#current?.parts.talk.watch(peerId, heights);
  }

  setCarries(isCarrying: boolean): void {
    this.#carries = isCarrying;
    for (const room of this.#all()) room.setCarries(isCarrying);
  }

  record(options: { perSpeaker: boolean }): void {
    this.#current?.record(options);
  }

  pauseRecording(): void {
    this.#current?.recording?.pause();
  }

  resumeRecording(): void {
    this.#current?.recording?.resume();
  }

  stopRecording(): void {
    this.#current?.recording?.stop();
  }

  answerConsent(peerId: PeerId, recordingId: RecordingId, agrees: boolean): void {
    void this.#current?.parts.consents.answer(peerId, recordingId, agrees);
  }

  /** The page goes: every room is left as far as there is time to say so. */
  leaveAll(): void {
    for (const room of this.#all()) room.leave();
  }

  #requireMicrophone(): void {
    if (this.#isCalling) throw new Failure('call-in-progress');
  }

  async #begin(entered: EnteredRoom, options: EnterOptions): Promise<RoomId> {
    const { roomId } = entered;
    const before = this.#find(roomId);
    if (before && !before.hasEnded) {
      this.resume(roomId);
      return roomId;
    }
    this.#setAside();
    const room: Room = new Room({
      ...this.#deps,
      wire: this.#wire,
      entered,
      emit: (event, payload) => {
        this.#events.emit(event, payload);
      },
      peopleChanged: () => {
        this.#deps.peers.dropUnaccepted();
      },
      ended: () => {
        this.#held = this.#held.filter((other) => other !== room);
        this.#publish();
      },
    });
    this.#current = room;
    room.setCarries(this.#carries);
    room.store.onChange(() => {
      this.#follow(room);
    });
    room.tracks.onChange(() => {
      this.#publish();
    });
    this.#glances.end(); // the room itself is now the reason for links
    this.#openDevices(options);
    this.#publish();
    await room.begin();
    return roomId;
  }

  /** The room on the stage makes way: held, or gone when it is over. */
  #setAside(): void {
    const room = this.#current;
    this.#current = null;
    if (!room || room.hasEnded) return;
    room.setHeld(true);
    this.#deps.screen.close();
    this.#held = [...this.#held, room];
  }

  #openDevices({ microphone, camera }: EnterOptions): void {
    const { media } = this.#deps;
    media.setMuted(!microphone);
    if (microphone) void this.#open(() => media.openMicrophone());
    if (camera) void this.#open(() => media.openCamera());
    else media.closeCamera();
  }

  /** A device that comes after the room is over or held goes off again. */
  async #open(open: () => Promise<void>): Promise<void> {
    await open().catch(() => undefined);
    if (!this.hasMedia) this.#releaseMedia();
  }

  #releaseMedia(): void {
    if (this.#isCalling) return;
    this.#deps.screen.close();
    this.#deps.media.closeAll();
  }

  #follow(room: Room): void {
    const wasOver = this.#store.snapshot.current?.stage.phase === 'ended';
    this.#publish();
    if (room !== this.#current || !room.hasEnded || wasOver) return;
    this.#releaseMedia();
    if (!this.#isCalling) this.#deps.media.setMuted(false); // the next call or room begins anew
  }

  #find(roomId: RoomId): Room | null {
    return this.#all().find((room) => room.roomId === roomId) ?? null;
  }

  #all(): readonly Room[] {
    return this.#current ? [this.#current, ...this.#held] : this.#held;
  }

  #receive(from: PeerId, message: RoomMessage): void {
    const { kind, body } = message;
    if (kind === 'room.ring') void this.#rings.receive(from, body);
    else if (kind === 'room.ring-over') this.#rings.receiveOver(from, body.roomId);
    else if (kind === 'room.peek-answer') this.#glances.receive(from, body);
    const room = this.#find(body.roomId);
    if (room && !room.hasEnded) room.receive(from, message);
    // Whoever knocks at a room I am not in any more would wait in vain.
    else if (kind === 'room.knock')
      this.#wire.send(from, 'room.knock-answer', { roomId: body.roomId, answer: 'ended' });
    else if (kind === 'room.peek')
      this.#wire.send(from, 'room.peek-answer', { roomId: body.roomId, answer: 'ended', isLocked: false, people: [] });
  }

  /** Main has checked their pass. */
  #receiveRequest(from: PeerId, roomId: RoomId): void {
    if (this.#find(roomId)?.isInside !== true) return;
    if (!this.#guests.take(from)) return;
    // Their offer may have come before I would take it: "here" makes them repeat it.
    this.#deps.peers.greet([from]);
  }

  #publish(): void {
    const current = this.#current?.store.snapshot ?? null;
    const held = this.#held.filter((room) => !room.hasEnded).map((room) => room.store.snapshot);
    this.#store.set(keepSame(this.#store.snapshot, { current, held, rings: this.#rings.list }));
    this.#tracks.set(this.#current?.tracks.snapshot ?? silence);
  }
}

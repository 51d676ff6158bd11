// One room from the door to the end of the stay: joins its parts, follows the roster, and says what it looks like.
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RosterAct, Roster, RoomId } from '#shared/room';
import type { Scope } from '#core/base/scope';
import { keepSame } from '#core/base/keep-same';
import { Store, type ReadableStore } from '#core/base/store';
import { chooseCarriers } from '#core/conference/carrier-policy';
import { Entrance, type Ending } from '#core/conference/entrance';
import { nextOrder } from '#core/conference/hands';
import { OwnStay } from '#core/conference/own-stay';
import type { RecordingPart, RoomMediaPart } from '#core/conference/parts';
import { openParts, type RoomDeps, type RoomParts } from '#core/conference/room-parts';
import { receive } from '#core/conference/room-received';
import { readFacts, readOwn, type Standpoint } from '#core/conference/room-standpoint';
import { carrierFacts, remoteMedia, viewMembers } from '#core/conference/room-view';
import type { RoomMessage } from '#core/conference/room-wire';
import type { RoomPhase, RoomSnapshot, TracksByMember } from '#core/conference/snapshot';
import { movements, shutOut } from '#core/conference/standing';
import type { Session } from '#core/peers/session';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';

const silence: TracksByMember = new Map();

export class Room {
  readonly roomId: RoomId;
  readonly parts: RoomParts;
  readonly #deps: RoomDeps;
  readonly #scope: Scope;
  readonly #store: Store<RoomSnapshot>;
  readonly #tracks = new Store<TracksByMember>(silence);
  readonly #own: OwnStay;
  #entrance: Entrance | null = null;
  #media: RoomMediaPart | null = null;
  #recording: RecordingPart | null = null;
  #stage: RoomPhase = { phase: 'entering' };
  #sinceMs: number;
  #isHeld = false;
  #hand: number | null = null;
  #carries = false;
  #isUpdating = false;
  #isClosing = false;
  #settled: (() => void)[] = [];

  constructor(deps: RoomDeps) {
    this.#deps = deps;
    this.roomId = deps.entered.roomId;
    this.#scope = deps.scope.child();
    this.#sinceMs = deps.clock.now();
    const update = (): void => {
      this.#update();
    };
    this.parts = openParts(
      { ...deps, scope: this.#scope },
      {
        isInside: () => this.isInside,
        isHeld: () => this.#isHeld,
        readOwn: () => readOwn(this.#standpoint),
        rosterChanged: (before, roster) => {
          this.#rosterChanged(before, roster);
        },
        update,
      },
    );
    this.#own = new OwnStay({
      ...deps,
      sync: this.parts.sync,
      scope: this.#scope,
      seated: () => {
        this.#openInside();
      },
      over: (why) => void this.#end({ phase: 'ended', reason: why, code: why === 'removed' ? 'room-removed' : null }),
      failed: (code) => void this.#end({ phase: 'ended', reason: 'failed', code }),
    });
    this.#store = new Store(this.#view());
    this.#scope.onEnd(deps.media.store.onChange(update));
    this.#scope.onEnd(deps.screen.store.onChange(update));
  }

  get store(): ReadableStore<RoomSnapshot> {
    return this.#store;
  }

  /** What arrives of the members; nothing while I am not inside. */
  get tracks(): ReadableStore<TracksByMember> {
    return this.#tracks;
  }

  get recording(): RecordingPart | null {
    return this.#recording;
  }

  get hasEnded(): boolean {
    return this.#stage.phase === 'ended';
  }

  get isInside(): boolean {
    return this.#own.id !== null && !this.hasEnded;
  }

  /** Resolves when inside, waiting at the door, or ended. */
  async begin(): Promise<void> {
    const { host, pass } = this.#deps.entered;
    const settled = new Promise<void>((resolve) => this.#settled.push(resolve));
    const { admitted } = this.parts.sync.roster;
    const isAdmitted = admitted.includes(this.#deps.self);
    if (isAdmitted) {
      for (const to of admitted) this.parts.sync.sendDigest(to);
      void this.#own.join();
    }
    if (host !== null) this.#enter(host, pass, isAdmitted);
    else if (!isAdmitted) void this.#end({ phase: 'ended', reason: 'failed', code: 'room-refused' });
    this.#update();
    await settled;
  }

  /** Somebody this room gives a reason to be linked with. */
  isPerson(peerId: PeerId): boolean {
    const { sync, breaks, knocks, peeks, isMember } = this.parts;
    if (this.#scope.hasEnded || breaks.isExhausted(peerId)) return false;
    const isNear = peerId === this.#deps.entered.host || knocks.mine.includes(peerId) || peeks.isLooking(peerId);
    return isNear || sync.roster.admitted.includes(peerId) || isMember(peerId);
  }

  /** Members with an open link who may know `to`: those first who say they are connected with them. */
  carriersFor(to: PeerId): readonly PeerId[] {
    const { sync, others, saysConnected } = this.parts;
    if (this.#scope.hasEnded || !sync.roster.admitted.includes(to)) return [];
    const open = others().filter((peerId) => peerId !== to);
    const [sure, unsure] = [true, false].map((is) => open.filter((peerId) => saysConnected(peerId, to) === is));
    return [...(sure ?? []), ...(unsure ?? [])];
  }

  linkChanged(peerId: PeerId, session: Session): void {
    if (this.#scope.hasEnded) return;
    const { watch, knocks, peeks, carrying } = this.parts;
    const { phase } = session.state.snapshot;
    watch.linkChanged(peerId, session);
    if (phase === 'open') this.#linked(peerId);
    else if (phase === 'closed') {
      knocks.forget(peerId);
      peeks.forget(peerId);
      carrying.forget(peerId);
    }
    this.#update();
  }

  receive(from: PeerId, message: RoomMessage): void {
    if (this.#scope.hasEnded || this.parts.breaks.isExhausted(from)) return;
    const { isInside } = this;
    const [entrance, media, recording] = [this.#entrance, this.#media, this.#recording];
    receive({ ...this.parts, isInside, host: this.#deps.entered.host, entrance, media, recording }, from, message);
    this.#update();
  }

  /** What main refuses has no effect, and the roster shows it. */
  async act(act: RosterAct): Promise<void> {
    if (!this.isInside) return;
    await this.parts.sync.act(act).catch((reason: unknown) => {
      if (!(reason instanceof Failure)) throw reason;
    });
  }

  setHand(isRaised: boolean): void {
    if (isRaised === (this.#hand !== null)) return;
    const { sync, states } = this.parts;
    const said = sync.roster.members.map(({ peerId, stay }) => ({ peerId, state: states.of(peerId, stay) }));
    this.#hand = isRaised ? nextOrder(said.map(({ peerId, state }) => ({ peerId, order: state?.hand ?? null }))) : null;
    this.#update();
  }

  setCarries(isCarrying: boolean): void {
    this.#carries = isCarrying;
    this.#update();
  }

  /** A held room is neither heard nor hears. */
  setHeld(isHeld: boolean): void {
    if (this.#isHeld === isHeld || this.hasEnded) return;
    this.#isHeld = isHeld;
    this.#recording?.setHeld(isHeld);
    if (this.isInside) this.#setStage({ phase: isHeld ? 'held' : 'inside' });
    this.#update();
  }

  record(options: { perSpeaker: boolean }): void {
    const { roomId } = this;
    const { wire, media, entered } = this.#deps;
    this.#recording?.start({
      roomId,
      name: entered.name,
      members: this.parts.sync.roster.members.map(({ peerId, name }) => ({ peerId, name })),
      perSpeaker: options.perSpeaker,
      tracks: this.#tracks,
      own: media.store,
      ask: (peerId, recordingId) => wire.send(peerId, 'room.record', { roomId, recordingId }),
    });
  }

  /** The others are told, then everything of this stay closes. */
  leave(): void {
    void this.#end({ phase: 'ended', reason: 'left', code: null });
  }

  /** `isAdmitted` as far as I know: then the link's maker is only asked for news, and whether it still holds. */
  #enter(host: PeerId, pass: Uint8Array | null, isAdmitted: boolean): void {
    const scope = this.#scope.child();
    const close = (): void => {
      scope.end();
      this.#entrance = null;
    };
    this.#entrance = new Entrance({
      ...this.#deps,
      roomId: this.roomId,
      host,
      pass,
      scope,
      admitted: () => {
        close();
        if (!isAdmitted) void this.#own.join();
      },
      waiting: () => {
        if (isAdmitted) void this.#end({ phase: 'ended', reason: 'removed', code: 'room-removed' });
        this.#setStage({ phase: 'knocking' });
        this.#update();
      },
      ended: (ending) => {
        close();
        const isAway = ending.code === 'peer-unreachable' || ending.code === 'room-unknown';
        if (!isAdmitted || !isAway) void this.#end(ending);
      },
    });
    this.#entrance.begin();
  }

  async #end(ending: Ending): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { knocks, rings, sync } = this.parts;
    const saysGoodbye = this.isInside && ending.reason === 'left';
    this.#recording?.stop();
    this.#media?.close();
    knocks.close();
    rings.stopAll();
    this.#setStage(ending);
    this.#update();
    if (saysGoodbye) await sync.act({ kind: 'leave' }).catch(() => undefined);
    await this.#deps.host.closeRoom({ roomId: this.roomId }).catch(() => undefined);
    this.#scope.end();
    this.#deps.ended();
    this.#deps.peopleChanged();
  }

  #setStage(stage: RoomPhase): void {
    if (this.#stage.phase === stage.phase || this.hasEnded) return;
    this.#stage = stage;
    this.#sinceMs = this.#deps.clock.now();
    if (stage.phase !== 'entering') for (const resolve of this.#settled.splice(0)) resolve();
  }

  /** I sat down; again, when others had thought I was gone. */
  #openInside(): void {
    if (!this.#media) {
      const update = (): void => {
        this.#update();
      };
      const media = this.#deps.openMedia(this.#scope);
      const recording = this.#deps.openRecording(this.#scope);
      [this.#media, this.#recording] = [media, recording];
      recording.setHeld(this.#isHeld);
      this.#scope.onEnd(media.speaker.onChange(update));
      this.#scope.onEnd(media.tracks.onChange(update));
      this.#scope.onEnd(media.events.on('floorTaken', (turn) => this.#tellFloor(this.parts.others(), turn)));
      this.#scope.onEnd(media.events.on('levelRefused', (peerId) => this.parts.breaks.note(peerId, 'level')));
      this.#scope.onEnd(recording.store.onChange(update));
      this.#scope.onEnd(recording.events.on('consentRefused', (peerId) => this.parts.breaks.note(peerId, 'consent')));
      this.#setStage({ phase: this.#isHeld ? 'held' : 'inside' });
      const { sync, isMember, reunion } = this.parts;
      const away = sync.roster.admitted.filter((peerId) => !isMember(peerId)).slice(0, limits.roomMembers);
      for (const peerId of away) reunion.seek(peerId, paces.roomLookAroundForMs);
    }
    for (const peerId of this.parts.others()) this.#linked(peerId);
    this.#update();
  }

  #linked(peerId: PeerId): void {
    const { sync, rings, teller, talk, knocks, carrying, isMember } = this.parts;
    this.#entrance?.linked(peerId);
    rings.linked(peerId);
    if (sync.roster.admitted.includes(peerId)) sync.sendDigest(peerId);
    if (!isMember(peerId)) return;
    teller.tell(peerId);
    talk.tellWatching(peerId);
    this.#tellFloor([peerId], this.#media?.ownTurn ?? 0);
    knocks.tell(peerId);
    carrying.askAgain(peerId);
  }

  #tellFloor(to: readonly PeerId[], turn: number): void {
    for (const peerId of to) this.#deps.wire.send(peerId, 'room.floor', { roomId: this.roomId, turn });
  }

  #rosterChanged(before: Roster, roster: Roster): void {
    const { knocks } = this.parts;
    const out = shutOut(before, roster);
    if (this.isInside) this.#announce(before, roster);
    knocks.rosterChanged();
    this.#own.check();
    this.#update();
    if (out.length > 0) this.#deps.peopleChanged();
  }

  #announce(before: Roster, roster: Roster): void {
    const { roomId } = this;
    const { self, emit, wire } = this.#deps;
    const { rings, watch, reunion } = this.parts;
    const { came, went } = movements(before, roster);
    for (const { peerId, name } of came.filter((one) => one.peerId !== self)) {
      rings.joined(peerId);
      reunion.stop(peerId);
      this.#recording?.memberJoined(peerId, name);
      emit('joined', { roomId, peerId, name });
      if (wire.isOpen(peerId)) this.#linked(peerId);
    }
    for (const { peerId, name } of went.filter((one) => one.peerId !== self)) {
      const isLost = watch.fareOf(peerId) !== 'connected';
      const how = !roster.admitted.includes(peerId) ? 'removed' : isLost ? 'lost' : 'left';
      this.#forget(peerId);
      if (how === 'lost') reunion.seek(peerId);
      emit('left', { roomId, peerId, name, how });
    }
  }

  #forget(peerId: PeerId): void {
    const { talk, knocks, carrying, consents } = this.parts;
    this.#recording?.memberLeft(peerId);
    for (const part of [talk, knocks, carrying, consents]) part.forget(peerId);
  }

  /** Brings all parts in step and says what the room looks like now. */
  #update(): void {
    if (this.#isUpdating || this.#scope.hasEnded) return;
    this.#isUpdating = true;
    try {
      this.#bringInStep();
    } finally {
      this.#isUpdating = false;
    }
    this.#store.set(keepSame(this.#store.snapshot, this.#view()));
  }

  #bringInStep(): void {
    const { sync, watch, breaks, carrying, teller } = this.parts;
    const members = this.isInside ? sync.roster.members : [];
    watch.follow(members.filter(({ peerId }) => !breaks.isExhausted(peerId)));
    const facts = readFacts(this.#standpoint);
    const reach = carrierFacts(facts);
    carrying.follow(this.isInside ? chooseCarriers(reach.members, reach.pairs) : []);
    const media = this.hasEnded ? null : this.#media;
    media?.setHeld(this.#isHeld); // first: a link that comes while held is not filled even for a moment
    media?.setLinks(watch.links);
    media?.setRemote(remoteMedia(facts));
    media?.carryOut(carrying.out);
    media?.carryIn(carrying.in);
    this.#tracks.set(media && !this.#isHeld ? media.tracks.snapshot : silence);
    if (this.isInside) teller.note();
  }

  get #standpoint(): Standpoint {
    const stay = this.hasEnded ? null : this.#own.id;
    const recording = this.#recording?.store.snapshot.phase ?? 'none';
    const [isHeld, hand, carries] = [this.#isHeld, this.#hand, this.#carries];
    return { ...this.#deps, parts: this.parts, roomId: this.roomId, stay, isHeld, hand, carries, recording };
  }

  #view(): RoomSnapshot {
    const { sync, knocks, peeks, talk, consents, rings } = this.parts;
    return {
      roomId: this.roomId,
      name: this.#deps.entered.name,
      stage: this.#stage,
      sinceMs: this.#sinceMs,
      isLocked: sync.roster.isLocked,
      members: viewMembers(readFacts(this.#standpoint)),
      knocks: knocks.list,
      lookers: peeks.list,
      votes: sync.roster.votes,
      speaker: this.#media?.speaker.snapshot ?? null,
      lines: talk.lines,
      recording: this.#recording?.store.snapshot ?? { phase: 'none' },
      consentAskedBy: consents.list,
      contactsRung: rings.list,
    };
  }
}

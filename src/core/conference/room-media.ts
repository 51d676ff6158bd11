// The media of one room: fills the lanes of every member's link, hands on what arrives of them, and follows who speaks.
// It decides nothing itself; the policies beside it do.
import type { PeerId } from '#shared/identity';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { Clock, LocalMedia, ScreenSource } from '#core/ports';
import type { WatchOwnLevel } from '#core/conference/own-level';
import { areSameTracks, tracksByMember, type RemoteState, type RoomFacts } from '#core/conference/room-facts';
import { RoomLevels } from '#core/conference/room-levels';
import { RoomLink, type MediaLink } from '#core/conference/room-link';
import { RoomSending } from '#core/conference/room-sending';
import type { Receiver } from '#core/conference/send-policy';
import type { TracksByMember } from '#core/conference/snapshot';

export interface RoomMediaDeps {
  readonly self: PeerId;
  readonly media: LocalMedia;
  readonly screen: ScreenSource;
  readonly clock: Clock;
  /** Loudness of my microphone, 0-1, peak of the time since the last call. */
  readonly watchOwnLevel: WatchOwnLevel;
  readonly scope: Scope;
}

export interface RoomMediaEvents {
  /** What they say about their loudness is not what is heard of them. Once for each link with them. */
  levelRefused: PeerId;
  /** I took the floor; the number of my turn is for all others. */
  floorTaken: number;
}

/** Each link is read once in so many ticks (2 s), the links one after the other. */
const ticksPerReading = 20;
/** Coprime to the ticks: no two of twelve links are read in the same one. */
const tickStride = 7;

type Facts = { -readonly [K in keyof RoomFacts]: RoomFacts[K] };

export class RoomMedia {
  readonly #deps: RoomMediaDeps;
  readonly #links = new Map<PeerId, RoomLink>();
  readonly #watched = new Map<PeerId, Receiver>();
  readonly #facts: Facts;
  readonly #tracks = new Store<TracksByMember>(new Map());
  readonly #events = new Emitter<RoomMediaEvents>();
  readonly #sending: RoomSending;
  readonly #levels: RoomLevels;
  readonly #offs: (() => void)[] = [];
  #ticks = 0;
  #isHeld = false;
  #isClosed = false;

  constructor(deps: RoomMediaDeps) {
    const { self, media, screen, clock, watchOwnLevel, scope } = deps;
    this.#deps = deps;
    this.#facts = {
      self,
      links: this.#links,
      remote: new Map(),
      watched: this.#watched,
      carriedOut: new Map(),
      carriedIn: new Map(),
    };
    this.#sending = new RoomSending({ media, screen, clock });
    const ticked = (): void => {
      this.#read();
    };
    const claimed = (turn: number): void => {
      this.#events.emit('floorTaken', turn);
    };
    this.#levels = new RoomLevels({ clock, watchOwnLevel, facts: this.#facts, claimed, ticked });
    const refresh = (): void => {
      this.#refresh();
    };
    this.#offs.push(
      media.store.onChange(refresh),
      screen.store.onChange(refresh),
      this.#levels.speaker.onChange(refresh),
    );
    const close = (): void => {
      this.close();
    };
    this.#offs.push(scope.onEnd(close));
  }

  /** What arrives of the members I have a link with, and of those whose voice is carried to me. */
  get tracks(): ReadableStore<TracksByMember> {
    return this.#tracks;
  }

  /** Who holds the floor; null while nobody has spoken. */
  get speaker(): ReadableStore<PeerId | null> {
    return this.#levels.speaker;
  }

  get ownTurn(): number {
    return this.#levels.ownTurn;
  }

  receiveFloor(from: PeerId, turn: number): boolean {
    return this.#levels.receiveFloor(from, turn);
  }

  get events(): Subscribable<RoomMediaEvents> {
    return this.#events;
  }

  /** The members I send to and hear, and no others. A member with another link than before is taken up anew. */
  setLinks(links: ReadonlyMap<PeerId, MediaLink>): void {
    if (this.#isClosed) return;
    for (const [peerId, link] of [...this.#links]) {
      if (links.get(peerId)?.connection === link.connection) continue;
      this.#links.delete(peerId);
      if (!links.has(peerId)) this.#watched.delete(peerId);
      link.leave();
    }
    for (const [peerId, link] of links) if (!this.#links.has(peerId)) this.#take(peerId, link);
    this.#refresh();
  }

  /** What each member says of themself; whoever is not in it is neither heard nor seen. */
  setRemote(states: ReadonlyMap<PeerId, RemoteState>): void {
    this.#facts.remote = states;
    this.#refresh();
  }

  /** How tall a member has my pictures on their screen, px; 0 when they do not look. */
  setWatched(peerId: PeerId, heights: Receiver): void {
    this.#watched.set(peerId, heights);
    this.#refresh();
  }

  /** Held: nothing is sent and nothing handed on, until it is taken up again. */
  setHeld(isHeld: boolean): void {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    if (isHeld) this.#sending.stop(this.#links.values());
    this.#refresh();
  }

  /** To whom I carry whose voice. */
  carryOut(plan: ReadonlyMap<PeerId, PeerId>): void {
    this.#facts.carriedOut = plan;
    this.#refresh();
  }

  /** Whose voice comes to me through whom. */
  carryIn(plan: ReadonlyMap<PeerId, PeerId>): void {
    this.#facts.carriedIn = plan;
    this.#refresh();
  }

  /** Loudness of a member, or of me, 0-1, ten times a second while somebody else is there; for meters. */
  watchLevel(peerId: PeerId, onLevel: (level: number) => void): () => void {
    return this.#levels.watch(peerId, onLevel);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const off of this.#offs) off();
    for (const link of this.#links.values()) link.leave();
    this.#links.clear();
    this.#levels.rest();
    this.#tracks.set(new Map());
  }

  #take(peerId: PeerId, link: MediaLink): void {
    const follow = (): void => {
      this.#refresh();
    };
    this.#links.set(peerId, new RoomLink(link, follow));
  }

  /** Brings everything in line with what is known now; each part changes only what is different. */
  #refresh(): void {
    if (this.#isClosed) return;
    const isRunning = !this.#isHeld && this.#links.size > 0;
    if (isRunning) this.#sending.send(this.#facts, this.#isSpeaker);
    const tracks = isRunning ? tracksByMember(this.#facts) : new Map<never, never>();
    if (!areSameTracks(this.#tracks.snapshot, tracks)) this.#tracks.set(tracks);
    const { microphone, isMuted } = this.#deps.media.store.snapshot;
    if (isRunning) this.#levels.run(microphone.phase === 'live' && !isMuted);
    else this.#levels.rest();
  }

  get #isSpeaker(): boolean {
    return this.#levels.speaker.snapshot === this.#facts.self;
  }

  #read(): void {
    this.#ticks = (this.#ticks + 1) % ticksPerReading;
    const due = [...this.#links.values()].filter(
      (_, place) => (this.#ticks + place * tickStride) % ticksPerReading === 0,
    );
    for (const link of due) void this.#readLink(link);
    if (this.#ticks === ticksPerReading - 1) this.#sending.judgeUplink(this.#facts, this.#isSpeaker);
  }

  async #readLink(link: RoomLink): Promise<void> {
    const isRefused = await link.read(this.#deps.clock.now());
    if (isRefused && this.#links.get(link.peerId) === link) this.#events.emit('levelRefused', link.peerId);
  }
}

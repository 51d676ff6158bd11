// The media of one room: fills the lanes of every member's link, hands on what arrives of them, and follows who speaks.
// It decides nothing itself; the policies beside it do.
import type { PeerId } from '#shared/identity';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { Clock, Lane, LocalMedia, MediaTrack, ScreenSource } from '#core/ports';
import { OwnLevel, type WatchOwnLevel } from '#core/conference/own-level';
import { RoomLink, type MediaLink } from '#core/conference/room-link';
import { planBits, sendPlan, voiceBitsPerSecond, type Receiver, type SendPlan } from '#core/conference/send-policy';
import type { MemberTracks, TracksByMember } from '#core/conference/snapshot';
import { hear, noSpeaker, type SpeakerState } from '#core/conference/speaker';
import { freshUplink, grown, readUplink, type UplinkState } from '#core/conference/uplink';

/** What a member says of what they send. */
export interface RemoteState {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly screenAudio: boolean;
  readonly isHolding: boolean;
}

export interface RoomMediaDeps {
  self: PeerId;
  media: LocalMedia;
  screen: ScreenSource;
  clock: Clock;
  watchOwnLevel: WatchOwnLevel;
  scope: Scope;
}

export interface RoomMediaEvents {
  /** What they say about their loudness is not what is heard of them. Once for each link with them. */
  levelRefused: PeerId;
}

/** One timer for the levels of all. */
const tickMs = 100;
/** Each link is read once in so many ticks, the links one after the other. */
const ticksPerReading = 20;
/** Coprime to the number of ticks: no two of twelve links are read in the same tick. */
const tickStride = 7;

/** Before a member says what they look at, their tile is taken to be there, and a screen to be unopened. */
const unsaid: Receiver = { video: 4_320, screen: 0 };
const hidden: Receiver = { video: 0, screen: 0 };
const noTracks: MemberTracks = { audio: null, video: null, screen: null, screenAudio: null };

export class RoomMedia {
  readonly #deps: RoomMediaDeps;
  readonly #tracks = new Store<TracksByMember>(new Map());
  readonly #speaker = new Store<PeerId | null>(null);
  readonly #events = new Emitter<RoomMediaEvents>();
  readonly #ownLevel: OwnLevel;
  readonly #links = new Map<PeerId, RoomLink>();
  readonly #linkOffs = new Map<PeerId, () => void>();
  readonly #watched = new Map<PeerId, Receiver>();
  readonly #watchers = new Map<PeerId, Set<(level: number) => void>>();
  readonly #offs: (() => void)[] = [];
  #remote: ReadonlyMap<PeerId, RemoteState> = new Map();
  #out: ReadonlyMap<PeerId, PeerId> = new Map();
  #in: ReadonlyMap<PeerId, PeerId> = new Map();
  #plan: SendPlan = new Map();
  #uplink: UplinkState;
  #speech: SpeakerState;
  #cancelTick: (() => void) | null = null;
  #ticks = 0;
  #isHeld = false;
  #isClosed = false;

  constructor(deps: RoomMediaDeps) {
    this.#deps = deps;
    this.#ownLevel = new OwnLevel(deps.watchOwnLevel);
    this.#uplink = freshUplink(deps.clock.now());
    this.#speech = noSpeaker(deps.clock.now());
    const refresh = (): void => {
      this.#refresh();
    };
    this.#offs.push(deps.media.store.onChange(refresh), deps.screen.store.onChange(refresh));
    this.#offs.push(
      deps.scope.onEnd(() => {
        this.close();
      }),
    );
  }

  /** What arrives of the members I have a link with, and of those whose voice is carried to me. */
  get tracks(): ReadableStore<TracksByMember> {
    return this.#tracks;
  }

  get speaker(): ReadableStore<PeerId | null> {
    return this.#speaker;
  }

  get events(): Subscribable<RoomMediaEvents> {
    return this.#events;
  }

  /** The members I send to and hear, and no others. A member with another link than before is taken up anew. */
  setLinks(links: ReadonlyMap<PeerId, MediaLink>): void {
    if (this.#isClosed) return;
    for (const [peerId, link] of [...this.#links]) {
      if (links.get(peerId)?.connection !== link.connection) this.#drop(link, links.has(peerId));
    }
    for (const [peerId, link] of links) if (!this.#links.has(peerId)) this.#take(peerId, link);
    this.#refresh();
  }

  /** What each member says of themself; whoever is not in it is neither heard nor seen. */
  setRemote(states: ReadonlyMap<PeerId, RemoteState>): void {
    if (this.#isClosed) return;
    this.#remote = states;
    this.#refresh();
  }

  /** How tall a member has my pictures on their screen, px; 0 when they do not look. */
  setWatched(peerId: PeerId, heights: Receiver): void {
    if (this.#isClosed) return;
    this.#watched.set(peerId, heights);
    this.#refresh();
  }

  /** Held: nothing is sent and nothing handed on, until it is taken up again. */
  setHeld(isHeld: boolean): void {
    if (this.#isClosed || this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    if (isHeld) for (const link of this.#links.values()) link.leave();
    this.#refresh();
  }

  /** Link -> whose voice I put into its carried lane. */
  carryOut(plan: ReadonlyMap<PeerId, PeerId>): void {
    if (this.#isClosed) return;
    this.#out = plan;
    this.#refresh();
  }

  /** Link -> whose voice its other side puts into the carried lane for me. */
  carryIn(plan: ReadonlyMap<PeerId, PeerId>): void {
    if (this.#isClosed) return;
    this.#in = plan;
    this.#refresh();
  }

  /** Loudness of a member, or of me, 0-1, ten times a second while somebody else is there. */
  watchLevel(peerId: PeerId, onLevel: (level: number) => void): () => void {
    const watchers = this.#watchers.get(peerId) ?? new Set();
    this.#watchers.set(peerId, watchers);
    const own = (level: number): void => {
      onLevel(level);
    };
    watchers.add(own);
    return () => {
      watchers.delete(own);
      if (watchers.size === 0) this.#watchers.delete(peerId);
    };
  }

  close(): void {
    if (this.#isClosed) return;
    for (const link of [...this.#links.values()]) this.#drop(link, false);
    this.#isClosed = true;
    this.#rest();
    for (const off of this.#offs) off();
    this.#tracks.set(new Map());
    this.#speaker.set(null);
  }

  get #isRunning(): boolean {
    return !this.#isClosed && !this.#isHeld && this.#links.size > 0;
  }

  #take(peerId: PeerId, link: MediaLink): void {
    this.#links.set(peerId, new RoomLink(link));
    const off = link.connection.remoteTracks.onChange(() => {
      this.#handOn();
      this.#fill();
    });
    this.#linkOffs.set(peerId, off);
  }

  #drop(link: RoomLink, staysMember: boolean): void {
    this.#linkOffs.get(link.peerId)?.();
    this.#linkOffs.delete(link.peerId);
    this.#links.delete(link.peerId);
    if (!staysMember) this.#watched.delete(link.peerId);
    link.leave();
  }

  /** Brings everything in line with what is known now; each part changes only what is different. */
  #refresh(): void {
    if (this.#isClosed) return;
    this.#replan();
    this.#fill();
    this.#handOn();
    const { microphone, isMuted } = this.#deps.media.store.snapshot;
    this.#ownLevel.watch(this.#isRunning && microphone.phase === 'live' && !isMuted);
    if (this.#isRunning) this.#cancelTick ??= this.#deps.clock.after(tickMs, this.#tick);
    else this.#rest();
  }

  #rest(): void {
    this.#cancelTick?.();
    this.#cancelTick = null;
    this.#ownLevel.watch(false);
    this.#speech = noSpeaker(this.#deps.clock.now());
    this.#speaker.set(null);
    for (const watchers of this.#watchers.values()) for (const watcher of watchers) watcher(0);
  }

  // ---- what I send ----

  #replan(): void {
    if (!this.#isRunning) {
      this.#plan = new Map();
      return;
    }
    const before = planBits(this.#plan);
    this.#plan = this.#planFor(this.#uplink.bitsPerSecond, this.#plan);
    if (planBits(this.#plan) > before) this.#uplink = grown(this.#uplink, this.#deps.clock.now());
    for (const [peerId, limits] of this.#plan) {
      this.#links.get(peerId)?.limit('video', limits.video);
      this.#links.get(peerId)?.limit('screen', limits.screen);
    }
  }

  #planFor(uplinkBitsPerSecond: number | null, previous: SendPlan | null): SendPlan {
    const { self, media, screen } = this.#deps;
    const cameras = [...this.#remote].filter(([peerId, { camera }]) => camera && peerId < self);
    return sendPlan({
      receivers: new Map([...this.#links.keys()].map((peerId) => [peerId, this.#receiver(peerId)])),
      people: 1 + new Set([...this.#links.keys(), ...this.#remote.keys()]).size,
      isCameraOn: media.store.snapshot.videoTrack !== null,
      isScreenOn: screen.store.snapshot !== null,
      isSpeaker: this.#speaker.snapshot === self,
      camerasBefore: cameras.length,
      voices: this.#voices(),
      uplinkBitsPerSecond,
      previous,
    });
  }

  #receiver(peerId: PeerId): Receiver {
    return this.#remote.get(peerId)?.isHolding === true ? hidden : (this.#watched.get(peerId) ?? unsaid);
  }

  /** The sound of my screen for a member who opened it. */
  #screenAudioFor(peerId: PeerId): MediaTrack | null {
    return this.#receiver(peerId).screen > 0 ? (this.#deps.screen.store.snapshot?.audio ?? null) : null;
  }

  #voices(): number {
    const listeners = [...this.#links.keys()].filter((peerId) => this.#screenAudioFor(peerId) !== null);
    return this.#links.size + listeners.length + this.#out.size;
  }

  #fill(): void {
    if (!this.#isRunning) return;
    const { audioTrack, videoTrack } = this.#deps.media.store.snapshot;
    const shared = this.#deps.screen.store.snapshot;
    for (const { peerId, lanes } of this.#links.values()) {
      lanes.put('audio', audioTrack);
      lanes.put('video', videoTrack);
      lanes.put('screen', shared?.video ?? null);
      lanes.put('screen-audio', this.#screenAudioFor(peerId));
      lanes.put('carried', this.#voiceFor(peerId));
    }
  }

  /** The voice that I carry to a member: what arrives of another one while they speak at all. */
  #voiceFor(listener: PeerId): MediaTrack | null {
    const speaker = this.#out.get(listener);
    if (speaker === undefined || speaker === listener) return null;
    return this.#saysOn(speaker)?.microphone === true ? this.#arriving(speaker, 'audio') : null;
  }

  // ---- what arrives ----

  #saysOn(peerId: PeerId): RemoteState | null {
    const state = this.#remote.get(peerId);
    return state && !state.isHolding ? state : null;
  }

  #arriving(peerId: PeerId, lane: Lane): MediaTrack | null {
    return this.#links.get(peerId)?.connection.remoteTracks.snapshot[lane] ?? null;
  }

  #carrierOf(peerId: PeerId): PeerId | null {
    for (const [carrier, carried] of this.#in) if (carried === peerId && this.#links.has(carrier)) return carrier;
    return null;
  }

  #handOn(): void {
    const next = new Map<PeerId, MemberTracks>();
    if (this.#isRunning) {
      const carried = [...this.#in].filter(([carrier]) => this.#links.has(carrier)).map(([, peerId]) => peerId);
      for (const peerId of [...this.#links.keys(), ...carried]) {
        if (this.#remote.has(peerId) && peerId !== this.#deps.self) next.set(peerId, this.#tracksOf(peerId));
      }
    }
    if (!areEqual(this.#tracks.snapshot, next)) this.#tracks.set(next);
  }

  #tracksOf(peerId: PeerId): MemberTracks {
    const says = this.#saysOn(peerId);
    if (!says) return noTracks;
    const carrier = this.#carrierOf(peerId);
    const voice = carrier === null ? this.#arriving(peerId, 'audio') : this.#arriving(carrier, 'carried');
    return {
      audio: says.microphone ? voice : null,
      video: says.camera ? this.#arriving(peerId, 'video') : null,
      screen: says.screen ? this.#arriving(peerId, 'screen') : null,
      screenAudio: says.screenAudio ? this.#arriving(peerId, 'screen-audio') : null,
    };
  }

  // ---- who speaks ----

  readonly #tick = (): void => {
    this.#cancelTick = this.#deps.clock.after(tickMs, this.#tick);
    const nowMs = this.#deps.clock.now();
    const levels = this.#levels();
    this.#speech = hear(this.#speech, levels, nowMs);
    for (const [peerId, watchers] of this.#watchers) {
      for (const watcher of watchers) watcher(levels.get(peerId) ?? 0);
    }
    if (this.#speech.speaker !== this.#speaker.snapshot) {
      this.#speaker.set(this.#speech.speaker);
      this.#replan();
    }
    this.#read(nowMs);
  };

  #levels(): ReadonlyMap<PeerId, number> {
    const levels = new Map<PeerId, number>([[this.#deps.self, this.#ownLevel.take()]]);
    for (const [peerId, link] of this.#links) {
      levels.set(peerId, this.#saysOn(peerId)?.microphone === true ? link.level() : 0);
    }
    for (const [carrier, peerId] of this.#in) {
      const link = this.#links.get(carrier);
      if (!link || peerId === this.#deps.self) continue;
      const isOn = this.#saysOn(peerId)?.microphone === true;
      levels.set(peerId, isOn ? (link.connection.claimedLevel('carried') ?? 0) : 0);
    }
    return levels;
  }

  #read(nowMs: number): void {
    this.#ticks = (this.#ticks + 1) % ticksPerReading;
    let place = 0;
    for (const link of this.#links.values()) {
      if ((this.#ticks + place * tickStride) % ticksPerReading === 0) this.#readLink(link, nowMs);
      place += 1;
    }
    if (this.#ticks === ticksPerReading - 1) this.#judgeUplink(nowMs);
  }

  #readLink(link: RoomLink, nowMs: number): void {
    void link.read(nowMs).then((isRefused) => {
      if (isRefused && this.#links.get(link.peerId) === link) this.#events.emit('levelRefused', link.peerId);
    });
  }

  #judgeUplink(nowMs: number): void {
    const readings = [...this.#links.values()].map(({ plannedBits, stats }) => ({
      plannedBitsPerSecond: plannedBits + voiceBitsPerSecond,
      availableBitsPerSecond: stats?.availableBitsPerSecond ?? null,
      sentBitsPerSecond: stats?.sentBitsPerSecond ?? null,
    }));
    const wanted = planBits(this.#planFor(null, null)) + this.#voices() * voiceBitsPerSecond;
    const before = this.#uplink.bitsPerSecond;
    this.#uplink = readUplink(this.#uplink, readings, wanted, nowMs);
    if (this.#uplink.bitsPerSecond !== before) this.#replan();
  }
}

function areEqual(a: TracksByMember, b: TracksByMember): boolean {
  if (a.size !== b.size) return false;
  for (const [peerId, tracks] of b) {
    const other = a.get(peerId);
    if (!other) return false;
    const isSame =
      other.audio === tracks.audio &&
      other.video === tracks.video &&
      other.screen === tracks.screen &&
      other.screenAudio === tracks.screenAudio;
    if (!isSame) return false;
  }
  return true;
}

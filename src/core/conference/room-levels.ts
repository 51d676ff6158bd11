// How loud everybody is, ten times a second, by one timer for all: feeds the meters and finds the speaker.
import type { PeerId } from '#shared/identity';
import { Store, type ReadableStore } from '#core/base/store';
import type { Clock } from '#core/ports';
import { Floor } from '#core/conference/floor';
import { OwnLevel, type WatchOwnLevel } from '#core/conference/own-level';
import { wordOf, type RoomFacts } from '#core/conference/room-facts';
import { give, hear, isHeard, mayTake, noSpeaker, type SpeakerState } from '#core/conference/speaker';

const tickMs = 100;

export interface LevelsDeps {
  readonly clock: Clock;
  readonly watchOwnLevel: WatchOwnLevel;
  readonly facts: RoomFacts;
  /** I took the floor: all others are to be told the number of the turn. */
  readonly claimed: (turn: number) => void;
  /** After each tick. */
  readonly ticked: () => void;
}

export class RoomLevels {
  readonly #deps: LevelsDeps;
  readonly #ownLevel: OwnLevel;
  readonly #floor: Floor;
  readonly #speaker = new Store<PeerId | null>(null);
  readonly #watchers = new Map<PeerId, Set<(level: number) => void>>();
  #speech: SpeakerState;
  #cancel: (() => void) | null = null;

  constructor(deps: LevelsDeps) {
    this.#deps = deps;
    this.#ownLevel = new OwnLevel(deps.watchOwnLevel);
    this.#floor = new Floor(deps.facts.self);
    this.#speech = noSpeaker(deps.clock.now());
  }

  get speaker(): ReadableStore<PeerId | null> {
    return this.#speaker;
  }

  /** What I say of the floor; 0 while I never took it. */
  get ownTurn(): number {
    return this.#floor.ownTurn;
  }

  /** A member takes the floor. False for a claim that no honest member can make. */
  receiveFloor(from: PeerId, turn: number): boolean {
    return this.#floor.take(from, turn);
  }

  /** `isUnmuted`: I can be heard, so that my own loudness counts. */
  run(isUnmuted: boolean): void {
    this.#ownLevel.watch(isUnmuted);
    this.#cancel ??= this.#deps.clock.after(tickMs, this.#tick);
  }

  rest(): void {
    this.#ownLevel.watch(false);
    this.#cancel?.();
    if (this.#cancel === null) return;
    this.#cancel = null;
    this.#speech = noSpeaker(this.#deps.clock.now());
    this.#speaker.set(null);
    this.#show(new Map());
  }

  /** Loudness of a member, or of me, 0-1, at each tick; 0 when they are silent or gone. */
  watch(peerId: PeerId, onLevel: (level: number) => void): () => void {
    const watchers = this.#watchers.get(peerId) ?? new Set();
    this.#watchers.set(peerId, watchers);
    const own = (level: number): void => {
      onLevel(level);
    };
    watchers.add(own);
    return () => {
      watchers.delete(own);
      if (watchers.size === 0 && this.#watchers.get(peerId) === watchers) this.#watchers.delete(peerId);
    };
  }

  readonly #tick = (): void => {
    const { clock, ticked } = this.#deps;
    this.#cancel = clock.after(tickMs, this.#tick);
    const levels = this.#measure();
    this.#follow(levels, clock.now());
    this.#show(levels);
    this.#speaker.set(this.#speech.speaker);
    ticked();
  };

  /** What is heard says only when I take the floor myself; whose it is follows from what all have said. */
  #follow(levels: ReadonlyMap<PeerId, number>, nowMs: number): void {
    const heard = hear(this.#speech, levels, nowMs);
    this.#floor.confirm((peerId) => isHeard(heard, peerId));
    if (heard.next !== null && this.#isOnlyCarried(heard.next)) this.#floor.overhear(heard.next);
    const turn = mayTake(heard, this.#deps.facts.self, nowMs) ? this.#floor.claim(nowMs) : null;
    const holder = this.#floor.holder((peerId) => levels.has(peerId));
    this.#speech = give(heard, holder, nowMs);
    if (turn !== null) this.#deps.claimed(turn);
  }

  #isOnlyCarried(peerId: PeerId): boolean {
    const { links, carriedIn } = this.#deps.facts;
    return carriedIn.has(peerId) && !links.has(peerId);
  }

  #measure(): ReadonlyMap<PeerId, number> {
    const { facts } = this.#deps;
    const levels = new Map<PeerId, number>([[facts.self, this.#ownLevel.take()]]);
    for (const [peerId, link] of facts.links) {
      levels.set(peerId, wordOf(facts, peerId)?.microphone === true ? link.level() : 0);
    }
    for (const [peerId, carrier] of facts.carriedIn) {
      const link = facts.links.get(carrier);
      if (!link || peerId === facts.self) continue;
      const isOn = wordOf(facts, peerId)?.microphone === true;
      levels.set(peerId, isOn ? (link.connection.claimedLevel('carried') ?? 0) : 0);
    }
    return levels;
  }

  #show(levels: ReadonlyMap<PeerId, number>): void {
    for (const [peerId, watchers] of this.#watchers) {
      const level = levels.get(peerId) ?? 0;
      for (const watcher of watchers) watcher(level);
    }
  }
}

// How loud everybody is, ten times a second, by one timer for all: feeds the meters and finds the speaker.
import type { PeerId } from '#shared/identity';
import { Store, type ReadableStore } from '#core/base/store';
import type { Clock } from '#core/ports';
import { OwnLevel, type WatchOwnLevel } from '#core/conference/own-level';
import { wordOf, type RoomFacts } from '#core/conference/room-facts';
import { hear, noSpeaker, type SpeakerState } from '#core/conference/speaker';

const tickMs = 100;

export interface LevelsDeps {
  readonly clock: Clock;
  readonly watchOwnLevel: WatchOwnLevel;
  readonly facts: RoomFacts;
  /** After each tick. */
  readonly ticked: () => void;
}

export class RoomLevels {
  readonly #deps: LevelsDeps;
  readonly #ownLevel: OwnLevel;
  readonly #speaker = new Store<PeerId | null>(null);
  readonly #watchers = new Map<PeerId, Set<(level: number) => void>>();
  #speech: SpeakerState;
  #cancel: (() => void) | null = null;

  constructor(deps: LevelsDeps) {
    this.#deps = deps;
    this.#ownLevel = new OwnLevel(deps.watchOwnLevel);
    this.#speech = noSpeaker(deps.clock.now());
  }

  get speaker(): ReadableStore<PeerId | null> {
    return this.#speaker;
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
    this.#speech = hear(this.#speech, levels, clock.now());
    this.#show(levels);
    this.#speaker.set(this.#speech.speaker);
    ticked();
  };

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

// Keeps the lanes of all links filled with what I send, as large as the send policy and the uplink allow.
import type { PeerId } from '#shared/identity';
import type { Clock, LocalMedia, MediaTrack, ScreenSource } from '#core/ports';
import { receiverOf, voiceCarriedTo, type RoomFacts } from '#core/conference/room-facts';
import type { RoomLink } from '#core/conference/room-link';
import {
  planBits,
  screenSoundBitsPerSecond,
  sendPlan,
  voiceBitsPerSecond,
  type SendPlan,
} from '#core/conference/send-policy';
import { freshUplink, grown, readUplink, type UplinkState } from '#core/conference/uplink';

export interface SendingDeps {
  readonly media: Pick<LocalMedia, 'store'>;
  readonly screen: Pick<ScreenSource, 'store'>;
  readonly clock: Clock;
}

export class RoomSending {
  readonly #deps: SendingDeps;
  #plan: SendPlan = new Map();
  #uplink: UplinkState;

  constructor(deps: SendingDeps) {
    this.#deps = deps;
    this.#uplink = freshUplink(deps.clock.now());
  }

  /** First how large, then what: no picture starts larger than it may be. */
  send(facts: RoomFacts, isSpeaker: boolean): void {
    this.#limit(facts, isSpeaker);
    const { audioTrack, videoTrack } = this.#deps.media.store.snapshot;
    const screen = this.#deps.screen.store.snapshot?.video ?? null;
    for (const { peerId, lanes } of facts.links.values()) {
      lanes.put('audio', audioTrack);
      lanes.put('video', videoTrack);
      lanes.put('screen', screen);
      lanes.put('screen-audio', this.#screenSound(facts, peerId));
      lanes.put('carried', voiceCarriedTo(facts, peerId));
    }
  }

  stop(links: Iterable<RoomLink>): void {
    for (const link of links) link.rest();
    this.#plan = new Map();
  }

  /** Looks at what the links measured, and sends less or more when that is called for. */
  judgeUplink(facts: RoomFacts, isSpeaker: boolean): void {
    const links = [...facts.links.values()].map(({ plannedBits, stats }) => ({
      plannedBitsPerSecond: plannedBits + voiceBitsPerSecond,
      availableBitsPerSecond: stats?.availableBitsPerSecond ?? null,
      sentBitsPerSecond: stats?.sentBitsPerSecond ?? null,
    }));
    const wanted = planBits(this.#planFor(facts, isSpeaker, null)) + this.#soundBits(facts);
    const before = this.#uplink.bitsPerSecond;
    this.#uplink = readUplink(this.#uplink, links, wanted, this.#deps.clock.now());
    if (this.#uplink.bitsPerSecond !== before) this.#limit(facts, isSpeaker);
  }

  #limit(facts: RoomFacts, isSpeaker: boolean): void {
    const before = planBits(this.#plan);
    this.#plan = this.#planFor(facts, isSpeaker, this.#uplink.bitsPerSecond);
    if (planBits(this.#plan) > before) this.#uplink = grown(this.#uplink, this.#deps.clock.now());
    for (const [peerId, { video, screen }] of this.#plan) {
      facts.links.get(peerId)?.limit('video', video);
      facts.links.get(peerId)?.limit('screen', screen);
    }
  }

  #planFor(facts: RoomFacts, isSpeaker: boolean, uplinkBitsPerSecond: number | null): SendPlan {
    const { self, links, remote } = facts;
    return sendPlan({
      receivers: new Map([...links.keys()].map((peerId) => [peerId, receiverOf(facts, peerId)])),
      people: 1 + new Set([...links.keys(), ...remote.keys()]).size,
      isCameraOn: this.#deps.media.store.snapshot.videoTrack !== null,
      isScreenOn: this.#deps.screen.store.snapshot !== null,
      isSpeaker,
      camerasBefore: [...remote].filter(([peerId, { camera }]) => camera && peerId < self).length,
      soundBitsPerSecond: this.#soundBits(facts),
      uplinkBitsPerSecond,
      previous: this.#plan,
    });
  }

  /** The sound of my screen, for a member who opened it. */
  #screenSound(facts: RoomFacts, peerId: PeerId): MediaTrack | null {
    return receiverOf(facts, peerId).screen > 0 ? (this.#deps.screen.store.snapshot?.audio ?? null) : null;
  }

  #soundBits(facts: RoomFacts): number {
    const listeners = [...facts.links.keys()].filter((peerId) => this.#screenSound(facts, peerId) !== null);
    const voices = facts.links.size + facts.carriedOut.size;
    return voices * voiceBitsPerSecond + listeners.length * screenSoundBitsPerSecond;
  }
}

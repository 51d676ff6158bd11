// What members do beside speaking: lines, reactions, raised hands, wishes to mute, and what they look at.
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import { toHex } from '#core/base/bytes';
import type { Broken } from '#core/conference/breaks';
import { reactions } from '#core/conference/messages';
import type { RoomWire } from '#core/conference/room-wire';
import { RoomChat } from '#core/conference/room-chat';
import type { RoomEvents, RoomLine } from '#core/conference/snapshot';
import type { Clock, RandomBytes } from '#core/ports';
import { limits } from '#core/wire/limits';
import { TokenBucket } from '#core/wire/rate-limit';

export interface RoomTalkDeps {
  readonly self: PeerId;
  readonly roomId: RoomId;
  readonly wire: Pick<RoomWire, 'send'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly others: () => readonly PeerId[];
  readonly nameOf: (peerId: PeerId) => string;
  readonly emit: <K extends keyof RoomEvents>(event: K, payload: RoomEvents[K]) => void;
  readonly broke: (peerId: PeerId, what: Broken) => void;
  readonly changed: () => void;
}

type Heights = Readonly<{ video: number; screen: number }>;
type Reaction = (typeof reactions)[number];

const gestures = { perSecond: limits.reactionsPerSecond, burst: 2 * limits.reactionsPerSecond };
const isReaction = (text: string): text is Reaction => reactions.some((reaction) => reaction === text);

export class RoomTalk {
  readonly #deps: RoomTalkDeps;
  readonly #chat: RoomChat;
  readonly #buckets = new Map<PeerId, TokenBucket>();
  /** What I look at of each member, told again on a new link. */
  readonly #watching = new Map<PeerId, Heights>();

  constructor(deps: RoomTalkDeps) {
    this.#deps = deps;
    this.#chat = new RoomChat(deps.clock);
  }

  get lines(): readonly RoomLine[] {
    return this.#chat.lines;
  }

  /** False when it could not be said: empty, too long, or too many at once. */
  say(text: string): boolean {
    const { self, roomId, random, wire, others, nameOf, changed } = this.#deps;
    const id = toHex(random(8));
    if (this.#chat.take({ id, from: self, name: nameOf(self), text }) !== 'taken') return false;
    const line = this.#chat.lines.at(-1);
    for (const to of others()) wire.send(to, 'room.say', { roomId, id, text: line?.text ?? text });
    changed();
    return true;
  }

  receiveLine(from: PeerId, { id, text }: { id: string; text: string }): void {
    const taken = this.#chat.take({ id, from, name: this.#deps.nameOf(from), text });
    if (taken === 'refused') this.#deps.broke(from, 'chat');
    else if (taken === 'taken') this.#deps.changed();
  }

  react(text: string): void {
    const { self, roomId, wire, others } = this.#deps;
    if (!isReaction(text) || !this.#take(self)) return;
    for (const to of others()) wire.send(to, 'room.react', { roomId, reaction: text });
    this.#deps.emit('reacted', { roomId, peerId: self, reaction: text });
  }

  receiveReaction(from: PeerId, reaction: Reaction): void {
    if (this.#take(from)) this.#deps.emit('reacted', { roomId: this.#deps.roomId, peerId: from, reaction });
  }

  askMute(peerId: PeerId): void {
    const { roomId, wire } = this.#deps;
    if (this.#take(this.#deps.self)) wire.send(peerId, 'room.ask-mute', { roomId });
  }

  receiveMuteWish(from: PeerId): void {
    if (this.#take(from)) this.#deps.emit('muteAsked', { roomId: this.#deps.roomId, by: from });
  }

  watch(peerId: PeerId, heights: Heights): void {
    const before = this.#watching.get(peerId);
    if (before?.video === heights.video && before.screen === heights.screen) return;
    this.#watching.set(peerId, heights);
    this.tellWatching(peerId);
  }

  tellWatching(to: PeerId): void {
    const heights = this.#watching.get(to);
    if (!heights) return;
    const [video, screen] = [heights.video, heights.screen].map((px) => Math.min(4_320, Math.max(0, Math.round(px))));
    this.#deps.wire.send(to, 'room.watch', { roomId: this.#deps.roomId, video: video ?? 0, screen: screen ?? 0 });
  }

  forget(peerId: PeerId): void {
    this.#watching.delete(peerId);
    this.#buckets.delete(peerId);
  }

  #take(peerId: PeerId): boolean {
    const nowMs = this.#deps.clock.now();
    const bucket = this.#buckets.get(peerId) ?? new TokenBucket(gestures, nowMs);
    this.#buckets.set(peerId, bucket);
    return bucket.take(nowMs);
  }
}

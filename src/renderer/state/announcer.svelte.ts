// What happens in the room and what is written, said to screen readers as it happens; each kind can be switched off.
import type { PeerId } from '#shared/identity';
import type { Settings } from '#shared/settings';
import type { Scope } from '#core/base/scope';
import type { RoomEvents, RoomSnapshot } from '#core/conference/snapshot';
import { m } from '#messages/messages';
import type { RoomsPort } from '#state/deps';

export interface AnnouncerDeps {
  readonly rooms: Pick<RoomsPort, 'store' | 'events'>;
  readonly scope: Scope;
  readonly self: PeerId;
  wanted(): Settings['announcements'];
  /** My own name for somebody, or what they call themself. */
  nameOf(peerId: PeerId, name: string): string;
}

export interface Announcement {
  readonly id: number;
  readonly text: string;
}

/** A live region says what is added to it; what was said goes soon, so that nobody reads old news. */
const linesKept = 6;

const isInside = (room: RoomSnapshot | null): room is RoomSnapshot =>
  room?.stage.phase === 'inside' || room?.stage.phase === 'held';

export class Announcer {
  readonly #deps: AnnouncerDeps;
  #said = $state.raw<readonly Announcement[]>([]);
  #lastId = 0;
  #before: RoomSnapshot | null = null;

  constructor(deps: AnnouncerDeps) {
    this.#deps = deps;
    const { rooms, scope } = deps;
    this.#before = rooms.store.snapshot.current;
    scope.onEnd(rooms.events.on('joined', (event) => this.#sayJoined(event)));
    scope.onEnd(rooms.events.on('left', (event) => this.#sayLeft(event)));
    scope.onEnd(rooms.events.on('reacted', (event) => this.#sayReacted(event)));
    scope.onEnd(rooms.store.onChange(() => this.#follow(rooms.store.snapshot.current)));
  }

  /** For a live region. */
  get said(): readonly Announcement[] {
    return this.#said;
  }

  /** A new message of a conversation. */
  sayMessage(text: string): void {
    if (this.#deps.wanted().chat) this.#say(text);
  }

  say(text: string): void {
    this.#say(text);
  }

  #isHere(roomId: RoomSnapshot['roomId'], peerId: PeerId): boolean {
    return roomId === this.#deps.rooms.store.snapshot.current?.roomId && peerId !== this.#deps.self;
  }

  #sayJoined({ roomId, peerId, name }: RoomEvents['joined']): void {
    if (!this.#deps.wanted().joinedLeft || !this.#isHere(roomId, peerId)) return;
    this.#say(m.door.said.joined(this.#deps.nameOf(peerId, name)));
  }

  #sayLeft({ roomId, peerId, name, how }: RoomEvents['left']): void {
    if (!this.#deps.wanted().joinedLeft || !this.#isHere(roomId, peerId)) return;
    this.#say(m.door.said[how](this.#deps.nameOf(peerId, name)));
  }

  #sayReacted({ roomId, peerId, reaction }: RoomEvents['reacted']): void {
    if (!this.#deps.wanted().reactions || !this.#isHere(roomId, peerId)) return;
    const member = this.#deps.rooms.store.snapshot.current?.members.find((one) => one.peerId === peerId);
    if (member) this.#say(m.door.said.reacted(this.#deps.nameOf(peerId, member.name), reaction));
  }

  #follow(now: RoomSnapshot | null): void {
    const before = this.#before;
    this.#before = now;
    if (!isInside(now) || !isInside(before) || before.roomId !== now.roomId) return;
    const wanted = this.#deps.wanted();
    if (wanted.chat && before.lines !== now.lines) this.#sayLines(before, now);
    if (wanted.hands && before.members !== now.members) this.#sayHands(before, now);
  }

  #sayLines(before: RoomSnapshot, now: RoomSnapshot): void {
    const known = before.lines.map((line) => line.id);
    for (const line of now.lines) {
      if (known.includes(line.id) || line.from === this.#deps.self) continue;
      this.#say(m.door.said.line(this.#deps.nameOf(line.from, line.name), line.text));
    }
  }

  #sayHands(before: RoomSnapshot, now: RoomSnapshot): void {
    const wasUp = before.members.filter(({ hand }) => hand !== null).map(({ peerId }) => peerId);
    for (const { peerId, hand, name, isSelf } of now.members) {
      if (hand !== null && !isSelf && !wasUp.includes(peerId))
        this.#say(m.door.said.hand(this.#deps.nameOf(peerId, name)));
    }
  }

  #say(text: string): void {
    this.#lastId += 1;
    this.#said = [...this.#said, { id: this.#lastId, text }].slice(-linesKept);
  }
}

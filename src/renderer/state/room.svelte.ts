// The room on the stage: who is inside, how I fare with them, and what can be done in it.
import type { Contact, ContactId } from '#shared/contact';
import type { Host } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import { reactions } from '#core/conference/messages';
import type { Scope } from '#core/base/scope';
import type { RoomMember, RoomSnapshot, RoomsSnapshot } from '#core/conference/snapshot';
import type { Clock, LocalMedia } from '#core/ports';
import { m } from '#messages/messages';
import type { RoomsPort, TabMemory } from '#state/deps';
import { Live } from '#state/live.svelte';
import type { MediaView } from '#state/media-view';
import { MicrophoneHints } from '#state/microphone-hints.svelte';
import { shownName } from '#state/people.svelte';
import { RoomChat } from '#state/room-chat.svelte';
import { RoomLayout } from '#state/room-layout.svelte';
import { RoomLending } from '#state/room-lending.svelte';
import { roomLinks, type RoomLink } from '#state/room-links';
import { RoomOwnMedia } from '#state/room-own-media.svelte';
import { RoomReactions } from '#state/room-reactions.svelte';
import { RoomRecording } from '#state/room-recording.svelte';
import { planStage, type StagePlan } from '#state/room-stage';
import { RoomVolumes } from '#state/room-volumes.svelte';
import { RoomWatch } from '#state/room-watch';
import { Ticker } from '#state/ticker.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface RoomDeps {
  readonly host: Pick<Host, 'showRecording'>;
  readonly rooms: RoomsPort;
  readonly media: LocalMedia;
  readonly view: MediaView;
  readonly clock: Clock;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  /** Keeps volumes, layout and what is read out. */
  readonly memory: TabMemory;
  findContact(peerId: PeerId): Contact | null;
}

export const knownReactions = reactions;
export type Reaction = (typeof reactions)[number];

const spatialKey = 'roundtable.spatial';

/** What the panes ask of the room as it is. */
type RoomCommands = Pick<
  RoomsPort,
  | 'leave'
  | 'dismiss'
  | 'resume'
  | 'ring'
  | 'stopRinging'
  | 'admit'
  | 'declineKnock'
  | 'remove'
  | 'setLocked'
  | 'react'
  | 'makeLink'
>;

export class RoomState {
  readonly #deps: RoomDeps;
  readonly commands: RoomCommands;
  readonly #rooms: Live<RoomsSnapshot>;
  readonly #ticker: Ticker;
  readonly mine: RoomOwnMedia;
  readonly volumes: RoomVolumes;
  readonly layout: RoomLayout;
  readonly reactions: RoomReactions;
  readonly watch: RoomWatch;
  readonly hints: MicrophoneHints;
  readonly chat: RoomChat;
  readonly recording: RoomRecording;
  readonly lending: RoomLending;
  #lastSpeaker = $state.raw<PeerId | null>(null);
  #isSpatial = $state(false);
  #known: RoomSnapshot | null = null;

  /** What stands on the stage. */
  readonly plan: StagePlan = $derived.by(() => {
    const { choice, pinned, watched } = this.layout;
    return planStage({ members: this.members, choice, pinned, watched, speaker: this.#lastSpeaker });
  });
  readonly links: readonly RoomLink[] = $derived.by(() => roomLinks(this.members));
  readonly hands: readonly RoomMember[] = $derived.by(() =>
    this.members.filter(({ hand }) => hand !== null).toSorted((a, b) => (a.hand ?? 0) - (b.hand ?? 0)),
  );
  constructor(deps: RoomDeps) {
    this.#deps = deps;
    const { rooms, media, view, clock, memory, scope } = deps;
    this.commands = rooms;
    this.#rooms = new Live(rooms.store);
    this.mine = new RoomOwnMedia({ rooms, media, toasts: deps.toasts });
    this.#ticker = new Ticker(clock, 1_000);
    const contactIdOf = (peerId: PeerId): ContactId | null => deps.findContact(peerId)?.contactId ?? null;
    this.volumes = new RoomVolumes({ view, memory, contactIdOf });
    this.layout = new RoomLayout(memory);
    this.watch = new RoomWatch(rooms, clock);
    this.reactions = new RoomReactions(clock);
    this.hints = new MicrophoneHints({ media, view, clock, scope });
    const room = (): RoomSnapshot | null => this.snapshot;
    const { host, toasts } = deps;
    this.chat = new RoomChat({ rooms, toasts, room });
    this.lending = new RoomLending({ rooms, memory, members: () => this.members });
    this.recording = new RoomRecording({ host, rooms, toasts, ticker: this.#ticker, room });
    this.#isSpatial = memory.getItem(spatialKey) === 'on';
    view.setSpatial(this.#isSpatial);
    scope.onEnd(rooms.store.onChange(() => this.#follow(rooms.store.snapshot.current)));
    scope.onEnd(
      rooms.events.on('reacted', (event) =>
        this.#ifHere(event, () => this.reactions.show(event.peerId, event.reaction)),
      ),
    );
    scope.onEnd(rooms.events.on('muteAsked', (event) => this.#ifHere(event, () => this.#sayMuteAsked(event.by))));
    scope.onEnd(rooms.events.on('refused', (event) => this.#ifHere(event, () => this.#sayRefused(event.peerId))));
    this.#follow(rooms.store.snapshot.current);
  }

  // ---- what is so ----------------------------------------------------------------------------------------------

  /** Null while there is no room on the stage. */
  get snapshot(): RoomSnapshot | null {
    return this.#rooms.current.current;
  }

  get held(): readonly RoomSnapshot[] {
    return this.#rooms.current.held;
  }

  /** In the order of seats, me among them. */
  get members(): readonly RoomMember[] {
    return this.snapshot?.members ?? [];
  }

  get others(): readonly RoomMember[] {
    return this.members.filter((member) => !member.isSelf);
  }

  get me(): RoomMember | null {
    return this.members.find((member) => member.isSelf) ?? null;
  }

  get isInside(): boolean {
    return this.snapshot?.stage.phase === 'inside';
  }

  get isSpatial(): boolean {
    return this.#isSpatial;
  }

  get elapsedMs(): number {
    const { snapshot } = this;
    return snapshot ? Math.max(0, this.#ticker.nowMs - snapshot.sinceMs) : 0;
  }

  memberOf(peerId: PeerId): RoomMember | null {
    return this.members.find((member) => member.peerId === peerId) ?? null;
  }

  contactOf(peerId: PeerId): Contact | null {
    return this.#deps.findContact(peerId);
  }

  /** "You", or my own name for them where I gave one. */
  nameOf(member: Pick<RoomMember, 'peerId' | 'name' | 'isSelf'>): string {
    return member.isSelf ? m.common.you : this.#shown(member.peerId, member.name);
  }

  nameOfPeer(peerId: PeerId, fallback: string = m.call.stranger): string {
    const member = this.memberOf(peerId);
    return member ? this.nameOf(member) : this.#shown(peerId, fallback);
  }

  votesOn(peerId: PeerId): readonly PeerId[] {
    return this.snapshot?.votes.find((vote) => vote.peerId === peerId)?.by ?? [];
  }

  // ---- what can be done ------------------------------------------------------------------------------------------

  async toggleScreen(): Promise<void> {
    if (this.me?.screen === true) this.#deps.rooms.stopSharing();
    else await this.#attempt(async () => await this.#deps.rooms.shareScreen());
  }

  toggleHand(): void {
    this.#deps.rooms.setHand(this.me?.hand === null);
  }

  askMute(member: RoomMember): void {
    this.#deps.rooms.askMute(member.peerId);
    this.#deps.toasts.show({ title: m.room.member.asked(this.nameOf(member)) });
  }

  setSpatial(isOn: boolean): void {
    this.#isSpatial = isOn;
    this.#deps.memory.setItem(spatialKey, isOn ? 'on' : 'off');
    this.#deps.view.setSpatial(isOn);
  }

  setWatched(peerId: PeerId, isWatched: boolean): void {
    if (isWatched) this.layout.watch(peerId);
    else this.layout.unwatch(peerId);
    this.volumes.applyScreen(peerId, isWatched);
  }

  // ---- what happens ----------------------------------------------------------------------------------------------

  #follow(now: RoomSnapshot | null): void {
    const before = this.#known;
    this.#known = now;
    const isOther = before?.roomId !== now?.roomId;
    const isIn = now?.stage.phase === 'inside';
    if (isOther) {
      this.layout.clear();
      this.watch.forget();
      this.#lastSpeaker = null;
      this.chat.clear();
      this.mine.stopTalking();
    }
    if (isIn && (isOther || before?.stage.phase !== 'inside')) this.lending.tell();
    this.hints.setInside(isIn);
    const { members = [], speaker = null } = now ?? {};
    const me = members.find(({ isSelf }) => isSelf);
    if (speaker !== null && speaker !== me?.peerId) this.#lastSpeaker = speaker;
    this.#followMembers(isOther ? [] : (before?.members ?? []), members);
  }

  #followMembers(before: readonly RoomMember[], now: readonly RoomMember[]): void {
    const order = now.map(({ peerId }) => peerId);
    const self = now.find(({ isSelf }) => isSelf)?.peerId;
    const isSameOrder = before.length === now.length && before.every(({ peerId }, at) => peerId === order[at]);
    if (self !== undefined && !isSameOrder) this.#deps.view.setSeats(order, self);
    for (const { peerId, isSelf, screen } of now) {
      const earlier = before.find((member) => member.peerId === peerId);
      if (isSelf) continue;
      if (!earlier) this.volumes.apply(peerId);
      if (screen && earlier?.screen !== true) this.volumes.applyScreen(peerId, this.layout.isWatching(peerId));
      if (!screen && earlier?.screen === true) this.layout.unwatch(peerId);
    }
  }

  #sayMuteAsked(by: PeerId): void {
    if (this.#deps.media.store.snapshot.isMuted) return;
    const action = { label: m.room.mute, run: () => this.mine.mute() };
    this.#deps.toasts.show({ severity: 'warning', title: m.room.muteAsked(this.nameOfPeer(by)), action });
  }

  #sayRefused(peerId: PeerId): void {
    const title = m.room.refused(this.nameOfPeer(peerId));
    this.#deps.toasts.show({ severity: 'warning', title, text: m.room.refusedText });
  }

  #ifHere({ roomId }: { roomId: RoomSnapshot['roomId'] }, run: () => void): void {
    if (this.#deps.rooms.store.snapshot.current?.roomId === roomId) run();
  }

  #shown(peerId: PeerId, fallback: string): string {
    const contact = this.#deps.findContact(peerId);
    return contact ? shownName(contact) : fallback;
  }

  async #attempt(command: () => Promise<void>): Promise<void> {
    try {
      await command();
    } catch (reason) {
      this.#deps.toasts.fail(reason);
    }
  }
}

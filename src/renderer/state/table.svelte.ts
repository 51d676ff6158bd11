// Everything there is once a person sits down: an identity, the network, and a state object per subject.
import type { ConversationId, EntryId } from '#shared/chat';
import type { CallRecord } from '#shared/call-record';
import type { Contact, ContactId } from '#shared/contact';
import type { Identity, PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import type { Scope } from '#core/base/scope';
import type { CallSnapshot } from '#core/call/snapshot';
import { m } from '#messages/messages';
import { Announcer } from '#state/announcer.svelte';
import { soundAlerts } from '#state/alerts';
import { ByHandState } from '#state/by-hand.svelte';
import { CallMemory } from '#state/call-memory';
import { CallState } from '#state/call.svelte';
import { CastsState } from '#state/casts.svelte';
import { ChatState } from '#state/chat.svelte';
import type { AppDeps, Network } from '#state/deps';
import { DevicesState } from '#state/devices.svelte';
import { DoctorState } from '#state/doctor.svelte';
import type { DoorState } from '#state/door.svelte';
import { DropPlaces } from '#state/drop-places';
import type { DropsState } from '#state/drops.svelte';
import { EchoState } from '#state/echo.svelte';
import { sayEndedCall } from '#state/ended-call-notice';
import { followRooms } from '#state/follow-rooms';
import { GiveTakeState } from '#state/give-take.svelte';
import { InvitesState } from '#state/invites.svelte';
import { KeptState } from '#state/kept.svelte';
import { KnownRoomsState } from '#state/known-rooms.svelte';
import { Links } from '#state/links';
import type { MediaView } from '#state/media-view';
import { MuteKeysState } from '#state/mute-keys.svelte';
import { NavigationState } from '#state/navigation.svelte';
import { openDoor } from '#state/open-door';
import { openDrops, tellOfDrops } from '#state/open-drops';
import { PeopleState, shownName } from '#state/people.svelte';
import { ReachState } from '#state/reach.svelte';
import { RelayState } from '#state/relay.svelte';
import { RoomState } from '#state/room.svelte';
import { SelfState } from '#state/self.svelte';
import type { ScreenPicker } from '#state/screen-picker.svelte';
import type { SettingsState } from '#state/settings.svelte';
import { SharesState } from '#state/shares.svelte';
import { SoundsState } from '#state/sounds';
import { Ticker } from '#state/ticker.svelte';
import type { ToastsState } from '#state/toasts.svelte';
import { VaultState } from '#state/vault.svelte';
import { VaultFoldersState } from '#state/vault-folders.svelte';

export interface TableDeps {
  readonly app: AppDeps;
  readonly network: Network;
  readonly identity: Identity;
  readonly contacts: readonly Contact[];
  readonly records: readonly CallRecord[];
  readonly settings: SettingsState;
  readonly toasts: ToastsState;
  readonly scope: Scope;
}

export class TableState {
  readonly self: SelfState;
  readonly people: PeopleState;
  readonly invites: InvitesState;
  readonly call: CallState;
  readonly devices: DevicesState;
  readonly muteKeys: MuteKeysState;
  readonly echo: EchoState;
  /** The way into a room, up to being inside. */
  readonly door: DoorState;
  /** The room on the stage. */
  readonly room: RoomState;
  readonly knownRooms: KnownRoomsState;
  /** Conversations with people and groups. */
  readonly chat: ChatState;
  /** What is kept here for friends. */
  readonly kept: KeptState;
  readonly links: Links;
  readonly drops: DropsState;
  /** Shared folders, mine and those of others. */
  readonly shares: SharesState;
  /** My things with friends, and theirs with me. */
  readonly vault: VaultState;
  /** Live streams, mine and those of others. */
  readonly casts: CastsState;
  readonly vaultFolders: VaultFoldersState;
  /** What files gave and got, and may take of the line. */
  readonly giveTake: GiveTakeState;
  /** Whom files can be dropped on. */
  readonly places: DropPlaces;
  readonly announcer: Announcer;
  readonly reach: ReachState;
  /** The connection with each person. */
  readonly doctor: DoctorState;
  /** Connections opened by texts that people carry. */
  readonly byHand: ByHandState;
  /** Connections that friends carry. */
  readonly relay: RelayState;
  readonly sounds: SoundsState;
  readonly navigation = new NavigationState();
  readonly settings: SettingsState;
  readonly toasts: ToastsState;
  readonly view: MediaView;
  readonly screenPicker: ScreenPicker;
  /** The time of day, for "yesterday" and the like; steps once in half a minute. */
  readonly clock: Ticker;

  constructor(deps: TableDeps) {
    const { app, network, toasts, settings, scope } = deps;
    const { host, clock, intake, lineCost } = app;
    this.settings = settings;
    this.toasts = toasts;
    this.view = app.view;
    this.screenPicker = app.screenPicker;
    this.clock = new Ticker(clock, 30_000);
    this.self = new SelfState(host, deps.identity);
    const { contacts, records } = deps;
    const { presence } = network;
    const conversations = network.chat.store;
    this.people = new PeopleState({ host, presence, conversations, toasts, scope, contacts, records });
    this.chat = this.#openChat(deps);
    const { nameOf } = this.chat;
    this.kept = new KeptState({ host, toasts, scope, nameOf: (peerId) => nameOf(peerId, null) });
    this.links = new Links({ host, navigation: this.navigation, toasts });
    this.invites = new InvitesState(host, toasts);
    const findContact = (peerId: PeerId): Contact | null => this.people.byPeer(peerId);
    const memory = new CallMemory(app.memory);
    this.call = new CallState({ calls: network.calls, media: app.media, clock, toasts, memory, scope, findContact });
    this.devices = new DevicesState(app.devices, settings, toasts);
    const { media, tones, view } = app;
    this.muteKeys = new MuteKeysState({ host, media, tones, settings, toasts, scope });
    this.echo = new EchoState(app.echo, toasts, () => this.#isTalking);
    this.reach = new ReachState(network.reachability);
    const { rooms } = network;
    this.room = new RoomState({ host, rooms, media, view, clock, toasts, scope, findContact, memory: app.kept });
    this.byHand = new ByHandState({ byHand: network.byHand, host, toasts });
    this.doctor = new DoctorState({ doctor: network.doctor, host, clock, around: this });
    this.door = openDoor(deps, this);
    this.knownRooms = new KnownRoomsState({ host, rooms, toasts, scope });
    this.drops = openDrops(deps, this);
    const nameOfPeer = (peerId: PeerId): string => this.people.nameOfPeer(peerId) ?? m.call.stranger;
    this.relay = new RelayState({ relays: network.relays, toasts, scope, nameOf: nameOfPeer });
    this.shares = new SharesState({ host, shares: network.shares, clock, toasts, scope, nameOf: nameOfPeer });
    this.giveTake = new GiveTakeState({ host, lineCost, settings, clock, ticker: this.clock, people: this.people });
    const { people, chat, call, room, navigation } = this;
    this.vault = new VaultState({ host, intake, clock, toasts, scope, people, navigation });
    this.casts = new CastsState(deps, this);
    this.vaultFolders = new VaultFoldersState({ host, toasts, scope });
    this.places = new DropPlaces({ drops: network.drops, people, chat, call, room, navigation });
    this.announcer = new Announcer({
      rooms,
      scope,
      self: deps.identity.peerId,
      wanted: () => settings.current.announcements,
      nameOf: (peerId, name) => this.nameOf(peerId, name),
    });
    this.sounds = new SoundsState(app.tones, clock);
    tellOfDrops(deps, this);
    soundAlerts(deps, this);
    followRooms({ rooms, navigation: this.navigation, toasts, scope });
    scope.onEnd(host.on('inviteOpened', ({ text }) => this.openInvite(text)));
    scope.onEnd(network.calls.store.onChange(() => this.#followCall(network)));
    scope.onEnd(() => this.echo.stop());
  }

  /** The microphone belongs to a call or a room. */
  get #isTalking(): boolean {
    return (this.call.phase !== 'idle' && this.call.phase !== 'ended') || this.room.snapshot?.stage.phase === 'inside';
  }

  /** Null for a room that was left. */
  roomName(roomId: RoomId): string | null {
    const { snapshot, held } = this.room;
    return [snapshot, ...held].find((room) => room?.roomId === roomId)?.name ?? null;
  }

  #openChat({ app, network, identity, toasts, scope }: TableDeps): ChatState {
    const { clock, kept: memory, voiceRecorder, voicePlayer, spokenDrafts } = app;
    return new ChatState({
      chat: network.chat,
      clock,
      memory,
      people: this.people,
      toasts,
      scope,
      self: identity.peerId,
      voiceRecorder,
      spokenDrafts,
      voicePlayer,
      isTalking: () => this.#isTalking,
    });
  }

  /** Goes to the person's page; their missed calls count as seen. */
  async visit(contactId: ContactId): Promise<void> {
    this.navigation.show({ kind: 'person', contactId });
    await this.people.markSeen(contactId);
  }

  /** Goes to a conversation, and in it to a message when one is named. */
  async goToChat(conversationId: ConversationId, messageId: EntryId | null): Promise<void> {
    const conversation = this.chat.byId(conversationId);
    if (!conversation) return;
    if (messageId !== null) this.chat.seek(conversationId, messageId);
    if (conversation.contactId === null) this.navigation.show({ kind: 'group', conversationId });
    else await this.visit(conversation.contactId);
  }

  /** Takes a held room back; the one on the stage is held instead. */
  resumeRoom(roomId: RoomId): void {
    this.room.commands.resume(roomId);
    this.navigation.show({ kind: 'room' });
  }

  /** My own name for somebody, or what they call themself. */
  nameOf(peerId: PeerId, theirs: string): string {
    const contact = this.people.byPeer(peerId);
    return contact ? shownName(contact) : theirs;
  }

  /** Blocks at once, with a way back in the notice. */
  async block(contactId: ContactId, name: string): Promise<void> {
    if (!(await this.people.setBlocked(contactId, true))) return;
    if (this.call.contact?.contactId === contactId) this.call.hangUp();
    this.navigation.show({ kind: 'home' });
    const undo = { label: m.person.undo, run: () => void this.people.setBlocked(contactId, false) };
    this.toasts.show({ title: m.person.blocked(name), action: undo });
  }

  async startCall(peerId: PeerId, options: { video: boolean }): Promise<void> {
    this.echo.stop();
    await this.call.call(peerId, options);
  }

  /** Puts the text of an opened link into the paste field, and does nothing else with it. */
  openInvite(text: string): void {
    this.navigation.open({ kind: 'add', tab: 'use' });
    void this.invites.read(text);
  }

  /** The ended call is left behind; its person comes back on screen. */
  leaveEndedCall(): void {
    const { contact } = this.call;
    this.call.dismiss();
    this.navigation.show(contact ? { kind: 'person', contactId: contact.contactId } : { kind: 'home' });
  }

  #phaseBefore: CallSnapshot['phase'] = 'idle';

  #followCall(network: Network): void {
    const { snapshot } = network.calls.store;
    const before = this.#phaseBefore;
    this.#phaseBefore = snapshot.phase;
    const { pane } = this.navigation;
    if (snapshot.phase === before) return;
    const isStage = snapshot.phase !== 'idle' && snapshot.phase !== 'incoming' && snapshot.phase !== 'ended';
    const wasOff = before === 'idle' || before === 'incoming' || before === 'ended';
    if (isStage && wasOff) this.navigation.show({ kind: 'call' });
    if (this.#isTalking) this.chat.hush();
    if (snapshot.phase === 'incoming') this.echo.stop();
    if (snapshot.phase === 'idle' && pane.kind === 'call') this.navigation.show({ kind: 'home' });
    if (snapshot.phase === 'ended') sayEndedCall(this, snapshot, { wasIncoming: before === 'incoming' });
  }
}

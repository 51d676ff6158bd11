// All conversations: what the sidebar shows of them, the one that is open, groups, and finding what was written.
import type { CallInput } from '#shared/contract';
import { groupMembersMost, type ChatMessage, type ConversationId, type EntryId, type GroupAct } from '#shared/chat';
import type { ContactId } from '#shared/contact';
import type { DropId, FileEntry } from '#shared/drop';
import { namedFiles } from '#shared/chat-files';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { ChatEvents, ConversationSnapshot } from '#core/chat/snapshot';
import type { DropSnapshot } from '#core/drop/snapshot';
import type { Clock } from '#core/ports';
import type { SpokenDrafts, VoicePlayer, VoiceRecorder } from '#core/ports/voice';
import { m } from '#messages/messages';
import { ChatDrafts, type ChatDraft } from '#state/chat-drafts.svelte';
import { ChatSearch } from '#state/chat-search.svelte';
import { ConversationState } from '#state/conversation.svelte';
import type { ChatPort, TabMemory } from '#state/deps';
import type { DropTarget } from '#state/drop-target';
import { isNamedIn } from '#state/file-message';
import { FilesHeard } from '#state/files-heard';
import { OpenPane } from '#state/open-pane.svelte';
import { Live } from '#state/live.svelte';
import { actWords, isCall, lineOf, recordOfCall, type NameOf } from '#state/message-view';
import type { WaitingFor } from '#state/chat-waiting';
import { folded, shownName, unreadIn, type PeopleState } from '#state/people.svelte';
import type { ToastsState } from '#state/toasts.svelte';
import { VoiceNoteState } from '#state/voice-note.svelte';
import { VoicePlaybackState } from '#state/voice-playback.svelte';

/** People of one group, me among them. */
export const groupSeats = groupMembersMost;

export type ShownConversation = ConversationSnapshot;

export interface ChatStateDeps {
  readonly chat: ChatPort;
  readonly clock: Clock;
  readonly memory: TabMemory;
  readonly people: PeopleState;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  readonly self: PeerId;
  readonly voiceRecorder: VoiceRecorder;
  readonly voicePlayer: VoicePlayer;
  readonly spokenDrafts: SpokenDrafts;
  readonly isTalking: () => boolean;
}

export class ChatState {
  readonly #deps: ChatStateDeps;
  readonly #all: Live<readonly ConversationSnapshot[]>;
  readonly drafts: ChatDrafts;
  readonly search: ChatSearch;
  readonly voiceNote: VoiceNoteState;
  readonly playback: VoicePlaybackState;
  /** Where the next conversation that opens begins, once. */
  #sought: { readonly conversationId: ConversationId; readonly messageId: EntryId } | null = null;
  readonly #pane = new OpenPane();
  readonly #filesHeard = new FilesHeard();
  readonly nameOf: NameOf;

  constructor(deps: ChatStateDeps) {
    const { chat, people, scope } = deps;
    this.#deps = deps;
    this.#all = new Live(chat.store);
    this.drafts = new ChatDrafts(deps.memory, deps.spokenDrafts);
    this.search = new ChatSearch({ chat, clock: deps.clock, toasts: deps.toasts });
    const { clock, memory, toasts, isTalking, voiceRecorder: recorder, voicePlayer: player } = deps;
    const draftOf = (conversationId: ConversationId): ChatDraft => this.drafts.of(conversationId);
    this.voiceNote = new VoiceNoteState({ chat, recorder, clock, toasts, scope, isTalking, draftOf });
    this.playback = new VoicePlaybackState({ player, memory, toasts, scope });
    this.nameOf = (peerId, theirs) => people.nameOfPeer(peerId) ?? theirs ?? m.call.stranger;
    scope.onEnd(chat.events.on('changed', (change) => this.#take(change)));
    scope.onEnd(chat.store.onChange(() => this.#countUnread()));
  }

  /** Groups, the latest first. */
  get groups(): readonly ConversationSnapshot[] {
    return this.#all.current.filter(({ kind }) => kind === 'group');
  }

  foundGroups(search: string): readonly ConversationSnapshot[] {
    const wanted = folded(search.trim());
    return this.groups.filter(({ name }) => folded(name).includes(wanted));
  }

  byId(conversationId: ConversationId): ConversationSnapshot | null {
    return this.#all.current.find((conversation) => conversation.conversationId === conversationId) ?? null;
  }

  of(contactId: ContactId): ConversationSnapshot | null {
    return this.#all.current.find((conversation) => conversation.contactId === contactId) ?? null;
  }

  /** The group's name, or the one I use for the person. */
  titleOf({ name, contactId }: ConversationSnapshot): string {
    const contact = contactId === null ? null : this.#deps.people.byId(contactId);
    return contact ? shownName(contact) : name;
  }

  /** How many of a group are there, I among them not counted. */
  onlineIn({ members }: ConversationSnapshot): number {
    const { people } = this.#deps;
    return members.filter(({ peerId }) => {
      const contact = people.byPeer(peerId);
      return contact !== null && people.presenceOf(contact) === 'online';
    }).length;
  }

  /** For the badge: all that is unread where notices are not muted. */
  get unread(): number {
    return unreadIn(this.#all.current);
  }

  /** What stands under the name in the sidebar; null when nothing was written. */
  preview(conversation: ConversationSnapshot): string | null {
    const { typing, last, waiting, kind } = conversation;
    if (typing.length > 0) return m.chat.typingShort;
    if (last === null) return null;
    if (waiting > 0 && last.isMine && kind === 'person') return m.chat.waitingShort;
    return this.#wordsOf(last, kind === 'group');
  }

  /** Opened by the pane that shows it; it is one at a time. */
  open(first: ConversationSnapshot): ConversationState {
    const { chat, clock, toasts, people, self } = this.#deps;
    const { conversationId } = first;
    let known = first;
    const state = new ConversationState({
      chat,
      clock,
      toasts,
      self,
      nameOf: this.nameOf,
      draft: this.drafts.of(conversationId),
      other: () => this.#otherOf(first),
      facts: () => (known = this.byId(conversationId) ?? known),
      calls: () => (first.contactId === null ? [] : people.callsWith(first.contactId)),
    });
    this.#pane.set(state);
    const sought = this.#sought?.conversationId === conversationId ? this.#sought.messageId : null;
    this.#sought = null;
    void state.open(sought);
    return state;
  }

  #otherOf({ contactId, conversationId }: ConversationSnapshot): WaitingFor {
    const { people } = this.#deps;
    const contact = contactId === null ? null : people.byId(contactId);
    return {
      name: contact && shownName(contact),
      isOnline: contact !== null && people.presenceOf(contact) === 'online',
      isFull: this.byId(conversationId)?.isCustodyFull ?? false,
      nameOf: this.nameOf,
    };
  }

  /** The one that is open. */
  get current(): ConversationState | null {
    return this.#pane.now;
  }

  close(state: ConversationState): void {
    this.#pane.close(state);
  }

  /** The message to show: in the conversation when it is open, else where it begins once it opens. */
  seek(conversationId: ConversationId, messageId: EntryId): void {
    if (this.#pane.now?.facts.conversationId === conversationId) void this.#pane.now.jumpTo(messageId);
    else this.#sought = { conversationId, messageId };
  }

  /** Files that were given to a person or a group stand in the conversation with them; those of a room stay in the room. */
  async tellOfFiles(dropId: DropId, files: readonly FileEntry[], target: DropTarget): Promise<void> {
    if (target.kind === 'room') return;
    const known = target.kind === 'group' ? this.byId(target.conversationId) : this.#with(target.peerId);
    if (known?.obstacle !== null) return;
    const { conversationId } = known;
    const draft = this.drafts.of(conversationId);
    const replyTo = draft.about?.kind === 'reply' ? draft.about.messageId : null;
    const offer = namedFiles(dropId, files);
    const isWritten = await this.#attempt(async () => {
      await this.#deps.chat.write(conversationId, { kind: 'files', offer, replyTo });
    });
    if (!isWritten) return;
    if (replyTo !== null) draft.drop();
    if (this.#pane.now?.facts.conversationId === conversationId) this.#pane.now.sent += 1;
  }

  #with(peerId: PeerId): ConversationSnapshot | null {
    return this.#all.current.find((conversation) => conversation.peerId === peerId) ?? null;
  }

  /** Whether the open conversation has this drop before one's eyes, or a little way up. */
  shows(drop: DropSnapshot): boolean {
    return this.#pane.drawn !== null && isNamedIn(this.#pane.drawn.messages, drop);
  }

  /** Whether a message told of this drop since the start. */
  hasToldOf(drop: DropSnapshot): boolean {
    return this.#filesHeard.has(drop);
  }

  /** The sound of a voice message. Fails `voice-unplayable`. */
  async readVoice(conversationId: ConversationId, messageId: EntryId): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#deps.chat.readVoice(conversationId, messageId);
  }

  /** A call or a room needs the microphone and the ear: what is spoken waits in its draft, what is heard pauses. */
  hush(): void {
    void this.voiceNote.finish();
    this.playback.pause();
  }

  /** Null when it could not be made; a notice says why. */
  async makeGroup(group: CallInput<'makeGroup'>): Promise<ConversationId | null> {
    let made: ConversationId | null = null;
    await this.#attempt(async () => {
      made = (await this.#deps.chat.makeGroup(group)).conversationId;
    });
    return made;
  }

  async act(conversationId: ConversationId, act: GroupAct): Promise<boolean> {
    return await this.#attempt(async () => {
      await this.#deps.chat.act(conversationId, act);
    });
  }

  async setMuted(conversationId: ConversationId, isMuted: boolean): Promise<boolean> {
    return await this.#attempt(async () => {
      await this.#deps.chat.setMuted(conversationId, isMuted);
    });
  }

  /** Deletes it here only; a group is left first. */
  async forget(conversationId: ConversationId): Promise<boolean> {
    return await this.#attempt(async () => {
      await this.#deps.chat.forget(conversationId);
      this.drafts.forget(conversationId);
    });
  }

  async saveExport(conversationId: ConversationId): Promise<void> {
    await this.#attempt(async () => {
      const { name, folder } = await this.#deps.chat.saveExport(conversationId);
      this.#deps.toasts.show({ title: m.chat.exported(name), text: folder });
    });
  }

  /** Whether the conversation is open in a window that is looked at. */
  isWatched(conversationId: ConversationId): boolean {
    return this.#pane.now?.facts.conversationId === conversationId && this.#pane.now.isWatched;
  }

  /** A new message as a notification has it; null for what is none, as a call's card. */
  noticeOf({ conversation, message }: ChatEvents['received']): { title: string; text: string } | null {
    const { kind } = message.content;
    if (isCall(message.content) || kind === 'withdrawn' || kind === 'missing') return null;
    return { title: this.titleOf(conversation), text: this.#wordsOf(message, conversation.kind === 'group') };
  }

  /** One line about a message, as in the sidebar and in notices. */
  #wordsOf(message: ChatMessage, isNamed: boolean): string {
    const { self } = this.#deps;
    const act = actWords(message, self, this.nameOf);
    if (act !== null) return act;
    if (isCall(message.content)) return m.chat.callWords(message.content.kind === 'call' ? 'call' : 'missed');
    const text = lineOf(message.content);
    if (message.isMine) return m.chat.mine(text);
    return isNamed ? m.chat.theirs(this.nameOf(message.from, message.name), text) : m.chat.said(text);
  }

  #counted = 0;

  #countUnread(): void {
    const unread = unreadIn(this.#deps.chat.store.snapshot);
    if (unread === this.#counted) return;
    this.#counted = unread;
    this.#deps.people.showBadge();
  }

  #take(change: ChatEvents['changed']): void {
    if (this.#pane.now?.facts.conversationId === change.conversationId) this.#pane.now.take(change);
    for (const message of change.messages ?? []) {
      this.#noteCall(message);
      this.#filesHeard.note(message);
      // What its author took back is not heard to its end.
      if (message.content.kind === 'withdrawn') this.playback.forget(message.messageId);
    }
  }

  /** A call that rang while I was away is missed as any other. */
  #noteCall(message: ChatMessage): void {
    const { people } = this.#deps;
    const contact = people.byPeer(message.from);
    if (message.isMine || message.content.kind !== 'missed-call' || !contact) return;
    void people.noteMissed(recordOfCall(message, message.content, contact.contactId));
  }

  async #attempt(command: () => Promise<void>): Promise<boolean> {
    try {
      await command();
      return true;
    } catch (reason) {
      this.#deps.toasts.fail(reason);
      return false;
    }
  }
}

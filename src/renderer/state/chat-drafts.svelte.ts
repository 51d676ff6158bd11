// What is being written in each conversation: kept over restarts, with the message it answers or changes.
import * as v from 'valibot';
import { ConversationId, chatTextLength, type ChatDraft as Written, type EntryId } from '#shared/chat';
import { m } from '#messages/messages';
import { filesLine } from '#state/file-message';
import type { MessageView } from '#state/message-view';
import type { SpokenDrafts, SpokenVoice } from '#core/ports/voice';
import type { TabMemory } from '#state/deps';

const key = 'roundtable.drafts';
const keptAtMost = 100;

const Kept = v.record(ConversationId, v.pipe(v.string(), v.maxLength(chatTextLength * 2)));

export interface DraftAbout {
  readonly kind: 'reply' | 'edit';
  readonly messageId: EntryId;
  readonly isMine: boolean;
  readonly name: string;
  readonly excerpt: string;
}

const excerptLength = 200;

interface DraftChanges {
  written(text: string): void;
  spoken(voice: SpokenVoice | null): void;
}

export class ChatDraft {
  readonly #changes: DraftChanges;
  #text = $state('');
  #about = $state.raw<DraftAbout | null>(null);
  #voice = $state.raw<SpokenVoice | null>(null);
  #isVoiceNew = false;
  /** What was written before a message was taken up for a change. */
  #aside = '';

  constructor(text: string, changes: DraftChanges) {
    this.#text = text;
    this.#changes = changes;
  }

  /** Spoken, and not sent yet. */
  get voice(): SpokenVoice | null {
    return this.#voice;
  }

  set voice(voice: SpokenVoice | null) {
    this.#voice = voice;
    this.#isVoiceNew = true;
    this.#changes.spoken(voice);
  }

  /** What was kept of it, unless something was spoken meanwhile. */
  recall(voice: SpokenVoice): void {
    if (!this.#isVoiceNew) this.#voice = voice;
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    if (this.#about?.kind !== 'edit') this.#changes.written(text);
  }

  get about(): DraftAbout | null {
    return this.#about;
  }

  /** Characters that still fit; negative when it is too long. */
  get left(): number {
    return chatTextLength - this.#text.trim().length;
  }

  get isReady(): boolean {
    return this.#text.trim() !== '' && this.left >= 0;
  }

  /** As it is kept once it is sent. */
  get written(): Written {
    const text = this.#text.trim();
    if (this.#about?.kind === 'edit') return { kind: 'edit', target: this.#about.messageId, text };
    return { kind: 'text', text, replyTo: this.#about?.messageId ?? null };
  }

  /** Words to begin with, unless something is being written already. */
  propose(text: string): void {
    if (this.#text.trim() === '' && this.#about === null) this.text = text;
  }

  reply(message: MessageView): void {
    this.drop();
    this.#about = aboutOf('reply', message);
  }

  /** Takes a message of mine up for a change. */
  edit(message: MessageView): void {
    this.drop();
    this.#aside = this.#text;
    this.#about = aboutOf('edit', message);
    this.#text = message.text ?? '';
  }

  /** Answers and changes nothing any more; what was written before a change comes back. */
  drop(): void {
    if (this.#about?.kind === 'edit') this.#text = this.#aside;
    this.#about = null;
  }

  clear(): void {
    if (this.#about?.kind === 'edit') this.drop();
    else {
      this.#about = null;
      this.text = '';
    }
  }
}

const aboutOf = (kind: DraftAbout['kind'], message: MessageView): DraftAbout => ({
  kind,
  messageId: message.id,
  isMine: message.isMine,
  name: message.name,
  excerpt: excerptOf(message),
});

function excerptOf({ text, voice, files }: MessageView): string {
  if (files) return filesLine(files);
  return voice ? m.chat.voice.line(voice.durationMs) : (text ?? '').slice(0, excerptLength);
}

export class ChatDrafts {
  readonly #memory: TabMemory;
  readonly #spoken: SpokenDrafts;
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing shows which drafts there are
  readonly #drafts = new Map<ConversationId, ChatDraft>();
  #kept: v.InferOutput<typeof Kept>;

  constructor(memory: TabMemory, spoken: SpokenDrafts) {
    this.#memory = memory;
    this.#spoken = spoken;
    const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Kept), memory.getItem(key));
    this.#kept = read.success ? read.output : {};
  }

  of(conversationId: ConversationId): ChatDraft {
    const known = this.#drafts.get(conversationId);
    if (known) return known;
    const draft = new ChatDraft(this.#kept[conversationId] ?? '', {
      written: (text) => this.#keep(conversationId, text),
      spoken: (voice) => void this.#spoken.keep(conversationId, voice),
    });
    this.#drafts.set(conversationId, draft);
    void this.#spoken.find(conversationId).then((voice) => {
      if (voice) draft.recall(voice);
    });
    return draft;
  }

  /** The conversation is gone. */
  forget(conversationId: ConversationId): void {
    this.#drafts.delete(conversationId);
    this.#keep(conversationId, '');
    void this.#spoken.keep(conversationId, null);
  }

  #keep(conversationId: ConversationId, text: string): void {
    const others = Object.entries(this.#kept).filter(([id]) => id !== conversationId);
    const mine = text.trim() === '' ? [] : [[conversationId, text] as const];
    this.#kept = Object.fromEntries([...others, ...mine].slice(-keptAtMost));
    this.#memory.setItem(key, JSON.stringify(this.#kept));
  }
}

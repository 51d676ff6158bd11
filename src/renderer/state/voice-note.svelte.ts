// Speaking a message: one at a time, into the draft of the conversation it was begun in, where it waits to be sent.
import type { ConversationId } from '#shared/chat';
import type { Scope } from '#core/base/scope';
import type { Clock } from '#core/ports';
import type { VoiceRecorder } from '#core/ports/voice';
import type { ChatDraft } from '#state/chat-drafts.svelte';
import type { ChatPort } from '#state/deps';
import { Live } from '#state/live.svelte';
import { Ticker } from '#state/ticker.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface VoiceNoteDeps {
  readonly chat: Pick<ChatPort, 'writeVoice'>;
  readonly recorder: VoiceRecorder;
  readonly clock: Clock;
  readonly toasts: ToastsState;
  readonly scope: Scope;
  readonly draftOf: (conversationId: ConversationId) => ChatDraft;
  /** The microphone belongs to a call or a room while there is one. */
  readonly isTalking: () => boolean;
}

const shownEveryMs = 250;

export class VoiceNoteState {
  readonly #deps: VoiceNoteDeps;
  readonly #phase: Live<VoiceRecorder['phase']['snapshot']>;
  readonly #ticker: Ticker;
  #conversationId = $state.raw<ConversationId | null>(null);
  #startedMs = $state(0);
  #finishing: Promise<boolean> | null = null;

  constructor(deps: VoiceNoteDeps) {
    const { recorder, clock, scope } = deps;
    this.#deps = deps;
    this.#phase = new Live(recorder.phase);
    this.#ticker = new Ticker(clock, shownEveryMs);
    scope.onEnd(recorder.events.on('ended', () => void this.finish()));
    scope.onEnd(() => recorder.discard());
  }

  get isBlocked(): boolean {
    return this.#deps.isTalking();
  }

  /** Whether this conversation's message is being spoken, about to be, or about to be in its draft. */
  isSpoken(conversationId: ConversationId): boolean {
    return this.#conversationId === conversationId;
  }

  get isRecording(): boolean {
    return this.#phase.current === 'recording';
  }

  /** Spoken so far. */
  get elapsedMs(): number {
    return this.isRecording ? Math.max(0, this.#ticker.nowMs - this.#startedMs) : 0;
  }

  readonly watchLevel: VoiceRecorder['watchLevel'] = (onLevel) => this.#deps.recorder.watchLevel(onLevel);

  async start(conversationId: ConversationId): Promise<void> {
    if (this.isBlocked) return;
    await this.finish();
    this.#conversationId = conversationId;
    await this.#attempt(async () => {
      await this.#deps.recorder.start();
      this.#startedMs = this.#deps.clock.now();
    });
  }

  /** What was spoken goes into its draft; nothing is sent yet. */
  async finish(): Promise<void> {
    const conversationId = this.#conversationId;
    if (conversationId === null) return;
    this.#finishing ??= this.#attempt(async () => {
      const voice = await this.#deps.recorder.stop();
      // Thrown away meanwhile, it is not wanted any more.
      if (voice && this.#conversationId === conversationId) this.#deps.draftOf(conversationId).voice = voice;
      this.#conversationId = null;
    });
    await this.#finishing;
    this.#finishing = null;
  }

  /** Sends what was spoken; it stays in the draft when it could not be kept. Answers whether it was. */
  async send(conversationId: ConversationId): Promise<boolean> {
    await this.finish();
    const draft = this.#deps.draftOf(conversationId);
    const { voice, about } = draft;
    if (!voice) return false;
    const replyTo = about?.kind === 'reply' ? about.messageId : null;
    const isKept = await this.#attempt(async () => {
      await this.#deps.chat.writeVoice(conversationId, { ...voice, replyTo });
    });
    if (!isKept) return false;
    draft.voice = null;
    draft.drop();
    return true;
  }

  discard(): void {
    this.#conversationId = null;
    this.#deps.recorder.discard();
  }

  async #attempt(command: () => Promise<void>): Promise<boolean> {
    try {
      await command();
      return true;
    } catch (reason) {
      this.#conversationId = null;
      this.#deps.toasts.fail(reason);
      return false;
    }
  }
}

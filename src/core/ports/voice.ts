// Speaking a message and hearing one. Adapters implement these with browser powers; tests with fakes.
import type { ConversationId } from '#shared/chat';
import type { Subscribable } from '#core/base/emitter';
import type { ReadableStore } from '#core/base/store';

export interface SpokenVoice {
  /** An Ogg Opus file (RFC 7845), one channel. */
  readonly sound: Uint8Array<ArrayBuffer>;
  readonly durationMs: number;
  /** `voicePeaks` numbers, 0-255: how loud it is from beginning to end. */
  readonly peaks: Uint8Array<ArrayBuffer>;
}

/** What was spoken into a conversation and not sent, kept over restarts as far as the browser does. */
export interface SpokenDrafts {
  find(conversationId: ConversationId): Promise<SpokenVoice | null>;
  /** In place of what was kept before; null for nothing. */
  keep(conversationId: ConversationId, voice: SpokenVoice | null): Promise<void>;
}

export interface VoiceRecorder {
  readonly phase: ReadableStore<'off' | 'opening' | 'recording'>;
  /** It cannot go on: it is as long as one may be, or the microphone is gone. What was spoken waits for `stop`. */
  readonly events: Subscribable<{ ended: undefined }>;
  /** Resolves when it records. Fails `microphone-missing`, `-denied` or `-busy`, or `internal` without an encoder. */
  start(): Promise<void>;
  /** Null when nothing was spoken yet. */
  stop(): Promise<SpokenVoice | null>;
  discard(): void;
  /** Linear peak of the microphone while it records, for meters. */
  watchLevel(onLevel: (level: number) => void): () => void;
}

export interface VoicePlayer {
  /** Null when nothing is played. */
  readonly playing: ReadableStore<{ readonly key: string; readonly isPaused: boolean } | null>;
  readonly events: Subscribable<{ moved: { readonly key: string; readonly atMs: number }; ended: string }>;
  /** From there on, in place of what played before. Fails `voice-unplayable`. */
  play(
    key: string,
    sound: Uint8Array<ArrayBuffer>,
    how: { readonly fromMs: number; readonly rate: number },
  ): Promise<void>;
  pause(): void;
  resume(): void;
  seek(toMs: number): void;
  setRate(rate: number): void;
  stop(): void;
}

// A recorder without a microphone and a player without a speaker: a test or a scene says what they do.
import { voicePeaks, type ConversationId } from '#shared/chat';
import { Failure, type FailureCode } from '#shared/failure';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { SpokenDrafts, SpokenVoice, VoicePlayer, VoiceRecorder } from '#core/ports/voice';

export const spokenVoice = (durationMs: number): SpokenVoice => ({
  sound: new Uint8Array([1, 2, 3]),
  durationMs,
  peaks: new Uint8Array(voicePeaks).map((_, at) => Math.round(120 + 100 * Math.sin(at / 3) * Math.cos(at / 7))),
});

export class FakeVoiceRecorder implements VoiceRecorder {
  readonly phase = new Store<'off' | 'opening' | 'recording'>('off');
  readonly events = new Emitter<{ ended: undefined }>();
  /** What the next start fails with. */
  failsWith: FailureCode | null = null;
  /** What the next stop answers. */
  spoken: SpokenVoice | null = spokenVoice(4_000);
  /** The level that is told to meters. */
  level = 0;

  async start(): Promise<void> {
    if (this.failsWith !== null) throw new Failure(this.failsWith);
    this.phase.set('recording');
  }

  async stop(): Promise<SpokenVoice | null> {
    this.phase.set('off');
    return this.spoken;
  }

  discard(): void {
    this.phase.set('off');
  }

  watchLevel(onLevel: (level: number) => void): () => void {
    onLevel(this.level);
    return () => undefined;
  }
}

export class FakeVoicePlayer implements VoicePlayer {
  readonly playing = new Store<VoicePlayer['playing']['snapshot']>(null);
  readonly events = new Emitter<{ moved: { readonly key: string; readonly atMs: number }; ended: string }>();
  /** What was asked of it. */
  readonly asked: string[] = [];
  failsWith: FailureCode | null = null;

  async play(key: string, _sound: Uint8Array, { fromMs, rate }: { fromMs: number; rate: number }): Promise<void> {
    if (this.failsWith !== null) throw new Failure(this.failsWith);
    this.asked.push(`play ${key} from ${fromMs} at ${rate}`);
    this.playing.set({ key, isPaused: false });
  }

  pause(): void {
    const { snapshot } = this.playing;
    if (snapshot) this.playing.set({ ...snapshot, isPaused: true });
  }

  resume(): void {
    const { snapshot } = this.playing;
    if (snapshot) this.playing.set({ ...snapshot, isPaused: false });
  }

  seek(toMs: number): void {
    this.asked.push(`seek ${toMs}`);
  }

  setRate(rate: number): void {
    this.asked.push(`rate ${rate}`);
  }

  stop(): void {
    this.playing.set(null);
  }
}

export class FakeSpokenDrafts implements SpokenDrafts {
  readonly #kept = new Map<ConversationId, SpokenVoice>();

  async find(conversationId: ConversationId): Promise<SpokenVoice | null> {
    return await Promise.resolve(this.#kept.get(conversationId) ?? null);
  }

  async keep(conversationId: ConversationId, voice: SpokenVoice | null): Promise<void> {
    if (voice) this.#kept.set(conversationId, voice);
    else this.#kept.delete(conversationId);
    await Promise.resolve();
  }
}

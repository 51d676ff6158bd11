// The one call: its phase, the person in it, and what can be done in it.
import type { CallId } from '#shared/call-record';
import type { Contact } from '#shared/contact';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { CallSnapshot } from '#core/call/snapshot';
import type { Clock, ConnectionStats, LocalMedia, LocalMediaSnapshot } from '#core/ports';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { pathOf, qualityOf, type Path, type Quality } from '#state/call-quality';
import type { CallMemory, RememberedCall } from '#state/call-memory';
import type { CallsPort } from '#state/deps';
import { Live } from '#state/live.svelte';
import { Ticker } from '#state/ticker.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface CallDeps {
  readonly calls: CallsPort;
  readonly media: LocalMedia;
  readonly clock: Clock;
  readonly toasts: ToastsState;
  readonly memory: CallMemory;
  readonly scope: Scope;
  findContact(peerId: PeerId): Contact | null;
}

export const declineNoteLength = limits.declineNoteLength;

export class CallState {
  readonly #deps: CallDeps;
  readonly #snapshot: Live<CallSnapshot>;
  readonly #remoteTracks: Live<{ readonly audio: unknown; readonly video: unknown }>;
  readonly #stats: Live<ConnectionStats | null>;
  readonly #spoken: Live<readonly string[] | null>;
  readonly #media: Live<LocalMediaSnapshot>;
  readonly #ticker: Ticker;
  #interrupted = $state.raw<RememberedCall | null>(null);
  /** Camera asked for in this call, also while it opens. */
  #wantsCamera = $state(false);

  constructor(deps: CallDeps) {
    this.#deps = deps;
    this.#snapshot = new Live(deps.calls.store);
    this.#remoteTracks = new Live(deps.calls.remoteTracks);
    this.#stats = new Live(deps.calls.stats);
    this.#spoken = new Live(deps.calls.spoken);
    this.#media = new Live(deps.media.store);
    this.#ticker = new Ticker(deps.clock, 1_000);
    this.#interrupted = deps.memory.recall(deps.clock.now(), paces.reconnectForMs);
    deps.scope.onEnd(deps.calls.store.onChange(() => this.#remember(deps.calls.store.snapshot)));
  }

  get snapshot(): CallSnapshot {
    return this.#snapshot.current;
  }

  get phase(): CallSnapshot['phase'] {
    return this.snapshot.phase;
  }

  /** Null when idle, or when the person in the call is no contact any more. */
  get contact(): Contact | null {
    const { snapshot } = this;
    return snapshot.phase === 'idle' ? null : this.#deps.findContact(snapshot.peerId);
  }

  /** In talk: media flows or is about to. */
  get isRunning(): boolean {
    return this.phase === 'connecting' || this.phase === 'active' || this.phase === 'reconnecting';
  }

  get local(): LocalMediaSnapshot {
    return this.#media.current;
  }

  get hasRemoteVideo(): boolean {
    const { snapshot } = this;
    if (snapshot.phase === 'reconnecting') return this.#remoteTracks.current.video !== null && this.#lastRemoteCamera;
    return snapshot.phase === 'active' && snapshot.remote.camera && this.#remoteTracks.current.video !== null;
  }

  get hasOwnVideo(): boolean {
    return this.local.camera.phase === 'live';
  }

  get isTheirMicrophoneOff(): boolean {
    const { snapshot } = this;
    return snapshot.phase === 'active' && !snapshot.remote.microphone;
  }

  get quality(): Quality {
    return qualityOf(this.#stats.current);
  }

  get path(): Path {
    return pathOf(this.#stats.current);
  }

  /** Rounded to whole milliseconds; null until measured. */
  get roundTripMs(): number | null {
    const measured = this.#stats.current?.roundTripMs ?? null;
    return measured === null ? null : Math.round(measured);
  }

  /** Four words, the same on both sides. */
  get spoken(): readonly string[] | null {
    return this.#spoken.current;
  }

  /** Since the answer; before it since the phase began; the talk's length once ended. */
  get elapsedMs(): number {
    const { snapshot } = this;
    if (snapshot.phase === 'idle') return 0;
    if (snapshot.phase === 'ended') return snapshot.talkedMs;
    const fromMs = 'answeredAtMs' in snapshot ? snapshot.answeredAtMs : snapshot.sinceMs;
    return Math.max(0, this.#ticker.nowMs - fromMs);
  }

  /** The call this page was in before it was loaded anew. */
  get interrupted(): RememberedCall | null {
    return this.phase === 'idle' ? this.#interrupted : null;
  }

  async call(peerId: PeerId, options: { video: boolean }): Promise<void> {
    this.forgetInterrupted();
    this.#wantsCamera = options.video;
    await this.#attempt(async () => {
      await this.#deps.calls.call(peerId, options);
    });
  }

  async answer(options: { video: boolean }): Promise<void> {
    this.#wantsCamera = options.video;
    await this.#attempt(async () => {
      await this.#deps.calls.answer(options);
    });
  }

  decline(note: string | null): void {
    const trimmed = note?.trim().slice(0, declineNoteLength) ?? '';
    this.#deps.calls.decline(trimmed === '' ? null : trimmed);
  }

  hangUp(): void {
    this.#deps.calls.hangUp();
  }

  dismiss(): void {
    this.#deps.calls.dismiss();
  }

  toggleMuted(): void {
    this.#deps.calls.setMuted(!this.#deps.media.store.snapshot.isMuted);
  }

  async toggleCamera(): Promise<void> {
    this.#wantsCamera = this.#deps.media.store.snapshot.camera.phase !== 'live';
    await this.#attempt(async () => {
      await this.#deps.calls.setCamera(this.#wantsCamera);
    });
  }

  /** Tries the microphone once more, after its failure was dealt with. */
  async retryMicrophone(): Promise<void> {
    await this.#deps.media.openMicrophone();
  }

  async retryCamera(): Promise<void> {
    this.#wantsCamera = true;
    await this.#attempt(async () => {
      await this.#deps.calls.setCamera(true);
    });
  }

  /** The camera was asked for but cannot be had: the call goes on with sound. */
  get isCameraMissed(): boolean {
    return this.#wantsCamera && this.local.camera.phase === 'failed';
  }

  acceptWithoutCamera(): void {
    this.#wantsCamera = false;
  }

  async rejoin(): Promise<void> {
    const before = this.#interrupted;
    if (!before) return;
    this.forgetInterrupted();
    this.#wantsCamera = before.video;
    await this.#attempt(async () => {
      await this.#deps.calls.rejoin(before.callId, before.peerId, { video: before.video });
    });
  }

  forgetInterrupted(): void {
    this.#interrupted = null;
    this.#deps.memory.forget();
  }

  #lastRemoteCamera = false;
  #rememberedId: CallId | null = null;

  #remember(snapshot: CallSnapshot): void {
    if (snapshot.phase === 'active') {
      this.#lastRemoteCamera = snapshot.remote.camera;
      this.#rememberedId = snapshot.callId;
      this.#interrupted = null;
    }
    if (snapshot.phase === 'ended' && this.#rememberedId === snapshot.callId) {
      this.#rememberedId = null;
      this.#deps.memory.forget();
    }
  }

  /** The page is about to go away: a running call is kept for after the reload. */
  keepForReload(): void {
    const snapshot = this.#deps.calls.store.snapshot;
    if (snapshot.phase !== 'active' && snapshot.phase !== 'reconnecting') return;
    const { callId, peerId } = snapshot;
    const video = this.#deps.media.store.snapshot.camera.phase === 'live';
    this.#deps.memory.keep({ callId, peerId, video, seenAtMs: this.#deps.clock.now() });
  }

  async #attempt(command: () => Promise<void>): Promise<void> {
    try {
      await command();
    } catch (reason) {
      this.#deps.toasts.fail(reason);
    }
  }
}

// Recording in the room: mine, those of others, and who asks for my consent.
import type { Host } from '#shared/contract';
import type { OwnRecording, RoomMember, RoomSnapshot } from '#core/conference/snapshot';
import type { RoomsPort } from '#state/deps';
import type { Ticker } from '#state/ticker.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface RoomRecordingDeps {
  readonly host: Pick<Host, 'showRecording'>;
  readonly rooms: RoomsPort;
  readonly ticker: Ticker;
  readonly toasts: ToastsState;
  room(): RoomSnapshot | null;
}

export class RoomRecording {
  readonly #deps: RoomRecordingDeps;
  /** The finished or refused recording whose notice was read. */
  #dismissed = $state.raw<OwnRecording | null>(null);

  constructor(deps: RoomRecordingDeps) {
    this.#deps = deps;
  }

  get own(): OwnRecording {
    return this.#deps.room()?.recording ?? { phase: 'none' };
  }

  /** Recording, paused, or about to. */
  get isOn(): boolean {
    return this.own.phase === 'asking' || this.own.phase === 'running' || this.own.phase === 'paused';
  }

  /** How it ended, until that was read. */
  get outcome(): Extract<OwnRecording, { phase: 'finished' | 'refused' }> | null {
    const { own } = this;
    return (own.phase === 'finished' || own.phase === 'refused') && own !== this.#dismissed ? own : null;
  }

  /** How long it is by now. */
  get recordedMs(): number {
    const { own } = this;
    if (own.phase === 'paused') return own.recordedMs;
    return own.phase === 'running' ? own.recordedMs + Math.max(0, this.#deps.ticker.nowMs - own.sinceMs) : 0;
  }

  /** Those who record this room besides me. */
  get others(): readonly RoomMember[] {
    const isRecording = ({ recording }: RoomMember): boolean => recording === 'running' || recording === 'paused';
    return this.#deps.room()?.members.filter((member) => !member.isSelf && isRecording(member)) ?? [];
  }

  get asked(): RoomSnapshot['consentAskedBy'] {
    return this.#deps.room()?.consentAskedBy ?? [];
  }

  start(options: { perSpeaker: boolean }): void {
    this.#deps.rooms.record(options);
  }

  pause(): void {
    this.#deps.rooms.pauseRecording();
  }

  resume(): void {
    this.#deps.rooms.resumeRecording();
  }

  stop(): void {
    this.#deps.rooms.stopRecording();
  }

  dismiss(): void {
    this.#dismissed = this.own;
  }

  async show(): Promise<void> {
    const { own } = this;
    if (own.phase !== 'finished') return;
    try {
      await this.#deps.host.showRecording({ recordingId: own.recordingId });
    } catch (reason) {
      this.#deps.toasts.fail(reason);
    }
  }

  answer(asked: RoomSnapshot['consentAskedBy'][number], agrees: boolean): void {
    this.#deps.rooms.answerConsent(asked.peerId, asked.recordingId, agrees);
  }
}

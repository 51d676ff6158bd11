// The recording this person makes of a room: one at a time, for all to see.
import type { PeerId } from '#shared/identity';
import type { RecordingId } from '#shared/room';
import { Emitter, type Subscribable } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type { RecordingPart, RecordingStart } from '#core/conference/parts';
import { RecordingTake, type RecordingHost } from '#core/conference/recording-take';
import type { OwnRecording } from '#core/conference/snapshot';
import type { Clock, SoundRecorder } from '#core/ports';

export interface RoomRecordingDeps {
  readonly host: RecordingHost;
  readonly recorder: SoundRecorder;
  readonly clock: Clock;
  readonly scope: Scope;
  readonly self: PeerId;
}

interface RecordingEvents {
  /** A consent that was not genuine. */
  consentRefused: PeerId;
}

export class RoomRecording implements RecordingPart {
  readonly #deps: RoomRecordingDeps;
  readonly #store = new Store<OwnRecording>({ phase: 'none' });
  readonly #events = new Emitter<RecordingEvents>();
  #take: RecordingTake | null = null;
  #isHeld = false;

  constructor(deps: RoomRecordingDeps) {
    this.#deps = deps;
    deps.scope.onEnd(() => {
      this.stop();
    });
  }

  get store(): ReadableStore<OwnRecording> {
    return this.#store;
  }

  get events(): Subscribable<RecordingEvents> {
    return this.#events;
  }

  /** Does nothing while a recording is on or being asked for. */
  start(options: RecordingStart): void {
    const { host, recorder, clock, scope, self } = this.#deps;
    const isBusy = !['none', 'finished', 'refused'].includes(this.#store.snapshot.phase);
    if (isBusy || scope.hasEnded) return;
    const take = new RecordingTake(
      {
        host,
        recorder,
        clock,
        self,
        show: (recording) => {
          this.#store.set(recording);
        },
        onForged: (peerId) => {
          this.#events.emit('consentRefused', peerId);
        },
      },
      options,
    );
    this.#take = take;
    take.setHeld(this.#isHeld);
    void take.begin();
  }

  receiveConsent(from: PeerId, recordingId: RecordingId, consent: Uint8Array | null): void {
    this.#take?.receiveConsent(from, recordingId, consent);
  }

  memberJoined(peerId: PeerId, name: string): void {
    this.#take?.memberJoined(peerId, name);
  }

  memberLeft(peerId: PeerId): void {
    this.#take?.memberLeft(peerId);
  }

  setHeld(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#take?.setHeld(isHeld);
  }

  pause(): void {
    this.#take?.pause();
  }

  /** Also tries again what the disk did not take, and asks those again who did not agree. */
  resume(): void {
    void this.#take?.resume();
  }

  stop(): void {
    void this.#take?.stop();
  }
}

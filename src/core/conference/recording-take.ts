// One recording from the question to the finished files. Nothing is encoded before everybody inside has agreed, and
// nothing goes on while somebody inside has not.
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RecordingId } from '#shared/room';
import { Scope } from '#core/base/scope';
import { Store } from '#core/base/store';
import { within } from '#core/base/within';
import type { RecordingStart } from '#core/conference/parts';
import { RecordingConsents } from '#core/conference/recording-consents';
import { recordedSources, RecordingFiles } from '#core/conference/recording-sources';
import { RecordingWriter } from '#core/conference/recording-writer';
import type { OwnRecording } from '#core/conference/snapshot';
import type { Clock, Host, RecordedSource, SoundRecorder, SoundRecording } from '#core/ports';
import { paces } from '#core/wire/paces';

export type RecordingHost = Pick<
  Host,
  'startRecording' | 'addRecordingTrack' | 'appendRecording' | 'signConsent' | 'keepConsent' | 'finishRecording'
>;

export interface RecordingTakeDeps {
  readonly host: RecordingHost;
  readonly recorder: SoundRecorder;
  readonly clock: Clock;
  readonly self: PeerId;
  readonly show: (recording: OwnRecording) => void;
  readonly onForged: (peerId: PeerId) => void;
}

/** What exists once everybody agreed. */
interface Running {
  readonly recordingId: RecordingId;
  readonly sound: SoundRecording;
  readonly writer: RecordingWriter;
}

export class RecordingTake {
  readonly #deps: RecordingTakeDeps;
  readonly #start: RecordingStart;
  readonly #files: RecordingFiles;
  readonly #inside: Map<PeerId, string>;
  readonly #sources = new Store<ReadonlyMap<string, RecordedSource>>(new Map());
  readonly #scope = new Scope();
  #recordingId: RecordingId | null = null;
  #consents: RecordingConsents | null = null;
  #running: Running | null = null;
  #isOpening = false;
  #isOver = false;
  #isPausedByMe = false;
  #isHeld = false;
  #trouble: FailureCode | null = null;
  /** The recorder cannot go on; what it gave out is kept until `stop`. */
  #isBroken = false;
  /** Since when it runs, while it does. */
  #sinceMs: number | null = null;
  #recordedMs = 0;

  constructor(deps: RecordingTakeDeps, start: RecordingStart) {
    this.#deps = deps;
    this.#start = start;
    this.#inside = new Map(start.members.map(({ peerId, name }) => [peerId, name]));
    this.#files = new RecordingFiles({ perSpeaker: start.perSpeaker, room: start.name, people: start.members });
  }

  /** Asks everybody; the rest follows from their answers. */
  async begin(): Promise<void> {
    const { host, self, show } = this.#deps;
    const { roomId, name } = this.#start;
    show({ phase: 'asking', waitsFor: this.#others });
    try {
      const tracks = this.#files.files.map((file) => this.#files.nameOf(file));
      const { recordingId } = await host.startRecording({ roomId, name, tracks });
      this.#recordingId = recordingId;
      if (this.#hasEnded()) {
        await host.finishRecording({ recordingId });
        return;
      }
      const consents = this.#openConsents(recordingId);
      const own = await host.signConsent({ roomId, recordingId, recorder: self });
      await consents.keep(self, this.#inside.get(self) ?? self, own);
      if (!consents.agreed.has(self)) throw new Failure('internal', 'the own consent was not kept');
      if (this.#hasEnded()) return;
      this.#consents = consents;
      for (const peerId of this.#others) consents.ask(peerId, this.#inside.get(peerId) ?? peerId);
      this.#changed();
    } catch (reason) {
      this.#refuse(null, Failure.from(reason).code);
    }
  }

  receiveConsent(from: PeerId, recordingId: RecordingId, consent: Uint8Array | null): void {
    if (recordingId === this.#recordingId && !this.#isOver) void this.#consents?.receive(from, consent);
  }

  memberJoined(peerId: PeerId, name: string): void {
    if (this.#isOver || peerId === this.#deps.self) return;
    this.#inside.set(peerId, name);
    this.#consents?.ask(peerId, name);
    this.#changed();
  }

  memberLeft(peerId: PeerId): void {
    this.#inside.delete(peerId);
    this.#consents?.forget(peerId);
    this.#changed();
  }

  /** While the room is held, my microphone is somewhere else: nothing of that is recorded. */
  setHeld(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#changed();
  }

  pause(): void {
    this.#isPausedByMe = true;
    this.#changed();
  }

  /** Also tries again what the disk did not take, and asks those again who did not agree. */
  async resume(): Promise<void> {
    this.#isPausedByMe = false;
    if (this.#running) this.#consents?.askAgain();
    if (this.#trouble !== null && !this.#isBroken) {
      await this.#running?.writer.retry();
      this.#trouble = this.#running?.writer.trouble ?? null;
    }
    this.#changed();
  }

  async stop(): Promise<void> {
    if (this.#isOver) return;
    this.#end();
    const { host, show } = this.#deps;
    if (this.#running) {
      await this.#finish(this.#running);
      return;
    }
    show({ phase: 'none' });
    const recordingId = this.#recordingId;
    if (recordingId !== null) await host.finishRecording({ recordingId }).catch(() => undefined);
  }

  get #others(): readonly PeerId[] {
    return [...this.#inside.keys()].filter((peerId) => peerId !== this.#deps.self);
  }

  #openConsents(recordingId: RecordingId): RecordingConsents {
    const { host, clock, onForged } = this.#deps;
    const { ask } = this.#start;
    const consents = new RecordingConsents({
      host,
      clock,
      recordingId,
      ask: (peerId) => {
        ask(peerId, recordingId);
      },
      onChange: () => {
        this.#changed();
      },
      onForged,
      onFailed: (code) => {
        if (this.#running) this.#stumble(code);
        else this.#refuse(null, code);
      },
    });
    this.#scope.onEnd(() => {
      consents.end();
    });
    return consents;
  }

  /** Something that matters to whether it may run is different now. */
  #changed(): void {
    const consents = this.#consents;
    if (this.#isOver || !consents) return;
    this.#followSources();
    if (this.#running) {
      this.#settle(this.#running);
      return;
    }
    if (consents.refusedBy !== null) this.#refuse(consents.refusedBy, 'recording-refused');
    else if (consents.waitsFor.length > 0) this.#deps.show({ phase: 'asking', waitsFor: consents.waitsFor });
    else if (this.#recordingId !== null && !this.#isOpening) void this.#open(this.#recordingId);
  }

  async #open(recordingId: RecordingId): Promise<void> {
    this.#isOpening = true;
    const { host, recorder } = this.#deps;
    const { files } = this.#files;
    const off = [this.#start.tracks, this.#start.own].map((store) =>
      store.onChange(() => {
        this.#followSources();
      }),
    );
    this.#scope.onEnd(() => {
      for (const stop of off) stop();
    });
    try {
      const sound = await recorder.open({
        files,
        sources: this.#sources,
        bitsPerSecond: paces.recordingBitsPerSecond,
      });
      if (this.#hasEnded()) {
        await sound.stop();
        return;
      }
      const onTrouble = (code: FailureCode): void => {
        this.#stumble(code);
      };
      const nameOf = (file: string): string => this.#files.nameOf(file);
      const writer = new RecordingWriter({ host, recordingId, files, nameOf, onTrouble });
      sound.events.on('encoded', ({ file, pages }) => {
        writer.write(file, pages);
      });
      sound.events.on('failed', (code) => {
        this.#isBroken = true;
        onTrouble(code);
      });
      this.#running = { recordingId, sound, writer };
      this.#changed();
    } catch (reason) {
      this.#refuse(null, Failure.from(reason).code);
    }
  }

  #followSources(): void {
    const agreed = this.#consents?.agreed ?? new Set<PeerId>();
    for (const peerId of agreed) this.#files.add(peerId, this.#inside.get(peerId) ?? peerId);
    const { own, tracks } = this.#start;
    const files = this.#files;
    const { self } = this.#deps;
    this.#sources.set(recordedSources({ files, agreed, self, own: own.snapshot, tracks: tracks.snapshot }));
  }

  /** Runs exactly when nothing speaks against it. */
  #settle({ recordingId, sound }: Running): void {
    const nowMs = this.#deps.clock.now();
    const waitsFor = this.#consents?.waitsFor ?? [];
    const mayRun = !this.#isPausedByMe && !this.#isHeld && this.#trouble === null && waitsFor.length === 0;
    if (mayRun && this.#sinceMs === null) {
      this.#sinceMs = nowMs;
      sound.resume();
    } else if (!mayRun && this.#sinceMs !== null) {
      this.#recordedMs += nowMs - this.#sinceMs;
      this.#sinceMs = null;
      sound.pause();
    }
    this.#deps.show({
      phase: mayRun ? 'running' : 'paused',
      recordingId,
      sinceMs: this.#sinceMs ?? nowMs,
      recordedMs: this.#recordedMs,
      code: this.#trouble,
      waitsFor,
    });
  }

  /** Pauses by itself, keeps what it has, and says why. */
  #stumble(code: FailureCode): void {
    this.#trouble = code;
    this.#changed();
  }

  #refuse(by: PeerId | null, code: FailureCode): void {
    if (this.#isOver) return;
    this.#end();
    const { host, show } = this.#deps;
    show({ phase: 'refused', by, code });
    const recordingId = this.#recordingId;
    // A recording without sound leaves nothing behind.
    if (recordingId !== null) host.finishRecording({ recordingId }).catch(() => undefined);
  }

  /** Asked anew after every wait. */
  #hasEnded(): boolean {
    return this.#isOver;
  }

  #end(): void {
    this.#isOver = true;
    this.#scope.end();
  }

  async #finish({ recordingId, sound, writer }: Running): Promise<void> {
    const { host, clock, show } = this.#deps;
    const { signal } = new AbortController();
    const bounded = (work: () => Promise<void>): Promise<void> =>
      // What is late or fails leaves out the end, not the file.
      within(clock, paces.recordingEndMs, 'recording-folder', signal, work).catch(() => undefined);
    await bounded(() => sound.stop());
    await bounded(() => writer.retry());
    try {
      const { folder, files } = await host.finishRecording({ recordingId });
      show({ phase: 'finished', recordingId, folder, files });
    } catch (reason) {
      show({ phase: 'refused', by: null, code: Failure.from(reason).code });
    }
  }
}

// Speaks a message into an Ogg Opus file in memory, with the recorder that rooms use and a microphone of its own.
import { voiceBytesMost, voiceMostMs, voicePeaks } from '#shared/chat';
import { Failure, type FailureCode } from '#shared/failure';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { RecordedSource, SoundRecorder, SoundRecording } from '#core/ports';
import type { SpokenVoice, VoiceRecorder } from '#core/ports/voice';
import { paces } from '#core/wire/paces';
import { watchTrack } from '#adapters/level-meter';
import { peaksOf } from '#adapters/voice-peaks';

/** The last page and what the encoder holds back still have to fit. */
const spareBytes = 8 * 1024;

export interface VoiceMicrophone {
  readonly track: MediaStreamTrack;
  stop(): void;
}

/** A live track and its end, or why there is none. */
export type OpenVoiceMicrophone = () => Promise<VoiceMicrophone | FailureCode>;

interface Take {
  readonly recording: SoundRecording;
  readonly pages: Uint8Array<ArrayBuffer>[];
  readonly levels: number[];
  readonly track: MediaStreamTrack;
  readonly startedMs: number;
  readonly endMicrophone: () => void;
}

export class BrowserVoiceRecorder implements VoiceRecorder {
  readonly phase = new Store<'off' | 'opening' | 'recording'>('off');
  readonly events = new Emitter<{ ended: undefined }>();
  readonly #recorder: SoundRecorder;
  readonly #openMicrophone: OpenVoiceMicrophone;
  #take: Take | null = null;
  /** Rises with each start and end: what becomes ready for an earlier one ends at once. */
  #use = 0;

  constructor(recorder: SoundRecorder, openMicrophone: OpenVoiceMicrophone) {
    this.#recorder = recorder;
    this.#openMicrophone = openMicrophone;
  }

  async start(): Promise<void> {
    this.discard();
    const use = (this.#use += 1);
    this.phase.set('opening');
    const microphone = await this.#openMicrophone();
    if (typeof microphone === 'string') {
      if (use === this.#use) this.phase.set('off');
      throw new Failure(microphone);
    }
    const { track } = microphone;
    try {
      const source: RecordedSource = { file: 'voice', track };
      const recording = await this.#recorder.open({
        files: ['voice'],
        sources: new Store<ReadonlyMap<string, RecordedSource>>(new Map([['voice', source]])),
        bitsPerSecond: paces.voiceBitsPerSecond,
      });
      if (use === this.#use) this.#begin(use, recording, microphone);
      else {
        microphone.stop();
        await recording.stop();
      }
    } catch (reason) {
      microphone.stop();
      if (use === this.#use) this.phase.set('off');
      throw Failure.from(reason);
    }
  }

  async stop(): Promise<SpokenVoice | null> {
    const take = this.#take;
    this.#take = null;
    this.#use += 1;
    this.phase.set('off');
    if (!take) return null;
    const durationMs = Math.round(performance.now() - take.startedMs);
    await take.recording.stop();
    take.endMicrophone();
    if (durationMs < 1 || take.pages.length === 0) return null;
    return {
      sound: new Uint8Array(await new Blob(take.pages).arrayBuffer()),
      durationMs: Math.min(durationMs, voiceMostMs),
      peaks: peaksOf(take.levels, voicePeaks),
    };
  }

  discard(): void {
    void this.stop();
  }

  watchLevel(onLevel: (level: number) => void): () => void {
    let detach: (() => void) | null = null;
    let watched: Take | null = null;
    const follow = (): void => {
      if (this.#take === watched) return;
      detach?.();
      watched = this.#take;
      detach = watched ? watchTrack(watched.track, onLevel) : null;
    };
    const off = this.phase.onChange(follow);
    follow();
    return () => {
      off();
      detach?.();
    };
  }

  #begin(use: number, recording: SoundRecording, microphone: VoiceMicrophone): void {
    const { track } = microphone;
    const pages: Uint8Array<ArrayBuffer>[] = [];
    const levels: number[] = [];
    let bytes = 0;
    const end = (): void => {
      if (use === this.#use) this.events.emit('ended', undefined);
    };
    recording.events.on('encoded', ({ pages: more }) => {
      pages.push(more);
      bytes += more.length;
      if (bytes > voiceBytesMost - spareBytes) end();
    });
    recording.events.on('failed', end);
    track.addEventListener('ended', end);
    const timer = setTimeout(end, voiceMostMs);
    const unwatch = watchTrack(track, (level) => levels.push(level));
    const endMicrophone = (): void => {
      clearTimeout(timer);
      unwatch();
      microphone.stop();
    };
    this.#take = { recording, pages, levels, track, startedMs: performance.now(), endMicrophone };
    recording.resume();
    this.phase.set('recording');
  }
}

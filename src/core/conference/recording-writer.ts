// Brings the pages of a recording to disk in order. Trouble keeps what is not written yet, to be tried again.
import { Failure, type FailureCode } from '#shared/failure';
import type { RecordingId } from '#shared/room';
import type { Host } from '#core/ports';
import { paces } from '#core/wire/paces';

interface Waiting {
  readonly file: string;
  readonly pages: Uint8Array<ArrayBuffer>;
}

export interface RecordingWriterDeps {
  readonly host: Pick<Host, 'addRecordingTrack' | 'appendRecording'>;
  readonly recordingId: RecordingId;
  /** The files that have a track, in the order of the tracks. */
  readonly files: readonly string[];
  readonly nameOf: (file: string) => string;
  readonly onTrouble: (code: FailureCode) => void;
}

export class RecordingWriter {
  readonly #deps: RecordingWriterDeps;
  readonly #tracks: Map<string, number>;
  readonly #waiting: Waiting[] = [];
  #trouble: FailureCode | null = null;
  #pumping: Promise<void> | null = null;

  constructor(deps: RecordingWriterDeps) {
    this.#deps = deps;
    this.#tracks = new Map(deps.files.map((file, track) => [file, track]));
  }

  /** Why nothing more is written; null while all is well. */
  get trouble(): FailureCode | null {
    return this.#trouble;
  }

  write(file: string, pages: Uint8Array<ArrayBuffer>): void {
    this.#waiting.push({ file, pages });
    if (this.#trouble !== null) return;
    const bytes = this.#waiting.reduce((sum, waiting) => sum + waiting.pages.length, 0);
    if (bytes > paces.recordingQueuedBytes) this.#fail('recording-folder');
    else void this.drain();
  }

  /** Tries again what could not be written. */
  async retry(): Promise<void> {
    this.#trouble = null;
    await this.drain();
  }

  /** Resolves when all is written, or nothing more can be. */
  async drain(): Promise<void> {
    // Asked anew after each round: pages may have come while the last one ended.
    while (this.#waiting.length > 0 && this.#trouble === null) {
      this.#pumping ??= this.#pump().finally(() => {
        this.#pumping = null;
      });
      await this.#pumping;
    }
  }

  async #pump(): Promise<void> {
    for (let first = this.#waiting[0]; first && this.#trouble === null; first = this.#waiting[0]) {
      const count = this.#together(first.file);
      const bytes = joined(this.#waiting.slice(0, count).map(({ pages }) => pages));
      try {
        const track = await this.#trackOf(first.file);
        await this.#deps.host.appendRecording({ recordingId: this.#deps.recordingId, track, bytes });
        this.#waiting.splice(0, count);
      } catch (reason) {
        this.#fail(Failure.from(reason).code);
      }
    }
  }

  /** How many of the first pages go into one file and one append. */
  #together(file: string): number {
    let bytes = 0;
    const end = this.#waiting.findIndex((waiting) => {
      bytes += waiting.pages.length;
      return waiting.file !== file || bytes > paces.recordingAppendBytes;
    });
    return end < 0 ? this.#waiting.length : Math.max(1, end);
  }

  async #trackOf(file: string): Promise<number> {
    const known = this.#tracks.get(file);
    if (known !== undefined) return known;
    const { host, recordingId, nameOf } = this.#deps;
    const { track } = await host.addRecordingTrack({ recordingId, name: nameOf(file) });
    this.#tracks.set(file, track);
    return track;
  }

  #fail(code: FailureCode): void {
    this.#trouble = code;
    this.#deps.onTrouble(code);
  }
}

function joined(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

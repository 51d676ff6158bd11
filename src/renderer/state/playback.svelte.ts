// One file while it is played: where its bytes come from, how much of it is here, and what keeps it from going on.
import type { PlayableFile } from '#core/ports/content';
import type { PlayTrouble } from '#state/drop-play';

/** What an element tells of itself. */
export interface ElementFacts {
  readonly readyState: number;
  readonly paused: boolean;
  readonly seeking: boolean;
}

/** HTMLMediaElement.HAVE_FUTURE_DATA */
const canGoOn = 3;

export class Playback {
  readonly #read: () => Promise<PlayableFile | null>;
  #file = $state.raw<PlayableFile | null>(null);
  #isMissing = $state(false);
  #held = $state.raw<readonly number[]>([]);
  #trouble = $state<PlayTrouble>('none');
  #wasShort = false;
  #isClosed = false;

  constructor(read: () => Promise<PlayableFile | null>) {
    this.#read = read;
  }

  /** Null until it is opened. */
  get address(): string | null {
    return this.#file?.address ?? null;
  }

  /** Neither main nor the page has it at hand. */
  get isMissing(): boolean {
    return this.#isMissing;
  }

  /** Of equal parts of the file, 0-1; empty until it was read. */
  get held(): readonly number[] {
    return this.#held;
  }

  get trouble(): PlayTrouble {
    return this.#trouble;
  }

  async open(): Promise<void> {
    const file = await this.#read();
    if (this.#isClosed) file?.release();
    else {
      this.#file = file;
      this.#isMissing = file === null;
    }
  }

  async measure(): Promise<void> {
    const held = await this.#file?.readHeld().catch(() => null);
    if (held && !this.#isClosed) this.#held = held;
  }

  /** Asked a few times a second: what is short twice in a row is waited for. */
  look({ readyState, paused, seeking }: ElementFacts): void {
    if (this.#trouble === 'broken' || this.#trouble === 'unplayable') return;
    const isShort = readyState < canGoOn && (!paused || seeking || readyState === 0);
    this.#trouble = isShort && this.#wasShort ? 'short' : 'none';
    this.#wasShort = isShort;
  }

  /** The element gave up. What was not all here may be played once it is. */
  failed({ isAllHere }: { readonly isAllHere: boolean }): void {
    this.#trouble = isAllHere ? 'unplayable' : 'broken';
  }

  /** It is tried anew. */
  retry(): void {
    this.#trouble = 'none';
    this.#wasShort = false;
  }

  close(): void {
    this.#isClosed = true;
    this.#file?.release();
    this.#file = null;
  }
}

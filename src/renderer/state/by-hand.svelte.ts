// Connections by hand: the texts that are being carried, and the one that was put in last.
import { handTextMaxLength, type HandPreview } from '#shared/by-hand';
import type { Host } from '#shared/contract';
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { HandExchange } from '#core/peers/by-hand';
import type { ByHandPort } from '#state/deps';
import { Live } from '#state/live.svelte';
import type { ToastsState } from '#state/toasts.svelte';

export interface ByHandStateDeps {
  readonly byHand: ByHandPort;
  readonly host: Pick<Host, 'inspectByHand' | 'saveByHand'>;
  readonly toasts: ToastsState;
}

/** What became of the text that was put in. */
export type PutIn =
  | { readonly phase: 'empty' | 'reading' | 'using' }
  | { readonly phase: 'refused'; readonly code: FailureCode }
  | { readonly phase: 'known'; readonly preview: HandPreview };

export class ByHandState {
  readonly #deps: ByHandStateDeps;
  readonly #exchanges: Live<ReadonlyMap<PeerId, HandExchange>>;
  #text = $state('');
  #putIn = $state.raw<PutIn>({ phase: 'empty' });

  constructor(deps: ByHandStateDeps) {
    this.#deps = deps;
    this.#exchanges = new Live(deps.byHand.store);
  }

  /** What is under way with them, or how it failed. */
  with(peerId: PeerId): HandExchange | null {
    return this.#exchanges.current.get(peerId) ?? null;
  }

  get text(): string {
    return this.#text;
  }

  get putIn(): PutIn {
    return this.#putIn;
  }

  async offer(peerId: PeerId): Promise<void> {
    await this.#attempt(async () => await this.#deps.byHand.offer(peerId));
  }

  giveUp(peerId: PeerId): void {
    this.#deps.byHand.drop(peerId);
  }

  /** Looks into a text; uses nothing up. The latest text wins when answers overtake each other. */
  async read(text: string): Promise<void> {
    this.#text = text;
    if (text.trim() === '') {
      this.#putIn = { phase: 'empty' };
      return;
    }
    this.#putIn = { phase: 'reading' };
    const found = await this.#inspect(text);
    if (this.#text === text) this.#putIn = found;
  }

  async readFile(file: Blob): Promise<void> {
    // Such a text is ASCII: as many bytes as characters.
    if (file.size > handTextMaxLength) this.#refuse('by-hand-damaged');
    else await this.#readWhole(file);
  }

  /** Uses the text that was put in: makes the answer, or connects. */
  async use(): Promise<void> {
    if (this.#putIn.phase !== 'known') return;
    this.#putIn = { phase: 'using' };
    try {
      await this.#deps.byHand.take(this.#text);
      await this.read('');
    } catch (reason) {
      this.#refuse(Failure.from(reason).code);
    }
  }

  /** Answers where it lies; null when it could not be saved. */
  async save(to: PeerId, text: string): Promise<{ name: string; folder: string } | null> {
    let saved: { name: string; folder: string } | null = null;
    await this.#attempt(async () => {
      saved = await this.#deps.host.saveByHand({ to, text });
    });
    return saved;
  }

  async #readWhole(file: Blob): Promise<void> {
    try {
      await this.read(await file.text());
    } catch {
      this.#refuse('file-unreadable');
    }
  }

  #refuse(code: FailureCode): void {
    this.#putIn = { phase: 'refused', code };
  }

  async #inspect(text: string): Promise<PutIn> {
    if (text.length > handTextMaxLength) return { phase: 'refused', code: 'by-hand-damaged' };
    try {
      return { phase: 'known', preview: await this.#deps.host.inspectByHand({ text }) };
    } catch (reason) {
      return { phase: 'refused', code: Failure.from(reason).code };
    }
  }

  async #attempt(command: () => Promise<void>): Promise<void> {
    try {
      await command();
    } catch (reason) {
      this.#deps.toasts.fail(reason);
    }
  }
}

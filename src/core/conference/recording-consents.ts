// Who agreed to a recording: asked one by one, each consent checked and kept in main, silence taken as a no.
import { Failure, type FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { RecordingId } from '#shared/room';
import type { Clock, Host } from '#core/ports';
import { paces } from '#core/wire/paces';

type Answer = 'awaited' | 'agreed' | 'refused';

export interface RecordingConsentsDeps {
  readonly host: Pick<Host, 'keepConsent'>;
  readonly clock: Clock;
  readonly recordingId: RecordingId;
  readonly ask: (peerId: PeerId) => void;
  readonly onChange: () => void;
  readonly onForged: (peerId: PeerId) => void;
  /** A consent could not be kept. */
  readonly onFailed: (code: FailureCode) => void;
}

export class RecordingConsents {
  readonly #deps: RecordingConsentsDeps;
  readonly #answers = new Map<PeerId, Answer>();
  readonly #timers = new Map<PeerId, () => void>();
  readonly #names = new Map<PeerId, string>();

  constructor(deps: RecordingConsentsDeps) {
    this.#deps = deps;
  }

  get agreed(): ReadonlySet<PeerId> {
    return new Set([...this.#answers].flatMap(([peerId, answer]) => (answer === 'agreed' ? peerId : [])));
  }

  /** Who was asked and has not agreed. */
  get waitsFor(): readonly PeerId[] {
    return [...this.#answers].flatMap(([peerId, answer]) => (answer === 'agreed' ? [] : peerId));
  }

  get refusedBy(): PeerId | null {
    return [...this.#answers].find(([, answer]) => answer === 'refused')?.[0] ?? null;
  }

  /** Who agreed once is not asked again. */
  ask(peerId: PeerId, name: string): void {
    const answer = this.#answers.get(peerId);
    if (answer === 'agreed' || answer === 'awaited') return;
    this.#names.set(peerId, name);
    this.#answers.set(peerId, 'awaited');
    const cancel = this.#deps.clock.after(paces.consentForMs, () => {
      this.#settle(peerId, 'refused');
    });
    this.#timers.set(peerId, cancel);
    this.#deps.ask(peerId);
  }

  askAgain(): void {
    for (const peerId of this.waitsFor) this.ask(peerId, this.#names.get(peerId) ?? peerId);
  }

  /** They left: nothing of them is awaited. What they agreed to stands. */
  forget(peerId: PeerId): void {
    this.#timers.get(peerId)?.();
    this.#timers.delete(peerId);
    if (this.#answers.get(peerId) !== 'agreed') this.#answers.delete(peerId);
  }

  async receive(from: PeerId, consent: Uint8Array | null): Promise<void> {
    if (this.#answers.get(from) !== 'awaited') return;
    if (consent === null) {
      this.#settle(from, 'refused');
      return;
    }
    await this.keep(from, this.#names.get(from) ?? from, consent);
  }

  /** Checks a consent in main, which keeps a genuine one. */
  async keep(from: PeerId, name: string, consent: Uint8Array): Promise<void> {
    const { host, recordingId, onForged, onFailed } = this.#deps;
    const bytes = new Uint8Array(consent);
    try {
      const { isGenuine } = await host.keepConsent({ recordingId, from, name, consent: bytes });
      if (!isGenuine) onForged(from);
      this.#settle(from, isGenuine ? 'agreed' : 'refused');
    } catch (reason) {
      onFailed(Failure.from(reason).code);
    }
  }

  end(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #settle(peerId: PeerId, answer: Answer): void {
    const before = this.#answers.get(peerId);
    // Who left meanwhile is not waited for; their consent stands for when they come back.
    if (before === 'agreed' || (before === undefined && answer === 'refused')) return;
    this.forget(peerId);
    this.#answers.set(peerId, answer);
    this.#deps.onChange();
  }
}

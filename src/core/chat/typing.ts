// Who is writing just now: told no more often than needed, forgotten when it is not said again. Whoever does not tell is not told.
import type { ConversationId } from '#shared/chat';
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { Clock } from '#core/ports';
import { paces } from '#core/wire/paces';

export class Typing {
  readonly #clock: Clock;
  readonly #changed: () => void;
  /** Per conversation, each with how to stop waiting for the next word of it. */
  readonly #heard = new Map<ConversationId, Map<PeerId, () => void>>();
  readonly #toldAtMs = new Map<ConversationId, number>();
  #isOn = false;

  constructor(clock: Clock, scope: Scope, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
    scope.onEnd(() => {
      this.#forgetAll();
    });
  }

  in(conversationId: ConversationId): readonly PeerId[] {
    return [...(this.#heard.get(conversationId)?.keys() ?? [])];
  }

  setOn(isOn: boolean): void {
    this.#isOn = isOn;
    if (isOn) return;
    this.#forgetAll();
    this.#changed();
  }

  /** Whether it is time to tell, which counts as told. */
  mayTell(conversationId: ConversationId): boolean {
    const nowMs = this.#clock.now();
    if (!this.#isOn || nowMs - (this.#toldAtMs.get(conversationId) ?? -Infinity) < paces.chatTypingEveryMs)
      return false;
    this.#toldAtMs.set(conversationId, nowMs);
    return true;
  }

  heard(conversationId: ConversationId, peerId: PeerId): void {
    if (!this.#isOn) return;
    const writing = this.#heard.get(conversationId) ?? new Map<PeerId, () => void>();
    this.#heard.set(conversationId, writing);
    const isNew = !writing.has(peerId);
    writing.get(peerId)?.();
    writing.set(
      peerId,
      this.#clock.after(paces.chatTypingForMs, () => {
        this.stopped(conversationId, peerId);
      }),
    );
    if (isNew) this.#changed();
  }

  stopped(conversationId: ConversationId, peerId: PeerId): void {
    const writing = this.#heard.get(conversationId);
    writing?.get(peerId)?.();
    if (!writing?.delete(peerId)) return;
    if (writing.size === 0) this.#heard.delete(conversationId);
    this.#changed();
  }

  #forgetAll(): void {
    for (const writing of this.#heard.values()) for (const cancel of writing.values()) cancel();
    this.#heard.clear();
  }
}

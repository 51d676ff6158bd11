// Remembers which signals were seen for as long as they would still be accepted, with a share per sender.
export class ReplayMemory {
  readonly #idsPerSender: number;
  readonly #seen = new Map<string, Map<string, number>>();
  #sweepAtMs = 0;

  constructor(idsPerSender: number) {
    this.#idsPerSender = idsPerSender;
  }

  has(sender: string, id: string): boolean {
    return this.#seen.get(sender)?.has(id) ?? false;
  }

  /** False when the sender's share is full; what is remembered is never dropped early to make room. */
  remember(sender: string, id: string, untilMs: number, nowMs: number): boolean {
    this.#sweep(nowMs);
    const ids = this.#seen.get(sender) ?? new Map<string, number>();
    if (ids.size >= this.#idsPerSender) return false;
    ids.set(id, untilMs);
    this.#seen.set(sender, ids);
    return true;
  }

  #sweep(nowMs: number): void {
    if (nowMs < this.#sweepAtMs && this.#sweepAtMs - nowMs <= 60_000) return;
    this.#sweepAtMs = nowMs + 10_000;
    for (const [sender, ids] of this.#seen) {
      for (const [id, untilMs] of ids) if (untilMs <= nowMs) ids.delete(id);
      if (ids.size === 0) this.#seen.delete(sender);
    }
  }
}

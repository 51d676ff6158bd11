// Friends who keep pieces, hour by hour: there or not, gone for good now and then, and forgetful; and what their owner knows of them.
import type { PeerId } from '#shared/identity';
import { isAuditDue, standingOf } from '#main/services/vault/keeper-standing';
import type { KeeperFacts } from '#main/services/vault/placement';

export const hourMs = 3_600_000;

export interface Habits {
  /** Share of the time somebody is online, and how long at a stretch, h. */
  readonly availability: number;
  readonly sessionHours: number;
}

/** Comes and goes, a geometric time each. */
export class Presence {
  isOnline: boolean;
  readonly #random: () => number;
  readonly #leaves: number;
  readonly #comes: number;

  constructor({ availability, sessionHours }: Habits, random: () => number) {
    this.#random = random;
    this.#leaves = 1 / sessionHours;
    this.#comes = availability >= 1 ? 1 : (this.#leaves * availability) / (1 - availability);
    this.isOnline = random() < availability;
  }

  hour(): void {
    this.isOnline = this.#random() < (this.isOnline ? 1 - this.#leaves : this.#comes);
  }
}

/** One friend, and the owner's notes about them. */
export class SimulatedKeeper {
  readonly peerId: PeerId;
  readonly presence: Presence;
  /** The disk is broken, or the friend is: nothing comes back from them. */
  isGone = false;
  /** Pieces that are really there. */
  readonly holds = new Set<string>();
  /** Pieces the owner was told of, by when they were proved or told last. */
  readonly told = new Map<string, number>();
  readonly #since: number;
  #seenAt: number;
  #provedAt: number | null = null;
  #askedAt: number | null = null;
  #failures = 0;
  #firstToldAt = 0;

  constructor(peerId: PeerId, habits: Habits, nowMs: number, random: () => number) {
    this.peerId = peerId;
    this.presence = new Presence(habits, random);
    this.#since = nowMs;
    this.#seenAt = nowMs;
  }

  get isThere(): boolean {
    return this.presence.isOnline && !this.isGone;
  }

  /** `daysSince`: how many days the owner was there after a time. */
  facts(daysSince: (ms: number) => number): KeeperFacts {
    const unprovedSince = this.told.size === 0 ? null : Math.max(this.#provedAt ?? 0, this.#firstToldAt);
    const history = { endedAt: null, seenAt: this.#seenAt, failures: this.#failures, unprovedSince };
    const state = standingOf(history, daysSince);
    const { peerId } = this;
    return {
      peerId,
      state,
      freeBytes: Infinity,
      usedShare: this.told.size / 1e9,
      seenAt: this.#seenAt,
      refusedAt: null,
      network: null,
      utcMinutes: null,
    };
  }

  tell(piece: string, nowMs: number): void {
    if (this.told.size === 0) this.#firstToldAt = nowMs;
    this.told.set(piece, nowMs);
  }

  seen(nowMs: number): void {
    this.#seenAt = nowMs;
  }

  /** Asks for the piece that was proved longest ago, when that is due; answers one that turned out to be lost. */
  audit(nowMs: number): string | null {
    const facts = { pieces: this.told.size, since: this.#since, provedAt: this.#provedAt, askedAt: this.#askedAt };
    if (!isAuditDue(facts, nowMs)) return null;
    this.#askedAt = nowMs;
    let oldest: string | null = null;
    for (const [piece, atMs] of this.told) if (oldest === null || atMs < (this.told.get(oldest) ?? 0)) oldest = piece;
    if (oldest === null) return null;
    if (this.holds.has(oldest)) {
      this.told.set(oldest, nowMs);
      this.#provedAt = nowMs;
      this.#failures = 0;
      return null;
    }
    this.#failures += 1;
    return oldest;
  }
}

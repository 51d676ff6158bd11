// Those who keep for me: what they pledged, how they stand, and how much more they would take.
import type { PeerId } from '#shared/identity';
import type { VaultKeeper } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { KeeperUsage } from '#main/services/vault/copy-counts';
import type { CopyRows } from '#main/services/vault/copy-rows';
import { KeeperRows, type KeeperRecord } from '#main/services/vault/keeper-rows';
import { standingOf } from '#main/services/vault/keeper-standing';
import { OwnDays } from '#main/services/vault/own-days';
import { counts, type KeeperFacts } from '#main/services/vault/placement';

export interface KeepersOptions {
  readonly database: Database;
  readonly contacts: Pick<Contacts, 'byPeer'>;
  readonly clock: Clock;
  readonly copies: CopyRows;
}

export class Keepers {
  readonly rows: KeeperRows;
  readonly #options: KeepersOptions;
  readonly #days: OwnDays;

  constructor(options: KeepersOptions) {
    this.#options = options;
    this.rows = new KeeperRows(options.database);
    this.#days = new OwnDays(options.database);
  }

  facts(): KeeperFacts[] {
    const usage = this.#options.copies.counts.usage();
    return this.rows.all().map((keeper) => {
      const { peerId, pledgedBytes, seenAt, refusedAt, network, utcMinutes } = keeper;
      const used = usage.get(peerId)?.bytes ?? 0;
      // What the index of the vault takes is theirs to keep too.
      const freeBytes = pledgedBytes - used - limits.vaultIndexRoomBytes;
      const usedShare = pledgedBytes === 0 ? 1 : Math.min(1, used / pledgedBytes);
      const state = this.#standing(keeper, usage.get(peerId));
      return { peerId, state, freeBytes, usedShare, seenAt, refusedAt, network, utcMinutes };
    });
  }

  /** Whose copies count. */
  counting(): PeerId[] {
    const usage = this.#options.copies.counts.usage();
    return this.rows
      .all()
      .filter((keeper) => counts(this.#standing(keeper, usage.get(keeper.peerId))))
      .map(({ peerId }) => peerId);
  }

  /** False when nothing is different. Only contacts keep anything: others are not believed. */
  notePledge(keeper: PeerId, bytes: number | null): boolean {
    const { clock, contacts } = this.#options;
    if (contacts.byPeer(keeper)?.state !== 'accepted') return false;
    const before = this.rows.get(keeper);
    if (bytes === null) {
      if (before?.endedAt !== null) return false;
      this.rows.end(keeper, clock.now());
      return true;
    }
    this.rows.pledge(keeper, bytes, clock.now());
    return before?.pledgedBytes !== bytes || before.endedAt !== null;
  }

  /** How many days this person was here after a time. */
  daysSince(ms: number): number {
    return this.#days.since(ms);
  }

  /** False when nothing is different. */
  notePlace(keeper: PeerId, network: string | null, utcMinutes: number | null): boolean {
    const before = this.rows.get(keeper);
    const isNews = (now: unknown, then: unknown): boolean => now !== null && now !== then;
    if (!before || !(isNews(network, before.network) || isNews(utcMinutes, before.utcMinutes))) return false;
    this.rows.setPlace(keeper, network, utcMinutes);
    return true;
  }

  noteSeen(keeper: PeerId): void {
    const nowMs = this.#options.clock.now();
    this.#days.note(nowMs);
    const before = this.rows.get(keeper);
    if (before && nowMs - before.seenAt >= limits.vaultSeenEveryMs) this.rows.noteSeen(keeper, nowMs);
  }

  view(): VaultKeeper[] {
    const usage = this.#options.copies.counts.usage();
    return this.rows.all().flatMap((keeper) => {
      const { peerId, pledgedBytes, endedAt, provedAt, seenAt, network, utcMinutes } = keeper;
      const used = usage.get(peerId);
      if (endedAt !== null && !used) return []; // they ended it, and nothing of mine is there
      const contact = this.#options.contacts.byPeer(peerId);
      return {
        peerId,
        contactId: contact?.contactId ?? null,
        name: contact?.alias ?? contact?.name ?? '',
        pledgedBytes: endedAt === null ? pledgedBytes : 0,
        keptBytes: used?.keptBytes ?? 0,
        pieces: used?.pieces ?? 0,
        provedAt,
        seenAt,
        network,
        utcMinutes,
        state: this.#standing(keeper, used),
      };
    });
  }

  /** Whoever is no contact any more is leaving, whatever they pledged. */
  #standing(keeper: KeeperRecord, used: KeeperUsage | undefined): VaultKeeper['state'] {
    const { contacts } = this.#options;
    const { peerId, provedAt } = keeper;
    if (contacts.byPeer(peerId)?.state !== 'accepted') return 'leaving';
    const since = used?.since ?? null;
    const unprovedSince = since === null ? null : Math.max(since, provedAt ?? 0);
    return standingOf({ ...keeper, unprovedSince }, (ms) => this.#days.since(ms));
  }
}

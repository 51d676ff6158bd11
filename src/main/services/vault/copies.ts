// Brings every piece of mine to a keeper and sees that it stays with one: whom it goes to, what they said, what got lost.
import type { CallInput, CallOutput } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { PieceHeader, PieceId, VaultVersionId } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import type { Database } from '#main/services/database';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { SegmentPlace } from '#main/services/vault/copy-counts';
import type { CopyRows } from '#main/services/vault/copy-rows';
import type { Keepers } from '#main/services/vault/keepers';
import { isBlockOf } from '#main/services/vault/piece';
import type { PieceStore } from '#main/services/vault/piece-store';
import { planSegment } from '#main/services/vault/placement';

export interface CopiesOptions {
  readonly database: Database;
  readonly rows: CopyRows;
  readonly keepers: Keepers;
  readonly own: PieceStore;
  readonly clock: Clock;
  /** A number from 0 up to and without 1. */
  readonly chance: () => number;
  /** Makes pieces again that are not on this disk; they are set `here` once they are. */
  readonly rebuild: (place: SegmentPlace, pieceIds: readonly PieceId[]) => void;
  readonly onChange: () => void;
}

type Audit = CallOutput<'readVaultWork'>['audits'][number];

export class Copies {
  readonly #options: CopiesOptions;
  /** Offered, and not answered yet: until when nobody offers it to the same keeper again. */
  readonly #offered = new Map<PeerId, Map<PieceId, number>>();
  /** When a keeper was asked to prove something. */
  readonly #askedAt = new Map<PeerId, number>();
  #after: SegmentPlace | null = null;

  constructor(options: CopiesOptions) {
    this.#options = options;
  }

  /** Looks at a number of segments that are not as they should be; answers whether something was decided. */
  plan(): boolean {
    const { rows, keepers } = this.#options;
    const places = rows.counts.unsettled(this.#after, keepers.counting(), limits.vaultPlannedAtOnce);
    this.#after = places.length < limits.vaultPlannedAtOnce ? null : (places.at(-1) ?? null);
    const facts = new Map(keepers.facts().map((one) => [one.peerId, one]));
    return places.map((place) => this.planOne(place, facts)).includes(true);
  }

  /** `facts` are changed as room is taken. */
  planOne(
    place: SegmentPlace,
    facts = new Map(this.#options.keepers.facts().map((one) => [one.peerId, one])),
  ): boolean {
    const { database, rows, clock, rebuild } = this.#options;
    const segment = rows.segment(place);
    if (!segment) return false;
    const nowMs = clock.now();
    const { assign, release, rebuild: missing } = planSegment(segment, [...facts.values()], nowMs);
    const bytes = Math.max(...segment.pieces.map((piece) => piece.bytes));
    database.transaction(() => {
      for (const { pieceId, keeper } of assign) {
        rows.assign(pieceId, keeper, nowMs);
        const of = facts.get(keeper);
        if (of) facts.set(keeper, { ...of, freeBytes: of.freeBytes - bytes });
      }
      for (const { pieceId, keeper } of release) {
        rows.remove(pieceId, keeper);
        rows.leave(keeper, [pieceId]);
      }
    });
    if (missing.length > 0) rebuild(place, missing);
    return assign.length + release.length > 0;
  }

  // ---- with one keeper ------------------------------------------------------------------------------------------------

  offers(keeper: PeerId, most: number): PieceHeader[] {
    const { rows, clock } = this.#options;
    const nowMs = clock.now();
    const offered = this.#offered.get(keeper) ?? new Map<PieceId, number>();
    this.#offered.set(keeper, offered);
    for (const [pieceId, until] of offered) if (until <= nowMs) offered.delete(pieceId);
    const room = Math.min(most, limits.vaultOffersAtOnce - offered.size);
    if (room <= 0) return [];
    const next = rows.toLeave(keeper, [...offered.keys()], room);
    for (const { pieceId } of next) offered.set(pieceId, nowMs + limits.vaultOfferMs);
    return next;
  }

  async noteAnswer({ keeper, pieceId, answer }: CallInput<'noteVaultAnswer'>): Promise<void> {
    const { rows, keepers, clock } = this.#options;
    this.#offered.get(keeper)?.delete(pieceId);
    if (answer === 'send') return;
    if (answer === 'kept') {
      if (!rows.markKept(pieceId, keeper, clock.now())) return;
      await this.#letGo(pieceId);
      this.#options.onChange();
      return;
    }
    rows.remove(pieceId, keeper);
    if (answer !== 'no-pledge') keepers.rows.noteRefused(keeper, clock.now());
    else keepers.notePledge(keeper, null);
    this.#settle(pieceId);
  }

  /** They lost it. */
  noteLacking({ keeper, pieceId }: CallInput<'noteVaultLacking'>): void {
    const { rows, keepers } = this.#options;
    rows.remove(pieceId, keeper);
    keepers.rows.noteFailed(keeper);
    this.#settle(pieceId);
  }

  audits(keeper: PeerId, isDue: (askedAt: number | null) => boolean): Audit[] {
    const { rows, clock, chance } = this.#options;
    if (!isDue(this.#askedAt.get(keeper) ?? null)) return [];
    const header = rows.toProve(keeper);
    if (!header) return [];
    this.#askedAt.set(keeper, clock.now());
    return [{ header, block: Math.floor(chance() * (header.hashes.length / 32)), by: 'mine' }];
  }

  noteAudit({ keeper, pieceId, block, bytes }: CallInput<'noteVaultAudit'>): void {
    const { rows, keepers, clock } = this.#options;
    const header = rows.header(pieceId);
    if (!header) return;
    if (isBlockOf(header, block, bytes)) {
      rows.markProved(pieceId, keeper, clock.now());
      keepers.rows.noteProved(keeper, clock.now());
    } else {
      keepers.rows.noteFailed(keeper);
      rows.remove(pieceId, keeper);
    }
    this.#settle(pieceId);
  }

  /** Who has which piece of a segment, for whoever fetches them. */
  of(versionId: VaultVersionId, position: number): { header: PieceHeader; share: number; keepers: PeerId[] }[] {
    const { rows } = this.#options;
    const segment = rows.segment({ versionId, position });
    return (segment?.pieces ?? []).flatMap(({ pieceId, copies }, share) => {
      const header = rows.header(pieceId);
      const keepers = copies.filter(({ state }) => state === 'kept').map(({ keeper }) => keeper);
      return header ? [{ header, share, keepers }] : [];
    });
  }

  #settle(pieceId: PieceId): void {
    const place = this.#options.rows.placeOf(pieceId);
    if (place) this.planOne(place);
    this.#options.onChange();
  }

  /** Nobody waits for it any more: it need not be on this disk. */
  async #letGo(pieceId: PieceId): Promise<void> {
    const { rows, own } = this.#options;
    const place = rows.placeOf(pieceId);
    const segment = place && rows.segment(place);
    const piece = segment?.pieces.find((one) => one.pieceId === pieceId);
    if (!segment || !piece) return;
    const kept = piece.copies.filter(({ state }) => state === 'kept').length;
    if (kept < (segment.needed === 1 ? segment.total : 1)) return;
    rows.setHere(pieceId, false);
    await own.remove([pieceId]);
  }
}

// As an owner: gives keepers with room to spare the orders by which they may take over lost pieces while I am away, and takes note of what
// they made again meanwhile.
import * as v from 'valibot';
import type { CallInput, CallOutput } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import { VaultVersionId, type PieceId, type VaultMendOrder } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { SegmentPlace } from '#main/services/vault/copy-counts';
import type { CopyRows } from '#main/services/vault/copy-rows';
import type { Keepers } from '#main/services/vault/keepers';
import { nameOfOrder, readMendOrder, signMendOrder, type MendPiece } from '#main/services/vault/mending/mend-order';
import type { SegmentFacts } from '#main/services/vault/placement';

export interface MendGivingOptions {
  readonly database: Database;
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly keepers: Keepers;
  readonly rows: CopyRows;
  readonly clock: Clock;
  /** Whether my keepers may mend what is mine. */
  readonly isAllowed: () => boolean;
  readonly onChange: () => void;
}

const Place = v.object({ version_id: VaultVersionId, position: v.number() });

export class MendGiving {
  readonly #options: MendGivingOptions;
  /** On their way: until when nobody gives that mender more, and when it is looked for more. */
  readonly #restUntil = new Map<PeerId, number>();
  /** What they said; some before they pledged anything. */
  readonly #said = new Map<PeerId, boolean>();

  constructor(options: MendGivingOptions) {
    this.#options = options;
  }

  /** What this keeper is to be given now. */
  due(mender: PeerId): VaultMendOrder[] {
    const { keepers, clock, isAllowed } = this.#options;
    const nowMs = clock.now();
    if (!isAllowed() || nowMs < (this.#restUntil.get(mender) ?? 0)) return [];
    const said = this.#said.get(mender);
    if (said !== undefined) keepers.rows.setMends(mender, said);
    this.#said.delete(mender);
    const menders = this.#menders();
    if (!menders.includes(mender) || !keepers.counting().includes(mender)) return [];
    const places = this.#places(mender, nowMs);
    this.#restUntil.set(mender, nowMs + (places.length > 0 ? limits.vaultOfferMs : limits.vaultTendMs));
    return places.flatMap((place) => this.#order(place, mender, menders, nowMs) ?? []);
  }

  noteMends({ keeper, isWilling }: CallInput<'noteVaultMends'>): void {
    this.#said.set(keeper, isWilling);
    this.#restUntil.delete(keeper);
  }

  /** Whoever did not take one is asked again later. */
  noteHeld({ keeper, order, isHeld }: CallInput<'noteVaultMendHeld'>): void {
    const { identity, rows, database, clock } = this.#options;
    const given = readMendOrder(order);
    const name = given && nameOfOrder(given);
    const place = name && rows.placeOf(name);
    this.#restUntil.delete(keeper);
    if (given?.owner !== identity.keys.peerId || !place) return;
    const againAt = clock.now() + (isHeld ? limits.vaultGrantRenewMs : limits.vaultMendAgainMs);
    database.run(
      `INSERT OR REPLACE INTO vault_mends_given (version_id, position, mender, again_at)
       VALUES (:versionId, :position, :keeper, :againAt)`,
      { ...place, keeper, againAt },
    );
  }

  /**
   * They made these again while I was away. What is missing counts as kept by them, and is asked for like anything else. Of the rest nothing is
   * said: they keep it for a while, in which those who are said to have it are asked to prove that, and another of my machines may know more.
   */
  noteMended({ keeper, pieceIds }: CallInput<'noteVaultMended'>): CallOutput<'noteVaultMended'> {
    const { keepers, rows, database, clock, onChange } = this.#options;
    const counting = new Set(keepers.counting());
    if (!counting.has(keeper)) return { noted: [] };
    const noted: PieceId[] = [];
    database.transaction(() => {
      for (const pieceId of pieceIds) {
        if (!this.#isWanted(keeper, pieceId, counting)) {
          rows.forgetProofs(pieceId);
          continue;
        }
        rows.assign(pieceId, keeper, clock.now());
        rows.markKept(pieceId, keeper, clock.now());
        noted.push(pieceId);
      }
    });
    if (noted.length > 0) onChange();
    return { noted };
  }

  #isWanted(keeper: PeerId, pieceId: PieceId, counting: ReadonlySet<PeerId>): boolean {
    const { rows } = this.#options;
    const place = rows.placeOf(pieceId);
    const segment = place && rows.segment(place);
    const piece = segment?.pieces.find((one) => one.pieceId === pieceId);
    if (!segment || !piece) return false;
    const own = segment.pieces.find(({ copies }) => copies.some((copy) => copy.keeper === keeper));
    if (own) return own.pieceId === pieceId;
    const others = piece.copies.filter((copy) => counting.has(copy.keeper));
    const wanted = wantedOf(segment);
    if (others.filter(({ state }) => state === 'kept').length >= wanted) return false;
    // Whoever was only to get it need not any more.
    const promised = others.filter(({ state }) => state === 'assigned').map((copy) => copy.keeper);
    for (const other of promised.slice(0, Math.max(0, others.length + 1 - wanted))) {
      rows.remove(pieceId, other);
      rows.leave(other, [pieceId]);
    }
    return true;
  }

  /** Those who would, in an order of their own. */
  #menders(): PeerId[] {
    const { keepers } = this.#options;
    const counting = new Set(keepers.counting());
    return keepers.rows.all().flatMap(({ peerId, mends }) => (mends && counting.has(peerId) ? [peerId] : []));
  }

  /** Segments of which this mender has nothing, and holds no order that still holds long enough. */
  #places(mender: PeerId, nowMs: number): SegmentPlace[] {
    const sql = `
      SELECT s.version_id, s.position FROM vault_segments s
      JOIN vault_versions v ON v.version_id = s.version_id AND v.state = 'put'
      LEFT JOIN vault_mends_given g ON g.version_id = s.version_id AND g.position = s.position AND g.mender = :mender
      WHERE coalesce(g.again_at, 0) <= :nowMs AND NOT EXISTS (
        SELECT 1 FROM vault_pieces p LEFT JOIN vault_copies c ON c.piece_id = p.piece_id AND c.keeper = :mender
        WHERE p.version_id = s.version_id AND p.segment = s.position AND c.keeper IS NOT NULL)
      AND NOT EXISTS (
        SELECT 1 FROM vault_pieces p WHERE p.version_id = s.version_id AND p.segment = s.position AND NOT EXISTS (
          SELECT 1 FROM vault_copies c WHERE c.piece_id = p.piece_id AND c.state = 'kept'))
      ORDER BY v.added_at DESC, s.position LIMIT :most`;
    return this.#options.database
      .all(sql, { mender, nowMs, most: limits.vaultMendsGivenAtOnce }, Place)
      .map(({ version_id: versionId, position }) => ({ versionId, position }));
  }

  #order(place: SegmentPlace, mender: PeerId, all: readonly PeerId[], nowMs: number): VaultMendOrder | null {
    const { identity, rows } = this.#options;
    const segment = rows.segment(place);
    const pieces = segment && this.#pieces(segment);
    if (!segment || !pieces) return null;
    const held = new Set(pieces.flatMap(({ keepers }) => keepers));
    const free = all.filter((one) => !held.has(one));
    const first = free.slice(0, limits.vaultMendKeepers);
    const menders = first.includes(mender) ? first : [...first.slice(0, -1), mender];
    const { needed, total } = segment;
    const untilMs = nowMs + limits.vaultGrantMs;
    return signMendOrder(identity.keys, { menders, atMs: nowMs, untilMs, needed, total, pieces });
  }

  #pieces({ pieces }: SegmentFacts): MendPiece[] | null {
    if (pieces.length > limits.vaultMendPieces) return null;
    const named: MendPiece[] = [];
    for (const [share, { pieceId, copies }] of pieces.entries()) {
      const header = this.#options.rows.header(pieceId);
      const keepers = copies.filter(({ state }) => state === 'kept').map(({ keeper }) => keeper);
      if (!header || keepers.length === 0) return null;
      named.push({ share, header, keepers: keepers.slice(0, limits.vaultMendKeepers) });
    }
    return named;
  }
}

/** How often a piece is to be kept. */
const wantedOf = ({ needed, total }: SegmentFacts): number => (needed === 1 ? total : 1);

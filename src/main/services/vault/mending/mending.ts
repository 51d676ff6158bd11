// As a keeper with room to spare: takes over lost pieces of owners who are away, by their order. It makes them again from pieces of others and
// from nothing else: it has no key, and what came out wrong is not kept.
import type { CallInput, CallOutput } from '#shared/contract';
import { blockBytes, blockCount } from '#shared/content';
import type { PeerId } from '#shared/identity';
import type { PieceId } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import type { LogFile } from '#main/services/log-file';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { decodeShares, encodeShares } from '#main/services/vault/erasure';
import type { Keeping } from '#main/services/vault/keeping';
import { lossIn, turnAt, type Loss } from '#main/services/vault/mending/lost-copies';
import { MendAudits } from '#main/services/vault/mending/mend-audits';
import { readMendOrder, type MendOrder } from '#main/services/vault/mending/mend-order';
import { MendRows, type HeldOrder } from '#main/services/vault/mending/mend-rows';
import { pieceHeaderOf } from '#main/services/vault/piece';
import type { PieceGroups } from '#main/services/vault/piece-groups';

export interface MendingOptions {
  readonly database: Database;
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly keeping: Pick<Keeping, 'pledgeFor' | 'keeps' | 'offer' | 'write' | 'discard'>;
  readonly groups: PieceGroups;
  readonly clock: Clock;
  /** A number from 0 up to and without 1. */
  readonly chance: () => number;
  /** When there last was a link with them; null for those who are no contacts. */
  readonly seenAt: (peerId: PeerId) => number | null;
  /** How many days I was here after a time. */
  readonly daysSince: (ms: number) => number;
  /** Whether I do this for others. */
  readonly isWilling: () => boolean;
  readonly log: Pick<LogFile, 'write'>;
  readonly onChange: () => void;
}

export class Mending {
  readonly audits: MendAudits;
  readonly #options: MendingOptions;
  readonly #rows: MendRows;
  /** Segments that are being fetched, and until when. */
  readonly #running = new Map<PieceId, { readonly until: number; readonly cancel: () => void }>();
  /** No room was left for these. */
  readonly #restUntil = new Map<PieceId, number>();
  readonly #toldAt = new Map<PeerId, number>();
  #online: ReadonlySet<PeerId> = new Set();
  #last: HeldOrder | null = null;
  #day = { number: 0, bytes: 0 };

  constructor(options: MendingOptions) {
    this.#options = options;
    this.#rows = new MendRows(options.database);
    const { clock, chance, isWilling } = options;
    const isAway = (owner: PeerId): boolean => this.#isAway(owner);
    this.audits = new MendAudits({ rows: this.#rows, clock, chance, isWilling, isAway });
  }

  /** `owner` is who proved to be on the link. Not fair is what nobody honest sends. */
  take({ owner, order }: CallInput<'takeVaultMend'>): CallOutput<'takeVaultMend'> {
    const { identity, keeping, clock, isWilling } = this.#options;
    const read = readMendOrder(order);
    if (read?.owner !== owner || !read.menders.includes(identity.keys.peerId)) return { isFair: false, isHeld: false };
    const leftMs = read.untilMs - clock.now();
    const segment = read.pieces[0]?.header.pieceId;
    if (
      !segment ||
      !isWilling() ||
      leftMs <= 0 ||
      leftMs > limits.vaultGrantMostMs ||
      keeping.pledgeFor(owner) === null
    )
      return { isFair: true, isHeld: false };
    const known = this.#rows.find(owner, segment);
    if (!known && this.#rows.countOf(owner) >= limits.vaultMendOrders) return { isFair: true, isHeld: false };
    if (!known || known.atMs < read.atMs) this.#rows.set(read, order, clock.now());
    return { isFair: true, isHeld: true };
  }

  /** The order by which a piece may be asked of others; null where it is not one of those. */
  rightTo(pieceId: PieceId): HeldOrder['signed'] | null {
    return this.#rows.withPiece(pieceId)?.signed ?? null;
  }

  /** What this owner is to be told that I made again. */
  mendedFor(owner: PeerId): PieceId[] {
    const nowMs = this.#options.clock.now();
    if (nowMs - (this.#toldAt.get(owner) ?? -Infinity) < limits.vaultAskHeadMs) return [];
    const pieceIds = this.#rows.mendedFor(owner, limits.vaultMendedTold);
    if (pieceIds.length > 0) this.#toldAt.set(owner, nowMs);
    return pieceIds;
  }

  /** They know of these now; of what they do not want an order comes. */
  noteNoted({ owner, pieceIds }: CallInput<'noteVaultMendedNoted'>): void {
    this.#rows.noteTold(owner, this.#options.clock.now());
    this.#rows.forgetMended(owner, pieceIds);
    if (pieceIds.length > 0) this.#toldAt.delete(owner); // there may be more
  }

  /** Looks at a number of orders; `online`: everybody with a link. */
  async tend(online: ReadonlySet<PeerId>): Promise<void> {
    const { clock, keeping, isWilling } = this.#options;
    this.#online = online;
    const nowMs = clock.now();
    for (const [segment, { until, cancel }] of this.#running) {
      if (until > nowMs) continue;
      this.#running.delete(segment);
      cancel();
    }
    this.#rows.sweep(nowMs);
    for (const { owner, pieceId } of this.#rows.unwanted(nowMs - limits.vaultMendedKeptMs)) {
      await keeping.discard(owner, [pieceId]);
      this.#rows.forgetMended(owner, [pieceId]);
    }
    if (!isWilling()) return;
    const some = this.#rows.after(this.#last, limits.vaultMendsLooked);
    this.#last = some.length < limits.vaultMendsLooked ? null : (some.at(-1) ?? null);
    for (const held of some) await this.#look(held, nowMs);
  }

  async #look(held: HeldOrder, nowMs: number): Promise<void> {
    const { identity, keeping } = this.#options;
    const { owner, segment, lostAt } = held;
    if (this.#running.size >= limits.vaultMendsAtOnce || this.#running.has(segment)) return;
    if (nowMs < (this.#restUntil.get(segment) ?? 0)) return;
    if (!this.#isAway(owner) || keeping.pledgeFor(owner) === null) return;
    const copies = this.#rows.copiesOf(held);
    const lost = new Set(
      copies.flatMap(({ pieceId, keeper, isLost }) => (isLost || this.#isGone(keeper) ? `${pieceId} ${keeper}` : [])),
    );
    const order = lost.size > 0 ? readMendOrder(held.signed) : null;
    const loss =
      order &&
      lossIn(order, {
        isLost: ({ header }, keeper) => lost.has(`${header.pieceId} ${keeper}`),
        tookOver: ({ header }) => this.audits.tookOver(order.menders, header.pieceId),
      });
    if (!order || !loss) {
      if (lostAt !== null) this.#rows.setLost(held, null);
      return;
    }
    if (lostAt === null) this.#rows.setLost(held, nowMs);
    const self = identity.keys.peerId;
    if (lostAt === null || nowMs < turnAt(order, self, lostAt)) return;
    if (order.pieces.some(({ header }) => keeping.keeps(owner, header.pieceId))) return;
    const others = order.menders.filter((one) => one !== self && this.#online.has(one));
    if (!this.audits.areAsked(others, loss.piece.header, held)) return;
    if (await this.#isRoomFor(order, loss)) this.#fetch(order, loss, segment);
  }

  /** Reserved before the first byte of anything is asked for. */
  async #isRoomFor({ owner, needed }: MendOrder, { piece }: Loss): Promise<boolean> {
    const { keeping, clock } = this.#options;
    const { header } = piece;
    const number = Math.floor(clock.now() / 86_400_000);
    if (number !== this.#day.number) this.#day = { number, bytes: 0 };
    const bytes = needed * header.bytes;
    if (this.#day.bytes + bytes > limits.vaultMendBytesADay) return false;
    const { answer } = await keeping.offer({ owner, header });
    if (answer !== 'send') {
      this.#restUntil.set(header.pieceId, clock.now() + limits.vaultAskAgainMs);
      return false;
    }
    this.#day.bytes += bytes;
    return true;
  }

  #fetch(order: MendOrder, { piece, from }: Loss, segment: PieceId): void {
    const { groups, clock, log } = this.#options;
    const cancel = groups.add({
      needed: order.needed,
      pieces: from,
      ready: (shares) => {
        this.#finish(order, piece, shares)
          .catch((error: unknown) => {
            const detail = error instanceof Error ? error.message : String(error);
            log.write('warn', 'vault.mend', { detail });
          })
          .finally(() => this.#running.delete(segment));
      },
    });
    this.#running.set(segment, { until: clock.now() + limits.vaultMendComingMs, cancel });
  }

  /** An order that names what these pieces never gave leads to nothing. */
  async #finish(
    order: MendOrder,
    { header, share }: Loss['piece'],
    shares: ReadonlyMap<number, Uint8Array<ArrayBuffer>>,
  ): Promise<void> {
    const { keeping, log, clock, onChange } = this.#options;
    const { owner } = order;
    const { pieceId } = header;
    const bytes = encodeShares(decodeShares(shares, order), order)[share];
    if (!bytes || pieceHeaderOf(bytes).pieceId !== pieceId) {
      log.write('warn', 'vault.mend', { detail: 'the pieces of an order do not belong together' });
      this.#restUntil.set(pieceId, clock.now() + limits.vaultGrantMostMs);
      await keeping.discard(owner, [pieceId]);
      return;
    }
    const blocks = Array.from({ length: blockCount(bytes.length) }, (_, index) => {
      return { index, bytes: bytes.slice(index * blockBytes, (index + 1) * blockBytes) };
    });
    const { isWhole } = await keeping.write({ owner, pieceId, blocks });
    if (isWhole) this.#rows.addMended(owner, pieceId);
    onChange();
  }

  #isAway(owner: PeerId): boolean {
    const { seenAt, clock } = this.#options;
    const at = this.#online.has(owner) ? null : seenAt(owner);
    return at !== null && clock.now() - at >= limits.vaultMendAwayMs;
  }

  /** As owners judge it. Of somebody who is no contact nothing is known. */
  #isGone(keeper: PeerId): boolean {
    const { seenAt, daysSince } = this.#options;
    const at = this.#online.has(keeper) ? null : seenAt(keeper);
    return at !== null && daysSince(at) > limits.vaultAwayMostDays;
  }
}

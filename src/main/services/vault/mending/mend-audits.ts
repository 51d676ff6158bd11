// Asks other keepers of somebody's segment whether they still have what an order names: one block at random now and then, and another mender
// before a piece is made again.
import type { CallInput, CallOutput } from '#shared/contract';
import { blockCount } from '#shared/content';
import type { PeerId } from '#shared/identity';
import type { PieceHeader, PieceId } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { readMendOrder } from '#main/services/vault/mending/mend-order';
import type { HeldOrder, MendRows } from '#main/services/vault/mending/mend-rows';
import { isBlockOf } from '#main/services/vault/piece';

type Audit = CallOutput<'readVaultWork'>['audits'][number];

export interface MendAuditsOptions {
  readonly rows: MendRows;
  readonly clock: Clock;
  /** A number from 0 up to and without 1. */
  readonly chance: () => number;
  readonly isWilling: () => boolean;
  /** While an owner is here, they ask for themselves. */
  readonly isAway: (owner: PeerId) => boolean;
}

interface Question {
  readonly header: PieceHeader;
  readonly right: HeldOrder['signed'];
}

/** What another mender said of a piece, and when it was asked. */
interface Word {
  readonly at: number;
  /** Null as long as nothing came. */
  readonly has: boolean | null;
}

export class MendAudits {
  readonly #options: MendAuditsOptions;
  readonly #questions = new Map<PeerId, Question>();
  readonly #words = new Map<string, Word>();
  readonly #askedAt = new Map<PeerId, number>();

  constructor(options: MendAuditsOptions) {
    this.#options = options;
  }

  /** What this peer is to be asked for now. */
  next(peer: PeerId): Audit[] {
    const question = this.#questions.get(peer) ?? this.#dueOf(peer);
    this.#questions.delete(peer);
    return question ? [this.#auditOf(question)] : [];
  }

  /** False for a piece of no order. */
  note({ keeper, pieceId, block, bytes }: CallInput<'noteVaultAudit'>): boolean {
    const header = this.#headerOf(pieceId);
    if (header) this.#hear(keeper, pieceId, isBlockOf(header, block, bytes));
    return header !== null;
  }

  lacking({ keeper, pieceId }: CallInput<'noteVaultLacking'>): void {
    if (this.#options.rows.withPiece(pieceId)) this.#hear(keeper, pieceId, false);
  }

  /** So many of these menders proved that they have it. */
  tookOver(menders: readonly PeerId[], pieceId: PieceId): number {
    return menders.filter((mender) => this.#words.get(`${pieceId} ${mender}`)?.has === true).length;
  }

  /** Whether all of them were asked lately, and had time to answer; who was not is asked. */
  areAsked(menders: readonly PeerId[], header: PieceHeader, { signed: right }: Pick<HeldOrder, 'signed'>): boolean {
    const nowMs = this.#options.clock.now();
    const open = menders.filter((mender) => {
      const key = `${header.pieceId} ${mender}`;
      const word = this.#words.get(key);
      const isFresh = word !== undefined && nowMs - word.at < limits.vaultMendAuditMs;
      if (!isFresh) {
        this.#words.set(key, { at: nowMs, has: null });
        this.#questions.set(mender, { header, right });
      }
      return !isFresh || (word.has === null && nowMs - word.at < limits.vaultOfferMs);
    });
    return open.length === 0;
  }

  #dueOf(keeper: PeerId): Question | null {
    const { rows, clock, isWilling, isAway } = this.#options;
    const nowMs = clock.now();
    if (!isWilling() || nowMs - (this.#askedAt.get(keeper) ?? -Infinity) < limits.vaultAskAgainMs) return null;
    this.#askedAt.set(keeper, nowMs);
    const due = rows.toProve(keeper, nowMs - limits.vaultMendAuditMs);
    if (!due) return null;
    rows.noteAsked(due.pieceId, keeper, nowMs);
    const held = isAway(due.owner) ? rows.find(due.owner, due.segment) : null;
    const header = held && this.#headerOf(due.pieceId);
    return header ? { header, right: held.signed } : null;
  }

  #auditOf({ header, right }: Question): Audit {
    return { header, block: Math.floor(this.#options.chance() * blockCount(header.bytes)), by: right };
  }

  #hear(peer: PeerId, pieceId: PieceId, has: boolean): void {
    const { rows, clock } = this.#options;
    const nowMs = clock.now();
    rows.noteProof(pieceId, peer, has ? null : nowMs);
    const key = `${pieceId} ${peer}`;
    if (this.#words.has(key)) this.#words.set(key, { at: nowMs, has });
  }

  #headerOf(pieceId: PieceId): PieceHeader | null {
    const held = this.#options.rows.withPiece(pieceId);
    const order = held && readMendOrder(held.signed);
    return order?.pieces.find(({ header }) => header.pieceId === pieceId)?.header ?? null;
  }
}

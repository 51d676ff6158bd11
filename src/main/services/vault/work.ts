// What there is to do with one keeper now: told piece by piece to whoever has a link with them.
import type { CallInput, CallOutput } from '#shared/contract';
import type { PeerId } from '#shared/identity';
import type { PieceId, VaultOrder } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import type { IdentityStore } from '#main/services/identity-store';
import { serviceLimits as limits } from '#main/services/service-limits';
import { vaultLimits } from '#main/services/vault/vault-limits';
import type { Copies } from '#main/services/vault/copies';
import type { CopyRows } from '#main/services/vault/copy-rows';
import type { Heads } from '#main/services/vault/heads';
import { isAuditDue } from '#main/services/vault/keeper-standing';
import type { Keepers } from '#main/services/vault/keepers';
import type { MendGiving } from '#main/services/vault/mending/mend-giving';
import type { Mending } from '#main/services/vault/mending/mending';
import type { PieceGroups } from '#main/services/vault/piece-groups';
import type { SharedWithMe } from '#main/services/vault/sharing/shared-with-me';
import type { Sharing } from '#main/services/vault/sharing/sharing';
import { signOrder } from '#main/services/vault/vault-order';

export interface WorkOptions {
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly keepers: Keepers;
  readonly copies: Copies;
  readonly rows: CopyRows;
  readonly heads: Heads;
  readonly groups: PieceGroups;
  readonly sharing: Pick<Sharing, 'due'>;
  readonly shared: Pick<SharedWithMe, 'acks' | 'rightTo'>;
  readonly giving: Pick<MendGiving, 'due'>;
  readonly mending: Pick<Mending, 'rightTo' | 'mendedFor' | 'audits'>;
  readonly clock: Clock;
}

interface PendingOrder {
  readonly order: VaultOrder;
  readonly pieceIds: readonly PieceId[];
  readonly until: number;
}

/** Pieces of each kind in one answer. */
const atOnce = 4;

export class Work {
  readonly #options: WorkOptions;
  readonly #orders = new Map<PeerId, PendingOrder>();
  /** The time of the last order for each keeper: the next is later, whatever the clock says. */
  readonly #lastOrderMs = new Map<PeerId, number>();
  #online: ReadonlySet<PeerId> = new Set();

  constructor(options: WorkOptions) {
    this.#options = options;
  }

  next({ keeper, online }: CallInput<'readVaultWork'>): CallOutput<'readVaultWork'> {
    const { keepers, copies, heads, sharing, shared, giving, mending } = this.#options;
    keepers.noteSeen(keeper);
    this.#noteOnline(online);
    const { offers: first, head, asksHead } = heads.work(keeper);
    const index = first.slice(0, atOnce);
    return {
      offers: [...index, ...copies.offers(keeper, atOnce - index.length)],
      wants: this.#wants(keeper, online),
      audits: [
        ...copies.audits(keeper, (askedAt) => this.#isAuditDue(keeper, askedAt)),
        ...mending.audits.next(keeper),
      ],
      order: this.#order(keeper),
      head,
      asksHead,
      shares: sharing.due(keeper, atOnce),
      shareAcks: shared.acks(keeper),
      mends: giving.due(keeper),
      mended: mending.mendedFor(keeper),
    };
  }

  #wants(keeper: PeerId, online: readonly PeerId[]): CallOutput<'readVaultWork'>['wants'] {
    const { groups, shared, mending } = this.#options;
    const most = Math.max(0, vaultLimits.vaultWantsAtOnce - groups.askedOf(keeper));
    return groups.next(keeper, online, most).map((header) => {
      const { pieceId } = header;
      const right = shared.rightTo(pieceId, keeper);
      const by = right === 'mine' ? (mending.rightTo(pieceId) ?? right) : right;
      return { header, blocks: groups.blocksFor(keeper, pieceId), by };
    });
  }

  noteOrderDone({ keeper, order, laterMs }: CallInput<'noteVaultOrderDone'>): void {
    const pending = this.#orders.get(keeper);
    if (!pending || Buffer.compare(pending.order, order) !== 0) return;
    this.#orders.delete(keeper);
    if (laterMs !== null) {
      this.#lastOrderMs.set(keeper, laterMs);
      return;
    }
    this.#options.rows.forgetLeavings(keeper, pending.pieceIds);
  }

  /** What those brought who went is to come from others. */
  #noteOnline(online: readonly PeerId[]): void {
    const now = new Set(online);
    for (const peerId of this.#online) if (!now.has(peerId)) this.#options.groups.unlinked(peerId);
    this.#online = now;
  }

  #isAuditDue(keeper: PeerId, askedAt: number | null): boolean {
    const { keepers, rows, clock } = this.#options;
    const record = keepers.rows.get(keeper);
    const pieces = rows.counts.keptBy(keeper);
    return (
      record !== null && isAuditDue({ pieces, since: record.since, provedAt: record.provedAt, askedAt }, clock.now())
    );
  }

  #order(keeper: PeerId): VaultOrder | null {
    const { identity, rows, clock } = this.#options;
    const nowMs = clock.now();
    if ((this.#orders.get(keeper)?.until ?? 0) > nowMs) return null;
    const pieceIds = rows.leavings(keeper, vaultLimits.vaultOrderPieces);
    if (pieceIds.length === 0) return null;
    const atMs = Math.max(nowMs, (this.#lastOrderMs.get(keeper) ?? 0) + 1);
    if (atMs > limits.chatTimeMostMs) return null; // they made a time up that nobody can be later than
    this.#lastOrderMs.set(keeper, atMs);
    const order = signOrder(identity.keys, { keeper, atMs, pieceIds });
    this.#orders.set(keeper, { order, pieceIds, until: nowMs + vaultLimits.vaultOfferMs });
    return order;
  }
}

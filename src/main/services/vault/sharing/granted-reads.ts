// Hands pieces that are kept here to those whom their owner lets read them: judged by the grant alone, for a while, and so much a day.
import type { CallInput, CallOutput } from '#shared/contract';
import { blockBytes } from '#shared/content';
import type { PeerId } from '#shared/identity';
import type { PieceId } from '#shared/vault';
import type { VaultReadRight } from '#shared/vault-share';
import type { Clock } from '#main/services/clock';
import type { IdentityStore } from '#main/services/identity-store';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import type { Keeping } from '#main/services/vault/keeping';
import { readMendOrder } from '#main/services/vault/mending/mend-order';
import { readGrant, type ReadGrant } from '#main/services/vault/sharing/read-grant';

export interface GrantedReadsOptions {
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly keeping: Pick<Keeping, 'read' | 'usedBytes' | 'keeps'>;
  readonly clock: Clock;
}

const dayMs = 86_400_000;

export class GrantedReads {
  readonly #options: GrantedReadsOptions;
  /** Bytes that a reader had of an owner's pieces since the day began: those of whom the owner signed something that is kept here. */
  readonly #read = new Map<string, number>();
  #day = 0;

  constructor(options: GrantedReadsOptions) {
    this.#options = options;
  }

  /** `reader` is who proved to be on the link. Null where it is not here, not granted, or too much. */
  async read({
    reader,
    grant,
    pieceId,
    blocks,
  }: CallInput<'readGrantedPiece'>): Promise<CallOutput<'readGrantedPiece'>> {
    const granted = readGrant(grant) ?? this.#asGrant(grant, reader, pieceId);
    if (granted?.reader !== reader || granted.pieceId !== pieceId || !this.#isDue(granted)) return null;
    const { keeping } = this.#options;
    const { owner } = granted;
    if (!keeping.keeps(owner, pieceId) || !this.#takes(owner, reader, blocks.length * blockBytes)) return null;
    return await keeping.read({ owner, pieceId, blocks });
  }

  /** An order to mend lets each of its menders have each of its pieces of whoever has it, another mender among them. */
  #asGrant(right: VaultReadRight, reader: PeerId, pieceId: PieceId): ReadGrant | null {
    const order = readMendOrder(right);
    const piece = order?.pieces.find(({ header }) => header.pieceId === pieceId);
    const keeper = this.#options.identity.keys.peerId;
    if (!order?.menders.includes(reader) || !piece) return null;
    if (!piece.keepers.includes(keeper) && !order.menders.includes(keeper)) return null;
    return { owner: order.owner, reader, keeper, pieceId, until: order.untilMs };
  }

  /** For this machine, and for now; one that runs longer than any is signed for is not believed. */
  #isDue({ keeper, until }: ReadGrant): boolean {
    const { identity, clock } = this.#options;
    const leftMs = until - clock.now();
    return keeper === identity.keys.peerId && leftMs > 0 && leftMs <= limits.vaultGrantMostMs;
  }

  #takes(owner: PeerId, reader: PeerId, bytes: number): boolean {
    const day = Math.floor(this.#options.clock.now() / dayMs);
    if (day !== this.#day) this.#read.clear();
    this.#day = day;
    const key = `${owner} ${reader}`;
    const sum = (this.#read.get(key) ?? 0) + bytes;
    const most = limits.vaultGrantedReads * this.#options.keeping.usedBytes(owner) + limits.vaultGrantedBytes;
    if (sum > most) return false;
    this.#read.set(key, sum);
    return true;
  }
}

// Keeps pieces for friends: judged, counted and its room taken before anything is written, verified while it comes, and deleted
// only on its owner's signature or when this person ends the pledge.
import type { CallInput, CallOutput } from '#shared/contract';
import type { ContactId } from '#shared/contact';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import type { PieceAnswer, PieceHeader, PieceId, VaultPledge } from '#shared/vault';
import type { Clock } from '#main/services/clock';
import type { Contacts } from '#main/services/contacts';
import type { Database } from '#main/services/database';
import type { IdentityStore } from '#main/services/identity-store';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { KeptPieces } from '#main/services/vault/kept-pieces';
import { KeptRows, type KeptOwner } from '#main/services/vault/kept-rows';
import { isSoundHeader } from '#main/services/vault/piece';
import { Pledges } from '#main/services/vault/pledges';
import { readHead } from '#main/services/vault/vault-head';
import { readOrder } from '#main/services/vault/vault-order';

export interface KeepingOptions {
  readonly database: Database;
  readonly identity: Pick<IdentityStore, 'keys'>;
  readonly contacts: Pick<Contacts, 'assertReachable' | 'byPeer' | 'get'>;
  readonly clock: Clock;
  /** Made when the first piece comes. */
  readonly folder: string;
  /** What is pledged or kept is more or less now. */
  readonly onChange: () => void;
  /** Free space for pieces of others; by default what the disk says. */
  readonly freeBytes?: () => Promise<number>;
}

export class Keeping {
  readonly #options: KeepingOptions;
  readonly #rows: KeptRows;
  readonly #pieces: KeptPieces;
  readonly #pledges: Pledges;

  constructor(options: KeepingOptions) {
    const { database, contacts, clock, folder } = options;
    this.#options = options;
    this.#rows = new KeptRows(database);
    this.#pieces = new KeptPieces({ rows: this.#rows, folder, clock });
    this.#pledges = new Pledges(database, contacts);
  }

  // ---- what the person sees and does --------------------------------------------------------------------------------

  /** What is pledged, and what is still here of others. */
  pledges(): VaultPledge[] {
    return this.#options.database.transaction(() => {
      this.#noteEnded();
      const kept = new Map(this.#rows.owners().map((one) => [one.owner, one]));
      const pledged = this.#pledges.list().map(({ contactId, bytes }) => {
        const owner = this.#pledges.ownerOf(contactId);
        const of = kept.get(owner);
        kept.delete(owner);
        return this.#view(of ?? { owner, bytes: 0, pieces: 0, endedAt: null }, contactId, bytes);
      });
      const ended = [...kept.values()].map((of) => this.#view(of, this.#pledges.contactOf(of.owner), 0));
      return [...pledged, ...ended];
    });
  }

  /** What is free beyond what is pledged already. */
  async pledgeableBytes(): Promise<number> {
    const free = await this.#freeBytes();
    const promised = this.#pledges.list().map(({ contactId, bytes }) => {
      return Math.max(0, bytes - this.#rows.usage(this.#pledges.ownerOf(contactId)).bytes);
    });
    return Math.max(0, free - promised.reduce((sum, bytes) => sum + bytes, 0));
  }

  /** Fails `disk-full`, `contact-unknown`, `contact-blocked`, `contact-not-accepted`, `key-changed`. */
  async setPledge({ contactId, bytes }: CallInput<'setVaultPledge'>): Promise<void> {
    if (bytes === null) {
      this.#pledges.ownerOf(contactId);
      this.#pledges.end(contactId);
    } else {
      const before = this.#pledges.of(contactId) ?? 0;
      const used = this.#rows.usage(this.#pledges.ownerOf(contactId)).bytes;
      const more = Math.max(bytes, used) - Math.max(before, used);
      if (more > 0 && more > (await this.pledgeableBytes())) throw new Failure('disk-full', 'less than that is free');
      this.#pledges.set({ contactId, bytes });
    }
    this.#noteEnded();
    this.#options.onChange();
  }

  /** Nothing of theirs is here any more once it resolves. */
  async dropPledge({ owner }: CallInput<'dropVaultPledge'>): Promise<void> {
    const contactId = this.#pledges.contactOf(owner);
    if (contactId !== null) this.#pledges.end(contactId);
    await this.#pieces.removeAll(owner);
    this.#options.onChange();
  }

  /** Deletes what nobody waits for any more: parts that never became whole, and pieces whose notice is over. */
  async sweep(): Promise<void> {
    const nowMs = this.#options.clock.now();
    this.#noteEnded();
    for (const { owner, pieceId } of this.#rows.partsSince(nowMs - limits.vaultPartMs))
      await this.#pieces.remove(owner, [pieceId], () => this.#rows.piece(owner, pieceId)?.isWhole === false);
    const over = this.#rows
      .owners()
      .filter(({ endedAt }) => endedAt !== null && endedAt + limits.vaultNoticeMs <= nowMs);
    for (const { owner } of over) await this.dropPledge({ owner });
  }

  // ---- what owners ask over a link ----------------------------------------------------------------------------------

  pledgeFor(owner: PeerId): number | null {
    return this.#pledges.for(owner);
  }

  /** Fails `input-invalid` for a header whose id is not made of the rest: nobody honest sends one. */
  async offer({ owner, header }: CallInput<'offerVaultPiece'>): Promise<CallOutput<'offerVaultPiece'>> {
    if (!isSoundHeader(header)) throw new Failure('input-invalid', 'no header of a piece');
    if (this.#pledges.for(owner) === null) return { answer: 'no-pledge', missing: [] };
    const free = await this.#freeBytes();
    const outcome = await this.#pieces.offer(owner, header, () => this.#refusal(owner, header, free));
    if (!Array.isArray(outcome)) return { answer: outcome, missing: [] };
    this.#options.onChange();
    return { answer: outcome.length === 0 ? 'kept' : 'send', missing: outcome };
  }

  /** Blocks of a piece that nobody offered, or whose pledge ended meanwhile, are let go. Fails `disk-full`. */
  async write({ owner, pieceId, blocks }: CallInput<'writeVaultPiece'>): Promise<CallOutput<'writeVaultPiece'>> {
    if (this.#pledges.for(owner) === null) return { isWrong: false, isWhole: false };
    const outcome = await this.#pieces.write(owner, pieceId, blocks);
    if (outcome === 'whole') this.#options.onChange();
    return { isWrong: outcome === 'wrong', isWhole: outcome === 'whole' };
  }

  /** All of it is here. */
  keeps(owner: PeerId, pieceId: PieceId): boolean {
    return this.#rows.piece(owner, pieceId)?.isWhole === true;
  }

  /** What nobody wants to be here any more. */
  async discard(owner: PeerId, pieceIds: readonly PieceId[]): Promise<void> {
    if (await this.#pieces.remove(owner, pieceIds)) this.#options.onChange();
  }

  usedBytes(owner: PeerId): number {
    return this.#rows.usage(owner).bytes;
  }

  async read({ owner, pieceId, blocks }: CallInput<'readVaultPiece'>): Promise<CallOutput<'readVaultPiece'>> {
    const isSaidToBeHere = this.keeps(owner, pieceId);
    const found = await this.#pieces.read(owner, pieceId, blocks);
    if (isSaidToBeHere && !this.#rows.piece(owner, pieceId)) this.#options.onChange();
    return found;
  }

  /** One that is no newer than the last that counted is a replay: what was left since then stays. */
  async takeOrder({ owner, order }: CallInput<'takeVaultOrder'>): Promise<CallOutput<'takeVaultOrder'>> {
    const signed = readOrder(order);
    if (signed?.owner !== owner || signed.keeper !== this.#options.identity.keys.peerId)
      return { isFair: false, laterMs: null };
    const isDue = (): boolean => signed.atMs > this.#rows.orderedAt(owner);
    const isLess = await this.#pieces.remove(owner, signed.pieceIds, isDue);
    if (isDue()) this.#rows.noteOrder(owner, signed.atMs);
    if (isLess) this.#options.onChange();
    const orderedAt = this.#rows.orderedAt(owner);
    return { isFair: true, laterMs: orderedAt > signed.atMs ? orderedAt : null };
  }

  takeHead({ owner, head }: CallInput<'takeVaultHead'>): CallOutput<'takeVaultHead'> {
    const signed = readHead(head);
    if (signed?.owner !== owner) return { isFair: false };
    const held = this.#rows.head(owner)?.version ?? 0;
    if (this.#pledges.for(owner) !== null && signed.version > held) this.#rows.setHead(owner, signed.version, head);
    return { isFair: true };
  }

  readHead(owner: PeerId): CallOutput<'readVaultHead'> {
    const held = this.#rows.head(owner);
    return held && new Uint8Array(held.head);
  }

  /** In turn, so that what others were granted meanwhile is counted. */
  #refusal(owner: PeerId, { bytes }: PieceHeader, free: number): Exclude<PieceAnswer, 'kept' | 'send'> | null {
    const pledged = this.#pledges.for(owner);
    if (pledged === null) return 'no-pledge';
    const usage = this.#rows.usage(owner);
    if (usage.pieces >= limits.vaultPiecesOfOwner) return 'too-many';
    if (usage.bytes + bytes > pledged) return 'full';
    return this.#rows.comingBytes() + bytes > free ? 'no-space' : null;
  }

  #view(
    { owner, bytes: usedBytes, pieces, endedAt }: KeptOwner,
    contactId: ContactId | null,
    bytes: number,
  ): VaultPledge {
    return {
      owner,
      contactId,
      bytes,
      usedBytes,
      pieces,
      endsAt: endedAt === null ? null : endedAt + limits.vaultNoticeMs,
    };
  }

  /** The notice runs from when it is first seen that nothing is pledged any more: ended, blocked, or no contact now. */
  #noteEnded(): void {
    for (const { owner, endedAt } of this.#rows.owners()) {
      const isPledged = this.#pledges.for(owner) !== null;
      if (isPledged && endedAt !== null) this.#rows.setEnded(owner, null);
      if (!isPledged && endedAt === null) this.#rows.setEnded(owner, this.#options.clock.now());
    }
  }

  async #freeBytes(): Promise<number> {
    return await (this.#options.freeBytes ?? (() => this.#pieces.freeBytes()))();
  }
}

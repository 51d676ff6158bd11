// The vault: what the person sees and does; what goes between an owner and a keeper, on both sides.
import * as v from 'valibot';
import { ContactId } from '#shared/contact';
import { bulk, call, count, nothing } from '#shared/contract/call';
import { Block } from '#shared/contract/drop-calls';
import { PeerId } from '#shared/identity';
import {
  UtcMinutes,
  PieceAnswer,
  PieceBlocks,
  PieceHeader,
  PieceId,
  VaultFile,
  VaultHead,
  VaultItemId,
  VaultMendOrder,
  VaultOrder,
  VaultRunId,
  VaultVersionId,
  maxVaultFiles,
} from '#shared/vault';
import { VaultReadRight, VaultShareId } from '#shared/vault-share';
import { VaultView } from '#shared/vault-view';

/** Bytes of files in one call. */
export const vaultChunkBytes = 1024 * 1024;

/** mine: they keep it for me. offered: it is theirs, and they offered it. Else what its owner signed. */
const Right = v.union([v.picklist(['mine', 'offered']), VaultReadRight]);
/** Told of in one message. */
const MendedIds = v.pipe(v.array(PieceId), v.maxLength(100));
const Blocks = v.pipe(v.array(v.strictObject({ index: count, bytes: Block })), v.minLength(1), v.maxLength(4));

export const vaultCalls = {
  readVault: call(nothing, VaultView),

  /**
   * Begins to put one file or one folder into the vault: `files` in the order in which their bytes will come, every path from `name`
   * on. A new version of what has that name already. Fails `disk-full`, `file-refused` (a name no system takes), `vault-busy`.
   */
  beginPut: bulk(
    v.strictObject({
      name: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
      kind: v.picklist(['file', 'folder']),
      files: v.pipe(v.array(VaultFile), v.minLength(1), v.maxLength(maxVaultFiles)),
    }),
    v.strictObject({ versionId: VaultVersionId }),
  ),
  /** The next bytes of all files in a row. Fails `disk-full`, `file-changed` (more than was said); then nothing of it is kept. */
  writePut: bulk(
    v.strictObject({
      versionId: VaultVersionId,
      bytes: v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(vaultChunkBytes)),
    }),
    nothing,
  ),
  /** All of it is encrypted on this disk, and on its way. Fails `file-changed` when bytes are missing. */
  finishPut: call(v.strictObject({ versionId: VaultVersionId }), nothing),
  abortPut: call(v.strictObject({ versionId: VaultVersionId }), nothing),

  /** Keepers are told to delete it, those who are away as soon as they come. */
  removeVaultItem: call(v.strictObject({ itemId: VaultItemId }), nothing),
  removeVaultVersion: call(v.strictObject({ versionId: VaultVersionId }), nothing),

  /** Restores into the download folder. Fails `disk-full`, `downloads-folder`, `vault-unknown`. */
  restoreVault: call(v.strictObject({ versionId: VaultVersionId }), v.strictObject({ runId: VaultRunId })),
  /** Restores a random part of something to a place of its own, compares it, deletes it. Fails `vault-empty`. */
  drillVault: call(nothing, v.strictObject({ runId: VaultRunId })),
  cancelVaultRun: call(v.strictObject({ runId: VaultRunId }), nothing),
  forgetVaultRun: call(v.strictObject({ runId: VaultRunId }), nothing),
  /** Shows what was restored in the file manager; fails `files-unshown`, `file-gone`. */
  showVaultRun: call(v.strictObject({ runId: VaultRunId }), nothing),

  /**
   * Lets a contact restore one thing: one version of it, or the newest and each after it (null). Fails `vault-unknown`, `vault-share-large`,
   * `vault-shares-too-many`, `contact-unknown`, `contact-blocked`, `contact-not-accepted`, `key-changed`.
   */
  shareVaultItem: call(
    v.strictObject({ itemId: VaultItemId, versionId: v.nullable(VaultVersionId), contactId: ContactId }),
    nothing,
  ),
  /** Fails `vault-unknown`. */
  endVaultShare: call(v.strictObject({ shareId: VaultShareId }), nothing),
  /** What a contact shares is not wanted. Fails `vault-unknown`. */
  declineVaultShare: call(v.strictObject({ owner: PeerId, shareId: VaultShareId }), nothing),

  /**
   * Space for a contact; null ends it: what they left is kept for `limits.vaultNoticeMs` more, so that it can move elsewhere. Fails
   * `disk-full` (less than that is free).
   */
  setVaultPledge: call(v.strictObject({ contactId: ContactId, bytes: v.nullable(count) }), nothing),
  /** Ends it and deletes at once all that is kept for them. */
  dropVaultPledge: call(v.strictObject({ owner: PeerId }), nothing),

  // ---- as an owner: what there is to do with one keeper over an open link -----------------------------------------------

  /** They say how much they pledged to me, and how much of it is used; null: nothing. */
  noteVaultPledge: call(v.strictObject({ keeper: PeerId, bytes: v.nullable(count) }), nothing),
  /** The next things to do with them; all empty when there is nothing. `online`: every keeper with a link. */
  readVaultWork: bulk(
    v.strictObject({ keeper: PeerId, online: v.pipe(v.array(PeerId), v.maxLength(1_000)) }),
    v.strictObject({
      /** To be left with them. */
      offers: v.pipe(v.array(PieceHeader), v.maxLength(4)),
      /** To be fetched from them. */
      wants: v.pipe(
        v.array(
          v.strictObject({
            header: PieceHeader,
            /** In the order in which they are to come. */
            blocks: PieceBlocks,
            by: Right,
          }),
        ),
        v.maxLength(4),
      ),
      /** To be asked for to see that they have it; how it came is told by `noteVaultAudit`. */
      audits: v.pipe(v.array(v.strictObject({ header: PieceHeader, block: count, by: Right })), v.maxLength(4)),
      order: v.nullable(VaultOrder),
      /** The state of the vault they should hold. */
      head: v.nullable(VaultHead),
      /** They are to be asked what they hold. */
      asksHead: v.boolean(),
      /** Things of mine that they may read, and by what; null: not any more. */
      shares: v.pipe(
        v.array(v.strictObject({ shareId: VaultShareId, header: v.nullable(PieceHeader) })),
        v.maxLength(4),
      ),
      /** What I hold of things of theirs; null: nothing. */
      shareAcks: v.array(v.strictObject({ shareId: VaultShareId, pieceId: v.nullable(PieceId) })),
      /** By which they may take over lost pieces of mine. */
      mends: v.pipe(v.array(VaultMendOrder), v.maxLength(4)),
      /** Of theirs, what I made again while they were away. */
      mended: MendedIds,
    }),
  ),
  /** Blocks of a piece of mine that is still on this disk. */
  readOwnPiece: bulk(v.strictObject({ pieceId: PieceId, blocks: PieceBlocks }), v.array(Block)),
  noteVaultAnswer: call(v.strictObject({ keeper: PeerId, pieceId: PieceId, answer: PieceAnswer }), nothing),
  /** They have not got it, though they said so. */
  noteVaultLacking: call(v.strictObject({ keeper: PeerId, pieceId: PieceId }), nothing),
  /** Blocks of a piece that was wanted; main verifies them. `isWrong`: they are not what they should be. `isOver`: nobody wanted any more of it. */
  writeWantedPiece: bulk(
    v.strictObject({ keeper: PeerId, pieceId: PieceId, blocks: Blocks }),
    v.strictObject({ isWrong: v.boolean(), isOver: v.boolean() }),
  ),
  /** How the answer to an audit was; silence is told by nobody, and counts once it lasts for days. */
  noteVaultAudit: bulk(v.strictObject({ keeper: PeerId, pieceId: PieceId, block: count, bytes: Block }), nothing),
  /** With `laterMs` they did nothing: an order of mine of that time came before, so the next has to be later. */
  noteVaultOrderDone: call(v.strictObject({ keeper: PeerId, order: VaultOrder, laterMs: v.nullable(count) }), nothing),
  /** What a reader said that they hold of what I share; null: nothing. */
  noteVaultShareHeld: call(
    v.strictObject({ reader: PeerId, shareId: VaultShareId, pieceId: v.nullable(PieceId) }),
    nothing,
  ),
  /** Where they are, roughly: the beginning of the address they were seen at, which is kept as a hash only, and what they said of their clock. */
  noteVaultPlace: call(
    v.strictObject({
      keeper: PeerId,
      network: v.nullable(v.pipe(v.string(), v.maxLength(40))),
      utcMinutes: v.nullable(UtcMinutes),
    }),
    nothing,
  ),
  /** Whether they make lost pieces again. */
  noteVaultMends: call(v.strictObject({ keeper: PeerId, isWilling: v.boolean() }), nothing),
  noteVaultMendHeld: call(v.strictObject({ keeper: PeerId, order: VaultMendOrder, isHeld: v.boolean() }), nothing),
  /** They made these again. Answers of which of them I know. */
  noteVaultMended: call(v.strictObject({ keeper: PeerId, pieceIds: MendedIds }), v.strictObject({ noted: MendedIds })),
  noteVaultHeadKept: call(v.strictObject({ keeper: PeerId, head: VaultHead }), nothing),
  /** What a keeper holds as the state of my vault; null: nothing. */
  noteVaultHeadHeld: call(v.strictObject({ keeper: PeerId, head: v.nullable(VaultHead) }), nothing),

  // ---- as a reader of what others share: `owner` is who proved to be on the link ------------------------------------------

  /** They let me read something, by what this names; null: not any more. */
  noteVaultShare: call(
    v.strictObject({ owner: PeerId, shareId: VaultShareId, header: v.nullable(PieceHeader) }),
    nothing,
  ),

  // ---- as a keeper: `owner` is who proved to be on the link ---------------------------------------------------------------

  /** What I pledge to them; null: nothing. */
  readVaultPledgeFor: call(v.strictObject({ owner: PeerId }), v.strictObject({ bytes: v.nullable(count) })),
  /** Judged, counted and its room reserved before anything is stored. With `send`, which blocks are missing. */
  offerVaultPiece: call(
    v.strictObject({ owner: PeerId, header: PieceHeader }),
    v.strictObject({ answer: PieceAnswer, missing: v.array(count) }),
  ),
  /** Main verifies them. `isWhole` once all of it is on the disk for good. */
  writeVaultPiece: bulk(
    v.strictObject({ owner: PeerId, pieceId: PieceId, blocks: Blocks }),
    v.strictObject({ isWrong: v.boolean(), isWhole: v.boolean() }),
  ),
  /** Null when it is not kept for them; so it is, too, when what is on the disk is damaged. */
  readVaultPiece: bulk(
    v.strictObject({ owner: PeerId, pieceId: PieceId, blocks: PieceBlocks }),
    v.nullable(v.array(Block)),
  ),
  /** For a reader, who proved to be on the link, by what the owner signed. Null where it is not here, not granted, or too much a day. */
  readGrantedPiece: bulk(
    v.strictObject({ reader: PeerId, grant: VaultReadRight, pieceId: PieceId, blocks: PieceBlocks }),
    v.nullable(v.array(Block)),
  ),
  /**
   * Deletes what the owner signed for; not fair is what nobody honest sends. `laterMs`: nothing was deleted, because an order of that time
   * came before.
   */
  takeVaultOrder: call(
    v.strictObject({ owner: PeerId, order: VaultOrder }),
    v.strictObject({ isFair: v.boolean(), laterMs: v.nullable(count) }),
  ),
  /** Whether I make lost pieces of others again. */
  readVaultMends: call(nothing, v.strictObject({ isWilling: v.boolean() })),
  /** Not fair is what nobody honest sends. */
  takeVaultMend: call(
    v.strictObject({ owner: PeerId, order: VaultMendOrder }),
    v.strictObject({ isFair: v.boolean(), isHeld: v.boolean() }),
  ),
  /** Their owner knows that I made these again. */
  noteVaultMendedNoted: call(v.strictObject({ owner: PeerId, pieceIds: MendedIds }), nothing),
  /** Keeps it unless a newer one is held. */
  takeVaultHead: call(v.strictObject({ owner: PeerId, head: VaultHead }), v.strictObject({ isFair: v.boolean() })),
  readVaultHead: call(v.strictObject({ owner: PeerId }), v.nullable(VaultHead)),
};

// What an owner and a keeper of pieces tell each other (docs/protocol/vault.md). Blocks travel beside it, over the bulk channel.
import * as v from 'valibot';
import {
  UtcMinutes,
  PieceAnswer,
  PieceBlocks,
  PieceHeader,
  PieceId,
  VaultHead,
  VaultMendOrder,
  VaultOrder,
} from '#shared/vault';
import { VaultReadRight, VaultShareId } from '#shared/vault-share';

const Stream = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff));
const Bytes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

/** Pieces told of at once. */
const MendedIds = v.pipe(v.array(PieceId), v.maxLength(100));

export const vaultMessages = {
  /** I know the vault. Whoever does not say so has an older Roundtable. */
  'vault.hello': v.strictObject({ version: v.literal(1) }),
  /** Keeper to owner: so much I keep for you at most; null: nothing. */
  'vault.pledge': v.strictObject({ bytes: v.nullable(Bytes) }),
  /** Keeper to owner: my clock is so far from UTC, in quarters of an hour. */
  'vault.place': v.strictObject({ utcMinutes: UtcMinutes }),

  /** Owner to keeper: keep this. */
  'vault.offer': v.strictObject({ header: PieceHeader }),
  /** Keeper to owner. After `send` the keeper asks for its blocks, and says `kept` once they are on its disk. */
  'vault.answer': v.strictObject({ pieceId: PieceId, answer: PieceAnswer }),

  /** Send me these blocks in this stream: of a piece you offered me, or of one you keep for me. */
  'vault.ask': v.strictObject({
    pieceId: PieceId,
    owner: v.picklist(['asker', 'asked']),
    stream: Stream,
    blocks: PieceBlocks,
  }),
  /** I have not got what you asked for. */
  'vault.lacks': v.strictObject({ pieceId: PieceId, stream: Stream }),
  /** Nothing more needs to come in this stream. */
  'vault.unask': v.strictObject({ stream: Stream }),

  /** Owner to keeper: delete what this names. */
  'vault.order': v.strictObject({ order: VaultOrder }),
  /** With `laterMs` nothing was deleted: an order of that time came before. */
  'vault.ordered': v.strictObject({ laterMs: v.nullable(Bytes) }),

  /** Owner to keeper: this is the state of my vault. */
  'vault.head': v.strictObject({ head: VaultHead }),
  'vault.head-kept': v.strictObject({}),
  'vault.ask-head': v.strictObject({}),
  /** Keeper to owner: this I hold as the state of your vault. */
  'vault.head-held': v.strictObject({ head: v.nullable(VaultHead) }),

  /** Owner to reader: you may restore something of mine by what this names; null: not any more. */
  'vault.share': v.strictObject({ shareId: VaultShareId, header: v.nullable(PieceHeader) }),
  /** Reader to owner: this I hold of it; null: nothing. */
  'vault.share-held': v.strictObject({ shareId: VaultShareId, pieceId: v.nullable(PieceId) }),
  /** Reader or mender to keeper: send me these blocks, which their owner lets me have. */
  'vault.read': v.strictObject({ pieceId: PieceId, grant: VaultReadRight, stream: Stream, blocks: PieceBlocks }),

  /** What I do as a keeper for others: making lost pieces again. Who never says so knows nothing of it. */
  'vault.mends': v.strictObject({ isWilling: v.boolean() }),
  /** Owner to mender: by this you may take over a lost piece while I am away. */
  'vault.mend': v.strictObject({ order: VaultMendOrder }),
  /** Mender to owner: I hold it, or not. */
  'vault.mend-held': v.strictObject({ isHeld: v.boolean() }),
  /** Mender to owner: these I made again, and keep. */
  'vault.mended': v.strictObject({ pieceIds: MendedIds }),
  /** Owner to mender: of these I know. */
  'vault.mended-noted': v.strictObject({ pieceIds: MendedIds }),
} as const;

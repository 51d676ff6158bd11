// The vault: files of a person as encrypted pieces on the disks of friends, and pieces of friends on this one (docs/protocol/vault.md).
import * as v from 'valibot';
import { ContactId } from '#shared/contact';
import { blockBytes, blockCount, hashBytes } from '#shared/content';
import { FileEntry } from '#shared/drop';
import { failureCodes } from '#shared/failure';
import { PeerId } from '#shared/identity';

const hexOf = (bytes: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`)));
const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

/** Of one piece at most: sixteen blocks, so that the hashes of all of them fit one control message. */
export const pieceMaxBytes = 16 * blockBytes;

/** SHA-256 of label, size and block hashes (`pieceIdOf`), hex. */
export const PieceId = v.pipe(hexOf(32), v.brand('PieceId'));
export type PieceId = v.InferOutput<typeof PieceId>;

/** Names a piece, and lets whoever fetches it verify each block. */
export const PieceHeader = v.pipe(
  v.strictObject({
    pieceId: PieceId,
    bytes: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(pieceMaxBytes)),
    /** SHA-256 of each block, one after another. */
    hashes: v.instance(Uint8Array),
  }),
  v.check(({ bytes, hashes }) => hashes.length === blockCount(bytes) * hashBytes),
);
export type PieceHeader = v.InferOutput<typeof PieceHeader>;

/** Blocks of one piece. */
export const PieceBlocks = v.pipe(
  v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(pieceMaxBytes / blockBytes - 1))),
  v.minLength(1),
  v.maxLength(pieceMaxBytes / blockBytes),
);

/** A deletion, signed by the owner for one keeper; opaque but to main. */
export const VaultOrder = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(8 * 1024));
export type VaultOrder = v.InferOutput<typeof VaultOrder>;
/** The owner's signed word on which state of their vault is the latest; opaque but to main. */
export const VaultHead = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(14 * 1024));
export type VaultHead = v.InferOutput<typeof VaultHead>;

/** The owner's signed word that keepers may make lost pieces of a segment again; opaque but to main. */
export const VaultMendOrder = v.pipe(v.instance(Uint8Array), v.minLength(1), v.maxLength(14 * 1024));
export type VaultMendOrder = v.InferOutput<typeof VaultMendOrder>;

/** kept: it is there, whole. send: room is kept free for it. Else why not. */
export const PieceAnswer = v.picklist(['kept', 'send', 'full', 'no-pledge', 'no-space', 'too-many']);
export type PieceAnswer = v.InferOutput<typeof PieceAnswer>;

/** How far somebody's clock is from UTC: -12 to +14 hours, in quarters of an hour. */
export const UtcMinutes = v.pipe(v.number(), v.integer(), v.minValue(-720), v.maxValue(840), v.multipleOf(15));

// ---- what the person sees --------------------------------------------------------------------------------------------

export const VaultItemId = v.pipe(hexOf(16), v.brand('VaultItemId'));
export type VaultItemId = v.InferOutput<typeof VaultItemId>;
export const VaultVersionId = v.pipe(hexOf(16), v.brand('VaultVersionId'));
export type VaultVersionId = v.InferOutput<typeof VaultVersionId>;
export const VaultRunId = v.pipe(hexOf(16), v.brand('VaultRunId'));
export type VaultRunId = v.InferOutput<typeof VaultRunId>;

/** Files of one thing in the vault. */
export const maxVaultFiles = 20_000;

export const VaultFile = v.strictObject({ ...FileEntry.entries, mtimeMs: v.pipe(v.number(), v.finite()) });
export type VaultFile = v.InferOutput<typeof VaultFile>;

/**
 * How safe a version is. reading: being read and encrypted. waiting: not all of its pieces are with a keeper yet. safe: `spare` more
 * keepers can vanish, any of them. risk: none can. lost: it cannot be restored from those who are known to keep it.
 */
export const VaultHealth = v.strictObject({
  state: v.picklist(['reading', 'waiting', 'safe', 'risk', 'lost']),
  /** How many keepers can vanish, whichever they are; of how many. */
  spare: Count,
  keepers: Count,
  /** How many of them it takes, as it is cut. */
  needed: Count,
  /** Encrypted bytes that are to be with keepers, and that are. */
  bytes: Count,
  keptBytes: Count,
  /** How many keepers it is waiting for, beyond those there are. */
  keepersMissing: Count,
});
export type VaultHealth = v.InferOutput<typeof VaultHealth>;

export const VaultVersion = v.strictObject({
  versionId: VaultVersionId,
  number: Count,
  addedAt: v.number(),
  files: Count,
  bytes: Count,
  health: VaultHealth,
});
export type VaultVersion = v.InferOutput<typeof VaultVersion>;

export const VaultItem = v.strictObject({
  itemId: VaultItemId,
  name: v.string(),
  kind: v.picklist(['file', 'folder']),
  /** The newest first; at least one. */
  versions: v.array(VaultVersion),
});
export type VaultItem = v.InferOutput<typeof VaultItem>;

/** A contact who keeps for me, or said that they would. */
export const VaultKeeper = v.strictObject({
  peerId: PeerId,
  /** Null once they are no contact any more. */
  contactId: v.nullable(ContactId),
  name: v.string(),
  pledgedBytes: Count,
  keptBytes: Count,
  pieces: Count,
  /** Last time a piece was asked for at random and came as it should. Null before the first. */
  provedAt: v.nullable(v.number()),
  seenAt: v.nullable(v.number()),
  /** Equal for keepers in one network, of no other meaning; how far their clock is from UTC. Null while unknown. */
  network: v.nullable(v.string()),
  utcMinutes: v.nullable(v.number()),
  /** good: proves what it keeps. doubtful: failed lately, or away for long. failed: does not count any more. leaving: ended the pledge. */
  state: v.picklist(['good', 'doubtful', 'failed', 'leaving']),
});
export type VaultKeeper = v.InferOutput<typeof VaultKeeper>;

/** Space I pledged to a contact, or what is still here of somebody to whom nothing is pledged any more. */
export const VaultPledge = v.strictObject({
  owner: PeerId,
  /** Null once they are no contact any more. */
  contactId: v.nullable(ContactId),
  bytes: Count,
  usedBytes: Count,
  pieces: Count,
  /** Nothing new is taken, and what is here is deleted at this time. Null while the pledge holds. */
  endsAt: v.nullable(v.number()),
});
export type VaultPledge = v.InferOutput<typeof VaultPledge>;

/** A restore or a drill: what it does, how far it is, how it ended. */
export const VaultRun = v.strictObject({
  runId: VaultRunId,
  kind: v.picklist(['restore', 'drill']),
  /** What is being restored; of a drill, the item of which a sample is. */
  name: v.string(),
  state: v.picklist(['running', 'waiting', 'done', 'failed', 'cancelled']),
  failure: v.nullable(v.picklist(failureCodes)),
  bytes: Count,
  doneBytes: Count,
  /** Bytes that came from each keeper. */
  from: v.array(v.strictObject({ peerId: PeerId, name: v.string(), bytes: Count })),
  /** Segments that are back and were what they should be. */
  parts: Count,
  startedAt: v.number(),
  /** Null while it goes on. */
  endedAt: v.nullable(v.number()),
});
export type VaultRun = v.InferOutput<typeof VaultRun>;

/** older: than they said they hold. forked: another one of the same number. unreadable: it cannot be opened by this version, or at all. */
export const DoubtKind = v.picklist(['older', 'forked', 'unreadable']);
export type DoubtKind = v.InferOutput<typeof DoubtKind>;

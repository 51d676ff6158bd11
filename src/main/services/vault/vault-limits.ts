// Every size, count and time of the vault, with its unit, as service-limits.ts has those of all other services. All are applied before allocation.
export const vaultLimits = {
  // what is put in and brought back
  /** Pieces that are coming whose blocks need not be hashed anew. */
  vaultPartsRemembered: 256,
  /** Pieces that one segment is cut into. */
  vaultSharesMost: 32,
  /** Things being put into the vault at once, two of them watched folders; and how long one of them may say nothing before it gives way to another. */
  vaultPutsAtOnce: 4,
  vaultPutIdleMs: 120_000,
  /** Threads that seal, cut and open segments; and after how long without work one ends. */
  vaultThreads: 2,
  vaultThreadIdleMs: 10_000,
  /** A keeper of whom nothing comes for this long does not count as one who is bringing a piece. */
  vaultClaimMs: 60_000,
  /** One of whom nothing came for this long is late: others may help. */
  vaultLateMs: 2_000,
  /** Pieces of one segment that are begun beyond those it takes when they are late, and keepers who bring the same one: the first that is there counts. */
  vaultSparePieces: 2,
  vaultBringers: 2,
  /** Pieces asked of one keeper at once: more would share the line, and those that are waited for most come later. */
  vaultWantsAtOnce: 2,
  /** Restores and drills at once; those that are over and still shown. */
  vaultRunsAtOnce: 4,
  vaultRunsKept: 50,
  /** What one run fetches ahead: so many segments; of all runs together, so many bytes of pieces. */
  vaultSegmentsAhead: 12,
  vaultAheadBytes: 48 * 1024 ** 2,
  /** Who has what of a segment that is waited for is looked up anew after this. */
  vaultCopiesKnownMs: 1_000,
  /** Nothing came for this long: a run is waiting for keepers. */
  vaultSilentMs: 10_000,
  vaultDrillSegments: 4,
  /** Small files that are written at once. */
  vaultFilesAtOnce: 8,

  // folders that back themselves up
  vaultFoldersMost: 20,
  /** What is due is looked for this often; a folder is looked through this often, and so many times as long after it took long. */
  vaultFolderTendMs: 2_000,
  vaultFolderLookMs: 60_000,
  vaultFolderLookRestRatio: 50,
  /** A file that looks the same for this long is not being written any more. */
  vaultFolderQuietMs: 10_000,
  /** After this a folder goes without the files that never lie still. */
  vaultFolderPatienceMs: 600_000,
  /** From one version to the next, and so much longer for every MiB of it. */
  vaultFolderRestMs: 600_000,
  vaultFolderRestMsPerMiB: 1_000,
  /** A version that did not reach its keepers in this time makes no other wait. */
  vaultFolderUnderWayMs: 24 * 3_600_000,
  /** Folders with less to read than this do not wait for those with more: one of each kind is read at a time. */
  vaultFolderSmallBytes: 64 * 1024 ** 2,
  /** So many times as long as it worked it rests, all folders together: a quarter of a core at most. */
  vaultFolderRestRatio: 3,
  /** During a call, so often it is seen whether it is over. */
  vaultFolderHeldMs: 1_000,
  /** How far it is, is told this often. */
  vaultFolderTellMs: 500,

  // the vault, as an owner
  /** A piece or an order that got no answer is told again after so long. */
  vaultOfferMs: 60_000,
  /** Pieces on their way to one keeper. */
  vaultOffersAtOnce: 8,
  /** So long after they had no room a keeper is not asked again. */
  vaultAskAgainMs: 1_800_000,
  /** Segments that are looked at in one go. */
  vaultPlannedAtOnce: 200,
  /** What changes within this time is told as one: a view of the vault costs the more the more is in it. */
  vaultNewsMs: 200,
  /** What is due by the clock is looked for this often. */
  vaultTendMs: 30_000,
  /** A link with a keeper is noted this often. */
  vaultSeenEveryMs: 60_000,
  /** Away on so many of the owner's days a keeper is doubtful, and then does not count any more. */
  vaultAwayDays: 7,
  vaultAwayMostDays: 30,
  /** The owner's days that are remembered. */
  vaultDaysRemembered: 100,
  /** Failures in a row after which a keeper does not count any more. */
  vaultFailuresMost: 3,
  /** One audit a day for so many pieces, at most so many a day; the first soon after something was left. */
  vaultPiecesPerAudit: 100,
  vaultAuditsADay: 48,
  vaultFirstAuditMs: 60_000,
  vaultAuditAgainMs: 300_000,
  /** Room of a pledge that is left for the index. */
  vaultIndexRoomBytes: 1024 ** 2,
  vaultIndexMostBytes: 512 * 1024 ** 2,
  /** A new index at most this often; the larger it is, the less. */
  vaultHeadEveryMs: 5_000,
  vaultHeadEveryMsPerMiB: 60_000,
  /** Where it could not be written it is tried again after so long. */
  vaultHeadAgainMs: 30_000,
  vaultHeadsRemembered: 20,
  /** What they hold is asked again after so long; a state that does not come in this time is given up. */
  vaultAskHeadMs: 3_600_000,
  vaultHeadComingMs: 600_000,
  vaultRepairsAtOnce: 2,
  vaultRepairsWaiting: 200,

  // things of a vault that others may read
  vaultReadersMost: 100,
  /** Grants hold so long, and are made anew once so much of it is over; none is believed that holds longer. */
  vaultGrantMs: 30 * 24 * 3_600_000,
  vaultGrantRenewMs: 10 * 24 * 3_600_000,
  vaultGrantMostMs: 31 * 24 * 3_600_000,
  /** Grants signed in one go. */
  vaultGrantsAtOnce: 50,
  vaultShareKeepers: 64,
  vaultManifestMostBytes: 32 * 1024 ** 2,
  /** Of its pieces, grants and files a manifest takes at most so much: what is larger cannot be shared. */
  vaultManifestPieceBytes: 800,
  vaultManifestGrantBytes: 300,
  vaultManifestFileBytes: 150,
  /** A manifest is made anew at most this often; the larger it is, the less. */
  vaultShareEveryMs: 5_000,
  vaultShareEveryMsPerMiB: 60_000,
  /** Things that one contact shares with this person. */
  vaultSharedOfOwner: 32,
  /** A manifest that does not come in this time is given up. */
  vaultShareComingMs: 120_000,
  /** A reader gets this many times what is kept of an owner in a day, and so much besides. */
  vaultGrantedReads: 4,
  vaultGrantedBytes: 64 * 1024 ** 2,

  // pieces that keepers make again among themselves
  /** Pieces that one order names, and people for each and as menders: so much fits one control message. */
  vaultMendPieces: 12,
  vaultMendKeepers: 4,
  /** Orders of one owner that are held: of 24 GiB and more in large files. */
  vaultMendOrders: 2_000,
  /** Orders given in one go, and so long until somebody who did not take one is given it again. */
  vaultMendsGivenAtOnce: 4,
  vaultMendAgainMs: 24 * 3_600_000,
  /** So long the owner was not here before anything is mended: until then they do it themselves. */
  vaultMendAwayMs: 3 * 24 * 3_600_000,
  /** Each mender waits so much longer than the one named before. */
  vaultMendTurnMs: 24 * 3_600_000,
  /** Other keepers are asked for a block of what they keep so often; a mender who is here, before a piece is made again. */
  vaultMendAuditMs: 24 * 3_600_000,
  /** Segments fetched at once; one that does not come in this time is given up. */
  vaultMendsAtOnce: 2,
  vaultMendComingMs: 3_600_000,
  /** Orders looked at in one go. */
  vaultMendsLooked: 200,
  /** What is fetched for it in a day. */
  vaultMendBytesADay: 2 * 1024 ** 3,
  /** Pieces made again that are told in one message; those whose owner was told and did not want them go after this. */
  vaultMendedTold: 100,
  vaultMendedKeptMs: 30 * 24 * 3_600_000,

  // the vault, as a keeper
  /** Free space that pieces of others never take: this much, or this share of a large disk. */
  vaultReserveBytes: 5 * 1024 ** 3,
  vaultReserveRatio: 0.1,
  vaultPiecesOfOwner: 10_000,
  /** A piece that did not become whole in this time is given up. */
  vaultPartMs: 24 * 3_600_000,
  /** How long pieces stay once their owner has no pledge any more, so that they can move elsewhere. */
  vaultNoticeMs: 14 * 24 * 3_600_000,
  /** Pieces that one order deletes; pieces that hold one state of a vault. */
  vaultOrderPieces: 200,
  vaultHeadPieces: 16,
} as const;

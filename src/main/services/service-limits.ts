// Every size, count and time the services enforce, with its unit. All are applied before allocation.
export const serviceLimits = {
  // invites
  inviteWrongProofs: 5,
  invitesOpen: 100,
  inviteNameBytes: 64,

  // sealed signals
  sealedClassesBytes: [2 * 1024, 4 * 1024, 8 * 1024, 16 * 1024, 24 * 1024],
  /** A signal that starts a session is too old after this, by the receiver's clock. */
  signalMaxAgeMs: 60_000,
  /** A sender's clock may run ahead by this; ids are then remembered for as long as the signal would be accepted. */
  signalMaxAheadMs: 24 * 3_600_000,
  replayMemoryMs: 600_000,
  /** Above what the rate limit lets through within the replay memory, so that a full memory means a flood. */
  replayIdsPerSender: 12_500,
  /** Signals of a session this side started need no clock: the session id was a fresh secret. */
  ownSessionMs: 600_000,
  ownSessions: 2_048,
  signalsPerSecond: 20,
  signalsBurst: 40,
  /** Blobs opened at the same time; further ones are dropped, not queued. */
  opensAtOnce: 200,

  // connections by hand
  /** Finer than those of signals, because the smallest fit a QR code. */
  handClassesBytes: [1024, 1536, 2 * 1024, 4 * 1024, 8 * 1024, 16 * 1024, 24 * 1024],
  /** What a text unpacks to: a description and its candidates. */
  handPlainBytes: 32 * 1024,
  /** Texts made here that are recognised, and offers whose answers are waited for. */
  handTexts: 64,

  // decoder
  decoderDepth: 8,
  decoderMapKeys: 64,
  decoderArrayItems: 1_024,
  decoderStringBytes: 16 * 1024,

  // link proof
  proofLifeMs: 10_000,
  proofsAtOnce: 64,

  // rooms
  roomEntryBytes: 1_024,
  /** Entries that count, of one room and of one author in it. */
  roomEntries: 512,
  roomEntriesPerAuthor: 96,
  /** Entries that do not count yet: what they depend on may still come. */
  roomEntriesWaiting: 64,
  roomLamportMost: 1_000_000,
  roomPastMost: 16,
  roomKeptMost: 32,
  roomSeats: 12,
  roomsKept: 50,
  /** Links of one room that still hold. */
  roomPasses: 100,
  /** Holders of a link who asked to be let near, of one room. */
  roomRequests: 8,
  roomRequestMs: 120_000,

  // casts
  /** Viewers of one cast of mine who have a place. */
  castViewers: 16_384,
  castsWatched: 8,
  /** Viewers of one watched cast who may be linked with. */
  castAdmitted: 512,
  /** Links of one cast that still hold. */
  castLinks: 32,
  /** Holders of a link who ask and have no place yet. */
  castRequests: 32,
  castRequestMs: 120_000,

  // recordings
  recordingsAtOnce: 4,
  /** Files of one recording: one per seat, and one for shared sound. */
  recordingTracks: 13,
  /** Finished ones that can still be shown. */
  recordingsRemembered: 64,
  consentsKept: 64,

  // drops
  /** Those that are over; running ones are not counted. */
  dropsKept: 200,
  dropsRunning: 64,
  /** Files of drops with their handles open. */
  dropFilesOpen: 64,
  /** Free space that no drop takes: this much, or this share of a small disk. */
  diskReserveBytes: 1024 ** 3,
  diskReserveRatio: 0.05,
  /** Files of this person's that a page has named and not given yet. */
  sourcesRemembered: 8_192,
  /** Requests for bytes of files that are played, of one file and of all; beyond that the oldest end. */
  mediaRequestsOfFile: 4,
  mediaRequests: 8,
  /** A block that did not come in this time ends the request; an element then asks again. */
  mediaWaitMs: 30_000,
  /** The place that is wanted is told anew after so many blocks. */
  mediaToldBlocks: 8,
  // shared folders
  sharesMost: 32,
  /** Files and folders of one share, and how many folders lie in each other: a download keeps its first component for the share. */
  shareEntries: 50_000,
  shareDepth: 15,
  /** Rows written in one transaction while a folder is looked through. */
  shareRowsAtOnce: 500,
  /** Asked about later than this after it was looked through, a share is looked through again meanwhile. */
  shareStaleMs: 60_000,
  sharePageEntries: 100,
  shareHits: 100,
  /** Files of one size looked at for one that somebody looks for; files lent to downloads of others. */
  shareAlike: 8,
  filesLent: 4_096,
  /** Shared files that wait to be hashed for others; blocks of one that are read at once. */
  rootsWaiting: 64,
  rootsBlocksAtOnce: 16,
  /** What is kept of folders of contacts: how long, and how many files and folders of one and of all. */
  seenKeptMs: 30 * 24 * 3_600_000,
  seenOfOne: 5_000,
  seenInAll: 50_000,
  /** Downloads that wait for people who are away. */
  shareWants: 100,
  /** What is remembered of hashed files: so many, of so many bytes in all (64 MiB of hashes). */
  rootsKept: 20_000,
  rootsKeptOfBytes: 512 * 1024 ** 3,
  shareWords: 8,
  // chats
  chatSequenceMost: 0x7fff_ffff,
  chatLamportMost: 2 ** 52,
  /** An entry may be this far above everything known of its conversation: nobody honest ever is, as a million would be missing. */
  chatLamportAhead: 2 ** 20,
  /** 1 January 10000. */
  chatTimeMostMs: 253_402_300_800_000,
  /** Different entries in one place of a log: shown, but not without end. */
  chatForksOfLog: 8,
  /** Other wordings of one message. */
  chatEditsMost: 64,
  /** A voice message in pieces that travel like words: 704 KiB, as many as a withdrawal names. */
  voicePieces: 64,
  voicePieceBytes: 11 * 1024,
  chatLogsTold: 120,
  chatVectorBytes: 14 * 1024,
  /** A bundle and the frame around it fit one control message. */
  chatBundleBytes: 12 * 1024,
  chatBundleEntries: 60,
  /** Bundles for one asking. */
  chatBundlesAtOnce: 16,
  chatReactionsShown: 32,
  chatMarksTold: 100,
  chatGroups: 200,
  /** Groups of one contact that I have not written in. */
  chatGroupsFromOne: 20,
  groupActs: 1_024,
  groupSpells: 64,
  groupPastMost: 16,
  /** Clocks may differ by this before a time is taken for wrong. */
  chatClockAheadMs: 120_000,

  // custody
  /** Sealed, so that a size tells little: a few words, more words, a piece of sound. */
  custodyClassesBytes: [1024, 4 * 1024, 14 * 1024],
  /** Entries in one envelope; one entry always fits. */
  custodyEntries: 60,
  custodyEntriesBytes: 14_000,
  /** What is kept of one friend, and of all. */
  custodyOwnerBytes: 16 * 1024 ** 2,
  custodyOwnerEnvelopes: 2_048,
  custodyAllBytes: 128 * 1024 ** 2,
  custodyAllEnvelopes: 8_192,
  custodyKeptMs: 30 * 24 * 3_600_000,
  /** Whoever left something takes it for lost this much before it is. */
  custodyLeftMs: 29 * 24 * 3_600_000,
  /** New people one friend may ask me to keep for: each answer tells whether I know them. */
  custodyAsksPerSecond: 1 / 600,
  custodyAsksBurst: 12,
  /** Envelopes of mine that are on their way to a keeper. */
  custodyOffered: 256,
  /** Ids in one message. */
  custodyIds: 100,

  // the local network
  /** Records of one packet that are looked at, and announcements that are remembered. */
  nearbyRecords: 64,
  nearbyHeard: 256,
  /** How long an announcement holds: the TTL of its records. */
  nearbyHeardMs: 300_000,
  /** New announcements from one address. */
  nearbyNewPerSecond: 2,
  nearbyNewBurst: 16,
  /** Places a blob for one person is taken to. */
  nearbyPlaces: 8,
  /** RFC 6762 section 6. */
  nearbySayMs: 1_000,
  nearbyAskMs: 500,
  nearbyAskEveryMs: 60_000,
  /** How long somebody who was not heard yet is waited for. */
  nearbyFindMs: 1_500,
  /** How often this machine's networks are looked at. */
  nearbyWatchMs: 3_000,
  nearbyBlobBytes: 24 * 1024,
  /** From the first packet of a blob to the answer. */
  nearbyHandOverMs: 4_000,
  nearbySockets: 32,
  nearbySocketsPerAddress: 8,
  nearbyBlobsPerSecond: 20,
  nearbyBlobsBurst: 80,

  // the DHT
  /** Handshakes and steps of hole punching that other nodes bring: of one address, and of all. One caller needs some five. */
  dhtRequestsPerHostPerSecond: 1,
  dhtRequestsPerHostBurst: 40,
  dhtRequestsPerSecond: 4,
  dhtRequestsBurst: 120,
  /** Every request of the library fits into one packet. */
  dhtRequestBytes: 1_400,
  /** Connections of one contact: so many a second, so many at once. */
  dhtCallsPerSecond: 0.2,
  dhtCallsBurst: 12,
  dhtStreams: 64,
  dhtStreamIdleMs: 60_000,
  dhtBlobBytes: 24 * 1024,
  /** Encrypted, of messages that are not whole yet. */
  dhtUnreadBytes: 64 * 1024,
  dhtBlobsPerSecond: 20,
  dhtBlobsBurst: 80,
  /** How long a look-up, a connection or a receipt is waited for; the library takes 8 s to say that nobody is there. */
  dhtWaitMs: 3_000,
  /** Who was not found is not sought again so soon. */
  dhtAbsentMs: 5_000,
  dhtSoughtAtOnce: 4,
  dhtSoughtWaiting: 64,
  /** People who are told where this person is. */
  dhtPairings: 256,
  /** Records that say it: written so often, and anew in good time before nodes forget them (48 h). */
  dhtRecordsPerSecond: 2,
  dhtRecordsBurst: 8,
  dhtRecordsAtOnce: 4,
  dhtRecordAgainMs: 12 * 3_600_000,
  dhtRecordRetryMs: 60_000,
  /** How often it is looked whether the announcement holds, and announced anew while it does not. */
  dhtWatchMs: 1_000,
  dhtAnnounceAgainMs: 15_000,
  dhtGoodbyeMs: 1_000,

  // TURN
  /** Pages ask for new ones in good time. */
  turnCredentialLifeMs: 600_000,

  // history, logs, database
  callsKept: 5_000,
  logFileBytes: 2 * 1024 * 1024,
  logFiles: 5,
  logsPerSecond: 50,
  logsBurst: 200,
  databaseBusyMs: 1_000,
  settingsFileBytes: 256 * 1024,
  identityFileBytes: 64 * 1024,
} as const;

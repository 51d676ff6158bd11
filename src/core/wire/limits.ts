// Every size, count and rate that bounds what others may send, and make this side hold or do, with its unit. All are applied before
// allocation. When and how much this side does by itself: paces.ts.
export const limits = {
  // rendezvous
  sealedBlobBytes: 24 * 1024,
  rendezvousMessageBytes: 64 * 1024,
  /** From one person, counted once the signal was opened. */
  signalsPerSecond: 20,
  signalsBurst: 40,
  /** From everybody, counted before anything is opened. */
  signalsInAllPerSecond: 100,
  signalsInAllBurst: 400,
  signalsQueued: 200,
  /** Blobs that were opened last and are not opened again when they come by another way. */
  signalsRemembered: 32,

  // links
  linksInAll: 32,
  /** Besides them, with strangers for the sake of casts. */
  castLinks: 32,
  unprovenLinks: 5,
  candidatesPerConnection: 64,
  proofTimeoutMs: 10_000,
  proofMessageBytes: 1024,
  /** Messages that overtake the end of the proof wait unread. */
  earlyMessages: 16,
  /** Who asked to be let near has so long to open a link. */
  guestMs: 120_000,
  identityFailures: 3,
  identityFailurePauseMs: 600_000,

  // connections by hand
  /** Texts that are being carried at once, with one person one. */
  handExchanges: 4,

  // control channel
  controlMessageBytes: 16 * 1024,
  controlBufferBytes: 1024 * 1024,
  messagesPerSecond: 50,
  messagesBurst: 100,
  /** Of these for chats and drops together; the rest is for calls and rooms. */
  turnsPerSecond: 44,
  turnsBurst: 80,
  schemaBreaks: 3,
  decoderDepth: 8,
  decoderMapKeys: 64,
  decoderArrayItems: 1_024,
  decoderStringBytes: 16 * 1024,

  // bulk channel
  bulkPartBytes: 64 * 1024,
  /** A part that does not end its block is at least so large. */
  bulkPartMinBytes: 4 * 1024,
  bulkHeaderBytes: 12,
  /** Further connections that one person opens beside a link; how often, and how many at once; their numbers. */
  bulkSides: 4,
  bulkSidesPerSecond: 0.2,
  bulkSidesBurst: 8,
  bulkSideNumber: 0xffff,
  /** Parts that come before the certificates of a side connection were looked at. */
  bulkSideEarlyParts: 16,

  // live channel
  /** A part of a frame, what the packet says of it, its signature and its place on this hop. */
  liveMessageBytes: 16 * 1024,

  // casts
  /** What of a sealed frame one packet takes, and packets of one frame. */
  castPartBytes: 15 * 1024,
  castParts: 64,
  /** An encoded frame: what fits into those parts once it is sealed. */
  castFrameBytes: 64 * 15 * 1024 - 64,
  /** What is kept of a cast to repair others with, and to begin with a key frame. */
  castWindowMs: 10_000,
  castWindowBytes: 8 * 1024 * 1024,
  /** A number so far ahead of all that came begins anew. */
  castJump: 2_048,
  /** Numbers that are waited for at once; older ones are given up. */
  castMissing: 512,
  /** Frames of which parts are missing. */
  castFramesOpen: 256,
  castFramesBytes: 4 * 1024 * 1024,
  /** Frames that wait to be sealed and signed, and packets that wait to be verified; above that they are dropped. */
  castSealQueued: 64,
  castVerifyQueued: 1_024,
  castVerifyAtOnce: 8,
  /** Seats that the caster gives in all: 2 in each of 4 stripes are two copies. */
  castSourceSeats: 8,
  /** Seats that one viewer lends at most; a Roundtable holds 32 links. */
  castSeatsLent: 16,
  castDepth: 16,
  /** Numbers in one question for packets that are missing. */
  castWantNumbers: 64,
  /** Answers to such questions: of one person and of all. */
  castRepairBytesPerSecond: 128 * 1024,
  castRepairBurstBytes: 1024 * 1024,
  /** To all, with starts, for each seat that is lent. */
  castExtraBytesPerSecond: 16 * 1024,
  castExtraBurstBytes: 768 * 1024,
  /** A start without a picture. */
  castStartMs: 1_000,
  /** Starts with a key frame: bytes of one, how often to one person, and to all. */
  castCatchUpBytes: 384 * 1024,
  castCatchUpEveryMs: 1_000,
  castCatchUpsPerSecond: 1,
  castCatchUpsBurst: 2,
  castCandidates: 16,
  castSpare: 8,
  castInstead: 4,
  castEdges: 64,
  castRoutes: 512,
  /** Questions of one person, a second and at once. */
  castAsksPerSecond: 8,
  castAsksBurst: 24,
  castReportsPerSecond: 10,
  castReportsBurst: 20,
  /** Of one person: the wish to be let in. */
  castLinkJoinsPerSecond: 0.5,
  castLinkJoinsBurst: 3,
  /** People let in, a second and at once; more are told to come again. */
  castJoinsPerSecond: 16,
  castJoinsBurst: 32,
  /** So many say of somebody that they feed badly before nobody is sent there any more. */
  castComplaints: 3,
  castComplaintMs: 15_000,
  /** Whoever has so many is passed over for that long, twice as long when it happens again, and so on up to this. */
  castShunnedMs: 240_000,
  /** People of a cast that one viewer knows of, and viewers whose pass the caster remembers. */
  castPeople: 256,
  castPasses: 20_000,
  /** Of those who were taken out of an audience, a word of the caster names so many. */
  castRemoved: 64,
  /** Live messages that nobody asked for, before their sender is cut. */
  castUnasked: 512,
  castOffers: 64,
  castLends: 64,
  /** Holders of a link who asked to be let near and have no link yet. */
  castGuests: 32,

  // calls
  ringsPerContactMs: 5_000,
  unansweredRings: 3,
  unansweredWindowMs: 300_000,
  unansweredPauseMs: 900_000,
  endedCallsKept: 32,
  declineNoteLength: 100,

  // rooms
  /** Seats of one room while everybody links with everybody. */
  roomMembers: 12,
  roomLineLength: 2_000,
  /** Lines kept of one room. */
  roomLines: 500,
  roomLinesPerSecond: 5,
  roomLinesBurst: 10,
  knocksPerRoom: 8,
  knockForMs: 120_000,
  /** Broken rules of a room (forged entries, false consents) before the link is closed. */
  roomBreaks: 3,
  reactionsPerSecond: 3,
  /** Entry messages of one member that wait to be checked. */
  rosterQueued: 64,
  /** Entries in one message, bytes in all. */
  rosterMessageBytes: 12 * 1024,
  /** The member who was there first waits this long for the newcomer's offer before asking for it, and so long before dialling. */
  memberGreetMs: 250,
  roomGuests: 16,
  roomRings: 8,
  /** Members asked at once, and people who look at once. */
  roomPeekAsked: 3,
  roomLookers: 8,

  // file drop
  /** Blocks of one drop: 1 TiB and the ends of its files. */
  dropBlocks: 4 * 1024 * 1024 + 4_096,
  /** Numbers in one set of blocks, two for each run. */
  dropRangeNumbers: 1_000,
  /** Messages of file drop to one person that wait for their turn. */
  dropMessagesQueued: 2_000,
  /** Entries of an offer and contents of files in one message. */
  dropOfferBytes: 12 * 1024,
  /** All names of an offer. */
  dropNamesBytes: 1024 * 1024,
  dropPeople: 64,
  /** Offers of one person that wait for an answer. */
  dropOffersWaiting: 10,
  /** Offers of one person of which parts are missing. */
  dropOffersUnfinished: 4,
  /** What is told, and kept, of what the files of an offer are made of before it is answered. */
  dropAheadBytes: 256 * 1024,
  /** A header that travels in one message: of a file of up to 896 GiB. */
  dropHeaderBytes: 14 * 1024 + 64,
  /** The hashes of a small file (32 MiB) travel with its header. */
  dropHashesBytes: 4 * 1024,
  /** Pages of block hashes asked for at once. */
  dropPagesAtOnce: 4,
  /** Blocks that one person may have asked for and not got. */
  dropAsksQueued: 256,
  /** Blocks that failed their hash before their sender is cut. */
  dropBadBlocks: 3,
  /** Drops of others that I give to besides whoever made them: of one person, and in all. */
  dropLoansOfOne: 8,
  dropLoans: 32,
  /** Drops that I stopped giving to and am not asked about again. */
  dropLoansStopped: 256,

  // shared folders
  /** Of what a page or a part of what was found takes in a message. */
  sharesMessageBytes: 12 * 1024,
  /** Questions of one person: how many a second, at once, and waiting for their turn. */
  sharesAsksPerSecond: 10,
  sharesAsksBurst: 30,
  sharesAsksQueued: 16,
  /** Searches cost most: of one person, and of everybody. */
  sharesSearchesPerSecond: 1,
  sharesSearchesBurst: 6,
  sharesSearchesInAllPerSecond: 8,
  sharesSearchesInAllBurst: 24,
  sharesWantsPerSecond: 0.5,
  sharesWantsBurst: 8,
  /** Downloads of one person that are not over. */
  sharesGivenAtOnce: 8,
  sharesHits: 100,
  /** What was asked for is taken without a further question for so long. */
  sharesWantedForMs: 120_000,
  /** Downloads remembered as asked for out of a shared folder. */
  sharesAskedFor: 1_000,
  /** Questions of one person about content: how many a second, at once, and waiting to be looked into. */
  sharesSeeksPerSecond: 0.5,
  sharesSeeksBurst: 8,
  sharesSeeksQueued: 8,

  // files on this machine
  /** Blocks on their way to and from the disk at once; whoever wants more waits. */
  blockWritesBytes: 8 * 1024 * 1024,
  blockReadsBytes: 8 * 1024 * 1024,

  // chats
  /** Messages of one link that wait to be judged. */
  chatQueued: 256,
  /** More messages that changed at once are not read one by one: who looks at the conversation reads its page anew. */
  chatChangesNamed: 50,
  /** Conversations asked about at once on one link. */
  chatAskings: 256,

  // custody
  /** Friends who keep for one person at a time. */
  custodyKeepers: 3,
  /** Envelopes left again after a withdrawal are asked back first, this many in one message. */
  custodyIds: 100,

  // features that take their time: custody, vault
  /** Messages of one link that wait to be dealt with. */
  pacedQueued: 64,

  // vault
  /** Pieces that are being sent to one other at a time; more is asked for later. */
  vaultServed: 12,
  /** A right to a piece that is larger is an order to mend: only for who knows those. */
  vaultGrantBytes: 512,

  // connections that a friend carries
  /** Of a message that goes through a friend, in one part; and what the tunnel, the kind and the seal add to it. */
  relayPartBytes: 16 * 1024,
  relayOverheadBytes: 8 + 1 + 16,
  relayHighWaterBytes: 512 * 1024,
  relayLowWaterBytes: 64 * 1024,
  /** Blocks on their way to the other end: usually, and beside a voice. */
  relayWindowBytes: 256 * 1024,
  relayTalkWindowBytes: 48 * 1024,
  /** Sound and pictures on their way: above half of it pictures are left out, above all of it sound too. */
  relayMediaBytes: 48 * 1024,
  relayFrameBytes: 64 * 1024,
  /** Messages that wait to be sealed, and sealed ones that wait to be opened. */
  relayUnsealedBytes: 512 * 1024,
  relayUnopenedBytes: 1024 * 1024,
  /** What waits at whoever carries, in one direction: honest ends never have so much under way. */
  relayQueueBytes: 1024 * 1024,
  /** Tunnels that one person carries: in all, and for one friend. */
  relayTunnels: 4,
  relayTunnelsOfOne: 2,
  /** Questions of one friend whether I carry. */
  relayAsksPerSecond: 0.2,
  relayAsksBurst: 4,
  /** Whoever is asked for has so long to answer, and whoever asks waits so long for it. */
  relayAnswerMs: 3_000,
  relayAskMs: 4_000,
  /** An attempt, or a broken link, that has no direct path after so long is helped by a friend. */
  relayAfterMs: 4_000,
  /** Friends asked one after the other; one who said no is asked again after so long. */
  relayCarriersAsked: 4,
  relayAskAgainMs: 20_000,
  /** While a friend carries a link, a direct path is looked for this often. */
  relayDirectEveryMs: 60_000,
  /** Tunnels to me whose other end is not proven yet. */
  relayUnproven: 3,
  /** Parts for tunnels that are none, before their sender is cut: of one that just ended some are under way. */
  relayStray: 512,
  /** What was carried is counted this often. */
  relayCountMs: 5_000,
  /** And read again so often, as months end. */
  relayMonthMs: 600_000,
  /** How far behind its capture sound plays that came through a friend. */
  relayPlayDelayMs: 120,
  /** Nothing to be seen or heard came for so long: what plays it is closed. */
  relaySilentMs: 10_000,
  relaySoundBitsPerSecond: 32_000,
  relayPictureBitsPerSecond: 180_000,
  relayPictureHeight: 270,
  relayPicturesPerSecond: 12,

  // carried signals
  mutualPartBytes: 12 * 1024,
  mutualParts: 2,
  /** Parts one person may have carried by another. */
  mutualPerSecond: 20,
  mutualBurst: 60,
  /** Blobs of one sender that are not complete yet. */
  mutualUnfinished: 4,
  mutualUnfinishedMs: 10_000,
} as const;

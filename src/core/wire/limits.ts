// Every size, count and time-out of the protocol, in one table, with its unit. All are applied before allocation.
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
  /** How old what main says of the network may be; credentials for TURN servers live at least twice as long. */
  networkConfigMs: 240_000,
  networkConfigWaitMs: 500,
  rendezvousRetryMinMs: 500,
  rendezvousRetryMaxMs: 30_000,
  rendezvousSendTimeoutMs: 8_000,
  /** No word from a PeerServer for so long means that the person is there: it tells of absence after 3-6 s. */
  rendezvousAbsentMs: 6_500,
  rendezvousOpenTimeoutMs: 10_000,
  rendezvousProbeMs: 500,
  /** Asked whether the way to it is still there, a rendezvous has this long to answer before it is opened anew. */
  rendezvousCheckMs: 700,
  /** One that takes longer to open is tried anew when it is asked. */
  rendezvousSlowOpenMs: 3_000,
  /** A rendezvous that said nothing for so long is asked whether it is still there. */
  rendezvousAliveMs: 30_000,
  /** Open for so long, the next loss counts as the first. */
  rendezvousSteadyMs: 10_000,
  rendezvousSendsPerSecond: 40,
  rendezvousSendsBurst: 60,
  /** What would have to wait longer for its turn is refused. */
  rendezvousSendWaitMs: 5_000,

  // links
  linksInAll: 32,
  unprovenLinks: 5,
  candidatesPerConnection: 64,
  candidateBatchMs: 15,
  proofTimeoutMs: 10_000,
  proofMessageBytes: 1024,
  /** Messages that overtake the end of the proof wait unread. */
  earlyMessages: 16,
  dialTimeoutMs: 15_000,
  /** A sealed request to be let near is repeated this often until there is a link, and a failed dial this soon. */
  approachAskMs: 3_000,
  approachDialMs: 1_000,
  /** Who asked to be let near has so long to open a link. */
  guestMs: 120_000,
  /** When both sides said "here" at once, the lower id waits this long for the other's offer. */
  greetHoldMs: 1_000,
  /** A link closed on purpose stays until the other side has read the goodbye and closed, at most so long. */
  byeLingerMs: 2_000,
  /** A link asked for a sign of life has this long to give one. */
  probeMs: 2_000,
  identityFailures: 3,
  identityFailurePauseMs: 600_000,
  /** How often it is looked whether a voice still comes in. */
  pathWatchMs: 250,
  /** A voice counts as stopped after this time; in silence Opus sends every 400 ms. */
  soundStoppedMs: 1_000,
  /** Whoever stopped sounding has this long to answer before the path counts as lost. */
  pathProbeMs: 800,
  /** ICE restarts once the connection was down this long. */
  restartAfterMs: 1_500,
  /** A search for a new path that both sides agreed on is left alone for this long. */
  restartSettleMs: 2_000,
  /** Waits before each further attempt to repair a link. */
  repairDelaysMs: [0, 300, 1_200, 2_700, 4_800, 7_000],
  /** A broken link of a running call is kept this long. */
  repairForMs: 90_000,

  // connections by hand
  /** Texts that are being carried at once, with one person one. */
  handExchanges: 4,
  /** After this time a text goes with the addresses that were found. */
  handGatherMs: 8_000,
  /** From putting in the answer to a proven link. */
  handConnectMs: 90_000,
  /** How often addresses that nobody answered from are tried again, and how often once it has taken long. */
  handKnockMs: 15_000,
  handLateKnockMs: 60_000,
  handLateMs: 600_000,

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
  heartbeatMs: 5_000,
  heartbeatTimeoutMs: 15_000,

  // bulk channel
  bulkPartBytes: 64 * 1024,
  /** A part that does not end its block is at least so large. */
  bulkPartMinBytes: 4 * 1024,
  bulkHeaderBytes: 12,
  /** Nothing more is put into a bulk channel in which so much waits; below the low mark it asks for more. */
  bulkHighWaterBytes: 1024 * 1024,
  bulkLowWaterBytes: 256 * 1024,

  // live channel
  /** A part of a frame, what the packet says of it, its signature and its place on this hop. */
  liveMessageBytes: 16 * 1024,
  /** What waits in a live channel: more is late anyway. */
  liveHighWaterBytes: 512 * 1024,
  liveLowWaterBytes: 64 * 1024,

  // casts
  /** What of a sealed frame one packet takes, and packets of one frame. */
  castPartBytes: 15 * 1024,
  castParts: 64,
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
  /** Whoever was sent elsewhere is fed for so long until they have arrived; one such in a stripe. */
  castGraceMs: 2_000,
  castTickMs: 100,
  castShownMs: 250,
  /** A number that others overtook is asked of somebody else after so long, and again of another. */
  castMissingMs: 150,
  castWantAgainMs: 400,
  castGiveUpMs: 4_000,
  castWantNumbers: 64,
  /** Answers to such questions: of one person and of all. */
  castRepairBytesPerSecond: 128 * 1024,
  castRepairBurstBytes: 1024 * 1024,
  /** To all, with starts, for each seat that is lent. */
  castExtraBytesPerSecond: 16 * 1024,
  castExtraBurstBytes: 768 * 1024,
  /** Starts with a key frame: bytes of one, how often to one person, and to all. */
  castCatchUpBytes: 384 * 1024,
  castCatchUpEveryMs: 1_000,
  castCatchUpsPerSecond: 1,
  castCatchUpsBurst: 2,
  /** A parent of whom nothing comes while others go on, or at all: in the place of one who still delivers another is sought. */
  castStripeSilentMs: 1_200,
  castSilentMs: 2_200,
  /** Of what came in a stripe within this time a parent delivers at least half first. */
  castJudgeMs: 1_500,
  castReachMs: 3_000,
  castAskMs: 1_500,
  castCandidates: 16,
  /** Somebody who had no seat, or fed badly, is asked again after this time. */
  castAskAgainMs: 2_000,
  castFailedMs: 60_000,
  castAskCasterMinMs: 500,
  castAskCasterMaxMs: 8_000,
  /** Nothing of a cast came for so long: it is looked for, and given up in the end. */
  castLookingMs: 3_500,
  castGoneMs: 30_000,
  /** A viewer who got no place, or not in every stripe, within this time. */
  castPlaceMs: 15_000,
  castJoinMs: 8_000,
  castJoinAgainMs: 1_500,
  castJoinTries: 8,
  /** Of what changed, and of all. */
  castReportSoonMs: 500,
  castReportMs: 2_000,
  castReportStaleMs: 5_000,
  castSpare: 8,
  castInstead: 4,
  castEdges: 64,
  castRoutes: 512,
  /** The caster says that they are there so often, and how many watch. */
  castPulseMs: 1_000,
  castKeyFrameMs: 2_000,
  /** Questions of one person, a second and at once. */
  castAsksPerSecond: 8,
  castAsksBurst: 24,
  castReportsPerSecond: 10,
  castReportsBurst: 20,
  /** People let in, a second and at once; more are told to come again. */
  castJoinsPerSecond: 16,
  castJoinsBurst: 32,
  /** So many say of somebody that they feed badly before nobody is sent there any more. */
  castComplaints: 3,
  castComplaintMs: 15_000,
  /** People of a cast that one viewer knows of, and viewers whose pass the caster remembers. */
  castPeople: 256,
  castPasses: 20_000,
  /** A link that nobody of the cast needs any more is closed after so long. */
  castIdleMs: 5_000,
  /** The same while there are so many links: others want in. */
  castIdleCrowdedMs: 500,
  castCrowdedLinks: 18,
  /** Live messages that nobody asked for, before their sender is cut. */
  castUnasked: 512,
  castOffers: 64,
  castLends: 64,

  // calls
  ringForMs: 45_000,
  /** A ring that nothing answers, not even "ringing", is given up. */
  reachForMs: 12_000,
  ringsPerContactMs: 5_000,
  unansweredRings: 3,
  unansweredWindowMs: 300_000,
  unansweredPauseMs: 900_000,
  reconnectForMs: 90_000,
  reconnectRetryMinMs: 500,
  reconnectRetryMaxMs: 8_000,
  /** A call goes on listening when the microphone takes longer; it joins in when it comes. */
  mediaOpenTimeoutMs: 10_000,
  endedCallsKept: 32,
  declineNoteLength: 100,
  statsEveryMs: 1_000,

  // rooms
  /** Seats of one room while everybody links with everybody. */
  roomMembers: 12,
  roomLineLength: 2_000,
  /** Lines kept of one room. */
  roomLines: 500,
  roomLinesPerSecond: 5,
  roomLinesBurst: 10,
  /** Somebody whose link is down this long is shown as reconnecting at the latest. */
  memberReconnectingMs: 5_000,
  memberGoneMs: 35_000,
  /** A member that is not reached directly within this time is carried by another. */
  pairUnreachableMs: 12_000,
  roomRingForMs: 45_000,
  knocksPerRoom: 8,
  knockForMs: 120_000,
  consentForMs: 30_000,
  recordingBitsPerSecond: 48_000,
  voiceBitsPerSecond: 16_000,
  /** Pages of a recording that wait for the disk; above that it is taken for stuck. */
  recordingQueuedBytes: 4 * 1024 * 1024,
  recordingAppendBytes: 64 * 1024,
  /** The last pages of a recording have this long to be encoded, and again as long to be written. */
  recordingEndMs: 10_000,
  /** Broken rules of a room (forged entries, false consents) before the link is closed. */
  roomBreaks: 3,
  reactionsPerSecond: 3,
  /** Members tell each other what they know of the roster this often. */
  rosterDigestMs: 10_000,
  /** All entries go to the same member again after this time at the earliest. */
  rosterResendMs: 2_000,
  /** Entry messages of one member that wait to be checked. */
  rosterQueued: 64,
  /** Entries in one message, bytes in all. */
  rosterMessageBytes: 12 * 1024,
  /** A change of my own state waits this long for the next, and both go as one. */
  roomStateMs: 100,
  /** How often a member is asked for a sign of life. */
  memberProbeMs: 2_500,
  /** The member who was there first waits this long for the newcomer's offer before asking for it, and so long before dialling. */
  memberGreetMs: 250,
  memberDialHoldMs: 4_000,
  /** Who was lost is looked for again this often and this long. */
  roomSeekEveryMs: 20_000,
  roomSeekForMs: 900_000,
  /** Whoever sits down looks this long for others who may be inside without being in the roster that was found. */
  roomLookAroundForMs: 180_000,
  memberRetryMinMs: 1_000,
  memberRetryMaxMs: 8_000,
  /** The maker of a room link that is not reached for so long is away. */
  roomReachForMs: 40_000,
  roomGuests: 16,
  roomRings: 8,
  /** Whoever stands at a door asks this often who is inside; faster until somebody can be asked. */
  roomPeekEveryMs: 2_500,
  roomPeekFirstMs: 250,
  /** An answer, and a person at the door, count so long. */
  roomPeekStaleMs: 8_000,
  /** Members asked at once, and people who look at once. */
  roomPeekAsked: 3,
  roomLookers: 8,

  // casts: links to them, and what is lent
  /** A caster from whom nothing of the cast came for so long is away, or has ended it. */
  castReachForMs: 40_000,
  /** Holders of a link who asked to be let near and have no link yet. */
  castGuests: 32,
  /** What one seat is taken to cost: a quarter of a cast of good quality. */
  castSeatBitsPerSecond: 500_000,
  /** What goes out of a usual line, until more was seen over so long. */
  castUploadAssumedBitsPerSecond: 10_000_000,
  castUploadSeenOverMs: 5_000,

  // file drop
  /** Blocks of one drop: 1 TiB and the ends of its files. */
  dropBlocks: 4 * 1024 * 1024 + 4_096,
  /** Numbers in one set of blocks, two for each run. */
  dropRangeNumbers: 1_000,
  /** Blocks asked of one person at a time: at first, at least, at most (16 MiB). */
  dropWindowStart: 4,
  dropWindowMin: 2,
  dropWindowMax: 64,
  /** A block should come this soon after it was asked for; more is queueing. */
  dropWaitAimMs: 500,
  /** Receivers of one drop that are served at a time, those among them that go round, and how often that is decided. */
  dropServed: 5,
  dropServedByTurn: 1,
  dropServeRoundMs: 10_000,
  /** Blocks a fresh source names to a receiver ahead of sending them. */
  dropNamedAhead: 16,
  /** When all is named, to one who waits for nothing: so many that others wait for. */
  dropNamedTwice: 2,
  /** The source is asked for what others have only if those would take longer than this. */
  dropSpareSourceMs: 3_000,
  /** Somebody who sends nothing for so long loses what was asked of them to others. */
  dropStalledMs: 10_000,
  /** Near the end a block that takes so long is asked of another too. */
  dropEndGameMs: 2_000,
  /** What is new is said, and the same person asked again, after this time at the earliest. */
  dropNewsMs: 100,
  dropAskEveryMs: 60,
  dropTickMs: 1_000,
  /** Blocks of one drop that are asked for, being checked or being written at once (16 MiB). */
  dropInFlight: 64,
  /** Blocks that are fetched first where a file is played (8 MiB); those among them that are asked of two; such places of one drop. */
  dropPlayedAhead: 32,
  dropPlayedNow: 4,
  dropPlacesWanted: 4,
  /** So many messages of file drop a second, of those that chats and drops share; more wait for their turn. */
  dropMessagesPerSecond: 30,
  dropMessagesBurst: 40,
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
  /** A header that travels in one message: of a file of up to 896 GiB. */
  dropHeaderBytes: 14 * 1024 + 64,
  /** The hashes of a small file (32 MiB) travel with its header. */
  dropHashesBytes: 4 * 1024,
  /** Pages of block hashes asked for at once. */
  dropPagesAtOnce: 4,
  /** Blocks read from disk ahead of sending them, for each link. */
  dropReadAhead: 8,
  /** Blocks that one person may have asked for and not got. */
  dropAsksQueued: 256,
  /** While somebody talks: how often the path is measured, how much longer it may get, and how slow a drop may become. */
  dropPingMs: 200,
  dropDelayAimMs: 16,
  /** A path that seems longer is asked again so often, so many times, before that is believed. */
  dropPingAgainMs: 25,
  dropPingsAgain: 8,
  dropYieldMinBytesPerSecond: 64 * 1024,
  dropYieldMaxBytesPerSecond: 1024 ** 3,
  dropYieldStartBytesPerSecond: 256 * 1024,
  dropYieldPartBytes: 16 * 1024,
  dropShownEveryMs: 250,
  /** What was given and got is kept this often. */
  dropCountMs: 4_000,
  /** With a limit for what comes, so much of it is asked for ahead. */
  dropAskAheadMs: 500,
  /** While nothing is to be given, it is looked again whether that has changed. */
  dropHeldMs: 500,
  dropStateMs: 1_000,
  dropNoteMs: 5_000,
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
  sharesAnswerMs: 10_000,
  /** What was asked for is taken without a further question for so long. */
  sharesWantedForMs: 120_000,
  /** Downloads remembered as asked for out of a shared folder. */
  sharesAskedFor: 1_000,
  /** How often it is looked whom to ask for what is being downloaded, and after how long somebody who had nothing is asked again. */
  sharesSeekEveryMs: 2_000,
  sharesSeekAgainMs: 120_000,
  /** Downloads that waited for somebody begin this far apart when they are here; one that could not is asked for again after this time. */
  sharesWaitingPaceMs: 2_500,
  sharesWaitingRetryMs: 30_000,
  /** Questions of one person about content: how many a second, at once, and waiting to be looked into. */
  sharesSeeksPerSecond: 0.5,
  sharesSeeksBurst: 8,
  sharesSeeksQueued: 8,
  sharesSendRetryMs: 50,
  sharesSendTries: 100,

  // files on this machine
  /** Blocks on their way to and from the disk at once; whoever wants more waits. */
  blockWritesBytes: 8 * 1024 * 1024,
  blockReadsBytes: 8 * 1024 * 1024,
  /** A file of this person's is read in pieces of this size while it is hashed, and two pieces at a time. */
  hashReadBytes: 4 * 1024 * 1024,
  // chats
  chatPaceMs: 25,
  chatSendTries: 40,
  chatSendRetryMs: 250,
  /** Messages of one link that wait to be judged. */
  chatQueued: 256,
  /** Conversations asked about at once on one link. */
  chatAskings: 256,
  chatAnswerMs: 20_000,
  /** Askings for the place at which two sides part. */
  chatGapRounds: 3,
  /** Changes of a conversation within this time are told as one. */
  chatNewsMs: 150,
  chatCompareMs: 30_000,
  /** Whoever writes says so this often; who has not said so for longer has stopped. */
  chatTypingEveryMs: 3_000,
  chatTypingForMs: 6_000,

  // custody
  /** Whoever has just been written to, or just went, may be here in a moment. */
  custodyPlanMs: 3_000,
  /** What nobody told of is looked for this often: what ran out, or was refused a while ago. */
  custodyLookMs: 60_000,
  /** What I keep changed: told to those who are here after so long. */
  custodyTendMs: 250,
  custodyAnswerMs: 20_000,
  /** So long after a no a friend is not asked again to keep for the same person. */
  custodyAskAgainMs: 1_800_000,
  /** Friends who keep for one person at a time. */
  custodyKeepers: 3,
  /** Envelopes left again after a withdrawal are asked back first, this many in one message. */
  custodyIds: 100,

  // features that take their time: custody, vault
  /** Messages of one link that wait to be dealt with. */
  pacedQueued: 64,
  pacedEveryMs: 25,
  pacedSendTries: 40,
  pacedSendRetryMs: 250,

  // vault
  /** What nobody told of is looked for this often. */
  vaultLookMs: 30_000,
  /** Work with one keeper at a time: pieces left, fetched, asked for. */
  vaultTasks: 6,
  /** A piece of which nothing came for so long is given up on this link. */
  vaultStalledMs: 30_000,
  /** To a piece that was offered, an order or a head. */
  vaultAnswerMs: 60_000,
  /** Changes within this time are looked at as one. */
  vaultNewsMs: 250,
  /** Pieces that are being sent to one other at a time; more is asked for later. */
  vaultServed: 12,

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
  /** So many carriers get the same blob at once. */
  mutualCarriers: 2,
  /** A carrier that did not say within this time that somebody is absent has passed the blob on. */
  mutualAbsentMs: 600,
} as const;

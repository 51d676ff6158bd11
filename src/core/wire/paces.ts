// When, how often and how much this side does by itself: waits, time-outs, windows and shares of every feature, with their units. What
// others may send: limits.ts.
export const paces = {
  // rendezvous
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
  candidateBatchMs: 15,
  dialTimeoutMs: 15_000,
  /** A sealed request to be let near is repeated this often until there is a link, and a failed dial this soon. */
  approachAskMs: 3_000,
  approachDialMs: 1_000,
  /** When both sides said "here" at once, the lower id waits this long for the other's offer. */
  greetHoldMs: 1_000,
  /** A link closed on purpose stays until the other side has read the goodbye and closed, at most so long. */
  byeLingerMs: 2_000,
  /** A link asked for a sign of life has this long to give one. */
  probeMs: 2_000,
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
  /** After this time a text goes with the addresses that were found. */
  handGatherMs: 8_000,
  /** From putting in the answer to a proven link. */
  handConnectMs: 90_000,
  /** How often addresses that nobody answered from are tried again, and how often once it has taken long. */
  handKnockMs: 15_000,
  handLateKnockMs: 60_000,
  handLateMs: 600_000,

  // control channel
  heartbeatMs: 5_000,
  heartbeatTimeoutMs: 15_000,

  // bulk channel
  /** Nothing more is put into a bulk channel in which so much waits; below the low mark it asks for more. */
  bulkHighWaterBytes: 1024 * 1024,
  bulkLowWaterBytes: 256 * 1024,
  /** How often it is looked whether the blocks of a link deserve further connections, and over how long that is judged. */
  bulkSideReadMs: 500,
  bulkSideWatchMs: 4_000,
  /** Only on a path so long, where a connection has so little under way. */
  bulkSideTripMs: 20,
  bulkSideWindowBytes: 96 * 1024,
  /** So much faster with one more, from so long after it carries and over that long; else none is tried for a while, longer each time. */
  bulkSideGain: 1.3,
  bulkSideSettleMs: 2_000,
  bulkSideJudgeMs: 5_000,
  bulkSideRestMinMs: 20_000,
  bulkSideRestMaxMs: 600_000,
  /** A side connection has so long to open; is given no more when nothing had to wait for so long; and is closed so long after its last. */
  bulkSideOpenMs: 10_000,
  bulkSideIdleMs: 15_000,
  bulkSideLingerMs: 3_000,

  // live channel
  /** What waits in a live channel: more is late anyway. */
  liveHighWaterBytes: 512 * 1024,
  liveLowWaterBytes: 64 * 1024,

  // casts
  /** Whoever was sent elsewhere is fed for so long until they have arrived; one such in a stripe. */
  castGraceMs: 2_000,
  castTickMs: 100,
  castShownMs: 250,
  /** A number that others overtook is asked of somebody else after so long, and again of another. */
  castMissingMs: 150,
  castWantAgainMs: 400,
  castGiveUpMs: 4_000,
  /** A parent of whom nothing comes while others go on, or at all: in the place of one who still delivers another is sought. */
  castStripeSilentMs: 1_200,
  castSilentMs: 2_200,
  /** Of what came in a stripe within this time a parent delivers at least half first. */
  castJudgeMs: 1_500,
  castReachMs: 3_000,
  /** A link that takes longer: another is sought beside it. */
  castReachNextMs: 600,
  castAskMs: 1_500,
  /** Somebody who had no seat, or fed badly, is asked again after this time. */
  castAskAgainMs: 2_000,
  castFailedMs: 60_000,
  castAskCasterMinMs: 500,
  castAskCasterMaxMs: 8_000,
  /** Whoever asked the caster again within so long has found nobody meanwhile. */
  castHungryMs: 10_000,
  /** Where so many have, one of those whom the caster feeds makes way, at most so often in a stripe. */
  castHungry: 2,
  castRotateMs: 8_000,
  /** They send nobody away for so long; twice that when it happens again, up to `castFailedMs`. */
  castRotatedMs: 8_000,
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
  /** The caster says that they are there so often, and how many watch. */
  castPulseMs: 1_000,
  castKeyFrameMs: 2_000,
  /** A link that nobody of the cast needs any more is closed after so long. */
  castIdleMs: 5_000,
  /** The same while there are so many links: others want in. */
  castIdleCrowdedMs: 500,
  castCrowdedLinks: 18,

  // calls
  ringForMs: 45_000,
  /** A ring that nothing answers, not even "ringing", is given up. */
  reachForMs: 12_000,
  reconnectForMs: 90_000,
  reconnectRetryMinMs: 500,
  reconnectRetryMaxMs: 8_000,
  /** A call goes on listening when the microphone takes longer; it joins in when it comes. */
  mediaOpenTimeoutMs: 10_000,
  statsEveryMs: 1_000,

  // rooms
  /** Somebody whose link is down this long is shown as reconnecting at the latest. */
  memberReconnectingMs: 5_000,
  memberGoneMs: 35_000,
  /** A member that is not reached directly within this time is carried by another. */
  pairUnreachableMs: 12_000,
  roomRingForMs: 45_000,
  consentForMs: 30_000,
  recordingBitsPerSecond: 48_000,
  voiceBitsPerSecond: 16_000,
  /** Pages of a recording that wait for the disk; above that it is taken for stuck. */
  recordingQueuedBytes: 4 * 1024 * 1024,
  recordingAppendBytes: 64 * 1024,
  /** The last pages of a recording have this long to be encoded, and again as long to be written. */
  recordingEndMs: 10_000,
  /** Members tell each other what they know of the roster this often. */
  rosterDigestMs: 10_000,
  /** All entries go to the same member again after this time at the earliest. */
  rosterResendMs: 2_000,
  /** A change of my own state waits this long for the next, and both go as one. */
  roomStateMs: 100,
  /** How often a member is asked for a sign of life. */
  memberProbeMs: 2_500,
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
  /** Whoever stands at a door asks this often who is inside; faster until somebody can be asked. */
  roomPeekEveryMs: 2_500,
  roomPeekFirstMs: 250,
  /** An answer, and a person at the door, count so long. */
  roomPeekStaleMs: 8_000,

  // casts: links to them, and what is lent
  /** A caster from whom nothing of the cast came for so long is away, or has ended it. */
  castReachForMs: 40_000,
  /** What one seat is taken to cost: a quarter of a cast of good quality. */
  castSeatBitsPerSecond: 500_000,
  /** What goes out of a usual line, until more was seen over so long. */
  castUploadAssumedBitsPerSecond: 10_000_000,
  castUploadSeenOverMs: 5_000,

  // file drop
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
  /** When everything went out: so long for receivers to say that they have it, before it is given to whoever asks. */
  dropSpreadMs: 3_000,
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
  /** Blocks read from disk ahead of sending them, for each link. */
  dropReadAhead: 8,
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

  // shared folders
  sharesAnswerMs: 10_000,
  /** How often it is looked whom to ask for what is being downloaded, and after how long somebody who had nothing is asked again. */
  sharesSeekEveryMs: 2_000,
  sharesSeekAgainMs: 120_000,
  /** Downloads that waited for somebody begin this far apart when they are here; one that could not is asked for again after this time. */
  sharesWaitingPaceMs: 2_500,
  sharesWaitingRetryMs: 30_000,
  sharesSendRetryMs: 50,
  sharesSendTries: 100,

  // files on this machine
  /** A file of this person's is read in pieces of this size while it is hashed, and two pieces at a time. */
  hashReadBytes: 4 * 1024 * 1024,

  // chats
  chatPaceMs: 25,
  chatSendTries: 40,
  chatSendRetryMs: 250,
  chatAnswerMs: 20_000,
  /** Askings for the place at which two sides part. */
  chatGapRounds: 3,
  /** Changes of a conversation within this time are told as one. */
  chatNewsMs: 150,
  /** Changes of conversations are taken over at once, further ones no sooner than so long after. */
  chatChangesMs: 100,
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

  // features that take their time: custody, vault
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

  // carried signals
  /** So many carriers get the same blob at once. */
  mutualCarriers: 2,
  /** A carrier that did not say within this time that somebody is absent has passed the blob on. */
  mutualAbsentMs: 600,
} as const;

// One handler per call of the contract: what the services do, what only a shell can do, and nothing else.
import type { Handlers } from '#shared/contract';
import { Failure } from '#shared/failure';
import { isNetworkChange } from '#main/services/network-config';
import { RateLimit } from '#main/services/rate-limit';
import { writeReport } from '#main/services/report';
import { safetyNumber } from '#main/services/safety-number';
import { serviceLimits } from '#main/services/service-limits';
import type { Services } from '#main/services/services';

/** The calls only a shell can carry out. In the web shell they belong to one socket, in the desktop shell to the window. */
export type ShellActions = Pick<
  Handlers,
  | 'claimWindow'
  | 'announceCall'
  | 'withdrawCall'
  | 'announceMessage'
  | 'announceDrop'
  | 'setTransferProgress'
  | 'setBadge'
  | 'setCallRunning'
  | 'tryMuteKeys'
  | 'openLink'
  | 'listScreens'
  | 'chooseScreen'
> & {
  /** Shows the folder in the file manager, with `item` in it marked where that can be. False where there is no file manager. */
  showFolder(folder: string, item?: string): Promise<boolean>;
  /**
   * The folder the person chooses, by the system's picker where the shell has one: what the page says counts for nothing then. Null when
   * they chose none.
   */
  chooseFolder(typed: string): Promise<string | null>;
};

export function createHandlers(services: Services, shell: ShellActions): Handlers {
  return {
    ...identityHandlers(services),
    ...settingsHandlers(services),
    ...contactHandlers(services),
    ...inviteHandlers(services),
    ...linkHandlers(services),
    ...roomHandlers(services),
    ...recordingHandlers(services, shell),
    ...dropHandlers(services, shell),
    ...contentHandlers(services),
    ...shareHandlers(services, shell),
    ...recordHandlers(services),
    ...chatHandlers(services),
    ...chatExchangeHandlers(services),
    ...custodyHandlers(services),
    claimWindow: shell.claimWindow,
    announceCall: shell.announceCall,
    withdrawCall: shell.withdrawCall,
    announceMessage: shell.announceMessage,
    announceDrop: shell.announceDrop,
    setTransferProgress: shell.setTransferProgress,
    setBadge: shell.setBadge,
    setCallRunning: shell.setCallRunning,
    tryMuteKeys: shell.tryMuteKeys,
    openLink: shell.openLink,
    listScreens: shell.listScreens,
    chooseScreen: shell.chooseScreen,
  };
}

function identityHandlers({ appInfo, identity, events }: Services) {
  return {
    readAppInfo: async () => await Promise.resolve(appInfo),
    readIdentity: async () => {
      await identity.load();
      return identity.state;
    },
    createIdentity: async ({ name }) => {
      const made = await identity.create(name);
      events.emit('networkChanged');
      return made;
    },
    renameSelf: async ({ name }) => await identity.rename(name),
    readRecoveryWords: async () => await identity.recoveryWords(),
    restoreIdentity: async ({ words, name }) => {
      const restored = await identity.restore(words, name);
      events.emit('networkChanged');
      return restored;
    },
    setIdentityAside: async () => await identity.setAside(),
  } satisfies Partial<Handlers>;
}

function settingsHandlers({ settings, events, readNetworkConfig }: Services) {
  return {
    readSettings: async () => await Promise.resolve({ settings: settings.settings, warning: settings.warning }),
    saveSettings: async (patch) => {
      const before = settings.settings;
      const after = await settings.save(patch);
      events.emit('settingsChanged', after);
      if (isNetworkChange(before, after)) events.emit('networkChanged');
      return after;
    },
    readNetworkConfig: async () => await Promise.resolve(readNetworkConfig()),
  } satisfies Partial<Handlers>;
}

/** The services answer at once; a throw inside `now` becomes a rejection like that of any other call. */
async function now<T>(work: () => T): Promise<T> {
  return await new Promise<T>((resolve) => {
    resolve(work());
  });
}

async function done(work: () => void): Promise<undefined> {
  await now(work);
  return undefined;
}

function contactHandlers({ contacts, identity }: Services) {
  return {
    listContacts: async () => await now(() => contacts.list()),
    renameContact: async ({ contactId, alias }) => await now(() => contacts.rename(contactId, alias)),
    removeContact: async ({ contactId }) =>
      await done(() => {
        contacts.remove(contactId);
      }),
    setContactBlocked: async ({ contactId, isBlocked }) => await now(() => contacts.setBlocked(contactId, isBlocked)),
    noteContactName: async ({ contactId, name }) =>
      await done(() => {
        contacts.noteName(contactId, name);
      }),
    noteContactSeen: async ({ contactId }) =>
      await done(() => {
        contacts.noteSeen(contactId);
      }),
    readSafetyNumber: async ({ contactId }) =>
      await now(() => safetyNumber(identity.keys.peerId, contacts.get(contactId).peerId)),
    verifyContact: async ({ contactId, peerId }) => await now(() => contacts.verify(contactId, peerId)),
    acceptChangedKey: async ({ contactId, peerId }) => await now(() => contacts.acceptChangedKey(contactId, peerId)),
    mergeContacts: async ({ keep, newer }) => await now(() => contacts.merge(keep, newer)),
  } satisfies Partial<Handlers>;
}

function inviteHandlers({ invites }: Services) {
  return {
    createInvite: async ({ hours }) => await now(() => invites.create(hours)),
    listInvites: async () => await now(() => invites.list()),
    withdrawInvite: async ({ inviteId }) =>
      await done(() => {
        invites.withdraw(inviteId);
      }),
    inspectInvite: async ({ text }) => await now(() => invites.inspect(text)),
    acceptInvite: async ({ text, replaces }) => await now(() => invites.accept(text, replaces)),
  } satisfies Partial<Handlers>;
}

function linkHandlers({ signals, proofs, log, clock }: Services) {
  // A flood of junk must not flood the log: one line per reason and second.
  const logRate = new RateLimit({ perSecond: 1, burst: 5 });
  return {
    sealRequest: async ({ contactId }) => await signals.sealRequest(contactId),
    sealSignal: async ({ to, session, message }) => await signals.sealSignal(to, session, message),
    openSignal: async ({ blob }) => {
      const opened = await signals.open(blob);
      if (opened.outcome === 'dropped' && logRate.take(opened.reason, clock.now())) {
        log.write('info', 'signal.dropped', { reason: opened.reason, from: opened.from ?? 'unknown' });
      }
      return opened;
    },
    advanceProof: async (step) => await now(() => proofs.advance(step)),
  } satisfies Partial<Handlers>;
}

function roomHandlers({ rooms, signals }: Services) {
  return {
    openRoom: async ({ name }) => await now(() => rooms.open(name)),
    makeRoomLink: async ({ roomId, hours }) => await now(() => rooms.makeLink(roomId, hours)),
    inspectRoomLink: async ({ text }) => await now(() => rooms.inspect(text)),
    enterRoom: async ({ text }) => await now(() => rooms.enter(text)),
    reopenRoom: async ({ roomId }) => await now(() => rooms.reopen(roomId)),
    standAtDoor: async (door) => await now(() => rooms.standAtDoor(door)),
    leaveDoor: async () =>
      await done(() => {
        rooms.leaveDoor();
      }),
    listRooms: async () => await now(() => rooms.list()),
    closeRoom: async ({ roomId }) =>
      await done(() => {
        rooms.close(roomId);
      }),
    forgetRoom: async ({ roomId }) =>
      await done(() => {
        rooms.forget(roomId);
      }),
    sealRoomRequest: async ({ roomId }) => await signals.sealRoomRequest(roomId),
    actInRoom: async ({ roomId, act }) => await now(() => rooms.act(roomId, act)),
    checkRoomPass: async ({ roomId, pass }) => await now(() => ({ verdict: rooms.checkPass(roomId, pass) })),
    applyRosterEntries: async ({ roomId, entries }) => await now(() => rooms.apply(roomId, entries)),
    listRosterEntries: async ({ roomId }) => await now(() => rooms.listEntries(roomId)),
  } satisfies Partial<Handlers>;
}

function recordingHandlers({ recordings }: Services, shell: Pick<ShellActions, 'showFolder'>) {
  return {
    signConsent: async (facts) => await now(() => recordings.signConsent(facts)),
    startRecording: async (input) => await recordings.start(input),
    addRecordingTrack: async (input) => await now(() => recordings.addTrack(input)),
    appendRecording: async (input) => {
      await recordings.append(input);
      return undefined;
    },
    keepConsent: async (input) => await now(() => recordings.keepConsent(input)),
    finishRecording: async (input) => await recordings.finish(input),
    showRecording: async ({ recordingId }) => {
      const folder = await now(() => recordings.folderOf(recordingId));
      if (!(await shell.showFolder(folder))) throw new Failure('recording-unshown');
      return undefined;
    },
  } satisfies Partial<Handlers>;
}

function dropHandlers({ drops, dropAllowances }: Services, shell: Pick<ShellActions, 'showFolder'>) {
  return {
    readFreeBytes: async () => await drops.readFreeBytes(),
    listDrops: async () => await now(() => drops.list()),
    readDrop: async ({ dropId }) => await drops.read(dropId),
    keepDrop: async (input) => await drops.keep(input),
    noteDrop: async (input) => {
      await drops.note(input);
      return undefined;
    },
    discardDrop: async (input) => {
      await drops.discard(input);
      return undefined;
    },
    forgetDrops: async (input) => {
      await drops.forget(input);
      return undefined;
    },
    showDrop: async ({ dropId }) => {
      const { folder, item } = await drops.placeOf(dropId);
      if (!(await shell.showFolder(folder, item))) throw new Failure('files-unshown');
      return undefined;
    },
    listDropAllowances: async () => await now(() => dropAllowances.list()),
    setDropAllowance: async (input) =>
      await done(() => {
        dropAllowances.set(input);
      }),
  } satisfies Partial<Handlers>;
}

function contentHandlers({ drops }: Services) {
  return {
    readHoldings: async (input) => await drops.readHoldings(input),
    describeFile: async (input) => await drops.describe(input),
    writeHashes: async (input) => {
      await drops.writeHashes(input);
      return undefined;
    },
    readHashes: async (input) => await drops.readHashes(input),
    writeBlocks: async (input) => {
      await drops.writeBlocks(input);
      return undefined;
    },
    readBlocks: async (input) => await drops.readBlocks(input),
    finishFile: async (input) => await drops.finish(input),
  } satisfies Partial<Handlers>;
}

function shareHandlers({ shares }: Services, shell: Pick<ShellActions, 'chooseFolder'>) {
  return {
    listShares: async () => await now(() => shares.list()),
    addShare: async ({ path, audience }) => {
      const chosen = await shell.chooseFolder(path);
      if (chosen === null) throw new Failure('aborted', 'no folder chosen');
      return await shares.add({ path: chosen, audience });
    },
    setShareAudience: async (input) =>
      await done(() => {
        shares.setAudience(input);
      }),
    removeShare: async ({ shareId }) =>
      await done(() => {
        shares.remove(shareId);
      }),
    rereadShare: async ({ shareId }) => {
      await shares.reread(shareId);
      return undefined;
    },
    readShareFor: async (input) => await now(() => shares.page(input)),
    searchSharesFor: async (input) => await now(() => shares.search(input)),
    openShareFor: async (input) => await shares.open(input),
  } satisfies Partial<Handlers>;
}

function recordHandlers({ calls, log, clock, appInfo, downloads }: Services) {
  const logRate = new RateLimit({ perSecond: serviceLimits.logsPerSecond, burst: serviceLimits.logsBurst });
  return {
    listCalls: async ({ limit }) => await now(() => calls.list(limit)),
    recordCall: async (call) =>
      await done(() => {
        calls.record(call);
      }),
    markCallsSeen: async ({ contactId }) =>
      await done(() => {
        calls.markSeen(contactId);
      }),
    saveReport: async () => await writeReport({ appInfo, log, downloads, clock }),
    writeLog: async ({ level, event, fields }) =>
      await done(() => {
        if (logRate.take('window', clock.now())) log.write(level, event, fields ?? {});
      }),
  } satisfies Partial<Handlers>;
}

function chatHandlers({ chats }: Services) {
  return {
    listConversations: async () => await now(() => chats.list()),
    readConversation: async ({ conversationId }) => await now(() => chats.read(conversationId)),
    readTimeline: async ({ conversationId, at, limit }) =>
      await now(() => chats.readTimeline(conversationId, at, limit)),
    readMessages: async ({ conversationId, messageIds }) =>
      await now(() => chats.readMessages(conversationId, messageIds)),
    writeVoice: async ({ conversationId, voice }) =>
      await now(() => ({ messageId: chats.writeVoice(conversationId, voice) })),
    readVoice: async ({ conversationId, messageId }) =>
      await now(() => ({ sound: chats.readVoice(conversationId, messageId) })),
    writeChat: async ({ conversationId, draft }) => await now(() => chats.write(conversationId, draft)),
    makeGroup: async (group) => await now(() => chats.makeGroup(group)),
    actInGroup: async ({ conversationId, act }) =>
      await done(() => {
        chats.act(conversationId, act);
      }),
    hideMessage: async ({ conversationId, messageId }) =>
      await done(() => {
        chats.hide(conversationId, messageId);
      }),
    markRead: async ({ conversationId, arrival }) =>
      await done(() => {
        chats.markRead(conversationId, arrival);
      }),
    setMuted: async ({ conversationId, isMuted }) =>
      await done(() => {
        chats.setMuted(conversationId, isMuted);
      }),
    forgetConversation: async ({ conversationId }) =>
      await done(() => {
        chats.forget(conversationId);
      }),
    searchChats: async ({ text, conversationId, limit }) => await now(() => chats.search(text, conversationId, limit)),
    exportConversation: async ({ conversationId }) => await chats.saveExport(conversationId),
  } satisfies Partial<Handlers>;
}

function chatExchangeHandlers({ chats: { exchange } }: Services) {
  return {
    listChatDigests: async ({ peerId }) => await now(() => exchange.digests(peerId)),
    compareChats: async ({ peerId, theirs }) => await now(() => exchange.compare(peerId, theirs)),
    readChatVector: async ({ peerId, conversationId }) =>
      await now(() => ({ vector: exchange.vector(peerId, conversationId) })),
    readChatBundles: async ({ peerId, conversationId, vector }) =>
      await now(() => exchange.hand(peerId, conversationId, vector)),
    takeChatEntries: async (input) => await now(() => exchange.take(input)),
    noteChatSent: async ({ conversationId, sequence }) =>
      await done(() => {
        exchange.noteSent(conversationId, sequence);
      }),
    readChatMarks: async ({ peerId, conversationId }) => await now(() => exchange.marks(peerId, conversationId)),
    takeChatMarks: async ({ peerId, marks }) =>
      await done(() => {
        exchange.takeMarks(peerId, marks);
      }),
  } satisfies Partial<Handlers>;
}

function custodyHandlers({ custody: { leaving, keeping, receiving } }: Services) {
  return {
    listCustodyWork: async () => await now(() => leaving.work()),
    sealCustody: async ({ keeper, recipient }) => await leaving.seal(keeper, recipient),
    noteCustodyAnswer: async ({ keeper, envelopeId, answer }) =>
      await done(() => {
        leaving.noteAnswer(keeper, envelopeId, answer);
      }),
    listCustodyRecalls: async ({ keeper }) => await now(() => leaving.recalls(keeper)),
    noteCustodyRecalled: async ({ keeper, envelopeIds }) =>
      await done(() => {
        leaving.noteRecalled(keeper, envelopeIds);
      }),
    noteCustodyGone: async ({ keeper, gone }) =>
      await done(() => {
        leaving.noteGone(keeper, gone);
      }),
    keepEnvelope: async ({ owner, envelope }) => await now(() => keeping.keep(owner, envelope)),
    readKeptEnvelope: async ({ recipient, after }) => await now(() => keeping.next(recipient, after)),
    endKeptEnvelope: async ({ recipient, envelopeId, proof }) =>
      await now(() => ({ isProven: keeping.end(recipient, envelopeId, proof) })),
    listGoneEnvelopes: async ({ owner }) => await now(() => keeping.gone(owner)),
    recallEnvelopes: async ({ owner, envelopeIds }) =>
      await done(() => {
        keeping.recall(owner, envelopeIds);
      }),
    openEnvelope: async ({ keeper, envelope }) => await receiving.open(keeper, envelope),
    listKept: async () => await now(() => keeping.lines()),
    dropKept: async () =>
      await done(() => {
        keeping.dropAll();
      }),
  } satisfies Partial<Handlers>;
}

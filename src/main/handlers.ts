// One handler per call of the contract: what the services do, what only a shell can do, and nothing else.
import type { Handlers } from '#shared/contract';
import { Failure } from '#shared/failure';
import { done, now } from '#main/handlers/answer';
import { castHandlers } from '#main/handlers/cast-handlers';
import { chatExchangeHandlers, chatHandlers, custodyHandlers } from '#main/handlers/chat-handlers';
import { contentHandlers, dropHandlers, seenShareHandlers, shareHandlers } from '#main/handlers/file-handlers';
import { relayHandlers } from '#main/handlers/relay-handlers';
import {
  vaultFolderHandlers,
  vaultHandlers,
  vaultKeeperHandlers,
  vaultOwnerHandlers,
  vaultSharingHandlers,
} from '#main/handlers/vault-handlers';
import { writeHandFile } from '#main/services/by-hand/hand-file';
import { isNetworkChange } from '#main/services/network-config';
import { RateLimit } from '#main/services/rate-limit';
import { writeConnectionReport, writeReport } from '#main/services/report';
import { safetyNumber } from '#main/services/safety-number';
import { serviceLimits } from '#main/services/service-limits';
import type { Services } from '#main/services/services';
import type { ShellActions } from '#main/shell-actions';

export function createHandlers(services: Services, shell: ShellActions): Handlers {
  return {
    ...identityHandlers(services),
    ...settingsHandlers(services),
    ...contactHandlers(services),
    ...inviteHandlers(services),
    ...linkHandlers(services),
    ...handLinkHandlers(services),
    ...relayHandlers(services),
    ...roomHandlers(services),
    ...recordingHandlers(services, shell),
    ...dropHandlers(services, shell),
    ...contentHandlers(services),
    ...shareHandlers(services, shell),
    ...seenShareHandlers(services),
    ...recordHandlers(services),
    ...chatHandlers(services),
    ...chatExchangeHandlers(services),
    ...custodyHandlers(services),
    ...vaultHandlers(services, shell),
    ...vaultFolderHandlers(services, shell),
    ...vaultOwnerHandlers(services),
    ...vaultSharingHandlers(services),
    ...vaultKeeperHandlers(services),
    ...castHandlers(services),
    claimWindow: async (input) => {
      const claimed = await shell.claimWindow(input);
      // A page that begins has no call: one that was loaded anew left it.
      if (claimed.isHeld) services.vault.folders.noteCall(false);
      return claimed;
    },
    announceCall: shell.announceCall,
    withdrawCall: shell.withdrawCall,
    announceMessage: shell.announceMessage,
    announceDrop: shell.announceDrop,
    setTransferProgress: shell.setTransferProgress,
    setBadge: shell.setBadge,
    setCallRunning: async (input) => {
      services.vault.folders.noteCall(input.isRunning);
      await shell.setCallRunning(input);
    },
    tryMuteKeys: shell.tryMuteKeys,
    openLink: shell.openLink,
    listScreens: shell.listScreens,
    chooseScreen: shell.chooseScreen,
  };
}

function identityHandlers({ appInfo, identity, vault, events }: Services) {
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
    checkRecoveryWords: async ({ words }) => await now(() => ({ unknownAt: identity.unknownWords(words) })),
    restoreIdentity: async ({ words, name }) => {
      const restored = await identity.restore(words, name);
      vault.seek();
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

function linkHandlers({ signals, proofs, nearby, dht, log, clock }: Services) {
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
    readNearby: async () => await Promise.resolve(nearby.state),
    sendNearby: async ({ to, blob }) => {
      await nearby.send(to, blob);
      return undefined;
    },
    readDht: async () => await Promise.resolve(dht.state),
    sendDht: async ({ to, blob }) => {
      await dht.send(to, blob);
      return undefined;
    },
  } satisfies Partial<Handlers>;
}

function handLinkHandlers({ byHand, contacts, downloads }: Services) {
  return {
    sealByHand: async ({ to, session, signal }) => await byHand.seal(to, session, signal),
    inspectByHand: async ({ text }) => await byHand.inspect(text),
    openByHand: async ({ text }) => await byHand.open(text),
    saveByHand: async ({ to, text }) => await writeHandFile(text, contacts.assertReachable(to), downloads),
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
    saveConnectionReport: async ({ text }) => await writeConnectionReport(text, { downloads, clock }),
    writeLog: async ({ level, event, fields }) =>
      await done(() => {
        if (logRate.take('window', clock.now())) log.write(level, event, fields ?? {});
      }),
  } satisfies Partial<Handlers>;
}

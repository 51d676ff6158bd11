// The program of one person whose process is killed again and again: the main services under plain Node, which do over IPC what
// the contract's calls for the vault say. Started with the folder of the profile and how far its clock is ahead.
import {
  vaultHandlers,
  vaultKeeperHandlers,
  vaultOwnerHandlers,
  vaultSharingHandlers,
} from '#main/handlers/vault-handlers';
import type { PeerId } from '#shared/identity';
import { answerFor } from '#tests/support/crash/answering';
import { openPerson } from '#tests/support/crash/open-person';

const [, , folder = '', aheadMs = '0'] = process.argv;
const ahead = { ms: Number(aheadMs) };

const services = await openPerson(folder, { now: () => Date.now() + ahead.ms });
const { identity, contacts } = services;
if (identity.state.state !== 'ready') await identity.create('Somebody');

answerFor({
  ...vaultHandlers(services, { showFolder: async () => await Promise.resolve(false) }),
  ...vaultOwnerHandlers(services),
  ...vaultSharingHandlers(services),
  ...vaultKeeperHandlers(services),
  self: () => identity.keys.peerId,
  know: (peerId: PeerId) =>
    contacts.byPeer(peerId)?.contactId ?? contacts.addAccepted(peerId, 'Somebody else').contactId,
  pass: (ms: number) => void (ahead.ms += ms),
});

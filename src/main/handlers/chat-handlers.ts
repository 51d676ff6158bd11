// Conversations, what is handed on of them, and what friends keep.
import type { Handlers } from '#shared/contract';
import { done, now } from '#main/handlers/answer';
import type { Services } from '#main/services/services';

export function chatHandlers({ chats }: Services) {
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

export function chatExchangeHandlers({ chats: { exchange } }: Services) {
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

export function custodyHandlers({ custody: { leaving, keeping, receiving } }: Services) {
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

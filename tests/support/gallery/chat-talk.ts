// What was written, for the screens of conversations.
import type { ChatMessage, Delivery } from '#shared/chat';
import type { PeerId } from '#shared/identity';
import { conversationId, fakeConversation, fakeMessage, entryId } from '../fake-chat';
import { spokenVoice } from '../fake-voice';
import * as people from './people';

const { me, ada, bo, carmen, eva } = people;
const minute = 60_000;
const day = 24 * 60 * minute;

const delivery = (state: Delivery['state'], more: Partial<Delivery> = {}): Delivery => ({
  state,
  deliveredTo: [],
  keptBy: [],
  readBy: [],
  ...more,
});

let seed = 0;
function said(from: PeerId, agoMs: number, text: string, more: Partial<ChatMessage> = {}): ChatMessage {
  seed += 1;
  const isMine = from === me.peerId;
  const sentAtMs = people.nowMs - agoMs;
  return fakeMessage(seed, from, text, { isMine, sentAtMs, delivery: isMine ? delivery('read') : null, ...more });
}

const offer = said(
  ada.peerId,
  25 * minute,
  'The field recording is here, with the second take: https://example.org/takes/2',
);

export const withAda = fakeConversation({
  conversationId: conversationId(11),
  contactId: ada.contactId,
  peerId: ada.peerId,
  name: ada.name,
});

export const talkWithAda: readonly ChatMessage[] = [
  said(ada.peerId, day + 70 * minute, 'Shall we meet at the lake on Saturday? I can bring the recorder.'),
  said(me.peerId, day + 62 * minute, 'Yes. The forecast is good, and the boat is free until four.'),
  said(me.peerId, day + 61 * minute, 'I bring coffee.', {
    reactions: [{ reaction: '❤️', by: [ada.peerId] }],
  }),
  said(ada.peerId, day + 58 * minute, 'Perfect. Then the tide tables are on me.', { isEdited: true }),
  offer,
  said(ada.peerId, 24 * minute, 'To listen without the hum:\n```\nsox take-2.flac out.flac highpass 80\n```'),
  said(me.peerId, 18 * minute, 'The second take is the one. The part with the heron, from `3:12` on.', {
    replyTo: {
      messageId: offer.messageId,
      from: ada.peerId,
      excerpt: 'The field recording is here, with the second take',
      voiceMs: null,
      files: null,
    },
    reactions: [{ reaction: '🎉', by: [ada.peerId, me.peerId] }],
  }),
  said(ada.peerId, 14 * minute, '', {
    content: { kind: 'voice', durationMs: 23_400, peaks: spokenVoice(23_400).peaks },
    reactions: [{ reaction: '👍', by: [me.peerId] }],
  }),
  said(ada.peerId, 12 * minute, '> the part with the heron\nThat one I want to keep exactly as it is.'),
  said(me.peerId, 2 * minute, 'Agreed. See you on Saturday.', { delivery: delivery('delivered') }),
];

export const withBo = fakeConversation({
  conversationId: conversationId(12),
  contactId: bo.contactId,
  peerId: bo.peerId,
  name: bo.name,
  unread: 2,
});

export const talkWithBo: readonly ChatMessage[] = [
  said(me.peerId, 3 * day, 'Are you in on Tuesday?'),
  said(bo.peerId, 9 * minute, 'I am at the table already.', { isUnread: true }),
  said(bo.peerId, 8 * minute, 'Come when you can.', { isUnread: true }),
];

export const withCarmen = fakeConversation({
  conversationId: conversationId(13),
  contactId: carmen.contactId,
  peerId: carmen.peerId,
  name: carmen.name,
  waiting: 1,
});

export const talkWithCarmen: readonly ChatMessage[] = [
  said(carmen.peerId, 2 * day, 'The draft is in your folder.'),
  said(me.peerId, 50 * minute, 'I read it on the train. Two questions, whenever you are back.', {
    delivery: delivery('waiting'),
  }),
];

export const talkKeptForCarmen: readonly ChatMessage[] = [
  said(carmen.peerId, 2 * day, 'The draft is in your folder.'),
  said(me.peerId, 50 * minute, 'I read it on the train. Two questions, whenever you are back.', {
    delivery: delivery('waiting', { keptBy: [ada.peerId, bo.peerId] }),
  }),
];

const seat = (peerId: PeerId, name: string, more = {}) => ({
  peerId,
  name,
  isChosen: false,
  isMaker: false,
  isRemovable: true,
  readsAll: true,
  ...more,
});

export const family = fakeConversation({
  conversationId: conversationId(21),
  kind: 'group',
  name: 'Family',
  members: [
    seat(me.peerId, me.name, { isMaker: true, isChosen: true, isRemovable: false }),
    seat(ada.peerId, ada.name, { isChosen: true }),
    seat(bo.peerId, bo.name, { readsAll: false }),
    seat(eva.peerId, eva.name),
  ],
  unread: 1,
});

const act = (
  from: PeerId,
  agoMs: number,
  content: Extract<ChatMessage['content'], { kind: 'act' }>['act'],
): ChatMessage => said(from, agoMs, '', { content: { kind: 'act', act: content }, delivery: null });

export const talkInFamily: readonly ChatMessage[] = [
  act(me.peerId, 3 * day, { kind: 'created', name: 'Family' }),
  act(me.peerId, 3 * day, { kind: 'added', peerId: ada.peerId, name: ada.name }),
  said(ada.peerId, 3 * day - minute, 'Hello everybody!', {
    reactions: [{ reaction: '👍', by: [me.peerId, eva.peerId] }],
  }),
  said(eva.peerId, 2 * day, 'Who brings the long table?'),
  said(me.peerId, 2 * day - 5 * minute, 'I do, and the benches.', {
    delivery: delivery('delivered', { deliveredTo: [ada.peerId, eva.peerId, bo.peerId], readBy: [ada.peerId] }),
  }),
  act(ada.peerId, 70 * minute, { kind: 'added', peerId: bo.peerId, name: bo.name }),
  said(bo.peerId, 60 * minute, '', { content: { kind: 'withdrawn' } }),
  said(bo.peerId, 59 * minute, 'Saturday or Sunday?', { isForked: true }),
  said(ada.peerId, 20 * minute, 'Sunday, at noon.', { isUnread: true }),
];

export const hitsForTable = [
  {
    conversationId: family.conversationId,
    messageId: entryId(3),
    from: eva.peerId,
    sentAtMs: people.nowMs - 2 * day,
    text: 'Who brings the long table?',
    matches: [[20, 25] as [number, number]],
  },
  {
    conversationId: withBo.conversationId,
    messageId: entryId(2),
    from: bo.peerId,
    sentAtMs: people.nowMs - 9 * minute,
    text: 'I am at the table already.',
    matches: [[12, 17] as [number, number]],
  },
];

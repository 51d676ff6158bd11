// Every screen of conversations.
import type { ConversationSnapshot } from '#core/chat/snapshot';
import type { ChatMessage } from '#shared/chat';
import { fakeMessage } from '../fake-chat';
import { spokenVoice } from '../fake-voice';
import * as talk from './chat-talk';
import type { FakeWorld } from './fake-world';
import * as people from './people';
import { online, tableOf, visiting, type Scene, type Then } from './scene-parts';

const { ada, bo, carmen } = people;

export function written(world: FakeWorld): void {
  online(world);
  world.chat.show(talk.withAda, talk.talkWithAda);
  world.chat.show(talk.withBo, talk.talkWithBo);
  world.chat.show(talk.withCarmen, talk.talkWithCarmen);
  world.chat.show(talk.family, talk.talkInFamily);
}

const talking = (then: Then, more: Omit<Scene, 'before' | 'then'> = {}): Scene => ({ before: written, then, ...more });

const inFamily: Then = async (_world, app) => await tableOf(app).goToChat(talk.family.conversationId, null);

const shows =
  (conversation: ConversationSnapshot, messages: readonly ChatMessage[], then: Then): Then =>
  async (world, app) => {
    world.chat.show(conversation, messages);
    await then(world, app);
  };

const dialog =
  (kind: 'add-to-group' | 'rename-group' | 'leave-group' | 'forget-chat'): Then =>
  async (world, app) => {
    await inFamily(world, app);
    tableOf(app).navigation.open({ kind, conversationId: talk.family.conversationId });
  };

export const chatScenes: Readonly<Record<string, Scene>> = {
  chat: talking(visiting(ada)),
  'chat-details': talking(visiting(ada), { press: ['Details'] }),
  'chat-empty': talking(shows({ ...talk.withAda, conversationId: talk.withAda.conversationId }, [], visiting(ada))),
  'chat-unread': talking(visiting(bo)),
  'chat-waiting': talking(visiting(carmen)),
  'chat-kept': talking(shows(talk.withCarmen, talk.talkKeptForCarmen, visiting(carmen))),
  'chat-kept-full': talking(shows({ ...talk.withCarmen, isCustodyFull: true }, talk.talkWithCarmen, visiting(carmen))),
  'chat-typing': talking(shows({ ...talk.withAda, typing: [ada.peerId] }, talk.talkWithAda, visiting(ada))),
  'chat-voice-speaking': talking(async (world, app) => {
    await visiting(ada)(world, app);
    world.voiceRecorder.level = 0.3;
    const { chat } = tableOf(app);
    await chat.voiceNote.start(talk.withAda.conversationId);
  }),
  'chat-voice-spoken': talking(async (world, app) => {
    await visiting(ada)(world, app);
    const { current, playback } = tableOf(app).chat;
    if (current) current.draft.voice = spokenVoice(23_400);
    playback.seek('draft', 8_000);
  }),
  'chat-emoji': talking(visiting(ada), { press: ['Emoji'] }),
  'chat-reply': talking(async (world, app) => {
    await visiting(ada)(world, app);
    tableOf(app).chat.current?.draft.reply({
      id: talk.talkWithAda[0]?.messageId ?? fakeMessage(1, ada.peerId, '').messageId,
      from: ada.peerId,
      name: ada.name,
      isMine: false,
      atMs: 0,
      isClockWrong: false,
      text: 'Shall we meet at the lake on Saturday? I can bring the recorder.',
      voice: null,
      files: null,
      absence: null,
      reply: null,
      reactions: [],
      isEdited: false,
      isForked: false,
      delivery: null,
      keptBy: [],
    });
  }),
  'chat-edit': talking(async (world, app) => {
    await visiting(ada)(world, app);
    await Promise.resolve();
    tableOf(app).chat.current?.editLatest();
  }),
  'chat-blocked': talking(shows({ ...talk.family, obstacle: 'group-removed' }, talk.talkInFamily, inFamily)),
  'chat-search': talking((world, app) => {
    world.chat.hits = talk.hitsForTable;
    tableOf(app).people.search = 'table';
  }),
  'chat-link': talking(async (world, app) => {
    await visiting(ada)(world, app);
    tableOf(app).navigation.open({ kind: 'link', url: 'https://xn--rundtisch-example.org/takes/2?from=ada' });
  }),
  group: talking(inFamily),
  'group-details': talking(inFamily, { press: ['Details'] }),
  'group-room': talking(inFamily, { press: ['Call the group'] }),
  'group-new': talking((_world, app) => tableOf(app).navigation.open({ kind: 'new-group', contactId: bo.contactId })),
  'group-add': talking(dialog('add-to-group')),
  'group-rename': talking(dialog('rename-group')),
  'group-leave': talking(dialog('leave-group')),
  'chat-forget': talking(dialog('forget-chat')),
};

// Files among the words of a conversation, in every state they have.
import { namedFiles } from '#shared/chat-files';
import type { ChatMessage, Delivery } from '#shared/chat';
import type { DropSnapshot } from '#core/drop/snapshot';
import { fakeMessage } from '../fake-chat';
import { fakeDrop, fakeReceiver } from '../fake-drops';
import { written } from './chat-scenes';
import * as talk from './chat-talk';
import { painted } from './file-scenes';
import * as people from './people';
import { tableOf, visiting, type Scene, type Then } from './scene-parts';

const { me, ada, bo, eva } = people;
const mib = 1024 * 1024;
const minute = 60_000;

const at = (minutes: number): number => people.nowMs - minutes * minute;
const one = (name: string, bytes: number): Pick<DropSnapshot, 'files'> => ({ files: [{ path: [name], bytes }] });
const walk = {
  files: ['IMG_2041.jpg', 'IMG_2042.jpg', 'IMG_2043.jpg', 'IMG_2044.jpg'].map((name, nth) => ({
    path: ['Harbour walk', name],
    bytes: (5 + nth) * mib,
  })),
};

const read = (): Delivery => ({ state: 'read', deliveredTo: [], readBy: [], keptBy: [] });

let seed = 700;
/** A drop, and the message that names it. */
function given(drop: DropSnapshot, more: Partial<ChatMessage> = {}): ChatMessage {
  seed += 1;
  const isMine = drop.from === me.peerId;
  const offer = namedFiles(
    drop.dropId,
    drop.files.map(({ path, bytes }) => ({ path: [...path], size: bytes })),
  );
  return fakeMessage(seed, drop.from, '', {
    isMine,
    sentAtMs: drop.atMs,
    content: { kind: 'files', offer },
    delivery: isMine ? read() : null,
    ...more,
  });
}
function said(
  from: typeof me | typeof ada,
  minutes: number,
  text: string,
  more: Partial<ChatMessage> = {},
): ChatMessage {
  seed += 1;
  const isMine = from.peerId === me.peerId;
  return fakeMessage(seed, from.peerId, text, {
    isMine,
    sentAtMs: at(minutes),
    delivery: isMine ? read() : null,
    ...more,
  });
}

const outgoing = { direction: 'outgoing', receivers: [fakeReceiver(ada, { phase: 'running' }, 9 * mib)] } as const;
const earlier = fakeDrop(80, ada, { ...one('Roof at noon.png', 3 * mib), atMs: at(50), stage: { phase: 'finished' } });
const picture = fakeDrop(81, ada, { ...one('Roof at dusk.png', 4 * mib), atMs: at(40), stage: { phase: 'finished' } });
const coming = fakeDrop(82, ada, {
  ...one('Interview, second take.flac', 712 * mib),
  atMs: at(9),
  stage: { phase: 'running' },
  doneBytes: 455 * mib,
  feeders: [ada.peerId],
});
const going = fakeDrop(83, me, { ...outgoing, ...walk, atMs: at(8), stage: { phase: 'running' } });
const offered = fakeDrop(84, ada, { ...one('Minutes of Tuesday.pdf', 2 * mib), atMs: at(1) });
const program = fakeDrop(85, ada, { ...one('holiday.jpg.exe', 2 * mib), atMs: at(30) });
const failed = fakeDrop(86, me, {
  ...outgoing,
  ...one('Budget.ods', 200_000),
  atMs: at(28),
  stage: { phase: 'failed', code: 'file-changed' },
  receivers: [fakeReceiver(ada, { phase: 'failed', code: 'file-changed' })],
});
const declined = fakeDrop(87, me, {
  ...outgoing,
  ...one('Holiday.mov', 900 * mib),
  atMs: at(26),
  stage: { phase: 'declined' },
  receivers: [fakeReceiver(ada, { phase: 'declined' })],
});
const paused = fakeDrop(88, ada, {
  ...one('Long cut.mp4', 4_200 * mib),
  atMs: at(24),
  stage: { phase: 'paused', by: me.peerId },
  doneBytes: 1_300 * mib,
});
const had = fakeDrop(89, me, {
  ...outgoing,
  ...one('Score.pdf', 3 * mib),
  atMs: at(36),
  stage: { phase: 'finished' },
  receivers: [fakeReceiver(ada, { phase: 'finished' }, 3 * mib)],
});
const gone = fakeDrop(90, ada, { ...one('Tide tables.csv', 40_000), atMs: at(22) });
const mineGone = fakeDrop(91, me, { ...outgoing, ...one('Old map.pdf', 7 * mib), atMs: at(21) });
const family = fakeDrop(92, me, {
  ...walk,
  direction: 'outgoing',
  atMs: at(5),
  stage: { phase: 'running' },
  receivers: [
    fakeReceiver(ada, { phase: 'finished' }, 26 * mib),
    { ...fakeReceiver(bo, { phase: 'running' }, 11 * mib), feeders: [me.peerId, ada.peerId] },
    fakeReceiver(eva, { phase: 'offered' }),
  ],
  fed: [bo.peerId],
});

const withFiles =
  (messages: readonly ChatMessage[], drops: readonly DropSnapshot[]): Then =>
  async (world, app) => {
    world.preview = await painted();
    world.drops.show(...drops);
    world.nowMs += 4_000;
    const moving = drops.filter(({ stage }) => stage.phase === 'running');
    for (const drop of moving)
      world.drops.show({
        ...drop,
        doneBytes: drop.doneBytes + 12 * mib,
        receivers: drop.receivers.map((receiver) => ({ ...receiver, doneBytes: receiver.doneBytes + 2 * mib })),
      });
    world.chat.show(talk.withAda, messages);
    await visiting(ada)(world, app);
  };

const now: readonly ChatMessage[] = [
  said(ada, 41, 'From the balcony, yesterday.'),
  given(picture, { reactions: [{ reaction: '❤️', by: [me.peerId] }] }),
  said(me, 38, 'What a sky! The score, as promised:'),
  given(had),
  given(coming),
  given(going),
  said(ada, 3, 'And what we agreed on:'),
  given(offered),
];

const ended: readonly ChatMessage[] = [
  given(program),
  given(failed),
  given(declined),
  given(paused),
  given(gone),
  given(mineGone),
  said(ada, 12, '', { content: { kind: 'withdrawn' } }),
];

export const chatFileScenes: Readonly<Record<string, Scene>> = {
  'chat-files': { before: written, then: withFiles(now, [picture, had, coming, going, offered]) },
  'chat-picture': {
    before: written,
    then: withFiles(now, [earlier, picture, had]),
    press: ['Look at Roof at dusk.png'],
  },
  'chat-picture-missing': {
    before: written,
    then: async (world, app) => {
      await withFiles(now, [picture, had])(world, app);
      world.preview = null;
      tableOf(app).navigation.open({ kind: 'picture', dropId: picture.dropId });
    },
  },
  'chat-files-over': { before: written, then: withFiles(ended, [program, failed, declined, paused]) },
  'chat-files-reply': {
    before: written,
    then: async (world, app) => {
      const [first, look] = now;
      if (!first || look?.content.kind !== 'files') throw new Error('a picture comes second');
      const { messageId, content } = look;
      const replyTo = { messageId, from: ada.peerId, excerpt: null, voiceMs: null, files: content.offer };
      await withFiles([first, look, said(me, 2, 'This one on the wall?', { replyTo })], [picture])(world, app);
    },
  },
  'chat-files-send': { before: written, then: withFiles(now, [picture, had]), press: ['Send files'] },
  'chat-files-over-it': {
    before: written,
    then: async (world, app) => {
      await withFiles(now.slice(0, 4), [picture, had])(world, app);
      const { drops, places } = tableOf(app);
      drops.drag.begin();
      drops.drag.enter(places.person(ada));
    },
  },
  'group-files': {
    before: written,
    then: async (world, app) => {
      world.drops.show(family);
      world.nowMs += 4_000;
      world.drops.show({
        ...family,
        receivers: family.receivers.map((one) => ({ ...one, doneBytes: one.doneBytes + mib })),
      });
      world.chat.show(talk.family, [...talk.talkInFamily, given(family)]);
      await tableOf(app).goToChat(talk.family.conversationId, null);
    },
    press: ['Details of Harbour walk'],
  },
};

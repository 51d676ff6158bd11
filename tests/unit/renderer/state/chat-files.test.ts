// Files in conversations: what is given to somebody is told where they talk, and a message points to its drop and to no other.
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '#shared/chat';
import { namedFiles } from '#shared/chat-files';
import type { DropSnapshot } from '#core/drop/snapshot';
import type { DropTarget } from '#state/drop-target';
import { dropNamed, filesLine, unofferedWords } from '#state/file-message';
import { lineOf } from '#state/message-view';
import type { TableState } from '#state/table.svelte';
import { conversationId, entryId, fakeConversation, fakeMessage } from '#tests/support/fake-chat';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { fakeDrop, fakeDropId } from '#tests/support/fake-drops';
import { fakeRoom } from '#tests/support/fake-rooms';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, bo, carmen, me } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

const withAda = fakeConversation({ conversationId: conversationId(1), contactId: ada.contactId, peerId: ada.peerId });
const family = fakeConversation({ conversationId: conversationId(2), kind: 'group', name: 'Family' });
const notes = { entry: { path: ['notes.txt'], size: 12 } };
const transfer = {} as DataTransfer; // sound: the faked intake does not look at it
const room = fakeRoom({});
const toAda: DropTarget = { kind: 'person', peerId: ada.peerId, name: ada.name };
const toFamily: DropTarget = {
  kind: 'group',
  conversationId: family.conversationId,
  name: 'Family',
  people: [ada.peerId, bo.peerId],
};
const offerOf = (drop: Pick<DropSnapshot, 'dropId'>, ...names: readonly string[]) =>
  namedFiles(
    drop.dropId,
    names.map((name) => ({ path: name.split('/'), size: 1_000 })),
  );

let world: FakeWorld;
let clock: FakeClock;
let table: TableState;

beforeEach(async () => {
  world = new FakeWorld();
  clock = new FakeClock();
  world.clock = clock;
  ({ table } = await openTable(world));
  world.chat.show(withAda, []);
  world.chat.show(family, []);
  world.given = [notes];
  world.told.length = 0;
});

const told = (): { kind: string; replyTo?: unknown; offer?: unknown; to: string }[] =>
  world.told
    .filter((one) => one.startsWith('write '))
    .map((one) => {
      const [, to = '', ...json] = one.split(' ');
      // Sound: the fake writes what it was given.
      return { to, ...(JSON.parse(json.join(' ')) as { kind: string }) };
    });

describe('what is given', () => {
  it('to a person stands in the conversation with them, wherever it was dropped', async () => {
    await table.drops.sendDropped(transfer, toAda);
    const offer = { dropId: fakeDropId(999), files: [notes.entry], fileCount: 1, bytes: 12 };
    expect(told()).toEqual([{ to: withAda.conversationId, kind: 'files', offer, replyTo: null }]);
  });

  it('to a group stands in the group', async () => {
    await table.drops.sendDropped(transfer, toFamily);
    expect(told().map(({ to }) => to)).toEqual([family.conversationId]);
  });

  it('to a room stays in the room', async () => {
    await table.drops.sendDropped(transfer, { kind: 'room', roomId: room.roomId, people: [ada.peerId] });
    expect(told()).toEqual([]);
  });

  it('to somebody with whom there is no conversation is sent without words', async () => {
    await table.drops.sendDropped(transfer, { kind: 'person', peerId: carmen.peerId, name: carmen.name });
    expect(world.told).toEqual(['send notes.txt to 1']);
  });

  it('answers the message that was taken up for it, and what was typed stays', async () => {
    world.chat.put(withAda.conversationId, fakeMessage(5, ada.peerId, 'The notes?'));
    const { draft } = table.chat.open(withAda);
    await settle();
    const item = table.chat.current?.items.find(({ kind }) => kind === 'message');
    if (item?.kind !== 'message') throw new Error('it is there');
    draft.reply(item.message);
    draft.text = 'Here';
    await table.drops.sendDropped(transfer, toAda);
    expect(told()[0]?.replyTo).toBe(entryId(5));
    expect([draft.about, draft.text]).toEqual([null, 'Here']);
  });

  it('names some of many, and how many and how much there is in all', async () => {
    world.given = Array.from({ length: 40 }, (_, at) => ({ entry: { path: ['Trip', `${at}.jpg`], size: 10 } }));
    await table.drops.sendDropped(transfer, toAda);
    expect(told()[0]?.offer).toMatchObject({ fileCount: 40, bytes: 400, files: { length: 8 } });
  });

  it('goes all the same when no word can be written, and a notice says so', async () => {
    world.chat.failsWith = 'chat-refused';
    await table.drops.sendDropped(transfer, toAda);
    expect(world.told).toEqual(['send notes.txt to 1']);
    expect(table.toasts.list).toHaveLength(1);
  });
});

describe('a message of files', () => {
  const theirs = fakeDrop(1, ada);

  it('points to the drop of its author, and to nobody else’s', () => {
    const offer = offerOf(theirs, 'notes.txt');
    expect(dropNamed([theirs], offer, ada.peerId)).toBe(theirs);
    expect(dropNamed([theirs], offer, bo.peerId)).toBeNull();
    expect(dropNamed([theirs], offerOf(fakeDrop(2, ada), 'notes.txt'), ada.peerId)).toBeNull();
  });

  it('never points into a room', () => {
    const inRoom = { ...theirs, roomId: room.roomId };
    expect(dropNamed([inRoom], offerOf(inRoom, 'notes.txt'), ada.peerId)).toBeNull();
  });

  it('whatever it names, only what its author offered is ever found by it', () => {
    const people = [ada, bo, carmen, me];
    const anyone = fc.constantFrom(...people);
    const drop = fc
      .record({ nth: fc.nat(3), from: anyone, isInRoom: fc.boolean() })
      .map(({ nth, from, isInRoom }) => fakeDrop(nth, from, { roomId: isInRoom ? room.roomId : null }));
    fc.assert(
      fc.property(fc.array(drop, { maxLength: 8 }), fc.nat(3), anyone, (drops, nth, author) => {
        const found = dropNamed(drops, offerOf({ dropId: fakeDropId(nth) }, 'a'), author.peerId);
        const theirOwn = drops.filter(
          ({ dropId, from, roomId }) => dropId === fakeDropId(nth) && from === author.peerId && roomId === null,
        );
        expect(found).toBe(theirOwn[0] ?? null);
      }),
    );
  });

  it('is called by its file, its folder, or how many there are', () => {
    expect(filesLine(offerOf(theirs, 'Photo.jpg'))).toBe('Photo.jpg');
    expect(filesLine(offerOf(theirs, 'Trip/1.jpg', 'Trip/2.jpg'))).toBe('Trip');
    expect(filesLine(offerOf(theirs, 'a', 'b', 'c'))).toBe('3 files');
    expect(lineOf({ kind: 'files', offer: offerOf(theirs, 'Photo.jpg') })).toBe('Photo.jpg');
  });

  it('says what is so while there is no offer', () => {
    const about = { isMine: false, name: 'Ada', isContact: true, isOnline: true, hasWaited: false };
    expect(unofferedWords(about)).toBe('Waiting for the offer');
    expect(unofferedWords({ ...about, hasWaited: true })).toContain('Not offered any more');
    expect(unofferedWords({ ...about, isOnline: false })).toContain('Ada is away');
    expect(unofferedWords({ ...about, isContact: false })).toContain('no contact of yours');
    expect(unofferedWords({ ...about, isMine: true })).toBe('Not in your list of files any more');
  });

  it('stands in the list of conversations and in notices by its files', () => {
    const message = { content: { kind: 'files', offer: offerOf(theirs, 'Photo.jpg') } } as const;
    world.chat.put(withAda.conversationId, fakeMessage(6, ada.peerId, '', message));
    const shown = table.chat.of(ada.contactId);
    if (!shown?.last) throw new Error('it is the last');
    expect(table.chat.preview(shown)).toBe('Photo.jpg');
    expect(table.chat.noticeOf({ conversation: shown, message: shown.last, count: 1 })?.text).toBe('Photo.jpg');
  });
});

describe('an offer', () => {
  const drop = fakeDrop(3, ada);
  const message = (more: Partial<ChatMessage> = {}): ChatMessage =>
    fakeMessage(7, ada.peerId, '', { content: { kind: 'files', offer: offerOf(drop, 'notes.txt') }, ...more });
  const announced = (): number => world.asked.filter(({ call }) => call === 'announceDrop').length;
  const asks = async (): Promise<void> => {
    world.drops.show(drop);
    world.drops.events.emit('asked', drop.dropId);
    await clock.advance(2_000);
  };

  it('is announced once: by its message where there is one', async () => {
    world.chat.put(withAda.conversationId, message());
    await asks();
    expect(announced()).toBe(0);
  });

  it('is announced by itself where no message tells of it, or another’s does', async () => {
    world.chat.put(withAda.conversationId, message({ from: bo.peerId }));
    await asks();
    expect(announced()).toBe(1);
  });

  it('is answered in the conversation that is open, and above everything else elsewhere', async () => {
    world.chat.put(withAda.conversationId, message());
    await asks();
    expect(table.chat.shows(drop)).toBe(false);
    const open = table.chat.open(withAda);
    await settle();
    expect(table.chat.shows(drop)).toBe(true);
    expect(table.chat.shows({ ...drop, from: bo.peerId })).toBe(false);
    table.chat.close(open);
    expect(table.chat.shows(drop)).toBe(false);
  });
});

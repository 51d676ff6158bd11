import { beforeEach, describe, expect, it } from 'vitest';
import type { DropSnapshot } from '#core/drop/snapshot';
import { isOver } from '#state/drop-facts';
import { dropLine, feedingWords, receiverWords } from '#state/drop-words';
import type { TableState } from '#state/table.svelte';
import { conversationId } from '#tests/support/fake-chat';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { fakeDrop, fakeDropId, fakeReceiver } from '#tests/support/fake-drops';
import { fakeMember, fakeRoom } from '#tests/support/fake-rooms';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, bo, carmen, dilan, me, peerId } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

let world: FakeWorld;
let clock: FakeClock;
let table: TableState;

const notes = { entry: { path: ['notes.txt'], size: 12 } };
// Sound: the faked intake looks at neither.
const transfer = {} as DataTransfer;
const list = {} as FileList;
const files = (name: string, bytes: number): Pick<DropSnapshot, 'files'> => ({ files: [{ path: [name], bytes }] });
const outgoing = (more: Partial<DropSnapshot>): DropSnapshot => fakeDrop(1, me, { direction: 'outgoing', ...more });
const askedOf = (call: string): unknown[] => world.asked.filter((one) => one.call === call).map(({ input }) => input);
const toasts = (): string[] => table.toasts.list.map(({ title }) => title);

beforeEach(async () => {
  world = new FakeWorld();
  clock = new FakeClock();
  world.clock = clock;
  ({ table } = await openTable(world));
  world.told.length = 0;
});

describe('whom files can be dropped on', () => {
  it('is every contact who said yes, also away', () => {
    expect(table.places.person(ada)).toEqual({ kind: 'person', peerId: ada.peerId, name: ada.name });
  });

  it('is nobody whose key has changed, and nobody who has not answered yet', () => {
    expect(table.places.person(dilan)).toBeNull();
    expect(table.places.person({ ...bo, state: 'invited' })).toBeNull();
    expect(table.places.person({ ...bo, state: 'blocked' })).toBeNull();
  });

  it('is nobody with a Roundtable older than file drop', () => {
    world.drops.outdated.add(ada.peerId);
    expect(table.places.person(ada)).toBeNull();
  });

  it('is everybody in the room whom I can reach', () => {
    world.rooms.show(
      fakeRoom({
        members: [
          fakeMember(me.peerId, me.name, { isSelf: true, pair: 'self' }),
          fakeMember(ada.peerId, ada.name),
          fakeMember(bo.peerId, bo.name, { pair: 'unreachable' }),
          fakeMember(carmen.peerId, carmen.name, { pair: 'reconnecting' }),
        ],
      }),
    );
    expect(table.places.room?.people).toEqual([ada.peerId, carmen.peerId]);
  });

  it('is everybody of a group who is a contact', () => {
    const members = [me, ada, bo, dilan, { peerId: peerId(60), name: 'Somebody' }].map((one) => ({
      peerId: one.peerId,
    }));
    const group = { conversationId: conversationId(4), name: 'Family', members, obstacle: null };
    expect(table.places.group(group)?.people).toEqual([ada.peerId, bo.peerId]);
    expect(table.places.group({ ...group, members: members.slice(4) })).toBeNull();
    expect(table.places.group({ ...group, obstacle: 'chat-left' })).toBeNull();
  });

  it('is what the person looks at for what is pasted, and nothing at home', async () => {
    expect(table.places.here).toBeNull();
    await table.visit(ada.contactId);
    expect(table.places.here).toEqual(table.places.person(ada));
  });
});

describe('sending', () => {
  it('gives what was dropped to the person it was dropped on', async () => {
    world.given = [notes];
    const target = table.places.person(ada);
    if (!target) throw new Error('no target');
    await table.drops.sendDropped(transfer, target);
    expect(world.told).toEqual(['send notes.txt to 1']);
  });

  it('says so when nothing that was dropped is a file', async () => {
    const target = table.places.person(ada);
    if (!target) throw new Error('no target');
    await table.drops.sendDropped(transfer, target);
    expect(world.told).toEqual([]);
    expect(toasts()).toEqual(['There was no file in what you dropped.']);
  });

  it('keeps what was pasted to itself until the person says send', async () => {
    world.given = [notes];
    await table.visit(ada.contactId);
    const { here } = table.places;
    if (!here) throw new Error('nowhere');
    await table.drops.paste(transfer, here);
    expect(table.drops.pasted?.files).toEqual([notes]);
    expect(world.told).toEqual([]);
    await table.drops.sendPasted();
    expect(world.told).toEqual(['send notes.txt to 1']);
    expect(table.drops.pasted).toBeNull();
  });

  it('forgets what was pasted when the person thinks better of it', async () => {
    world.given = [notes];
    const target = table.places.person(ada);
    if (!target) throw new Error('no target');
    await table.drops.paste(transfer, target);
    table.drops.discardPasted();
    await table.drops.sendPasted();
    expect(world.told).toEqual([]);
  });

  it('opens the picker for files or a folder, and sends what was chosen where it was meant to go', async () => {
    const opened: string[] = [];
    table.drops.bindPicker((what) => opened.push(what));
    const target = table.places.person(bo);
    if (!target) throw new Error('no target');
    table.drops.choose('folder', target);
    expect(opened).toEqual(['folder']);
    world.given = [notes];
    await table.drops.takeChosen(list);
    expect(world.told).toEqual(['send notes.txt to 1']);
    // A choice counts once.
    await table.drops.takeChosen(list);
    expect(world.told).toHaveLength(1);
  });

  it('gives the files of a drop again that the browser let go of', async () => {
    const opened: string[] = [];
    table.drops.bindPicker((what) => opened.push(what));
    table.drops.chooseAgain(outgoing({ stage: { phase: 'detached' } }));
    world.given = [notes];
    await table.drops.takeChosen(list);
    expect(opened).toEqual(['files']);
    expect(world.told).toEqual([`give again ${fakeDropId(1)} 1`]);
  });
});

describe('answering', () => {
  it('takes once, or this and the next ones of this contact up to a size', async () => {
    const drop = fakeDrop(1, ada);
    table.drops.accept(drop);
    expect(table.drops.allowanceOf(ada.contactId)).toBeNull();
    await table.drops.acceptAlways(drop, 10_000_000);
    expect(world.told).toEqual([
      `accept ${fakeDropId(1)}`,
      `accept ${fakeDropId(1)}`,
      `allow ${ada.contactId} 10000000`,
    ]);
    expect(table.drops.allowanceOf(ada.contactId)).toBe(10_000_000);
    await table.drops.allow(ada.contactId, null);
    expect(table.drops.allowanceOf(ada.contactId)).toBeNull();
  });

  it('never allows more than this once to somebody who is no contact', async () => {
    const stranger = { peerId: me.peerId, name: 'Somebody at the table' };
    await table.drops.acceptAlways(fakeDrop(1, stranger), 10_000_000);
    expect(world.told).toEqual([`accept ${fakeDropId(1)}`]);
  });

  it('lists offers apart from what is on its way', () => {
    world.drops.show(fakeDrop(1, ada), fakeDrop(2, ada, { stage: { phase: 'running' } }));
    world.drops.show(fakeDrop(3, bo, { stage: { phase: 'finished' } }));
    expect(table.drops.asked.map(({ dropId }) => dropId)).toEqual([fakeDropId(1)]);
    expect(table.drops.running.map(({ dropId }) => dropId)).toEqual([fakeDropId(2)]);
    expect(table.drops.with(ada.peerId)).toHaveLength(2);
  });
});

describe('news of files', () => {
  it('says an offer to a screen reader and to the desktop', async () => {
    world.drops.show(fakeDrop(1, ada));
    world.drops.events.emit('asked', fakeDropId(1));
    await clock.advance(2_000); // no message of it comes
    expect(table.announcer.said.map(({ text }) => text)).toEqual(['Ada Lindqvist offers you notes.txt']);
    expect(askedOf('announceDrop')).toEqual([{ dropId: fakeDropId(1), title: 'Ada Lindqvist offers you notes.txt' }]);
  });

  it('leaves the desktop alone when notifications are off', async () => {
    await table.settings.save({ notifications: false });
    world.drops.show(fakeDrop(1, ada));
    world.drops.events.emit('asked', fakeDropId(1));
    expect(askedOf('announceDrop')).toEqual([]);
  });

  it('says that a file has come where the list of files is not open, with a way to it', async () => {
    world.drops.show(fakeDrop(1, ada, { stage: { phase: 'finished' } }));
    world.drops.events.emit('finished', fakeDropId(1));
    const [toast] = table.toasts.list;
    expect(toast?.title).toBe('notes.txt from Ada Lindqvist is in your downloads');
    toast?.action?.run();
    await settle();
    expect(askedOf('showDrop')).toEqual([{ dropId: fakeDropId(1) }]);
  });

  it('shows no notice of what the person sees in the list anyway', () => {
    table.navigation.show({ kind: 'files' });
    world.drops.show(fakeDrop(1, ada, { stage: { phase: 'finished' } }));
    world.drops.events.emit('finished', fakeDropId(1));
    expect(toasts()).toEqual([]);
  });

  it('names everybody who declines, once, also while others go on', () => {
    const to = (stage: 'offered' | 'declined'): DropSnapshot =>
      outgoing({
        stage: { phase: 'running' },
        receivers: [fakeReceiver(ada, { phase: 'running' }), fakeReceiver(bo, { phase: stage })],
      });
    world.drops.show(to('offered'));
    world.drops.show(to('declined'));
    world.drops.show(to('declined'));
    expect(toasts()).toEqual(['Bo declined notes.txt']);
  });

  it('says why one failed, and what to do', () => {
    world.drops.show(fakeDrop(1, ada, { stage: { phase: 'failed', code: 'disk-full' } }));
    world.drops.events.emit('failed', { dropId: fakeDropId(1), code: 'disk-full' });
    const [toast] = table.toasts.list;
    expect(toast?.title).toContain('notes.txt');
    expect(toast?.text).not.toBe('');
  });

  it('tells the taskbar in whole percents, and takes it back at the end', () => {
    const at = (doneBytes: number): DropSnapshot =>
      fakeDrop(1, ada, { ...files('a.bin', 1_000), stage: { phase: 'running' }, doneBytes });
    world.drops.show(at(100));
    world.drops.show(at(101));
    world.drops.show(at(500));
    world.drops.show(fakeDrop(1, ada, { stage: { phase: 'finished' } }));
    expect(askedOf('setTransferProgress')).toEqual([{ ratio: 0.1 }, { ratio: 0.5 }, { ratio: null }]);
  });
});

describe('how a drop fares, in words', () => {
  const wordsOf = (drop: DropSnapshot): string => dropLine(drop, table.drops.paceOf(drop), table.drops.namesIn(drop));

  it('has a speed and a time once it has gone on for a while, and none after a pause', async () => {
    const at = (doneBytes: number): DropSnapshot =>
      fakeDrop(1, ada, { ...files('a.bin', 100_000_000), stage: { phase: 'running' }, doneBytes });
    world.drops.show(at(0));
    expect(wordsOf(at(0))).toBe('0 %, starting');
    await clock.advance(2_000);
    world.drops.show(at(20_000_000));
    expect(wordsOf(at(20_000_000))).toBe('20 %, 10 MB/s, 8 s left');
    const paused = fakeDrop(1, ada, { stage: { phase: 'paused', by: me.peerId } });
    world.drops.show(paused);
    expect(table.drops.paceOf(paused)).toEqual({ bytesPerSecond: null, leftMs: null });
  });

  it('counts who has it when it goes to several', () => {
    const drop = outgoing({
      ...files('a.bin', 100),
      stage: { phase: 'running' },
      receivers: [
        fakeReceiver(ada, { phase: 'finished' }, 100),
        fakeReceiver(bo, { phase: 'running' }, 50),
        fakeReceiver(carmen, { phase: 'declined' }),
      ],
    });
    expect(wordsOf(drop)).toBe('75 %, starting, 1 of 3 have it');
  });

  it('says of whom it waits for the word what it is made of', () => {
    const waiting = fakeDrop(1, ada, { stage: { phase: 'waiting' } });
    expect(wordsOf(waiting)).toBe('Nobody who has it is here. It goes on by itself when somebody is.');
    expect(wordsOf({ ...waiting, stage: { phase: 'waiting', isUntold: true } })).toBe(
      `${ada.name} went before telling what it is made of. It goes on by itself when they are back.`,
    );
  });

  it('never says 100 % before all of it is there', () => {
    const drop = fakeDrop(1, ada, { ...files('a.bin', 1_000_000), stage: { phase: 'running' }, doneBytes: 999_999 });
    expect(wordsOf(drop)).toBe('99 %, starting');
  });

  it('says who feeds whom, with me among the names', () => {
    const drop = fakeDrop(1, ada, {
      stage: { phase: 'running' },
      feeders: [ada.peerId, bo.peerId],
      fed: [carmen.peerId],
      receivers: [{ ...fakeReceiver(carmen, { phase: 'running' }, 500_000), feeders: [me.peerId, ada.peerId] }],
    });
    const names = table.drops.namesIn(drop);
    expect(feedingWords(drop, names)).toEqual(['From Ada Lindqvist and Bo.', 'You pass it on to Carmen from work.']);
    const [receiver] = drop.receivers;
    expect(receiver && receiverWords(receiver, drop.bytes, names)).toBe('50 %, from you and Ada Lindqvist');
  });

  it('has a line for every stage it can be in, on either side', () => {
    const stages: DropSnapshot['stage'][] = [
      { phase: 'preparing' },
      { phase: 'offered' },
      { phase: 'asked' },
      { phase: 'running' },
      { phase: 'waiting' },
      { phase: 'paused', by: me.peerId },
      { phase: 'paused', by: ada.peerId },
      { phase: 'detached' },
      { phase: 'finished' },
      { phase: 'declined' },
      { phase: 'cancelled', by: ada.peerId },
      { phase: 'failed', code: 'disk-full' },
    ];
    for (const stage of stages) {
      expect(wordsOf(fakeDrop(1, ada, { stage })).length).toBeGreaterThan(3);
      const drop = outgoing({ stage, receivers: [fakeReceiver(ada, stage)] });
      expect(wordsOf(drop).length).toBeGreaterThan(3);
      expect(isOver(stage)).toBe(['finished', 'declined', 'cancelled', 'failed'].includes(stage.phase));
    }
  });
});

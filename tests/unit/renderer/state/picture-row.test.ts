// Which pictures one turns to from another.
import { describe, expect, test } from 'vitest';
import type { DropSnapshot } from '#core/drop/snapshot';
import { pictureRow } from '#state/picture-row';
import type { DropId } from '#shared/drop';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';

const me = 'me' as PeerId;
const ada = 'ada' as PeerId;
const bo = 'bo' as PeerId;
const receiver = (peerId: PeerId) => ({
  peerId,
  name: '',
  stage: { phase: 'finished' as const },
  doneBytes: 0,
  feeders: [],
});

function drop(id: string, atMs: number, changes: Partial<DropSnapshot> = {}): DropSnapshot {
  return {
    dropId: id as DropId,
    direction: 'incoming',
    from: ada,
    fromName: 'Ada',
    roomId: null,
    atMs,
    files: [{ path: [`${id}.png`], bytes: 1 }],
    fileCount: 1,
    bytes: 1,
    stage: { phase: 'finished' },
    doneBytes: 1,
    bytesPerSecond: 0,
    receivers: [receiver(me)],
    feeders: [],
    givers: [],
    fed: [],
    sentBytes: 0,
    isLoan: false,
    ...changes,
  };
}

const mine = { direction: 'outgoing', from: me, receivers: [receiver(ada)] } as Partial<DropSnapshot>;
const ask = (all: readonly DropSnapshot[], id: string) => pictureRow(all, id as DropId, me);

describe('from a picture one turns', () => {
  test('to those with the same person, mine and theirs, by their time', () => {
    const all = [drop('late', 30), drop('mine', 20, mine), drop('early', 10)];
    expect(ask(all, 'mine')).toMatchObject({ before: 'early', after: 'late' });
    expect(ask(all, 'early')?.before).toBeNull();
    expect(ask(all, 'late')?.after).toBeNull();
  });

  test('not to those with somebody else, or of a room', () => {
    const room = 'room' as RoomId;
    const all = [
      drop('one', 1),
      drop('bos', 2, { from: bo }),
      drop('both', 3, { receivers: [receiver(me), receiver(bo)] }),
      drop('room', 4, { roomId: room }),
    ];
    expect(ask(all, 'one')).toMatchObject({ before: null, after: null });
    expect(ask([...all, drop('room 2', 5, { roomId: room, from: bo })], 'room')?.after).toBe('room 2');
  });

  test('not to what is no picture, not here yet, or several files', () => {
    const all = [
      drop('one', 1),
      drop('text', 2, { files: [{ path: ['a.txt'], bytes: 1 }] }),
      drop('coming', 3, { stage: { phase: 'running' } }),
      drop('two', 4, { fileCount: 2 }),
    ];
    expect(ask(all, 'one')).toMatchObject({ before: null, after: null });
  });

  test('nowhere when it is no picture any more', () => {
    expect(ask([], 'gone')).toBeNull();
    expect(ask([drop('asked', 1, { stage: { phase: 'asked' } })], 'asked')).toBeNull();
  });
});

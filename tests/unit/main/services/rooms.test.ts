import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signEntry } from '#main/services/room-entry';
import type { RoomId, StayId } from '#shared/room';
import { failureCode } from './failure-code';
import { openProfile, person, temporaryFolder, testClock, type Person } from './people';
import { act, admit, inside, join, leave, lock, remove, roomOf, roster, tell, tellAll } from './room-people';

const [nobody] = ['00'.repeat(16) as RoomId]; // sound: has the form of a room id

/** The people of a room by the position they were named at. */
function at(people: readonly Person[], index: number): Person {
  const found = people[index];
  if (!found) throw new Error(`nobody at ${index}`);
  return found;
}

describe('a room', () => {
  test('is the same for everybody who knows the same entries', async () => {
    const { roomId, people } = await roomOf('Ann', 'Ben', 'Cid');
    const [first, ...others] = people.map((one) => roster(one, roomId));
    expect(first?.members.map(({ name }) => name)).toEqual(['Ann', 'Ben', 'Cid']);
    for (const other of others) expect(other).toEqual(first);
  });

  test('goes on when its opener leaves', async () => {
    const { roomId, people, clock } = await roomOf('Ann', 'Ben', 'Cid');
    const [ann, ben, cid] = [at(people, 0), at(people, 1), at(people, 2)];
    const dora = await person('Dora', { clock });
    leave(ann, roomId);
    tell(ann, ben, roomId);
    const { link } = ben.services.rooms.makeLink(roomId, 1);
    dora.services.rooms.enter(link);
    admit(ben, roomId, dora);
    tell(ben, dora, roomId);
    join(dora, roomId, 'Dora');
    tell(dora, cid, roomId);
    expect(inside(cid, roomId)).toEqual([ben.peerId, cid.peerId, dora.peerId]);
  });

  test('takes in who was admitted, and nobody else', async () => {
    const { roomId, people, clock } = await roomOf('Ann', 'Ben');
    const stranger = await person('Eve', { clock });
    const { link } = at(people, 0).services.rooms.makeLink(roomId, 1);
    stranger.services.rooms.enter(link);
    expect(await failureCode(() => join(stranger, roomId))).toBe('room-refused');
    tell(at(people, 0), stranger, roomId);
    for (const what of [() => join(stranger, roomId), () => lock(stranger, roomId), () => leave(stranger, roomId)])
      expect(await failureCode(what)).toBe('room-refused');
  });
});

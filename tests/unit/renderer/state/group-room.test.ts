// Whom of a group I can ask into a room.
import { beforeEach, describe, expect, it } from 'vitest';
import { askableOf } from '#state/group-room';
import type { PeopleState } from '#state/people.svelte';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import { ada, bo, everybody, gone, peerId } from '#tests/support/gallery/people';
import { openTable } from '#tests/support/open-table';

let people: PeopleState;
let world: FakeWorld;
const me = peerId(70_001);
const stranger = { peerId: peerId(70_002) };

beforeEach(async () => {
  world = new FakeWorld();
  ({ people } = await openTable(world));
});

describe('the people of a group who can be asked into a room', () => {
  it('are contacts of mine, not I myself; the others are counted', () => {
    expect(askableOf([{ peerId: me }, ada, stranger], people, me)).toEqual({ asked: [ada.contactId], strangers: 1 });
  });

  it('are none whom I blocked or whose key has changed', () => {
    const changed = everybody.filter(({ trust }) => trust === 'changed');
    expect(changed.length).toBeGreaterThan(0);
    expect(askableOf([gone, ...changed], people, me)).toEqual({ asked: [], strangers: 1 + changed.length });
  });

  it('have those before the rest who are online', () => {
    world.presence.set(new Map([[bo.peerId, 'online']]));
    expect(askableOf([ada, bo], people, me).asked).toEqual([bo.contactId, ada.contactId]);
  });
});

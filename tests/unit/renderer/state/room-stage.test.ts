import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PeerId } from '#shared/identity';
import type { RoomMember } from '#core/conference/snapshot';
import { roomLinks } from '#state/room-links';
import { gridOf, planStage, tileOf, type StageWishes } from '#state/room-stage';
import { fakeMember } from '#tests/support/fake-rooms';
import { peerId } from '#tests/support/gallery/people';

const [me, ada, bo] = [0, 1, 2].map((seed) => peerId(seed)) as [PeerId, PeerId, PeerId]; // sound: three of three
const self = fakeMember(me, 'Noor', { isSelf: true, pair: 'self' });
const withAda = fakeMember(ada, 'Ada');
const withBo = fakeMember(bo, 'Bo');

const plan = (members: readonly RoomMember[], more: Partial<StageWishes> = {}): ReturnType<typeof planStage> =>
  planStage({ members, choice: 'auto', pinned: null, watched: [], speaker: null, ...more });
const camera = (member: RoomMember): RoomMember => ({ ...member, camera: true });
const sharing = (member: RoomMember): RoomMember => ({ ...member, screen: true });

describe('the stage of a room', () => {
  test('is the table while nobody shows a picture, whatever was chosen', () => {
    for (const choice of ['auto', 'table', 'speaker'] as const) {
      expect(plan([self, withAda, withBo], { choice, pinned: tileOf(ada, 'camera').key })).toEqual({ kind: 'table' });
    }
  });

  test('is a grid of everybody once one is on camera, with me last', () => {
    const stage = plan([self, camera(withAda), withBo]);
    expect(stage).toEqual({ kind: 'grid', tiles: [ada, bo, me].map((each) => tileOf(each, 'camera')) });
  });

  test('stays the table for those who want only that', () => {
    expect(plan([self, camera(withAda)], { choice: 'table' })).toEqual({ kind: 'table' });
  });

  test('puts whoever spoke last in front in the speaker view', () => {
    const stage = plan([self, camera(withAda), withBo], { choice: 'speaker', speaker: bo });
    expect(stage).toMatchObject({ kind: 'focus', main: tileOf(bo, 'camera') });
  });

  test('shows no screen that was not asked for', () => {
    expect(plan([self, sharing(withAda)])).toEqual({ kind: 'table' });
    expect(plan([self, camera(sharing(withAda))])).toMatchObject({ kind: 'grid' });
  });

  test('gives the stage to the screen that was asked for last, also with the table chosen', () => {
    const members = [self, sharing(withAda), sharing(withBo)];
    const stage = plan(members, { choice: 'table', watched: [ada, bo] });
    expect(stage).toMatchObject({ kind: 'focus', main: tileOf(bo, 'screen') });
    expect(stage.kind === 'focus' && stage.strip.map(({ key }) => key)).toContain(tileOf(ada, 'screen').key);
  });

  test('prefers what is pinned, and forgets the pin of somebody who left', () => {
    const pinned = tileOf(ada, 'camera').key;
    expect(plan([self, camera(withAda), sharing(withBo)], { pinned, watched: [bo] })).toMatchObject({
      kind: 'focus',
      main: tileOf(ada, 'camera'),
    });
    expect(plan([camera(self), withBo], { pinned })).toMatchObject({ kind: 'grid' });
  });

  test('has no screen left once its member stopped sharing', () => {
    expect(plan([self, withAda], { watched: [ada] })).toEqual({ kind: 'table' });
  });

  test('never loses or doubles a member', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 11 }),
        fc.constantFrom('auto', 'table', 'speaker'),
        fc.nat(11),
        (seeds, choice, at) => {
          const others = seeds.map((seed) => camera(fakeMember(peerId(seed), `M${seed}`)));
          const members = [self, ...others];
          const target = members[at % members.length] ?? self;
          const stage = plan(members, { choice, pinned: tileOf(target.peerId, 'camera').key, speaker: target.peerId });
          if (stage.kind === 'table') return;
          const shown = stage.kind === 'grid' ? stage.tiles : [stage.main, ...stage.strip];
          expect(shown.map((tile) => tile.peerId).toSorted()).toEqual(members.map((each) => each.peerId).toSorted());
        },
      ),
    );
  });
});

describe('a grid', () => {
  test('of two stands side by side where it is wide and one above the other where it is tall', () => {
    expect(gridOf(2, { width: 1_200, height: 500 }, 12).columns).toBe(2);
    expect(gridOf(2, { width: 380, height: 700 }, 12).columns).toBe(1);
  });

  test('never stands over the edge of its room', () => {
    const size = fc.integer({ min: 200, max: 3_000 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), size, size, (count, width, height) => {
        const grid = gridOf(count, { width, height }, 12);
        const rows = Math.ceil(count / grid.columns);
        expect(grid.width * grid.columns + 12 * (grid.columns - 1)).toBeLessThanOrEqual(width);
        expect(grid.height * rows + 12 * (rows - 1)).toBeLessThanOrEqual(height);
        expect(grid.width).toBeGreaterThan(0);
      }),
    );
  });
});

describe('the links of a room', () => {
  test('are one for each two members', () => {
    expect(roomLinks([self, withAda, withBo])).toHaveLength(3);
  });

  test('that I am one end of are as I see them, whatever the other says', () => {
    const lying = {
      ...withAda,
      pair: 'unreachable',
      pairs: [{ peerId: me, state: 'connected', through: null }],
    } as const;
    expect(roomLinks([self, lying])[0]).toMatchObject({ state: 'unreachable' });
  });

  test('between others are as bad as the worse of the two says', () => {
    const one: RoomMember = { ...withAda, pairs: [{ peerId: bo, state: 'connected', through: null }] };
    const other: RoomMember = { ...withBo, pairs: [{ peerId: ada, state: 'carried', through: me }] };
    const link = roomLinks([self, one, other]).find((each) => !each.one.isSelf && !each.other.isSelf);
    expect(link).toMatchObject({ state: 'carried', through: me });
  });

  test('of which nobody speaks are not yet there', () => {
    const link = roomLinks([self, withAda, withBo]).find((each) => !each.one.isSelf && !each.other.isSelf);
    expect(link?.state).toBe('connecting');
  });
});

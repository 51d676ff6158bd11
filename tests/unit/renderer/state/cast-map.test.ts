import { describe, expect, it } from 'vitest';
import { fedBy, mapOf, mapPeople } from '#state/cast-map';
import { mapPerson } from '#tests/support/fake-casts';
import { ada, bo, carmen, peerId } from '#tests/support/gallery/people';

const caster = { peerId: ada.peerId, name: ada.name };
const near = mapPerson(bo, [ada.peerId, ada.peerId, null, carmen.peerId], 1);
const far = mapPerson(carmen, [bo.peerId, null, null, null], 2);

describe('the map of a cast', () => {
  it('has the caster at the top and everybody else in the row of their depth', () => {
    const { spots } = mapOf(caster, [near, far]);
    expect(spots.map(({ name, y }) => [name, y])).toEqual([
      [ada.name, 0],
      [bo.name, 0.5],
      [carmen.name, 1],
    ]);
  });

  it('draws one line for all strands between two', () => {
    const { lines } = mapOf(caster, [near, far]);
    expect(lines.map(({ from, to, stripes }) => [from.name, to.name, stripes])).toEqual([
      [ada.name, bo.name, [0, 1]],
      [carmen.name, bo.name, [3]],
      [bo.name, carmen.name, [0]],
    ]);
  });

  it('leaves out lines to people nobody told of, and the caster among the viewers', () => {
    const { spots, lines } = mapOf(caster, [mapPerson(bo, [carmen.peerId], 1), mapPerson(ada, [], 0)]);
    expect(spots).toHaveLength(2);
    expect(lines).toEqual([]);
  });

  it('draws so many and says how many are left out', () => {
    const crowd = Array.from({ length: mapPeople + 5 }, (_, nth) =>
      mapPerson({ peerId: peerId(nth + 300), name: `Viewer ${nth}` }, [ada.peerId], 1),
    );
    const { spots, left } = mapOf(caster, crowd);
    expect(spots).toHaveLength(mapPeople + 1);
    expect(left).toBe(5);
  });

  it('counts each person once, however many strands they get', () => {
    expect([...fedBy([near, far])]).toEqual([
      [ada.peerId, 1],
      [carmen.peerId, 1],
      [bo.peerId, 1],
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linksOf } from '#core/conference/topology';
import { person, somePeople } from './some-people';

describe('who links with whom', () => {
  it('links everybody with everybody else, and both sides agree', () => {
    fc.assert(
      fc.property(somePeople(1, 12), (members) => {
        for (const self of members) {
          const links = linksOf(self, members);
          expect(links).toHaveLength(members.length - 1);
          for (const other of links) expect(linksOf(other, members)).toContain(self);
        }
      }),
    );
  });

  it('links nobody who is not a member', () => {
    expect(linksOf(person(0), [person(1), person(2)])).toEqual([]);
    expect(linksOf(person(0), [])).toEqual([]);
  });

  it('counts a member who is named twice once', () => {
    expect(linksOf(person(0), [person(0), person(1), person(1)])).toEqual([person(1)]);
  });
});

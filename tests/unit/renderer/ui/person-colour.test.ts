import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialsOf, personColour, shortId } from '../../../../src/renderer/ui/kit/person-colour';
import { peerId } from '#tests/support/gallery/people';

describe('what a person looks like without a picture', () => {
  it.each([
    ['Ada', 'A'],
    ['ada lovelace', 'AL'],
    ['Juan Carlos de la Cruz', 'JC'],
    ['👩‍🚀 Astro', '👩‍🚀A'],
    ['é', 'É'],
  ])('%s has the initials %s', (name, initials) => {
    expect(initialsOf(name)).toBe(initials);
  });

  it('never fails on a name, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (name) => typeof initialsOf(name) === 'string'));
  });

  it('has one of the twelve colours, the same for the same key', () => {
    for (let seed = 0; seed < 32; seed += 1) {
      expect(personColour(peerId(seed))).toMatch(/^var\(--person-(?:\d|1[01])\)$/u);
      expect(personColour(peerId(seed))).toBe(personColour(peerId(seed)));
    }
  });

  it('shows the first sixteen characters of the id in groups', () => {
    expect(shortId(peerId(3))).toMatch(/^(?:[a-z2-7]{4} ){3}[a-z2-7]{4}$/u);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainWords } from '#shared/plain-words';

describe('words of another person', () => {
  test.each([
    ['I call you back soon.', 'I call you back soon.'],
    ['\u202egro.elpmaxe\u2069 ', 'gro.elpmaxe'],
    ['one\ntwo\u0000three', 'one two three'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['👩\u200d👧', '👩\u200d👧'],
    ['\u2066\u200f ', null],
    ['', null],
  ])('%j stand in our text as %j', (text, plain) => {
    expect(plainWords(text)).toBe(plain);
  });

  test('never hold a control or a mark that turns the writing around, whatever was sent', () => {
    const nasty = fc.string({ unit: fc.constantFrom('a', '\u202e', '\u2067', '\u2069', '\ud800', '\u0007', ' ', 'ש') });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), nasty), (text) => {
        const plain = plainWords(text);
        expect(plain).not.toBe('');
        expect(plain ?? '').not.toMatch(/[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

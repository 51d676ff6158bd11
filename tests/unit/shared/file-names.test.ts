import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { canLieTogether, isSafeFileName, maxNameBytes, numberedName, offeredName } from '#shared/file-names';

const bytes = (text: string): number => Buffer.byteLength(text);
const anyName = fc.string({ unit: 'binary', maxLength: 300 });
/** Names as people give them, and every one of them safe. */
const safeName = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  .map((text) => offeredName(text))
  .filter((name) => isSafeFileName(name));

describe('a name from another machine', () => {
  it.each([
    '',
    '.',
    '..',
    '../a',
    '/etc/passwd',
    'a/b',
    'a\\b',
    'C:',
    'C:\\a',
    'a\0.txt',
    'a\nb',
    'a\x7f',
    '.bashrc',
    '-rf',
    ' a',
    'a ',
    'a.',
    'a..',
    'what?',
    'a*',
    'a|b',
    'a<b',
    'a"b',
    'con',
    'CON',
    'nul.txt',
    'NUL .txt',
    'NUL  .txt',
    'a'.repeat(256),
    '\u0800'.repeat(86),
    '\u{10000}'.repeat(64),
    'com1',
    'COM¹.txt',
    'lpt9.tar.gz',
    'CONIN$',
    'clock$',
    'photo\u202egnp.exe',
    'a\u200bb',
    'a\u2066b',
    '\ufeffa',
    'e\u0301.txt',
    '\ud800.txt',
    'ä'.repeat(128),
  ])('is refused: %j', (name) => {
    expect(isSafeFileName(name)).toBe(false);
  });

  it.each([
    'a',
    'notes.txt',
    'IMG_2041.JPG',
    'Straße 12, Entwurf (2).odt',
    'é.txt',
    '写真.png',
    '🎻 concert.flac',
    'a..b',
    'console.log',
    'communication1.txt',
    '~backup',
    'c on.txt',
    'a'.repeat(255),
    'ä'.repeat(127),
    '写'.repeat(85),
  ])('is taken: %j', (name) => {
    expect(isSafeFileName(name)).toBe(true);
  });

  it('has no meaning beyond itself once it is taken, whatever it was', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        if (!isSafeFileName(name)) return;
        expect(name).not.toMatch(/[/\\:\0]/u);
        expect(['.', '..']).not.toContain(name);
        expect(bytes(name)).toBeLessThanOrEqual(maxNameBytes);
        expect(name.trim()).toBe(name);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("a name of this person's own disk", () => {
  it('is one that everybody takes, whatever it was, and stays as it is when it is one already', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const offered = offeredName(name);
        expect(isSafeFileName(offered)).toBe(true);
        expect(offeredName(offered)).toBe(offered);
        if (isSafeFileName(name)) expect(offered).toBe(name);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['.bashrc', '_bashrc'],
    ['what?.txt', 'what_.txt'],
    ['nul', '_nul'],
    ['a. ', 'a'],
    ['', '_'],
    ['a .txt', 'a .txt'],
    [`${'a'.repeat(250)} .txt`, `${'a'.repeat(250)} .txt`],
    [`x${'a'.repeat(300)}.txt`, `x${'a'.repeat(250)}.txt`],
    ['a'.repeat(300), 'a'.repeat(255)],
  ])('%j goes as %j', (name, offered) => {
    expect(offeredName(name)).toBe(offered);
  });
});

describe('a name that is taken', () => {
  it('gets a number that is safe, keeps the ending, and never meets another number', () => {
    fc.assert(
      fc.property(
        safeName,
        fc.integer({ min: 2, max: 1_000 }),
        fc.integer({ min: 2, max: 1_000 }),
        (name, one, other) => {
          const numbered = numberedName(name, one);
          expect(isSafeFileName(numbered)).toBe(true);
          expect(numbered).not.toBe(name);
          expect(numbered === numberedName(name, other)).toBe(one === other);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['a.txt', 1, 'a.txt'],
    ['a.txt', 2, 'a (2).txt'],
    ['a', 3, 'a (3)'],
    ['a.tar.gz', 2, 'a.tar (2).gz'],
    ['.bashrc', 2, '.bashrc (2)'],
    [`a.${'b'.repeat(16)}`, 2, `a (2).${'b'.repeat(16)}`],
    [`a.${'b'.repeat(17)}`, 2, `a.${'b'.repeat(17)} (2)`],
    ['a'.repeat(251), 2, `${'a'.repeat(251)} (2)`],
    [`x${'a'.repeat(254)}`, 2, `x${'a'.repeat(250)} (2)`],
    [`${'a'.repeat(250)} bbbb`, 2, `${'a'.repeat(250)} (2)`],
  ])('%j becomes at its %i. time %j', (name, count, numbered) => {
    expect(numberedName(name, count)).toBe(numbered);
  });

  test('is cut at a character when the number would make it too long', () => {
    const numbered = numberedName(`${'🎻'.repeat(62)}.flac`, 12);
    expect(bytes(numbered)).toBeLessThanOrEqual(maxNameBytes);
    expect(numbered).toMatch(/🎻 \(12\)\.flac$/u);
  });
});

describe('files of one drop', () => {
  it.each([
    [[['a.txt'], ['A.TXT']]],
    [[['straße'], ['STRASSE']]],
    [[['STRA\u1e9eE'], ['strasse']]],
    [[['a'], ['a', 'b']]],
    [
      [
        ['x', 'A', 'b'],
        ['X', 'a'],
      ],
    ],
    [[['a'], ['a']]],
    [[[]]],
    [[Array.from({ length: 9 }, () => 'ä'.repeat(60))]],
    [[[...Array.from({ length: 4 }, () => 'a'.repeat(255)), 'b']]],
  ])('cannot lie together: %j', (paths) => {
    expect(canLieTogether(paths)).toBe(false);
    expect(canLieTogether(paths.toReversed())).toBe(false);
  });

  it('can lie as deep as 1 024 bytes of names with what is between them', () => {
    const path = [...Array.from({ length: 3 }, () => 'a'.repeat(255)), 'a'.repeat(254), 'b'];
    expect(path.join('/')).toHaveLength(1_024);
    expect(canLieTogether([path])).toBe(true);
  });

  it('can lie together when no system takes two for one, in any order', () => {
    const paths = [['a', 'b.txt'], ['a', 'c.txt'], ['b.txt'], ['a b'], ['é']];
    expect(canLieTogether(paths)).toBe(true);
    fc.assert(
      fc.property(fc.shuffledSubarray(paths), (some) => {
        expect(canLieTogether(some)).toBe(true);
      }),
    );
  });

  it('never lie together with the same name twice, in whatever case', () => {
    fc.assert(
      fc.property(fc.array(safeName, { minLength: 1, maxLength: 10 }), safeName, (names, twice) => {
        const paths = [...names, twice, twice.toUpperCase()].map((name) => [name]);
        expect(canLieTogether(paths)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chatParts } from '../../../src/renderer/ui/chat/chat-parts';

const addresses = (text: string): string[] =>
  chatParts(text)
    .filter(({ kind }) => kind === 'address')
    .map((part) => part.text);

test('finds an address without the end of the sentence', () => {
  expect(addresses('See https://example.org/a?b=1. And (http://example.net/c)!')).toEqual([
    'https://example.org/a?b=1',
    'http://example.net/c',
  ]);
});

test('takes nothing but the web for an address', () => {
  expect(addresses('javascript:alert(1) file:///etc/passwd data:text/html,x roundtable:i1/abc https://')).toEqual([]);
});

test('does not let an address hide its end behind marks that turn writing around', () => {
  expect(addresses('https://example.org/\u202egnp.exe')).toEqual(['https://example.org/']);
});

test('neither loses nor adds a character of any line', () => {
  const piece = fc.constantFrom(
    'https://',
    'http://example.org',
    '/a',
    '?',
    ').',
    '…',
    ' ',
    '\u202e',
    '\ud83d',
    '<b>',
    'x',
  );
  const line = fc.array(piece).map((all) => all.join(''));
  fc.assert(
    fc.property(line, (text) => {
      expect(
        chatParts(text)
          .map((part) => part.text)
          .join(''),
      ).toBe(text);
    }),
  );
});

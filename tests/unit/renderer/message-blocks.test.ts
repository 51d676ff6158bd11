import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageBlocks, type Block } from '../../../src/renderer/ui/chat/message-blocks';

const text = (words: string): Block => ({ kind: 'text', spans: [{ kind: 'text', text: words }] });

describe('the shape of a message', () => {
  test('is one paragraph of plain words, with its line breaks', () => {
    expect(messageBlocks('Hello\n\nthere')).toEqual([text('Hello\n\nthere')]);
  });

  test('has short code between single marks on one line, and nowhere else', () => {
    expect(messageBlocks('run `npm start` now')).toEqual([
      {
        kind: 'text',
        spans: [
          { kind: 'text', text: 'run ' },
          { kind: 'code', text: 'npm start' },
          { kind: 'text', text: ' now' },
        ],
      },
    ]);
    expect(messageBlocks('a `b\nc` d')).toEqual([text('a `b\nc` d')]);
  });

  test('has a block of code as it was written, in which nothing else is found', () => {
    expect(messageBlocks('see\n```ts\n> not a quote\nhttps://example.org `x`\n```\ndone')).toEqual([
      text('see'),
      { kind: 'code', text: '> not a quote\nhttps://example.org `x`' },
      text('done'),
    ]);
  });

  test.each(['\u202e', '<b>', 'für'])('loses no %j after the mark of a block: it names no language', (words) => {
    const written = `\`\`\`${words}\nx\n\`\`\``;
    expect(messageBlocks(written)).toEqual([text(written)]);
  });

  test('leaves a block of code that never ends as it is', () => {
    expect(messageBlocks('```\nopen')).toEqual([text('```\nopen')]);
  });

  test('takes lines that begin with > for a quote, as one', () => {
    expect(messageBlocks('> first\n> second\nanswer')).toEqual([
      { kind: 'quote', spans: [{ kind: 'text', text: 'first\nsecond' }] },
      text('answer'),
    ]);
  });

  test('finds addresses in words and quotes, not in code', () => {
    const kinds = messageBlocks('`https://a.example` https://b.example').flatMap((block) =>
      block.kind === 'code' ? [] : block.spans.map((span) => span.kind),
    );
    expect(kinds).toEqual(['code', 'text', 'address']);
  });
});

const piece = fc.constantFrom(
  '`',
  '```',
  '\n',
  '> ',
  'https://example.org',
  '<b>',
  ' ',
  'ß', // no language's name begins so
  '\u202e',
  '\ud83d',
  '```ts\n',
);
const message = fc.array(piece, { maxLength: 60 }).map((all) => all.join(''));
const plain = (shown: string): string => shown.replace(/[`>\s]|ts/gu, '');
const textOf = (block: Block): string =>
  block.kind === 'code' ? block.text : block.spans.map((span) => span.text).join('');

test('loses nothing of any message but its marks, and adds nothing', () => {
  fc.assert(
    fc.property(message, (written) => {
      expect(plain(messageBlocks(written).map(textOf).join('\n'))).toBe(plain(written));
    }),
  );
});

test('makes few elements of a message of nothing but marks', () => {
  for (const mark of ['`x`', '> a\nb\n', '```\nx\n```\n', 'https://e.org ']) {
    const blocks = messageBlocks(mark.repeat(4_000));
    const elements = blocks.reduce((sum, block) => sum + (block.kind === 'code' ? 1 : block.spans.length), 0);
    expect(elements + blocks.length).toBeLessThan(1_000);
  }
});

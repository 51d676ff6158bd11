// Every text a person reads comes from the message table: reads the syntax tree of each component and finds literals.
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { parse, type AST } from 'svelte/compiler';
import { describe, expect, it } from 'vitest';

const readByPeople = new Set(['aria-label', 'aria-valuetext', 'title', 'placeholder', 'alt', 'label', 'text', 'hint']);
const hasWord = (text: string): boolean => /\p{L}/u.test(text);

type Node = AST.SvelteNode & { readonly start: number };

/** `line: text` for each literal. */
export function literalsIn(source: string): string[] {
  const found: string[] = [];
  const say = (node: { start: number }, text: string): void => {
    found.push(`${source.slice(0, node.start).split('\n').length}: ${text.trim()}`);
  };
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    const one = node as Node; // sound: the parser's tree holds nothing else, and `type` is asked before anything is read
    if (one.type === 'Text' && hasWord(one.data)) say(one, one.data);
    if (one.type === 'ExpressionTag') sayExpression(one, say);
    if (one.type === 'Attribute') visitAttribute(one, say);
    else for (const [key, child] of Object.entries(one)) if (key !== 'parent') visit(child);
  };
  visit(parse(source, { modern: true }).fragment);
  return found;
}

type Say = (node: { start: number }, text: string) => void;

function sayExpression(tag: AST.ExpressionTag, say: Say): void {
  for (const text of textsOf(tag.expression)) if (hasWord(text)) say(tag, text);
}

/** The texts an expression can show as they stand in the source: literals, also in branches and sums. */
function textsOf(expression: AST.ExpressionTag['expression']): string[] {
  switch (expression.type) {
    case 'Literal':
      return typeof expression.value === 'string' ? [expression.value] : [];
    case 'TemplateLiteral':
      return expression.quasis.map((quasi) => quasi.value.raw);
    case 'ConditionalExpression':
      return [...textsOf(expression.consequent), ...textsOf(expression.alternate)];
    case 'LogicalExpression':
      return [...textsOf(expression.left), ...textsOf(expression.right)];
    case 'BinaryExpression':
      return expression.left.type === 'PrivateIdentifier'
        ? []
        : [...textsOf(expression.left), ...textsOf(expression.right)];
    default:
      return [];
  }
}

function visitAttribute(attribute: AST.Attribute, say: Say): void {
  if (!readByPeople.has(attribute.name) || attribute.value === true) return;
  const parts = Array.isArray(attribute.value) ? attribute.value : [attribute.value];
  for (const part of parts) {
    if (part.type === 'Text' && hasWord(part.data)) say(attribute, part.data);
    if (part.type === 'ExpressionTag') sayExpression(part, say);
  }
}

describe('the search for literal text', () => {
  it.each([
    ['<p>Hello</p>', '1: Hello'],
    ['<p>{"Hello"}</p>', '1: Hello'],
    ['<p>{`Hello ${name}`}</p>', '1: Hello'],
    ['<button aria-label="Close"></button>', '1: Close'],
    ['<input placeholder={"Name"} />', '1: Name'],
    ['<p>{isOn ? "On" : m.off}</p>', '1: On'],
    ['<p>{name ?? "Nobody"}</p>', '1: Nobody'],
    ['{#if a}\n<b>Deep</b>{/if}', '2: Deep'],
    ['{#snippet one()}Inside{/snippet}', '1: Inside'],
    ['<Dialog title="Settings" />', '1: Settings'],
  ])('finds it in %s', (source, expected) => {
    expect(literalsIn(source)).toEqual([expected]);
  });

  it.each(['<p>{m.call.leave}</p>', '<p class="Hello">1 : 2</p>', '<p>{name}, {other}</p>', '<input type="search" />'])(
    'lets %s pass',
    (source) => {
      expect(literalsIn(source)).toEqual([]);
    },
  );
});

describe('components', async () => {
  const files: string[] = [];
  for await (const file of glob('src/renderer/**/*.svelte')) files.push(file);

  it('were found', () => {
    expect(files.length).toBeGreaterThan(40);
  });

  it.each(files)('%s holds no literal text', (file) => {
    expect(literalsIn(readFileSync(file, 'utf8'))).toEqual([]);
  });
});

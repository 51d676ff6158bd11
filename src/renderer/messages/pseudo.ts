// Makes the pseudo-locale en-XA from English: accented, a third longer and in brackets, so that a text that does not
// come from the table, or a box that is too narrow, is seen at once. Arguments stay as they are.
const plain = 'abcdefghijklmnopqrstuvwyzABCDEFGHIJKLMNOPQRSTUVWYZ';
const accented = 'åƀçđéƒĝĥîĵķļɱñöþɋŕšŧûṽŵýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞɊŔŠŦÛṼŴÝŽ';
const accents = new Map(Array.from(plain, (char, at) => [char, accented.charAt(at)]));

/** Marks around an argument, from the private use area; a display name cannot hold a better one. */
const open = '\ue000';
const close = '\ue001';

/** `[Çåļļ~~]` for `Call`. */
export function pseudoText(text: string): string {
  if (text === '') return '';
  const parts = text.split(new RegExp(`${open}([^${close}]*)${close}`, 'u'));
  const shown = parts.map((part, at) => (at % 2 === 1 ? part : accentedText(part))).join('');
  return `[${shown}${'~'.repeat(Math.ceil(shown.length / 3))}]`;
}

const accentedText = (text: string): string => Array.from(text, (char) => accents.get(char) ?? char).join('');

function marked(argument: unknown): unknown {
  if (Array.isArray(argument)) return argument.map(marked);
  return typeof argument === 'string' ? `${open}${argument}${close}` : argument;
}

/** The same tree of texts and functions, in the pseudo-locale. */
export function pseudoOf<T>(messages: T): T {
  // Sound: each branch answers a value of the shape it was given: text for text, function for function, and so on.
  return pseudo(messages) as T;
}

function pseudo(node: unknown): unknown {
  if (typeof node === 'string') return pseudoText(node);
  if (Array.isArray(node)) return node.map(pseudo);
  if (typeof node === 'function') {
    return (...values: unknown[]): unknown => pseudo(Reflect.apply(node, undefined, values.map(marked)));
  }
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, pseudo(value)]));
}

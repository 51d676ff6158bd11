// A line of chat as plain text and web addresses in it; nothing of a line is ever markup.

export type ChatPart = { readonly kind: 'text' | 'address'; readonly text: string };

const address = /https?:\/\/[^\s<>"'`\u200e\u200f\u202a-\u202e\u2066-\u2069]{1,2000}/gu;
/** What ends a sentence rather than an address. */
const trailing = /[.,;:!?…)\]}]+$/u;

export function chatParts(text: string): readonly ChatPart[] {
  const parts: ChatPart[] = [];
  let from = 0;
  for (const match of text.matchAll(address)) {
    const url = match[0].replace(trailing, '');
    if (!URL.canParse(url)) continue;
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    parts.push({ kind: 'address', text: url });
    from = match.index + url.length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

// Runs in a page of the pseudo-locale: texts that did not come from the message table.

/** Texts without brackets around them that are neither a person's own words nor numbers, addresses or keys. */
export function textOutsideBrackets(): string[] {
  const people = [
    'Noor',
    'Ada Lindqvist',
    'Bo',
    'Carmen Díaz',
    'Carmen from work',
    'Dilan Aksoy',
    'Eva',
    'Faruk',
    'Ines',
    'Spam Sam',
  ];
  const devices = ['Built-in microphone', 'Field recorder, USB', 'Headphones', 'FaceCam 1080p'];
  const rooms = ['Tuesday table', 'Reading group', 'Garden plans', 'Family'];
  const folders = ['Harbour walk', 'Tools', 'Photographs', 'Accounts 2025', 'Field recordings', 'Film scans'];
  const atTable = ['Farah', 'Goran', 'Hanna', 'Iker', 'Jun', 'Kofi', 'Maximiliane Schwarzenberg-Thurn'];
  const casts = ['From the rehearsal room', 'Night walk along the harbour', 'Noor paints a wall'];
  const viewers = ['Vera', 'Ilmari', 'Tove', 'Sanna'];
  const words = ['copper window lantern maple', 'xn--rundtisch-example.org', '?'];
  const known = new Set([...people, ...devices, ...rooms, ...folders, ...atTable, ...casts, ...viewers, ...words]);
  const isData = (text: string): boolean =>
    known.has(text) ||
    /^[^[\]]+\.[a-z0-9]{2,4}$/u.test(text) || // the name of a file
    /^\[.*\]$/su.test(text) ||
    !/\p{L}/u.test(text) ||
    /^[\w.@-]+:\d+$/u.test(text) || // a node of the DHT
    /^(?:wss:|stun:|roundtable:|\/home\/)/u.test(text);
  const isInitials = (element: Element): boolean => element.closest('.disc, kbd, .id, dd, svg, [dir=auto]') !== null;
  const found: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent?.trim() ?? '';
    const parent = walker.currentNode.parentElement;
    if (text === '' || !parent || isInitials(parent)) continue;
    // A line may be put together from texts of the table: each must be in brackets.
    const rest = text.replace(/\[[^[\]]*\]/gu, '').trim();
    if (!isData(text) && /\p{L}/u.test(rest)) found.push(text);
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
      const text = element.getAttribute(name)?.trim() ?? '';
      if (text !== '' && !isData(text) && /\p{L}/u.test(text.replace(/\[[^[\]]*\]/gu, '')))
        found.push(`${name}: ${text}`);
    }
  }
  return found;
}

/** What names are compared and looked for by: without case and accents. */
export const foldedName = (text: string): string =>
  text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().toUpperCase().normalize('NFC').toLowerCase();

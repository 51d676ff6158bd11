// Words of another person, fit to stand inside a text of ours.

/** Controls, lone surrogates, and marks that turn the writing around: those reach beyond the words they stand in. */
const controlsAndDirections = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** The same words without what would change the text around them; null when nothing is left. */
export function plainWords(text: string): string | null {
  const plain = text.replace(controlsAndDirections, ' ').trim();
  return plain === '' ? null : plain;
}

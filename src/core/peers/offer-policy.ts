// What to do with an offer for a new link: the one place where strangers, glare, reloads and caps are told apart.
export interface OfferFacts {
  readonly isAccepted: boolean;
  /** Too many failed proofs of this person lately. */
  readonly isPaused: boolean;
  /** My id sorts below theirs: I am polite, and yield. */
  readonly isPolite: boolean;
  /** My own attempt at this person that is not proven yet, by who began it. */
  readonly attempt: 'none' | 'mine' | 'theirs';
  /** The proven link with this person. */
  readonly link: 'none' | 'healthy' | 'broken';
  /** There are as many links as there can be, this person's not counted. */
  readonly isFull: boolean;
}

export type OfferDecision =
  /** No connection is opened, nothing is sent. */
  | { do: 'drop' }
  /** Both dial at once, and mine counts: they yield when it arrives, so it is sent once more. */
  | { do: 'insist' }
  /** `closesAttempt`: mine or an earlier one of theirs makes way. `closesLink`: the old link is dead anyway. */
  | { do: 'answer'; closesAttempt: boolean; closesLink: boolean };

export function decideOffer(facts: OfferFacts): OfferDecision {
  if (!facts.isAccepted || facts.isPaused || facts.isFull) return { do: 'drop' };
  if (facts.attempt === 'mine' && !facts.isPolite) return { do: 'insist' };
  return { do: 'answer', closesAttempt: facts.attempt !== 'none', closesLink: facts.link === 'broken' };
}

// Whether what a member says about their loudness fits what was decoded. The claim is in the clear beside the voice and
// costs nothing to read; it also costs nothing to forge, so that a silent member could take the floor.

export const claimRules = {
  /** Mean of the claims, 0-1, that must be heard. */
  loud: 0.1,
  /** Mean of what was decoded that nobody would call loud. */
  silent: 0.005,
  /** So long it must have been wrong, in more than one reading: packets may be late once. */
  wrongForMs: 2_000,
  wrongReadings: 2,
  /** With more packets lost than that the decoder fills in silence. */
  lossRatio: 0.3,
} as const;

export interface ClaimState {
  readonly wrongForMs: number;
  readonly wrongReadings: number;
  /** Stays: who lied once is taken by what is heard of them. */
  readonly isDenied: boolean;
}

export const trusted: ClaimState = { wrongForMs: 0, wrongReadings: 0, isDenied: false };

export interface ClaimReading {
  /** Time that both means cover. */
  readonly coversMs: number;
  readonly claimed: number;
  /** Null when nothing was decoded, so that nothing is known. */
  readonly heard: number | null;
  readonly lossRatio: number | null;
}

export function judgeClaim(state: ClaimState, reading: ClaimReading): ClaimState {
  if (state.isDenied) return state;
  const { coversMs, claimed, heard, lossRatio } = reading;
  const isWrong =
    heard !== null &&
    heard < claimRules.silent &&
    claimed > claimRules.loud &&
    (lossRatio ?? 0) <= claimRules.lossRatio;
  if (!isWrong) return trusted;
  const wrongForMs = state.wrongForMs + coversMs;
  const wrongReadings = state.wrongReadings + 1;
  const isDenied = wrongForMs > claimRules.wrongForMs && wrongReadings >= claimRules.wrongReadings;
  return { wrongForMs, wrongReadings, isDenied };
}

// Whether somebody who feeds a stripe is still good for it.
import { paces } from '#core/wire/paces';

export interface ParentFacts {
  readonly seatedMs: number;
  /** Since a packet of the stripe came from them. */
  readonly silentMs: number;
  /** Of all stripes, from anybody, since then. */
  readonly cameMeanwhile: number;
  /** Of this stripe within `paces.castJudgeMs`: all that was to come, and what came from them before anybody else. */
  readonly inAll: number;
  readonly fromThem: number;
}

/** `replace`: somebody else is to feed the stripe; they go on until then. */
export function judgeParent(facts: ParentFacts): 'keep' | 'replace' {
  const { seatedMs, silentMs, cameMeanwhile, inAll, fromThem } = facts;
  // The caster gives each stripe a word every second: nobody has nothing to pass on.
  if (silentMs >= paces.castSilentMs) return 'replace';
  if (silentMs >= paces.castStripeSilentMs && cameMeanwhile >= 12) return 'replace';
  if (seatedMs < paces.castJudgeMs) return 'keep';
  return inAll >= 6 && fromThem * 2 < inAll ? 'replace' : 'keep';
}

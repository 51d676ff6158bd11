// What to call how watching goes: nobody looks at a wheel that turns for ever.
import type { FailureCode } from '#shared/failure';
import type { WatchPhase } from '#core/cast/snapshot';
import { paces } from '#core/wire/paces';

export interface WatchFacts {
  /** Anything at all. */
  readonly hasCome: boolean;
  /** Since the last packet, or since I am inside. */
  readonly silentMs: number;
  readonly insideMs: number;
  /** Stripes in which somebody feeds me. */
  readonly seated: number;
  /** Times in a row that the caster knew of nobody for a stripe. */
  readonly refusals: number;
}

const refusalsEnough = 3;

export function judgeWatch(facts: WatchFacts): { readonly phase: WatchPhase; readonly code: FailureCode | null } {
  const { hasCome, silentMs, insideMs, seated, refusals } = facts;
  const isCrowded = refusals >= refusalsEnough;
  if (seated === 0 && isCrowded && (!hasCome || silentMs >= paces.castLookingMs))
    return { phase: 'failed', code: 'cast-crowded' };
  if (!hasCome) {
    if (insideMs < paces.castPlaceMs) return { phase: 'joining', code: null };
    return { phase: 'failed', code: isCrowded ? 'cast-crowded' : 'cast-lost' };
  }
  if (silentMs >= paces.castGoneMs) return { phase: 'failed', code: 'cast-lost' };
  return { phase: silentMs >= paces.castLookingMs ? 'looking' : 'watching', code: null };
}

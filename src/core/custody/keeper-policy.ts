// Whom to leave messages with.
import type { PeerId } from '#shared/identity';
import { limits } from '#core/wire/limits';

interface Candidates {
  /** Friends with a link who said that they keep messages, who it is for among them or not. */
  readonly ready: readonly PeerId[];
  /** Those who keep for them already, here or away. */
  readonly keeping: readonly PeerId[];
  /** Those who said no lately. */
  readonly declined: ReadonlySet<PeerId>;
}

/**
 * Whom to ask, in this order: friends who keep for them already, then others, until `limits.custodyKeepers` keep. Each
 * further friend would learn who writes to whom, and keep one more copy.
 */
export function chooseKeepers(recipient: PeerId, { ready, keeping, declined }: Candidates): PeerId[] {
  const here = ready.filter((peerId) => peerId !== recipient && !declined.has(peerId)).sort();
  const again = here.filter((peerId) => keeping.includes(peerId));
  const others = here.filter((peerId) => !keeping.includes(peerId));
  const room = Math.max(0, limits.custodyKeepers - new Set(keeping).size);
  return [...again, ...others].slice(0, again.length + room);
}

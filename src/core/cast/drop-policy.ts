// What is not sent to a child whose channel is full: pictures first, until one comes that needs none of those before.
import type { Held } from '#core/cast/packet-window';

export interface ChildQueue {
  /** Pictures are left out up to a key frame after this number; null when nothing is. */
  readonly behindSince: number | null;
}

export const keepsUp: ChildQueue = { behindSince: null };

/** @param keyFirst number of the newest key frame @returns whether to try to send it */
export function isTried(
  { behindSince }: ChildQueue,
  packet: Pick<Held, 'kind' | 'first'>,
  keyFirst: number | null,
): boolean {
  if (behindSince === null || packet.kind !== 'video') return true;
  return keyFirst !== null && keyFirst > behindSince && packet.first >= keyFirst;
}

/** After a try. */
export function afterTry(queue: ChildQueue, packet: Pick<Held, 'kind' | 'number'>, isSent: boolean): ChildQueue {
  if (!isSent) return { behindSince: packet.number };
  return packet.kind === 'video' ? keepsUp : queue;
}

// The order of raised hands: the same on all sides, because it follows from what everybody said of themselves.
import type { PeerId } from '#shared/identity';

/** `order` is what a member said when their hand went up; null when it is down. */
export interface Hand {
  readonly peerId: PeerId;
  readonly order: number | null;
}

interface Raised {
  readonly peerId: PeerId;
  readonly order: number;
}

const raised = (hands: readonly Hand[]): readonly Raised[] =>
  hands.flatMap(({ peerId, order }) => (order === null ? [] : [{ peerId, order }]));

/** Places in the queue from 1. Hands that went up at once stand in the order of their ids. */
export function placesOf(hands: readonly Hand[]): ReadonlyMap<PeerId, number> {
  const queue = [...raised(hands)].sort((a, b) => a.order - b.order || (a.peerId < b.peerId ? -1 : 1));
  return new Map(queue.map(({ peerId }, at) => [peerId, at + 1]));
}

const highest = 0xffff_ffff;

/** What I say when my hand goes up now: behind all that are up. Somebody who claims the last place shares it with me. */
export function nextOrder(hands: readonly Hand[]): number {
  return Math.min(highest, 1 + raised(hands).reduce((most, { order }) => Math.max(most, order), 0));
}

// Of whom a missing packet is asked: not of whoever should have sent it, not twice in a row of the same, and of all in turn.
import type { PeerId } from '#shared/identity';
import { stripeOf } from '#core/cast/packet';
import { limits } from '#core/wire/limits';

export interface RepairFacts {
  readonly due: readonly { readonly number: number; readonly asked: PeerId | null }[];
  /** Who feeds me, by stripe. */
  readonly parents: readonly (PeerId | null)[];
  /** Everybody near who has packets. */
  readonly neighbours: readonly PeerId[];
}

export function planRepairs({ due, parents, neighbours }: RepairFacts): Map<PeerId, number[]> {
  const plan = new Map<PeerId, number[]>();
  for (const { number, asked } of due) {
    const parent = parents[stripeOf(number)] ?? null;
    const others = neighbours.filter((peerId) => peerId !== parent);
    const fresh = others.filter((peerId) => peerId !== asked);
    // Where there is only the parent, it lost the packet on purpose or lacks it itself.
    const choice = leastAsked(fresh.length > 0 ? fresh : others, plan);
    if (choice === null) continue;
    const numbers = plan.get(choice) ?? [];
    plan.set(choice, numbers);
    if (numbers.length < limits.castWantNumbers) numbers.push(number);
  }
  return plan;
}

function leastAsked(peerIds: readonly PeerId[], plan: ReadonlyMap<PeerId, readonly number[]>): PeerId | null {
  let best: PeerId | null = null;
  for (const peerId of peerIds)
    if (best === null || (plan.get(peerId)?.length ?? 0) < (plan.get(best)?.length ?? 0)) best = peerId;
  return best;
}

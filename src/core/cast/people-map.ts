// Who feeds whom, put together from what is told of each stripe.
import type { PeerId } from '#shared/identity';
import { stripes } from '#core/cast/member';
import type { Edge } from '#core/cast/overlay-wire';
import type { MapPerson } from '#core/cast/snapshot';

interface Drawn {
  readonly parents: (PeerId | null)[];
  depth: number;
}

export function drawPeople(
  edges: readonly (readonly Edge[])[],
  describe: (peerId: PeerId) => { readonly name: string; readonly isLending: boolean },
): MapPerson[] {
  const drawn = new Map<PeerId, Drawn>();
  for (const [stripe, of] of edges.entries())
    for (const { peerId, parent, depth } of of) {
      const person: Drawn = drawn.get(peerId) ?? { parents: stripes.map(() => null), depth: 0 };
      drawn.set(peerId, person);
      person.parents[stripe] = parent;
      person.depth = Math.max(person.depth, depth);
    }
  return [...drawn].map(([peerId, person]) => ({ peerId, ...describe(peerId), ...person }));
}

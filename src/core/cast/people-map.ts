// Who feeds whom, put together from what is told of each stripe.
import type { PeerId } from '#shared/identity';
import { stripes } from '#core/cast/member';
import type { Edge } from '#core/cast/overlay-wire';
import type { MapPerson } from '#core/cast/snapshot';
import { limits } from '#core/wire/limits';

interface Drawn {
  readonly parents: (PeerId | null)[];
  depth: number;
}

/** What is told may be a lie: nobody feeds themself, or stands further from the caster than anybody can. `describe`: null leaves them out. */
export function drawPeople(
  edges: readonly (readonly Edge[])[],
  describe: (peerId: PeerId) => { readonly name: string; readonly isLending: boolean } | null,
): MapPerson[] {
  const drawn = new Map<PeerId, Drawn>();
  for (const [stripe, of] of edges.entries())
    for (const { peerId, parent, depth } of of) {
      if (parent === peerId) continue;
      const person: Drawn = drawn.get(peerId) ?? { parents: stripes.map(() => null), depth: 0 };
      drawn.set(peerId, person);
      person.parents[stripe] = parent;
      person.depth = Math.max(person.depth, Math.min(depth, limits.castDepth + 1));
    }
  return [...drawn].flatMap(([peerId, person]) => {
    const described = describe(peerId);
    return described ? [{ peerId, ...described, ...person }] : [];
  });
}

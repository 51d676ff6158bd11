// Who links with whom in a room: a policy and nothing else, so that larger rooms can get another one.
import type { PeerId } from '#shared/identity';

/**
 * The members that `self` should have a link with. It answers for one member from the roster alone, so that all sides with
 * the same roster agree: b is in the answer for a exactly when a is in the answer for b. Today everybody links with
 * everybody; a policy for larger rooms may answer with a few forwarders only.
 */
export type Topology = (self: PeerId, members: readonly PeerId[]) => readonly PeerId[];

export const linksOf: Topology = (self, members) =>
  members.includes(self) ? [...new Set(members)].filter((member) => member !== self) : [];

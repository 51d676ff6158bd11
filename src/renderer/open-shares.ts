// Joins shared folders with drops: what somebody may have goes to them as a drop like any other.
import type { PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { Drops } from '#core/drop/drops';
import type { DropStage } from '#core/drop/snapshot';
import type { Peers } from '#core/peers/peers';
import type { Sha256 } from '#core/ports/content';
import type { Clock, Host, RandomBytes } from '#core/ports';
import { Shares } from '#core/shares/shares';
import type { KnownPeople } from './known-people';

export interface OpenSharesDeps {
  readonly host: Host;
  readonly peers: Peers;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly sha256: Sha256;
  readonly people: KnownPeople;
  readonly drops: Drops;
  readonly scope: Scope;
}

const over: ReadonlySet<DropStage['phase']> = new Set(['finished', 'declined', 'cancelled', 'failed']);

export function openShares({ people, drops, ...deps }: OpenSharesDeps): Shares {
  const givenTo = (peerId: PeerId): number =>
    drops.store.snapshot.filter(
      ({ direction, stage, receivers }) =>
        direction === 'outgoing' && !over.has(stage.phase) && receivers.some((receiver) => receiver.peerId === peerId),
    ).length;
  return new Shares({
    ...deps,
    isContact: (peerId) => people.obstacle(peerId) === null,
    give: async (to, dropId, files) => {
      await drops.send(files, { people: [to], roomId: null, dropId });
    },
    givenTo,
    sought: () => drops.sought(),
    admit: (dropId, peerId) => {
      drops.admit(dropId, peerId);
    },
    lend: (to, dropId, lent) => {
      drops.lend(to, dropId, lent);
    },
  });
}

// Tells each person, when a link to them opens, what I call myself now, and takes the same from them.
import * as v from 'valibot';
import { DisplayName, type PeerId } from '#shared/identity';
import type { Scope } from '#core/base/scope';
import type { Peers } from '#core/peers/peers';

const profileMessages = {
  'profile.card': v.strictObject({ name: DisplayName }),
} as const;

export interface ProfilesDeps {
  peers: Pick<Peers, 'events'>;
  /** My present name. */
  readName: () => Promise<string>;
  /** A proven person says what they call themself. */
  named: (peerId: PeerId, name: string) => void;
  scope: Scope;
}

/** Runs until the scope ends. */
export function exchangeProfiles({ peers, readName, named, scope }: ProfilesDeps): void {
  scope.onEnd(
    peers.events.on('opened', ({ peerId, router }) => {
      const profile = router.join(profileMessages, {
        'profile.card': ({ name }) => {
          named(peerId, name);
        },
      });
      readName().then(
        (name) => profile.send('profile.card', { name }),
        () => undefined, // they keep the name they have
      );
    }),
  );
}

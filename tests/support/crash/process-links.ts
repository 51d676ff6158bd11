// The links of a program that runs in a process of its own: the core's, over local sockets, with a mailbox that the test carries to others.
import { randomBytes } from '#adapters/random-bytes';
import { systemClock } from '#adapters/system-clock';
import { Emitter } from '#core/base/emitter';
import type { Scope } from '#core/base/scope';
import { Store } from '#core/base/store';
import { Mailbox } from '#core/peers/mailbox';
import { Peers } from '#core/peers/peers';
import type { Rendezvous, RendezvousState } from '#core/ports';
import type { PeerId } from '#shared/identity';
import { tell } from '#tests/support/crash/answering';
import { SocketConnection } from '#tests/support/crash/socket-connection';
import { FakeHost } from '#tests/support/fake-host';

/** What such a program says by itself. */
export interface Mailed {
  readonly mail: { readonly to: PeerId; readonly blob: Uint8Array };
}

/** @param socketFolder with a short path, where sockets may be made */
export function linksOf(self: PeerId, socketFolder: string, scope: Scope) {
  const signing = new FakeHost(self);
  const mailEvents = new Emitter<{ received: Uint8Array }>();
  const post: Rendezvous = {
    name: 'test',
    state: new Store<RendezvousState>({ phase: 'open' }),
    events: mailEvents,
    send: async (to, blob) => {
      tell({ mail: { to, blob } } satisfies Mailed);
      await Promise.resolve();
    },
    check: () => undefined,
    close: () => undefined,
  };
  const mailbox = new Mailbox({ host: signing, clock: systemClock, scope });
  const peers = new Peers({
    self,
    mailbox,
    host: signing,
    openConnection: () => new SocketConnection(socketFolder),
    isAccepted: (other) => signing.contacts.has(other),
    clock: systemClock,
    random: randomBytes,
    scope,
  });
  return {
    peers,
    /** Once everything that uses links is there. */
    begin: () => mailbox.use([{ rendezvous: post, scope: 'machine' }]),
    know: (other: PeerId): void => void signing.contacts.add(other),
    calls: {
      self: () => self,
      mail: (blob: Uint8Array) => mailEvents.emit('received', blob),
      reach: async (other: PeerId) => {
        await peers.reach(other, new AbortController().signal);
      },
    },
  };
}

// How a mailbox fares, in words: those without a server have words of their own.
import { m } from '#messages/messages';
import type { Reachability } from '#core/peers/presence';

export function mailboxDetail({ name, scope, phase }: Reachability): string {
  if (scope === 'nearby' || scope === 'dht') return m.reach[scope][phase];
  return m.reach.server(name, m.reach.phase[phase]);
}

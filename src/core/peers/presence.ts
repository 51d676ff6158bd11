// How a person can be reached right now, as the sidebar shows it.
import type { PeerId } from '#shared/identity';

export type Presence = 'offline' | 'reaching' | 'online' | 'repairing';
export type PresenceMap = ReadonlyMap<PeerId, Presence>;

export const mailboxScopes = ['machine', 'nearby', 'network', 'dht', 'internet'] as const;
export const mailboxPhases = ['connecting', 'open', 'down', 'closed'] as const;

/** How I can be reached: one entry per rendezvous. */
export interface Reachability {
  readonly name: string;
  /** `nearby`: on this network too, without any server. `dht`: on the internet, without a server in common. */
  readonly scope: (typeof mailboxScopes)[number];
  readonly phase: (typeof mailboxPhases)[number];
}

/** Which rendezvous took something; `members`: somebody in the same room passes it on; `by-hand`: people carry it. */
export const ways = [...mailboxScopes, 'members', 'by-hand'] as const;
export type Way = (typeof ways)[number];

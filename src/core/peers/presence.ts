// How a person can be reached right now, as the sidebar shows it.
import type { PeerId } from '#shared/identity';

export type Presence = 'offline' | 'reaching' | 'online' | 'repairing';
export type PresenceMap = ReadonlyMap<PeerId, Presence>;

/** How I can be reached: one entry per rendezvous. */
export interface Reachability {
  readonly name: string;
  /** `nearby`: on this network too, without any server. */
  readonly scope: 'machine' | 'nearby' | 'network' | 'internet';
  readonly phase: 'connecting' | 'open' | 'down' | 'closed';
}

/** Which rendezvous took something; `members`: somebody in the same room passes it on. */
export const ways = ['machine', 'nearby', 'network', 'internet', 'members'] as const;
export type Way = (typeof ways)[number];

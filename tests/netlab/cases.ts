// The matrix: who sits behind what, which servers they know, and whether a call can come about at all.
import type { ServerChoice } from '#tests/netlab/servers';
import { publicAddresses, type Access } from '#tests/netlab/topology';

export interface Case {
  readonly name: string;
  readonly a: Access;
  readonly b: Access;
  readonly servers: ServerChoice;
  /** Whether any path exists between the two with these servers. */
  readonly hasPath: boolean;
}

const nothing: ServerChoice = { stun: false, turn: [] };
const stun: ServerChoice = { stun: true, turn: [] };
export const stunAndTurn: ServerChoice = { stun: true, turn: [{ address: publicAddresses.turn, offer: 'all' }] };

const list: readonly Omit<Case, 'name'>[] = [
  { a: 'same-lan', b: 'same-lan', servers: nothing, hasPath: true },
  { a: 'firewall-6', b: 'firewall-6', servers: nothing, hasPath: true },
  { a: 'open', b: 'open', servers: nothing, hasPath: true },
  { a: 'cone', b: 'open', servers: stun, hasPath: true },
  { a: 'symmetric', b: 'open', servers: stun, hasPath: true },
  { a: 'full-cone', b: 'full-cone', servers: stun, hasPath: true },
  { a: 'full-cone', b: 'symmetric', servers: stun, hasPath: true },
  { a: 'cone', b: 'cone', servers: stun, hasPath: true },
  { a: 'carrier-grade', b: 'cone', servers: stun, hasPath: true },
  { a: 'cone', b: 'symmetric', servers: stun, hasPath: false },
  { a: 'symmetric', b: 'symmetric', servers: stun, hasPath: false },
  { a: 'cone', b: 'cone', servers: stunAndTurn, hasPath: true },
  { a: 'cone', b: 'symmetric', servers: stunAndTurn, hasPath: true },
  { a: 'symmetric', b: 'symmetric', servers: stunAndTurn, hasPath: true },
  { a: 'carrier-grade', b: 'symmetric', servers: stunAndTurn, hasPath: true },
  { a: 'udp-blocked', b: 'cone', servers: stunAndTurn, hasPath: true },
  { a: 'udp-blocked', b: 'udp-blocked', servers: stunAndTurn, hasPath: true },
  { a: 'tcp-443', b: 'cone', servers: stunAndTurn, hasPath: true },
  { a: 'tcp-443', b: 'tcp-443', servers: stunAndTurn, hasPath: true },
];

const suffix = ({ turn }: ServerChoice): string => (turn.length > 0 ? '+turn' : '');

export const cases: readonly Case[] = list.map((one) => ({ ...one, name: `${one.a}/${one.b}${suffix(one.servers)}` }));

export function caseNamed(name: string): Case {
  const found = cases.find((one) => one.name === name);
  if (!found) throw new Error(`There is no case ${name}. Cases: ${cases.map((one) => one.name).join(', ')}.`);
  return found;
}

// Which candidates go into a text that is carried by hand: it should be short, so of each kind some, the best first.
import { handCandidates } from '#shared/by-hand';
import type { IceCandidate } from '#shared/signal';

/** Of each kind, in the order of their use; what a TCP candidate could reach, UDP mostly reaches too. */
const shares = { host: 8, srflx: 4, relay: 4, other: 0 } as const;
type Kind = keyof typeof shares;

/** RFC 8839 section 5.1: foundation, component, transport, priority, address, port, `typ`, kind. */
const grammar = /^candidate:\S{1,32} \d{1,5} (\S{1,8}) (\d{1,10}) \S{1,256} \d{1,5} typ (\S{1,8})/i;

function read({ candidate }: IceCandidate): { kind: Kind; priority: number } {
  const [, transport = '', priority = '0', kind = ''] = grammar.exec(candidate) ?? [];
  const isUdp = transport.toLowerCase() === 'udp';
  return {
    kind: isUdp && (kind === 'host' || kind === 'srflx' || kind === 'relay') ? kind : 'other',
    priority: Number(priority),
  };
}

export function chooseCandidates(gathered: readonly IceCandidate[]): IceCandidate[] {
  const best = gathered
    .map((candidate) => ({ candidate, ...read(candidate) }))
    .toSorted((one, other) => other.priority - one.priority);
  const chosen = (Object.keys(shares) as Kind[]) // sound: the keys of a constant object literal
    .flatMap((kind) => best.filter((one) => one.kind === kind).slice(0, shares[kind]));
  const rest = best.filter((one) => !chosen.includes(one));
  return [...chosen, ...rest].slice(0, handCandidates).map(({ candidate }) => candidate);
}

// Reads a candidate as it is signalled (RFC 8839 section 5.1), and tells by several of them how a network translates addresses.
import { addressKind } from '#core/base/address-kind';
import { candidateKinds, type CandidateFacts } from '#core/ports/diagnosis';
import type { NatKind } from '#core/doctor/record';

export interface CandidateLine extends CandidateFacts {
  /** What a server saw. */
  readonly address: string;
  readonly port: number;
  /** The port on the machine itself; null where it is not told. */
  readonly relatedPort: number | null;
}

/** Null for a line that is none. It may be a stranger's. */
export function readCandidate(line: string): CandidateLine | null {
  const words = line
    .slice(0, 512)
    .replace(/^a?=?candidate:/, '')
    .split(' ');
  const [, , transport = '', , address = '', port = '', typ, kindName] = words;
  const kind = candidateKinds.find((one) => one === kindName);
  const portNumber = Number(port);
  if (!kind || typ !== 'typ' || !Number.isInteger(portNumber)) return null;
  const at = words.indexOf('rport');
  const relatedPort = at < 0 ? 0 : Number(words[at + 1]);
  return {
    kind,
    ...addressKind(address),
    transport: transport.toLowerCase() === 'tcp' ? 'tcp' : 'udp',
    address,
    port: portNumber,
    relatedPort: Number.isInteger(relatedPort) && relatedPort > 0 ? relatedPort : null,
  };
}

/**
 * By the addresses that servers saw. `serversAnswered`: so many different servers surely did; one address for two of them
 * means that it is the same for all.
 */
export function natOf(candidates: readonly CandidateLine[], serversAnswered = 0): NatKind {
  const byUdp = candidates.filter(({ transport }) => transport === 'udp');
  const seen = byUdp.filter(({ kind }) => kind === 'srflx');
  const ports = new Map<number, Set<string>>();
  for (const { address, port, relatedPort } of seen) {
    if (relatedPort === null) continue;
    const mapped = ports.get(relatedPort) ?? new Set();
    ports.set(relatedPort, mapped.add(`${address} ${port}`));
  }
  if ([...ports.values()].some(({ size }) => size > 1)) return 'varying';
  const isOne = seen.length === 1 || ports.size === seen.length;
  if (seen.length > 0) return serversAnswered > 1 && isOne ? 'steady' : 'translated';
  return byUdp.some(({ kind, place }) => kind === 'host' && place === 'public') ? 'none' : 'unknown';
}

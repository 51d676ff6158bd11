// The browser's statistics (W3C webrtc-stats) as plain facts of the way that packets take. Addresses stay in here.
import { addressKind, areInOneSubnet, networkOf } from '#core/base/address-kind';
import {
  dtlsStates,
  relayTransports,
  type ChosenPath,
  type LinkCounters,
  type PathEnd,
  type PathReading,
} from '#core/ports/diagnosis';
import { candidateKind, entriesOf, inMs, readNumber, type Entry } from '#adapters/stats-entries';

const addressOf = (entry: Entry): string | null => {
  const address = entry['address'];
  return typeof address === 'string' && address !== '' ? address : null;
};

function readEnd(entry: Entry): PathEnd | null {
  const kind = candidateKind(entry);
  if (!kind) return null;
  const transport = entry['protocol'] === 'tcp' ? 'tcp' : 'udp';
  const relayBy = relayTransports.find((one) => one === entry['relayProtocol']) ?? null;
  return { kind, ...addressKind(addressOf(entry)), transport, relayBy: kind === 'relay' ? relayBy : null };
}

function nearnessOf(local: Entry, remote: Entry): ChosenPath['nearness'] {
  const [here, there] = [addressOf(local), addressOf(remote)];
  if (here === null || there === null) return 'apart';
  // The two could not have met at one address that is private to two networks.
  if (here === there) return 'same-machine';
  return areInOneSubnet(here, there) ? 'same-subnet' : 'apart';
}

function readChosen(local: Entry | undefined, remote: Entry | undefined): ChosenPath | null {
  if (!local || !remote) return null;
  const [here, there] = [readEnd(local), readEnd(remote)];
  return here && there ? { local: here, remote: there, nearness: nearnessOf(local, remote) } : null;
}

const sum = (entries: readonly Entry[], field: string): number =>
  entries.reduce((total, entry) => total + Math.max(0, readNumber(entry, field) ?? 0), 0);

function countersOf(pair: Entry | undefined, transport: Entry | undefined, inbound: readonly Entry[]): LinkCounters {
  const jitters = inbound.flatMap((entry) =>
    entry['kind'] === 'audio' && (readNumber(entry, 'packetsReceived') ?? 0) > 0
      ? [inMs(readNumber(entry, 'jitter')) ?? 0]
      : [],
  );
  return {
    roundTripMs: inMs(readNumber(pair, 'currentRoundTripTime')),
    jitterMs: jitters.length === 0 ? null : Math.max(...jitters),
    bytesSent: readNumber(transport, 'bytesSent') ?? 0,
    bytesReceived: readNumber(transport, 'bytesReceived') ?? 0,
    packetsReceived: sum(inbound, 'packetsReceived'),
    packetsLost: sum(inbound, 'packetsLost'),
  };
}

/** Where the other end is seen as it is: not where a relay stands in for it, nor for an address that is private or hidden. */
export function readNetwork(report: ReadonlyMap<string, unknown>): string | null {
  const { local, remote } = endsIn(report);
  if (!local || !remote || candidateKind(remote) === 'relay') return null;
  return nearnessOf(local, remote) === 'apart' ? networkOf(addressOf(remote)) : 'here';
}

function endsIn(report: ReadonlyMap<string, unknown>) {
  const entries = entriesOf(report);
  const byId = new Map(entries.map((entry) => [entry['id'], entry]));
  const transport = entries.find(({ type }) => type === 'transport');
  const chosen = byId.get(transport?.['selectedCandidatePairId']);
  const [local, remote] = [byId.get(chosen?.['localCandidateId']), byId.get(chosen?.['remoteCandidateId'])];
  return { entries, transport, chosen, local, remote };
}

export function readPath(report: ReadonlyMap<string, unknown>): PathReading {
  const { entries, transport, chosen, local, remote } = endsIn(report);
  const pairs = entries.filter(({ type }) => type === 'candidate-pair');
  const inbound = entries.filter(({ type }) => type === 'inbound-rtp');
  return {
    path: readChosen(local, remote),
    pairs: {
      tried: pairs.filter((pair) => (readNumber(pair, 'requestsSent') ?? 0) > 0).length,
      answered: pairs.filter((pair) => (readNumber(pair, 'responsesReceived') ?? 0) > 0).length,
    },
    dtls: dtlsStates.find((state) => state === transport?.['dtlsState']) ?? null,
    counters: countersOf(chosen, transport, inbound),
  };
}

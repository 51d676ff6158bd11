// Runs inside a page: the path that its connected connection uses, as the browser's statistics name it (W3C webrtc-stats).
import '#tests/support/observe-calls';

export interface PathInUse {
  /** E.g. `srflx udp`, `relay by tls`. */
  readonly words: string;
  /** Of the TURN server whose relay this side's packets go through; null on any other path. */
  readonly relay: string | null;
}

/** Null without a connected connection. For `page.evaluate`. */
export async function readPath(): Promise<PathInUse | null> {
  type Entry = Record<string, string | undefined>;
  const connection = window.observedConnections.findLast(({ connectionState }) => connectionState === 'connected');
  if (!connection) return null;
  const report = (await connection.getStats()) as unknown as Map<string, Entry>;
  const transport = [...report.values()].find(({ type }) => type === 'transport');
  const pair = report.get(transport?.['selectedCandidatePairId'] ?? '');
  const local = report.get(pair?.['localCandidateId'] ?? '');
  if (!local) return null;
  const { candidateType = '?', protocol = '?', relayProtocol = '?', address = null } = local;
  return candidateType === 'relay'
    ? { words: `relay by ${relayProtocol}`, relay: address }
    : { words: `${candidateType} ${protocol}`, relay: null };
}

// Turns the browser's statistics (W3C webrtc-stats) into what people want to know, with rates since the last reading.
import type { ConnectionStats } from '#core/ports';

type Entry = Readonly<Record<string, unknown>>;

/** Counters of one reading. */
export interface Counters {
  readonly atMs: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly audioPacketsReceived: number;
  readonly audioPacketsLost: number;
}

export interface Reading {
  readonly stats: ConnectionStats;
  readonly counters: Counters;
}

const candidateTypes = ['host', 'srflx', 'prflx', 'relay'] as const;

const isEntry = (value: unknown): value is Entry => typeof value === 'object' && value !== null;

function readNumber(entry: Entry | undefined, field: string): number | null {
  const value = entry?.[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

const inMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);

const candidateType = (entry: Entry | undefined): ConnectionStats['localCandidate'] =>
  candidateTypes.find((type) => type === entry?.['candidateType']) ?? null;

function protocolOf(local: Entry | undefined): ConnectionStats['protocol'] {
  return local?.['protocol'] === 'udp' || local?.['protocol'] === 'tcp' ? local['protocol'] : null;
}

class Report {
  readonly #byId = new Map<unknown, Entry>();

  constructor(report: ReadonlyMap<string, unknown>) {
    for (const entry of report.values()) if (isEntry(entry)) this.#byId.set(entry['id'], entry);
  }

  byId(id: unknown): Entry | undefined {
    return this.#byId.get(id);
  }

  find(type: string, kind?: string): Entry | undefined {
    return [...this.#byId.values()].find((entry) => {
      return entry['type'] === type && (kind === undefined || entry['kind'] === kind);
    });
  }

  /** E.g. `opus`; of what arrives, or else of what goes out. */
  codec(kind: string): string | null {
    const stream = [this.find('inbound-rtp', kind), this.find('outbound-rtp', kind)].find(
      (entry) => entry?.['codecId'],
    );
    const mimeType = this.byId(stream?.['codecId'])?.['mimeType'];
    return typeof mimeType === 'string' ? mimeType.replace(/^\w+\//, '') : null;
  }
}

function lossSince(before: Counters | null, now: Counters): number | null {
  if (!before) return null;
  const lost = Math.max(0, now.audioPacketsLost - before.audioPacketsLost);
  const received = Math.max(0, now.audioPacketsReceived - before.audioPacketsReceived);
  return lost + received === 0 ? null : lost / (lost + received);
}

function rateSince(before: Counters | null, now: Counters, field: 'bytesSent' | 'bytesReceived'): number | null {
  if (!before || now.atMs <= before.atMs) return null;
  return (Math.max(0, now[field] - before[field]) * 8_000) / (now.atMs - before.atMs);
}

/** @param before the counters of the last reading of the same connection, or null for the first */
export function readStats(report: ReadonlyMap<string, unknown>, atMs: number, before: Counters | null): Reading {
  const all = new Report(report);
  const transport = all.find('transport');
  const pair = all.byId(transport?.['selectedCandidatePairId']);
  const local = all.byId(pair?.['localCandidateId']);
  const remote = all.byId(pair?.['remoteCandidateId']);
  const audio = all.find('inbound-rtp', 'audio');
  const video = all.find('inbound-rtp', 'video');
  const counters: Counters = {
    atMs,
    bytesSent: readNumber(transport, 'bytesSent') ?? 0,
    bytesReceived: readNumber(transport, 'bytesReceived') ?? 0,
    audioPacketsReceived: readNumber(audio, 'packetsReceived') ?? 0,
    audioPacketsLost: readNumber(audio, 'packetsLost') ?? 0,
  };
  const stats: ConnectionStats = {
    localCandidate: candidateType(local),
    remoteCandidate: candidateType(remote),
    protocol: protocolOf(local),
    roundTripMs: inMs(readNumber(pair, 'currentRoundTripTime')),
    lossRatio: lossSince(before, counters),
    jitterMs: inMs(readNumber(audio, 'jitter')),
    audioCodec: all.codec('audio'),
    videoCodec: all.codec('video'),
    sentBitsPerSecond: rateSince(before, counters, 'bytesSent'),
    receivedBitsPerSecond: rateSince(before, counters, 'bytesReceived'),
    framesDecoded: readNumber(video, 'framesDecoded') ?? 0,
    audioBytesReceived: readNumber(audio, 'bytesReceived') ?? 0,
  };
  return { stats, counters };
}

// Turns the browser's statistics (W3C webrtc-stats) into what people want to know, with rates since the last reading.
import type { ConnectionStats } from '#core/ports';
import { candidateKind, entriesOf, inMs, readNumber, type Entry } from '#adapters/stats-entries';

/** Counters of one reading. */
export interface Counters {
  readonly atMs: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly audioPacketsReceived: number;
  readonly audioPacketsLost: number;
  /** Of what was decoded in the audio lane (W3C webrtc-stats, totalAudioEnergy), and seconds of it. */
  readonly audioEnergy: number;
  readonly audioSeconds: number;
  readonly audioVolume: number;
}

/** What the report does not say by itself. */
export interface Circumstances {
  /** Which media sections the figures are about; null while they have no place. */
  readonly mids: Readonly<Record<'audio' | 'video', string | null>>;
  /** At which volume the audio lane is played, 0-1: the browser counts energy after it. */
  readonly audioVolume: number;
}

export interface Reading {
  readonly stats: ConnectionStats;
  readonly counters: Counters;
}

function protocolOf(local: Entry | undefined): ConnectionStats['protocol'] {
  return local?.['protocol'] === 'udp' || local?.['protocol'] === 'tcp' ? local['protocol'] : null;
}

class Report {
  readonly #byId = new Map<unknown, Entry>();

  readonly #mids: Circumstances['mids'];

  constructor(report: ReadonlyMap<string, unknown>, mids: Circumstances['mids']) {
    this.#mids = mids;
    for (const entry of entriesOf(report)) this.#byId.set(entry['id'], entry);
  }

  byId(id: unknown): Entry | undefined {
    return this.#byId.get(id);
  }

  transport(): Entry | undefined {
    return [...this.#byId.values()].find((entry) => entry['type'] === 'transport');
  }

  stream(type: 'inbound-rtp' | 'outbound-rtp', lane: 'audio' | 'video'): Entry | undefined {
    const mid = this.#mids[lane];
    return [...this.#byId.values()].find((entry) => mid !== null && entry['type'] === type && entry['mid'] === mid);
  }

  /** E.g. `opus`; of what arrives, or else of what goes out. */
  codec(lane: 'audio' | 'video'): string | null {
    const stream = [this.stream('inbound-rtp', lane), this.stream('outbound-rtp', lane)].find(
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

/** Chromium adds up the squared peaks of 100 ms, other browsers the squared samples: speech differs by some 8 dB. */
function loudnessSince(before: Counters | null, now: Counters): number | null {
  const seconds = before ? now.audioSeconds - before.audioSeconds : 0;
  const volume = now.audioVolume;
  if (!before || seconds <= 0 || volume <= 0 || volume !== before.audioVolume) return null;
  return Math.min(1, Math.sqrt(Math.max(0, now.audioEnergy - before.audioEnergy) / seconds) / volume);
}

/** @param before the counters of the last reading of the same connection, or null for the first */
export function readStats(
  report: ReadonlyMap<string, unknown>,
  { mids, audioVolume }: Circumstances,
  atMs: number,
  before: Counters | null,
): Reading {
  const all = new Report(report, mids);
  const transport = all.transport();
  const pair = all.byId(transport?.['selectedCandidatePairId']);
  const local = all.byId(pair?.['localCandidateId']);
  const remote = all.byId(pair?.['remoteCandidateId']);
  const audio = all.stream('inbound-rtp', 'audio');
  const video = all.stream('inbound-rtp', 'video');
  const counters: Counters = {
    atMs,
    bytesSent: readNumber(transport, 'bytesSent') ?? 0,
    bytesReceived: readNumber(transport, 'bytesReceived') ?? 0,
    audioPacketsReceived: readNumber(audio, 'packetsReceived') ?? 0,
    audioPacketsLost: readNumber(audio, 'packetsLost') ?? 0,
    audioEnergy: readNumber(audio, 'totalAudioEnergy') ?? 0,
    audioSeconds: readNumber(audio, 'totalSamplesDuration') ?? 0,
    audioVolume,
  };
  const stats: ConnectionStats = {
    localCandidate: candidateKind(local),
    remoteCandidate: candidateKind(remote),
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
    heardLevel: loudnessSince(before, counters),
    availableBitsPerSecond: readNumber(pair, 'availableOutgoingBitrate'),
  };
  return { stats, counters };
}

// Runs inside a page: what the browser really received on the links of a call, and how loud it plays.
import '#tests/support/observe-calls';

export interface HeardAndSeen {
  readonly path: string;
  readonly protocol: string;
  readonly audioCodec: string;
  readonly videoCodec: string;
  readonly roundTripMs: number;
  readonly receivedKbps: number;
  readonly audioBytesReceived: number;
  readonly framesDecoded: number;
  /** Loudest 50 ms of the remote audio during the reading, dBFS; -Infinity is silence. */
  readonly levelDb: number;
}

/** Reads for `forMs`, on the link whose sound this page plays. For `page.evaluate`. */
export async function readHeardAndSeen(forMs: number): Promise<HeardAndSeen> {
  type Entry = Record<string, string | number | undefined> & { type: string };
  const audio = document.querySelector('audio');
  const media = audio?.srcObject;
  const played = media instanceof MediaStream ? media.getAudioTracks()[0] : undefined;
  const connection = window.observedConnections.find((one) => one.getReceivers().some(({ track }) => track === played));
  if (!connection) throw new Error('Nothing plays on this page.');
  const read = async (): Promise<Entry[]> => [
    ...((await connection.getStats()) as unknown as Map<string, Entry>).values(),
  ];
  // Microphone and camera are the first sections of their kinds; screens and carried voices come after them.
  const inbound = (entries: Entry[], kind: string): Entry =>
    entries
      .filter((entry) => entry.type === 'inbound-rtp' && entry['kind'] === kind)
      .toSorted((a, b) => Number(a['mid']) - Number(b['mid']))[0] ?? { type: 'none' };
  const number = (entry: Entry | undefined, field: string): number => Number(entry?.[field] ?? 0);

  const before = await read();
  let loudest = 0;
  const deadline = performance.now() + forMs;
  if (media instanceof MediaStream && !audio?.muted) {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 2048 });
    context.createMediaStreamSource(media).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    while (performance.now() < deadline) {
      analyser.getFloatTimeDomainData(samples);
      loudest = Math.max(
        loudest,
        Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length),
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await context.close();
  } else await new Promise((resolve) => setTimeout(resolve, forMs));

  const after = await read();
  const byId = (id: unknown): Entry | undefined => after.find((entry) => entry['id'] === id);
  const transport = after.find((entry) => entry.type === 'transport');
  const pair = byId(transport?.['selectedCandidatePairId']);
  const local = byId(pair?.['localCandidateId']);
  const remote = byId(pair?.['remoteCandidateId']);
  const codec = (kind: string): string => String(byId(inbound(after, kind)['codecId'])?.['mimeType'] ?? 'none');
  const bytes = (entries: Entry[]): number =>
    number(inbound(entries, 'audio'), 'bytesReceived') + number(inbound(entries, 'video'), 'bytesReceived');
  return {
    path: `${String(local?.['candidateType'])} - ${String(remote?.['candidateType'])}`,
    protocol: String(local?.['protocol']),
    audioCodec: codec('audio'),
    videoCodec: codec('video'),
    roundTripMs: Math.round(number(pair, 'currentRoundTripTime') * 100_000) / 100,
    receivedKbps: Math.round(((bytes(after) - bytes(before)) * 8) / forMs),
    audioBytesReceived: number(inbound(after, 'audio'), 'bytesReceived'),
    framesDecoded: number(inbound(after, 'video'), 'framesDecoded'),
    levelDb: Math.round(20 * Math.log10(loudest) * 10) / 10,
  };
}

// Runs inside a page: what the browser really received on the links of a call or a room, and how loud it plays.
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
  /** Loudest moment of their sound during the reading, dBFS; -Infinity is silence. */
  readonly levelDb: number;
}

/** Reads for `forMs`, for each person whose sound this page plays. For `page.evaluate`. */
export async function readHeardAndSeen(forMs: number): Promise<HeardAndSeen[]> {
  type Entry = Record<string, string | number | undefined> & { type: string };
  const number = (entry: Entry | undefined, field: string): number => Number(entry?.[field] ?? 0);
  // Microphone and camera are the first sections of their kinds; screens and carried voices come after them.
  const inbound = (entries: Entry[], kind: string): Entry =>
    entries
      .filter((entry) => entry.type === 'inbound-rtp' && entry['kind'] === kind)
      .toSorted((a, b) => Number(a['mid']) - Number(b['mid']))[0] ?? { type: 'none' };
  const bytes = (entries: Entry[]): number =>
    number(inbound(entries, 'audio'), 'bytesReceived') + number(inbound(entries, 'video'), 'bytesReceived');
  const read = async (connection: RTCPeerConnection): Promise<Entry[]> => [
    ...((await connection.getStats()) as unknown as Map<string, Entry>).values(),
  ];

  const playing = [...window.observedPlayers].flatMap((player) => {
    const media = player.srcObject;
    if (!(media instanceof MediaStream) || player.paused || player.muted) return [];
    const [played] = media.getAudioTracks();
    const connection = window.observedConnections.find((one) =>
      one.getReceivers().some(({ track }) => track === played),
    );
    return connection ? [{ media, connection }] : [];
  });
  const context = new AudioContext();
  const ears = await Promise.all(
    playing.map(async ({ media, connection }) => {
      const analyser = new AnalyserNode(context, { fftSize: 2048 });
      context.createMediaStreamSource(media).connect(analyser);
      return { analyser, connection, before: await read(connection), loudest: 0 };
    }),
  );
  const samples = new Float32Array(2048);
  const deadline = performance.now() + forMs;
  while (performance.now() < deadline) {
    for (const ear of ears) {
      ear.analyser.getFloatTimeDomainData(samples);
      const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      ear.loudest = Math.max(ear.loudest, rms);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await context.close();

  return await Promise.all(
    ears.map(async ({ connection, before, loudest }) => {
      const after = await read(connection);
      const byId = (id: unknown): Entry | undefined => after.find((entry) => entry['id'] === id);
      const transport = after.find((entry) => entry.type === 'transport');
      const pair = byId(transport?.['selectedCandidatePairId']);
      const local = byId(pair?.['localCandidateId']);
      const remote = byId(pair?.['remoteCandidateId']);
      const codec = (kind: string): string => String(byId(inbound(after, kind)['codecId'])?.['mimeType'] ?? 'none');
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
    }),
  );
}

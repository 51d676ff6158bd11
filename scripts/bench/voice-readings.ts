// Runs inside a page: how well the voice of a call comes.
import '#tests/support/observe-calls';

export interface Voice {
  /** Of the samples played, those that were made up because what should have been there was not (W3C webrtc-stats, concealedSamples). */
  readonly concealedPercent: number;
  /** Mean of the checks of the path (RFC 8445) within the time. */
  readonly roundTripMs: number;
}

/** Within `forMs`, over the connection that carries most sound. For `page.evaluate`. */
export async function readVoice(forMs: number): Promise<Voice> {
  type Entry = Record<string, string | number | boolean | undefined> & { type: string };
  const number = (entry: Entry | undefined, field: string): number => Number(entry?.[field] ?? 0);
  const read = async () => {
    const all = await Promise.all(
      window.observedConnections
        .filter(({ connectionState }) => connectionState === 'connected')
        .map(async (connection) => [...((await connection.getStats()) as unknown as Map<string, Entry>).values()]),
    );
    const sound = (entries: Entry[]): Entry | undefined =>
      entries
        .filter((entry) => entry.type === 'inbound-rtp' && entry['kind'] === 'audio')
        .toSorted((a, b) => number(b, 'totalSamplesReceived') - number(a, 'totalSamplesReceived'))[0];
    const entries =
      all.toSorted((a, b) => number(sound(b), 'totalSamplesReceived') - number(sound(a), 'totalSamplesReceived'))[0] ??
      [];
    const transport = entries.find((entry) => entry.type === 'transport');
    const pair = entries.find((entry) => entry['id'] === transport?.['selectedCandidatePairId']);
    return { sound: sound(entries), pair };
  };
  const before = await read();
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const after = await read();
  const more = (of: 'sound' | 'pair', field: string): number => number(after[of], field) - number(before[of], field);
  const samples = more('sound', 'totalSamplesReceived');
  const checks = more('pair', 'responsesReceived');
  return {
    concealedPercent: samples === 0 ? 100 : (100 * more('sound', 'concealedSamples')) / samples,
    roundTripMs: checks === 0 ? 0 : (1_000 * more('pair', 'totalRoundTripTime')) / checks,
  };
}

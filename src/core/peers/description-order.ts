// Tells a new session description from one that was already handled or came late over another path.

interface Origin {
  readonly id: string;
  readonly version: bigint;
}

/** The `o=` line of RFC 8829 section 5.2.1: its version rises with each description one side makes. */
function readOrigin(sdp: string): Origin | null {
  const match = /^o=\S{1,64} (\d{1,20}) (\d{1,20}) /m.exec(sdp);
  const [, id, version] = match ?? [];
  return id !== undefined && version !== undefined ? { id, version: BigInt(version) } : null;
}

export type Arrival = 'new' | 'repeated' | 'late';

/** `last` is the newest description handled so far from the same side. */
export function judgeArrival(last: string | null, next: string): Arrival {
  if (last === null) return 'new';
  if (last === next) return 'repeated';
  const before = readOrigin(last);
  const after = readOrigin(next);
  if (!before || before.id !== after?.id || after.version > before.version) return 'new';
  return after.version === before.version ? 'repeated' : 'late';
}

// Two pages between which no direct path is found, as between two networks that do not let each other in: neither hears of an address
// of the other. They are known by the certificates of their connections.
import type { Person } from '#tests/support/person';

declare global {
  interface Window {
    /** Fingerprints, as in descriptions, of those to whom there is no path. */
    withoutPathTo: Set<string>;
  }
}

/** Runs inside a page before its own scripts; nobody is shut off yet. */
export function knowPaths(): void {
  const shutOff = new Set<string>();
  window.withoutPathTo = shutOff;
  const { prototype } = RTCPeerConnection;
  const add: unknown = Reflect.get(prototype, 'addIceCandidate');
  if (typeof add !== 'function') return;
  Reflect.set(prototype, 'addIceCandidate', async function (this: RTCPeerConnection, ...args: unknown[]) {
    const sdp = this.remoteDescription?.sdp ?? '';
    const isShutOff = [...shutOff].some((fingerprint) => sdp.includes(fingerprint));
    if (!isShutOff) await Reflect.apply(add, this, args);
  });
}

/** A page has one certificate for all its connections; it must have had one by now. */
async function fingerprintOf(person: Person): Promise<string> {
  return await person.page.evaluate(() => {
    const described = window.observedConnections.map(({ localDescription }) => localDescription?.sdp ?? '');
    return (
      described.map((sdp) => /^a=fingerprint:sha-256 (\S+)/m.exec(sdp)?.[1] ?? '').find((found) => found !== '') ?? ''
    );
  });
}

/** Connections made from now on; both pages were opened with `knowPaths`. */
export async function setPath(one: Person, other: Person, isThere: boolean): Promise<void> {
  for (const [here, there] of [
    [one, other],
    [other, one],
  ] as const) {
    const fingerprint = await fingerprintOf(there);
    if (fingerprint === '') throw new Error(`${there.name} has had no connection yet`);
    await here.page.evaluate(
      ([name, open]) => (open ? window.withoutPathTo.delete(name) : window.withoutPathTo.add(name)),
      [fingerprint, isThere] as const,
    );
  }
}

// Tries out servers with connections of their own, that carry nothing but one message to themselves.
import type { DevicesSeen, LineProbe, ProbedServer, ServerTrial } from '#core/ports/line-probe';

/** RFC 8656 section 18.7 and RFC 8489 section 14.8: unauthenticated, forbidden, stale, wrong credentials, quota. */
const refusals: readonly number[] = [401, 403, 438, 441, 486];

const toIceServer = ({ url, username, credential }: ProbedServer): RTCIceServer => ({
  urls: url,
  ...(username === undefined ? {} : { username }),
  ...(credential === undefined ? {} : { credential }),
});

interface Gathering {
  readonly onCandidate: (candidate: RTCIceCandidate) => void;
  readonly onError?: (code: number) => void;
}

/** Resolves once everything is gathered. */
async function gathered(pc: RTCPeerConnection, { onCandidate, onError }: Gathering): Promise<void> {
  await new Promise<void>((resolve) => {
    pc.onicecandidate = ({ candidate }) => {
      if (candidate && candidate.candidate !== '') onCandidate(candidate);
      else if (!candidate) resolve();
    };
    pc.onicecandidateerror = ({ errorCode }) => onError?.(errorCode);
    pc.createDataChannel('probe');
    void pc.setLocalDescription().catch(resolve);
  });
}

/** Runs work with connections that are closed at its end, or when the signal fires; `late` is the answer then. */
async function briefly<T>(
  signal: AbortSignal,
  late: () => T,
  work: (open: (config: RTCConfiguration) => RTCPeerConnection) => Promise<T>,
): Promise<T> {
  const opened: RTCPeerConnection[] = [];
  const open = (config: RTCConfiguration): RTCPeerConnection => {
    const pc = new RTCPeerConnection(config);
    opened.push(pc);
    return pc;
  };
  const aborted = new Promise<T>((resolve) => {
    const end = (): void => resolve(late());
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
  try {
    return await Promise.race([aborted, work(open)]);
  } catch {
    return late(); // an address that the browser does not take at all
  } finally {
    for (const pc of opened) pc.close();
  }
}

async function tryStun(server: ProbedServer, signal: AbortSignal): Promise<ServerTrial> {
  const beganAt = performance.now();
  return await briefly<ServerTrial>(
    signal,
    () => ({ outcome: 'silent' }),
    async (open) =>
      await new Promise<ServerTrial>((resolve) => {
        const onCandidate = ({ type }: RTCIceCandidate): void => {
          if (type === 'srflx') resolve({ outcome: 'works', afterMs: performance.now() - beganAt });
        };
        void gathered(open({ iceServers: [toIceServer(server)] }), { onCandidate }).then(() => {
          resolve({ outcome: 'silent' });
        });
      }),
  );
}

/** Connects two of one's own through the server, and answers once a message has come through. */
async function echoThrough(
  [one, other]: readonly [RTCPeerConnection, RTCPeerConnection],
  heed: (event: 'relayed' | 'refused') => void,
): Promise<void> {
  const link = (from: RTCPeerConnection, to: RTCPeerConnection): void => {
    from.onicecandidate = ({ candidate }) => {
      if (!candidate) return;
      if (candidate.type === 'relay') heed('relayed');
      to.addIceCandidate(candidate).catch(() => undefined);
    };
  };
  link(one, other);
  link(other, one);
  one.onicecandidateerror = ({ errorCode }) => {
    if (refusals.includes(errorCode)) heed('refused');
  };
  const echoed = new Promise<void>((resolve) => {
    other.ondatachannel = ({ channel }) => {
      channel.onmessage = () => channel.send('echo');
    };
    const channel = one.createDataChannel('probe');
    channel.onopen = () => channel.send('probe');
    channel.onmessage = () => resolve();
  });
  await one.setLocalDescription();
  if (one.localDescription) await other.setRemoteDescription(one.localDescription);
  await other.setLocalDescription();
  if (other.localDescription) await one.setRemoteDescription(other.localDescription);
  await echoed;
}

async function tryTurn(server: ProbedServer, signal: AbortSignal): Promise<ServerTrial> {
  const beganAt = performance.now();
  let isRelayed = false;
  const config: RTCConfiguration = { iceServers: [toIceServer(server)], iceTransportPolicy: 'relay' };
  return await briefly<ServerTrial>(
    signal,
    () => ({ outcome: isRelayed ? 'deaf' : 'silent' }),
    async (open) =>
      await new Promise<ServerTrial>((resolve, reject) => {
        echoThrough([open(config), open(config)], (event) => {
          if (event === 'relayed') isRelayed = true;
          else resolve({ outcome: 'refused' });
        }).then(() => resolve({ outcome: 'works', afterMs: performance.now() - beganAt }), reject);
      }),
  );
}

async function gather(servers: readonly ProbedServer[], signal: AbortSignal): Promise<readonly string[]> {
  const lines: string[] = [];
  return await briefly<readonly string[]>(
    signal,
    () => lines,
    async (open) => {
      await gathered(open({ iceServers: servers.map(toIceServer) }), {
        onCandidate: ({ candidate }) => lines.push(candidate),
      });
      return lines;
    },
  );
}

async function microphonePermission(): Promise<DevicesSeen['microphone']> {
  try {
    const { state } = await navigator.permissions.query({ name: 'microphone' });
    return state === 'prompt' ? 'ask' : state;
  } catch {
    return 'unknown';
  }
}

async function lookAtDevices(): Promise<DevicesSeen> {
  const [microphone, devices] = await Promise.all([
    microphonePermission(),
    navigator.mediaDevices.enumerateDevices().catch(() => []),
  ]);
  const count = (kind: MediaDeviceKind): number => devices.filter((device) => device.kind === kind).length;
  return { microphone, microphones: count('audioinput'), speakers: count('audiooutput') };
}

export const browserLineProbe: LineProbe = { tryStun, tryTurn, gather, lookAtDevices };

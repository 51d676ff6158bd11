// The servers on the public segment: a PeerServer, and coturn for STUN and TURN by UDP, TCP and TLS.
import { execFileSync } from 'node:child_process';
import { createHash, createHmac, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IceServer } from '#shared/ice';
import type { Settings } from '#shared/settings';
import type { Namespace } from '#tests/netlab/namespaces';
import { startProgram, type Program } from '#tests/netlab/programs';
import { publicAddresses } from '#tests/netlab/topology';

const secret = 'only-in-the-laboratory';
const passwordLifeSeconds = 600;

/** Of a TURN server: everything one can be reached by, or a part. */
type TurnOffer = 'all' | 'udp';

/** What the people of a case have in their settings. */
export interface ServerChoice {
  readonly stun: boolean;
  readonly turn: readonly {
    readonly address: string;
    readonly offer: TurnOffer;
    /** The server's own when not given. */
    readonly secret?: string;
  }[];
}

const stunUrl = `stun:${publicAddresses.turn}:3478`;

function turnUrls(address: string, offer: TurnOffer): string[] {
  const udp = `turn:${address}:3478?transport=udp`;
  return offer === 'udp' ? [udp] : [udp, `turn:${address}:3478?transport=tcp`, `turns:${address}:443?transport=tcp`];
}

/** As a person writes them into Roundtable's settings. */
export const serverSettings = ({ stun, turn }: ServerChoice): Pick<Settings, 'stunServers' | 'turnServers'> => ({
  stunServers: stun ? [stunUrl] : [],
  turnServers: turn.map(({ address, offer, secret: own = secret }) => ({
    urls: turnUrls(address, offer),
    auth: { kind: 'secret', secret: own },
  })),
});

/** The same for a page that knows nothing but the browser's own interface. */
export function iceServers({ stun, turn }: ServerChoice): IceServer[] {
  const username = `${Math.floor(Date.now() / 1_000) + passwordLifeSeconds}:baseline`;
  const credential = createHmac('sha1', secret).update(username).digest('base64');
  return [
    ...(stun ? [{ urls: [stunUrl] }] : []),
    ...turn.map(({ address, offer }) => ({ urls: turnUrls(address, offer), username, credential })),
  ];
}

interface Certificate {
  readonly certificate: string;
  readonly key: string;
  /** SHA-256 of its public key, as Chromium takes it for trusting a certificate. */
  readonly publicKeyHash: string;
}

let made: Certificate | null = null;

/** Signed by itself, for TURN over TLS. */
export function turnCertificate(): Certificate {
  if (made) return made;
  const folder = mkdtempSync(join(tmpdir(), 'roundtable-turn-'));
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...options, '-subj', '/CN=turn', '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const { publicKey } = new X509Certificate(readFileSync(certificate));
  const der = publicKey.export({ type: 'spki', format: 'der' });
  made = { certificate, key, publicKeyHash: createHash('sha256').update(der).digest('base64') };
  return made;
}

export async function startTurnServer(at: Namespace, address: string): Promise<Program> {
  const { certificate, key } = turnCertificate();
  const state = join(tmpdir(), `turn-${address}`);
  const options = {
    'listening-ip': address,
    'relay-ip': address,
    'listening-port': '3478',
    'tls-listening-port': '443',
    'static-auth-secret': secret,
    realm: 'laboratory',
    cert: certificate,
    pkey: key,
    userdb: `${state}.db`,
    pidfile: `${state}.pid`,
    'log-file': 'stdout',
  };
  const flags = ['-n', '--use-auth-secret', '--fingerprint', '--no-cli', '--simple-log'];
  const named = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return await startProgram(at, ['turnserver', ...flags, ...named], /Total General servers/);
}

/** At port 443, which every kind of network lets out. */
export async function startPeerServer(at: Namespace, address: string, port = 443): Promise<Program> {
  return await startProgram(at, [process.execPath, 'tests/netlab/peer-server.ts', address, String(port)], /ready/);
}

export const peerServerUrl = (address: string, port = 443): string =>
  `ws://${address.includes(':') ? `[${address}]` : address}:${port}`;

// The address of a PeerServer as people write it, and how far away it is.
import { isIP } from 'node:net';
import { Failure } from '#shared/failure';
import type { RendezvousServer } from '#shared/ice';

type PeerServerAddress = Pick<RendezvousServer, 'url' | 'key' | 'scope'>;

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;
/** RFC 1918, RFC 3927 and RFC 4193 addresses, and link-local IPv6. */
const privateAddress = /^(?:10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|\[f(?:[cd]|e[89ab])[0-9a-f]*:)/;

/**
 * Takes `wss://host:port/path?key=…`, the same with ws, http or https, or a bare `host:port`. Without a scheme it is wss, or
 * ws on this machine and network, where a certificate is rare. Fails `rendezvous-address-wrong`.
 */
export function parsePeerServer(address: string): PeerServerAddress {
  const url = parseUrl(address.trim());
  const key = url.searchParams.get('key') ?? 'peerjs';
  const isOdd = url.username !== '' || url.password !== '' || url.hash !== '' || !/^[\w-]{1,64}$/.test(key);
  const plain = `${url.protocol}//${url.host}${url.pathname}`;
  if (isOdd || !/^wss?:\/\/[^\s/?#]{1,255}(?:\/[^\s?#]{0,128})?$/.test(plain))
    throw new Failure('rendezvous-address-wrong');
  return { url: plain, key, scope: scopeOf(url.hostname) };
}

function parseUrl(address: string): URL {
  const match = /^(?:(wss?|https?):\/\/)?([^\s@/?#][^\s@]*)$/i.exec(address);
  const rest = match?.[2];
  if (rest === undefined || rest.includes('://')) throw new Failure('rendezvous-address-wrong');
  const scheme = { ws: 'ws', http: 'ws', wss: 'wss', https: 'wss' }[match?.[1]?.toLowerCase() ?? ''];
  const url = URL.parse(`${scheme ?? 'wss'}://${rest}`);
  if (!url || url.hostname === '') throw new Failure('rendezvous-address-wrong');
  if (scheme === undefined && scopeOf(url.hostname) !== 'internet') return new URL(`ws://${rest}`);
  return url;
}

function scopeOf(hostname: string): RendezvousServer['scope'] {
  if (loopback.test(hostname)) return 'machine';
  if (isIP(hostname) === 4 || hostname.startsWith('[')) return privateAddress.test(hostname) ? 'network' : 'internet';
  return hostname.endsWith('.local') || !hostname.includes('.') ? 'network' : 'internet';
}

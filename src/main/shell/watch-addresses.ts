// Notices that this machine came into another network: its addresses are others than before. No system tells Node, so they
// are looked at.
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

const everyMs = 400;

type Interfaces = Readonly<Record<string, NetworkInterfaceInfo[] | undefined>>;

/** Of addresses that others can reach; link-local ones of IPv6 come and go with any cable. */
function usableAddresses(interfaces: Interfaces): string {
  return Object.entries(interfaces)
    .flatMap(([name, found]) => (found ?? []).map((one) => ({ name, ...one })))
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ name, address }) => `${name} ${address}`)
    .sort()
    .join('\n');
}

/** Calls `changed` when there are other addresses than before, and not while there are none; returns its own off. */
export function watchAddresses(changed: () => void, read: () => Interfaces = networkInterfaces): () => void {
  let last = usableAddresses(read());
  const timer = setInterval(() => {
    const addresses = usableAddresses(read());
    if (addresses === last) return;
    last = addresses;
    if (addresses !== '') changed();
  }, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

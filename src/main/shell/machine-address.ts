// How people on this machine and network reach the PeerServer of this machine.
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os';
import type { RendezvousServer } from '#shared/ice';
import { peerServerKey, peerServerPath } from '#main/shell/peer-server';

/** What this machine's own pages register with: always loopback, also when the server is open to the network. */
export const machineServer = (port: number, isOnLan: boolean): RendezvousServer => ({
  url: `ws://127.0.0.1:${port}${peerServerPath}`,
  key: peerServerKey,
  token: '',
  scope: isOnLan ? 'network' : 'machine',
});

/** The addresses others on the network enter as a server of their own; empty without a network. */
export function lanAddresses(
  port: number,
  interfaces: Readonly<Record<string, NetworkInterfaceInfo[] | undefined>> = networkInterfaces(),
): string[] {
  return Object.values(interfaces)
    .flatMap((found) => found ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => `ws://${address}:${port}${peerServerPath}?key=${peerServerKey}`);
}

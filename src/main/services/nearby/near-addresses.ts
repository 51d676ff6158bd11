// This machine's addresses in private networks, and who else is in those networks.
import { BlockList } from 'node:net';
import { networkInterfaces } from 'node:os';

/** An IPv4 address of this machine and the length of its network's prefix. */
export interface NearAddress {
  readonly address: string;
  readonly prefix: number;
}

/** RFC 1918 and RFC 3927: what no router passes on. */
const privateNetworks = new BlockList();
privateNetworks.addSubnet('10.0.0.0', 8, 'ipv4');
privateNetworks.addSubnet('172.16.0.0', 12, 'ipv4');
privateNetworks.addSubnet('192.168.0.0', 16, 'ipv4');
privateNetworks.addSubnet('169.254.0.0', 16, 'ipv4');

export function nearAddresses(interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces()): NearAddress[] {
  return Object.values(interfaces)
    .flatMap((found) => found ?? [])
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && privateNetworks.check(address))
    .map(({ address, cidr }) => ({ address, prefix: Number(cidr?.split('/')[1] ?? 32) }));
}

/** Whether an address is in one of the networks. */
export function nearTo(own: readonly NearAddress[]): (address: string) => boolean {
  const networks = new BlockList();
  for (const { address, prefix } of own) networks.addSubnet(address, prefix, 'ipv4');
  return (address) => networks.check(address, 'ipv4');
}

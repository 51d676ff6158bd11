// Does anything try to leave this machine? Runs a command in a network namespace of its own whose default route leads to a
// dead end, and counts the packets that were sent there: look-ups and connections to anywhere but loopback.
import { spawnSync } from 'node:child_process';

const setUp = [
  'ip link set lo up',
  'ip link add out0 type veth peer name end0',
  'ip link set out0 up',
  'ip link set end0 up',
  'ip addr add 192.0.2.1/24 dev out0',
  'ip route add default via 192.0.2.2',
  // A fixed neighbour and no IPv6 on the way out: what is counted is what programs send, not what the link says itself.
  'ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev out0',
  'sysctl -qw net.ipv6.conf.out0.disable_ipv6=1 net.ipv6.conf.end0.disable_ipv6=1 2>/dev/null || true',
].join(' && ');

const read = 'cat /sys/class/net/out0/statistics/tx_packets 2>/dev/null || awk \'/out0:/ {print $11}\' /proc/net/dev';

export interface Outgoing {
  readonly status: number | null;
  readonly output: string;
  readonly packets: number;
}

/** Null where no such namespace can be made. The first packets of the link itself are subtracted. */
export function countOutgoing(command: readonly string[], timeoutMs: number): Outgoing | null {
  const script = `(${setUp}) || exit 77; sleep 1; before=$(${read}); "$@"; status=$?; echo "packets=$(( $(${read}) - before ))"; exit $status`;
  const { status, stdout, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', script, 'sh', ...command], {
    encoding: 'utf8',
    timeout: timeoutMs,
  });
  const packets = /packets=(\d+)/.exec(stdout)?.[1];
  if (packets === undefined) return null;
  return { status, output: stdout + stderr, packets: Number(packets) };
}

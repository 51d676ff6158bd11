// Does anything try to leave this machine? Runs a command in a network namespace of its own whose default route leads to a
// dead end and whose name server knows no name; counts the packets on the way out and notes the names that were asked for.
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
  'resolv=$(mktemp)',
  'echo nameserver 127.0.0.53 > "$resolv"',
  'mount --bind "$resolv" "$(readlink -f /etc/resolv.conf)"',
].join(' && ');

const script = `
(${setUp}) || exit 77
"$0" tests/support/name-log.ts & names=$!
sleep 1
sent() { awk '/out0:/ {print $11}' /proc/net/dev; }
before=$(sent)
"$@"
status=$?
echo "packets=$(( $(sent) - before ))"
kill $names
exit $status`;

export interface Outgoing {
  readonly status: number | null;
  readonly output: string;
  readonly packets: number;
  /** Each once, sorted. */
  readonly names: readonly string[];
}

/** Null where no such namespace can be made. */
export function watchOutgoing(command: readonly string[], timeoutMs: number): Outgoing | null {
  const args = ['-n', '-m', 'sh', '-c', script, process.execPath, ...command];
  const { status, stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8', timeout: timeoutMs });
  const packets = /packets=(\d+)/.exec(stdout)?.[1];
  if (packets === undefined) return null;
  const names = [...stdout.matchAll(/^asked=(.*)$/gm)].map(([, name]) => name ?? '');
  return { status, output: stdout + stderr, packets: Number(packets), names: [...new Set(names)].sort() };
}

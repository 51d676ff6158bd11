// The world in which the NAT laboratory lives: namespaces of network, mounts and processes of its own. Nothing in it has an
// uplink, and the kernel removes everything made in it as soon as its first process ends, however that ends.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { has, installPackages } from './chromium.mjs';

const folder = '/run/netns';

const packages = {
  ip: 'iproute2',
  nft: 'nftables',
  turnserver: 'coturn',
  openssl: 'openssl',
  nsenter: 'util-linux',
};

const enter = ['unshare', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

// Names of namespaces and all temporary files live in memory of this world alone; no name is looked up outside it.
const furnish = `
set -e
mount -t tmpfs laboratory ${folder}
mkdir ${folder}/tmp
echo 'nameserver 127.0.0.1' >${folder}/tmp/resolv.conf
printf '127.0.0.1 localhost\\n2001:db8::10 rendezvous.test\\n' >${folder}/tmp/hosts
mount --bind ${folder}/tmp/resolv.conf /etc/resolv.conf
mount --bind ${folder}/tmp/hosts /etc/hosts
ip link set lo up
export TMPDIR=${folder}/tmp
exec "$@"`;

/** The command that runs `command` in a laboratory's world. */
export function inLaboratory(command) {
  return [...enter, 'sh', '-c', furnish, 'sh', ...command];
}

/** Installs what is missing where that can be done; answers why there can be no laboratory here, or null. */
export function laboratoryObstacle() {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root';
  const missing = () => Object.keys(packages).filter((program) => !has(program));
  try {
    if (missing().length > 0) installPackages(missing().map((program) => packages[program]));
  } catch {
    // What is still missing is told below.
  }
  if (missing().length > 0) return `${missing().join(' and ')} cannot be found or installed`;
  spawnSync('mkdir', ['-p', folder]);
  const [program, ...args] = inLaboratory(['sh', '-c', 'ip link add one type veth peer name two && nft list ruleset']);
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? null : `network namespaces cannot be made here (${stderr.trim().split('\n').at(-1)})`;
}

// A private network of this test's own, inside the namespace the tests run in: none of its packets goes anywhere.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const device = 'near0';
const peer = 'near0-end';
const address = '10.77.0.1';

const ip = (...args: string[]): boolean => spawnSync('ip', args, { stdio: 'ignore' }).status === 0;

/**
 * Null where none can be made, or where it would not be one's own. It stands when this returns: without
 * `addrgenmode none` each end would get an IPv6 address a second or two later, and Chromium drops the pages it is
 * loading whenever an address comes (ERR_NETWORK_CHANGED).
 */
export function openPrivateNetwork(): { close(): void } | null {
  if (process.env['ROUNDTABLE_IN_NAMESPACE'] === undefined) return null;
  const isMade =
    ip('link', 'add', device, 'type', 'veth', 'peer', 'name', peer) &&
    ip('link', 'set', device, 'addrgenmode', 'none') &&
    ip('link', 'set', peer, 'addrgenmode', 'none') &&
    ip('link', 'set', device, 'up') &&
    ip('link', 'set', peer, 'up') &&
    ip('addr', 'add', `${address}/24`, 'dev', device);
  const close = (): void => {
    ip('link', 'del', device);
  };
  if (isMade) return { close };
  close();
  return null;
}

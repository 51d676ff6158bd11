// Checks the addresses of servers while they are typed. Main checks them again.
import { dhtNodePattern } from '#shared/settings';

export function isPeerServerAddress(text: string): boolean {
  return isUrlOf(text.trim(), ['wss:', 'ws:']);
}

export function isStunAddress(text: string): boolean {
  return /^stuns?:[^\s]{1,255}$/u.test(text.trim());
}

export function isTurnAddress(text: string): boolean {
  return /^turns?:[^\s]{1,255}$/u.test(text.trim());
}

export function isDhtNode(text: string): boolean {
  return dhtNodePattern.test(text.trim());
}

/** Without the address that may stand before the name. */
export function dhtNodeName(node: string): string {
  return node.replace(/^.*@/u, '');
}

function isUrlOf(text: string, protocols: readonly string[]): boolean {
  if (text.length > 300 || !URL.canParse(text)) return false;
  const url = new URL(text);
  return protocols.includes(url.protocol) && url.hostname !== '' && url.search === '' && url.hash === '';
}

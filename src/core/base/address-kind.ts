// Of which family an address is, and how far it can be of use.
import type { AddressFamily, AddressPlace } from '#core/ports/diagnosis';

export interface AddressKind {
  readonly family: AddressFamily;
  readonly place: AddressPlace;
}

const hidden: AddressKind = { family: 'hidden', place: 'hidden' };

/** RFC 1918, 1122, 3927, and RFC 6598: what providers give where public addresses are short. */
function isPrivate4(address: string): boolean {
  const [first = 0, second = 0] = address.split('.').map(Number);
  if (first === 10 || first === 127) return true;
  if (first === 172) return second >= 16 && second < 32;
  if (first === 192) return second === 168;
  if (first === 169) return second === 254;
  return first === 100 && second >= 64 && second < 128;
}

/** RFC 4193, RFC 4291: unique local, link-local, and this machine. */
const isPrivate6 = (address: string): boolean => /^(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):|^::1$/i.test(address);

/** Anything that is no address, e.g. a name ending in `.local`, counts as hidden. */
export function addressKind(address: string | null): AddressKind {
  if (address === null) return hidden;
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address))
    return { family: 'ipv4', place: isPrivate4(address) ? 'private' : 'public' };
  if (/^[0-9a-f:.]{2,45}$/i.test(address) && address.includes(':'))
    return { family: 'ipv6', place: isPrivate6(address) ? 'private' : 'public' };
  return hidden;
}

/** Whether both begin with the same network: three bytes of IPv4, 64 bits of IPv6 written in full or with `::`. */
export function areInOneSubnet(one: string, other: string): boolean {
  const [kind, otherKind] = [addressKind(one), addressKind(other)];
  if (kind.family !== otherKind.family || kind.family === 'hidden') return false;
  return subnetOf(one, kind.family) === subnetOf(other, kind.family);
}

/**
 * The network that an address is of, roughly as one line or one provider's customer has it: three bytes of IPv4, 48 bits of IPv6. Null for
 * what is private or hidden: it says nothing outside.
 */
export function networkOf(address: string | null): string | null {
  const { family, place } = addressKind(address);
  if (address === null || family === 'hidden' || place !== 'public') return null;
  const subnet = subnetOf(address, family);
  return family === 'ipv4' ? subnet : subnet.split(':').slice(0, 3).join(':');
}

function subnetOf(address: string, family: 'ipv4' | 'ipv6'): string {
  if (family === 'ipv4') return address.split('.').slice(0, 3).join('.');
  const [head = '', tail = ''] = address.toLowerCase().split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === '' ? [] : tail.split(':');
  const zeros = address.includes('::') ? Math.max(0, 8 - front.length - back.length) : 0;
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

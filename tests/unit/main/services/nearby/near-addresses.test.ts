import { expect, test } from 'vitest';
import { nearAddresses, nearTo } from '#main/services/nearby/near-addresses';

const face = (address: string, prefix: number, internal = false) => ({
  address,
  cidr: `${address}/${prefix}`,
  netmask: '',
  mac: '',
  family: 'IPv4' as const,
  internal,
});

test('only addresses of private networks are spoken from', () => {
  const found = nearAddresses({
    lo: [face('127.0.0.1', 8, true)],
    wifi: [face('192.168.7.20', 24), { ...face('fe80::1', 64), family: 'IPv6', scopeid: 2 }],
    dorm: [face('130.89.1.5', 16)],
    cable: [face('169.254.3.4', 16)],
  });
  expect(found).toEqual([
    { address: '192.168.7.20', prefix: 24 },
    { address: '169.254.3.4', prefix: 16 },
  ]);
});

test('near is who is in one of those networks', () => {
  const isNear = nearTo([{ address: '192.168.7.20', prefix: 24 }]);
  expect(isNear('192.168.7.254')).toBe(true);
  expect(isNear('192.168.8.1')).toBe(false);
  expect(isNear('8.8.8.8')).toBe(false);
  expect(isNear('fe80::1')).toBe(false);
  expect(isNear('')).toBe(false);
});

// Families and places of addresses.
import { describe, expect, test } from 'vitest';
import { addressKind, areInOneSubnet, networkOf } from '#core/base/address-kind';

test.each([
  ['10.0.0.1', 'ipv4', 'private'],
  ['127.0.0.1', 'ipv4', 'private'],
  ['172.16.0.1', 'ipv4', 'private'],
  ['172.32.0.1', 'ipv4', 'public'],
  ['192.168.0.1', 'ipv4', 'private'],
  ['169.254.3.4', 'ipv4', 'private'],
  ['100.64.0.1', 'ipv4', 'private'],
  ['100.128.0.1', 'ipv4', 'public'],
  ['203.0.113.9', 'ipv4', 'public'],
  ['fd00::1', 'ipv6', 'private'],
  ['fe80::1', 'ipv6', 'private'],
  ['::1', 'ipv6', 'private'],
  ['2001:db8::1', 'ipv6', 'public'],
  ['0f3d2c1b.local', 'hidden', 'hidden'],
  ['', 'hidden', 'hidden'],
  [null, 'hidden', 'hidden'],
] as const)('%s is %s and %s', (address, family, place) => {
  expect(addressKind(address)).toEqual({ family, place });
});

describe('one subnet', () => {
  test.each([
    ['192.168.1.2', '192.168.1.3', true],
    ['192.168.1.2', '192.168.2.3', false],
    ['2001:db8:1:2::1', '2001:db8:1:2:9::1', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:db8::1', '2001:0db8:0:0::7', true],
    ['::1', '::2', true],
    ['192.168.1.2', 'fd00::1', false],
    ['a.local', 'a.local', false],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(areInOneSubnet(one, other)).toBe(expected);
  });
});

test.each([
  ['203.0.113.77', '203.0.113'],
  ['2001:db8:7:1::9', '2001:db8:7'],
  ['2001:0db8:0007:0001:2:3:4:5', '2001:db8:7'],
  ['192.168.1.4', null],
  ['fd12::1', null],
  ['a1b2.local', null],
  [null, null],
])('the network of %s is %s: one line, and nothing of what is private or hidden', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

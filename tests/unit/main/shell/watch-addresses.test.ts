import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NetworkInterfaceInfo } from 'node:os';
import { watchAddresses } from '#main/shell/watch-addresses';

const at = (address: string, internal = false): NetworkInterfaceInfo =>
  ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as NetworkInterfaceInfo; // sound: all that is read

describe('a machine whose addresses are watched', () => {
  let interfaces: Record<string, NetworkInterfaceInfo[]>;
  let changes: number;
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    interfaces = { lo: [at('127.0.0.1', true)], wifi: [at('192.168.1.11')] };
    changes = 0;
    stop = watchAddresses(
      () => (changes += 1),
      () => interfaces,
    );
  });

  afterEach(() => {
    stop();
    vi.useRealTimers();
  });

  const become = (next: Record<string, NetworkInterfaceInfo[]>): number => {
    interfaces = next;
    vi.advanceTimersByTime(1_000);
    return changes;
  };

  it('is said to have changed once for each other address, and for a further network', () => {
    expect(become({ wifi: [at('192.168.1.31')] })).toBe(1);
    expect(become({ wifi: [at('192.168.1.31')], mobile: [at('10.64.0.11')] })).toBe(2);
    expect(become({ mobile: [at('10.64.0.11')], wifi: [at('192.168.1.31')] })).toBe(2);
    expect(become({ mobile: [at('10.64.0.11')] })).toBe(3);
  });

  it('is not bothered while it has no network, but when it has one again, even the same', () => {
    expect(become({ lo: [at('127.0.0.1', true)] })).toBe(0);
    expect(become({ wifi: [at('192.168.1.11')] })).toBe(1);
  });

  it('does not count loopback and link-local addresses', () => {
    expect(become({ lo: [at('127.0.0.2', true)], wifi: [at('192.168.1.11'), at('fe80::1')] })).toBe(0);
  });
});

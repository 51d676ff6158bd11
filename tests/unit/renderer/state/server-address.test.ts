import { describe, expect, it } from 'vitest';
import { defaultSettings } from '#shared/settings';
import { isPeerServerAddress, isStunAddress, isTurnAddress } from '#state/server-address';

describe('addresses of servers', () => {
  it('take the defaults', () => {
    expect(defaultSettings.publicPeerServers.every(isPeerServerAddress)).toBe(true);
    expect(defaultSettings.stunServers.every(isStunAddress)).toBe(true);
  });

  it.each([
    '',
    'peer.example',
    'https://peer.example/',
    'wss://',
    'wss://peer.example/?key=a',
    'wss://peer.example/#a',
  ])('refuse "%s" as a PeerServer', (text) => {
    expect(isPeerServerAddress(text)).toBe(false);
  });

  it.each(['', 'stun:', 'turn:a', 'stun:a b'])('refuse "%s" as STUN', (text) => {
    expect(isStunAddress(text)).toBe(false);
  });

  it.each(['turn:relay.example:3478?transport=udp', 'turns:relay.example'])('take "%s" as TURN', (text) => {
    expect(isTurnAddress(text)).toBe(true);
  });
});

import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { dhtNodes, isNetworkChange, networkConfig, type NetworkFacts } from '#main/services/network-config';
import { parsePeerServer } from '#main/services/peer-server-address';
import { NetworkConfig, type RendezvousServer } from '#shared/ice';
import { defaultSettings, type Settings } from '#shared/settings';
import { openProfile, person, temporaryFolder, testClock } from './people';

const local: RendezvousServer = { url: 'ws://127.0.0.1:9717/', key: 'peerjs', token: '', scope: 'machine' };
const facts = (settings: Partial<Settings> = {}): NetworkFacts => ({
  settings: { ...defaultSettings, ...settings },
  local: [local],
  tokenFor: (url) => `token of ${url}`,
  turnLabel: 'label',
  nowMs: 1_800_000_000_000,
});
const ownTurn: Settings['turnServers'][number] = {
  urls: ['turn:turn.example.org:3478'],
  auth: { kind: 'password', username: 'me', password: 'mine' },
};

describe('the network config', () => {
  test('names no public server until the person said yes', () => {
    for (const reachInternet of ['unanswered', 'off'] as const) {
      const config = networkConfig(facts({ reachInternet }));
      expect(config.iceServers).toEqual([]);
      expect(config.rendezvous.map(({ url }) => url)).toEqual([local.url]);
    }
    const config = networkConfig(facts({ reachInternet: 'on' }));
    expect(config.iceServers).toEqual(defaultSettings.stunServers.map((url) => ({ urls: [url] })));
    expect(config.rendezvous.map(({ scope }) => scope)).toEqual(['machine', 'internet']);
  });

  test('names one’s own servers whatever was said about public ones', () => {
    const config = networkConfig(
      facts({ reachInternet: 'off', turnServers: [ownTurn], ownPeerServers: ['peers.example.org:9000'] }),
    );
    expect(config.iceServers).toEqual([{ urls: ownTurn.urls, username: 'me', credential: 'mine' }]);
    expect(config.rendezvous.map(({ url }) => url)).toEqual([local.url, 'wss://peers.example.org:9000/']);
  });

  test('has a mailbox on the local network once the question was answered, unless the address is hidden', () => {
    const isOn = (settings: Partial<Settings>): boolean => networkConfig(facts(settings)).isNearbyOn;
    expect(isOn({})).toBe(false);
    expect(isOn({ reachInternet: 'off' })).toBe(true);
    expect(isOn({ reachInternet: 'on' })).toBe(true);
    expect(isOn({ reachInternet: 'on', findNearby: false })).toBe(false);
    expect(isOn({ reachInternet: 'on', relayOnly: true })).toBe(false);
  });

  test('has a mailbox in the DHT only where public servers may be contacted, and never while the address is hidden', () => {
    const isOn = (settings: Partial<Settings>): boolean => {
      const { isDhtOn } = networkConfig(facts(settings));
      expect(dhtNodes({ ...defaultSettings, ...settings }).length > 0).toBe(isDhtOn);
      return isDhtOn;
    };
    expect(isOn({})).toBe(false);
    expect(isOn({ reachInternet: 'off' })).toBe(false);
    expect(isOn({ reachInternet: 'on' })).toBe(true);
    expect(isOn({ reachInternet: 'on', findByDht: false })).toBe(false);
    expect(isOn({ reachInternet: 'on', relayOnly: true })).toBe(false);
    expect(isOn({ reachInternet: 'on', dhtNodes: [] })).toBe(false);
  });

  test('hides the address when asked to', () => {
    expect(networkConfig(facts({ relayOnly: true })).iceTransportPolicy).toBe('relay');
    expect(networkConfig(facts()).iceTransportPolicy).toBe('all');
  });

  test('makes TURN names and passwords from a shared secret that last ten minutes', () => {
    const auth = { kind: 'secret' as const, secret: 'shared' };
    const [server] = networkConfig(facts({ turnServers: [{ ...ownTurn, auth }] })).iceServers;
    const expirySeconds = 1_800_000_000 + 600;
    expect(server?.username).toBe(`${expirySeconds}:label`);
    expect(server?.credential).toBe(createHmac('sha1', 'shared').update(`${expirySeconds}:label`).digest('base64'));
    expect(JSON.stringify(server)).not.toContain('shared');
  });

  test('names a server once, and never more than the renderer takes', () => {
    const many = facts({
      reachInternet: 'on',
      ownPeerServers: [local.url, 'wss://a.example.org/'],
      publicPeerServers: ['wss://a.example.org', 'wss://b.example.org'],
      turnServers: Array<typeof ownTurn>(4).fill(ownTurn),
      stunServers: Array.from({ length: 4 }, (_, index) => `stun:s${index}.example.org`),
    });
    const config = networkConfig(many);
    expect(config.rendezvous.map(({ url }) => url)).toEqual([
      local.url,
      'wss://a.example.org/',
      'wss://b.example.org/',
    ]);
    expect(v.is(NetworkConfig, config)).toBe(true);
  });

  test('gives a server the same token after a restart, and every server and person another one', async () => {
    const folder = await temporaryFolder();
    const options = { folder, localRendezvous: () => [local, { ...local, url: 'ws://127.0.0.1:9000/' }] };
    const alice = await person('Alice', options);
    const before = alice.services.readNetworkConfig().rendezvous.map(({ token }) => token);
    alice.services.close();
    const after = (await openProfile(options)).readNetworkConfig().rendezvous.map(({ token }) => token);
    const bob = await person('Bob', { localRendezvous: options.localRendezvous });
    const others = bob.services.readNetworkConfig().rendezvous.map(({ token }) => token);
    expect(after).toEqual(before);
    expect(new Set([...before, ...others]).size).toBe(4);
  });

  test('follows the clock and the settings each time it is read', async () => {
    const clock = testClock();
    const { services } = await person('Alice', { clock });
    await services.settings.save({ turnServers: [{ ...ownTurn, auth: { kind: 'secret', secret: 's' } }] });
    const first = services.readNetworkConfig().iceServers[0]?.username;
    clock.pass(3_600_000);
    expect(services.readNetworkConfig().iceServers[0]?.username).not.toBe(first);
  });
});

test('only changes that matter to the network count as such', () => {
  expect(isNetworkChange(defaultSettings, { ...defaultSettings, theme: 'dark', microphoneId: 'x' })).toBe(false);
  expect(isNetworkChange(defaultSettings, { ...defaultSettings, relayOnly: true })).toBe(true);
  expect(isNetworkChange(defaultSettings, { ...defaultSettings, findNearby: false })).toBe(true);
  expect(isNetworkChange(defaultSettings, { ...defaultSettings, dhtNodes: [] })).toBe(true);
  expect(isNetworkChange(defaultSettings, { ...defaultSettings, reachInternet: 'on' })).toBe(true);
});

describe('the address of a PeerServer', () => {
  test.each([
    ['wss://0.peerjs.com/', 'wss://0.peerjs.com/', 'internet'],
    ['https://example.org:9000/myapp', 'wss://example.org:9000/myapp', 'internet'],
    ['example.org', 'wss://example.org/', 'internet'],
    ['10.example.org', 'wss://10.example.org/', 'internet'],
    ['127.0.0.1:9000', 'ws://127.0.0.1:9000/', 'machine'],
    ['http://[::1]:9000/', 'ws://[::1]:9000/', 'machine'],
    ['192.168.1.5:9000', 'ws://192.168.1.5:9000/', 'network'],
    ['[fd00::1]:9000', 'ws://[fd00::1]:9000/', 'network'],
    ['nas.local:9000', 'ws://nas.local:9000/', 'network'],
    ['nas:9000', 'ws://nas:9000/', 'network'],
    ['8.8.8.8:9000', 'wss://8.8.8.8:9000/', 'internet'],
    ['[2001:db8::1]', 'wss://[2001:db8::1]/', 'internet'],
  ])('%s is read as %s, on the %s', (address, url, scope) => {
    expect(parsePeerServer(address)).toEqual({ url, key: 'peerjs', scope });
  });

  test('may carry the key of the server', () => {
    expect(parsePeerServer('wss://example.org/?key=mine')).toEqual({
      url: 'wss://example.org/',
      key: 'mine',
      scope: 'internet',
    });
    expect(() => parsePeerServer('wss://example.org/?key=a%20b')).toThrow('rendezvous-address-wrong');
  });

  test('is refused or fits the schema, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string({ unit: 'binary' }).map((text) => `wss://${text}`),
        ),
        (text) => {
          let parsed;
          try {
            parsed = parsePeerServer(text);
          } catch (error) {
            expect(String(error)).toContain('rendezvous-address-wrong');
            return;
          }
          expect(parsed.url).toMatch(/^wss?:\/\/[^\s/?#@]+\//);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

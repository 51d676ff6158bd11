// The TURN server that Roundtable ships a configuration for, from inside: whoever has a relay on it reaches nothing but the public internet.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startProgram, type Program } from '#tests/netlab/programs';
import { turnCertificate } from '#tests/netlab/servers';
import { TurnClient, turnAccount } from '#tests/support/turn-client';

const secret = 'a secret of the laboratory';
/** On the loopback interface of this laboratory. */
const server = { 4: { address: '203.0.113.200', port: 3478 }, 6: { address: '2001:db8:200::1', port: 3478 } };
const folder = mkdtempSync(join(tmpdir(), 'roundtable-coturn-'));
let program: Program | null = null;

const client = (family: 4 | 6, label = 'somebody', seconds = 600): TurnClient =>
  new TurnClient(server[family], turnAccount(secret, label, seconds));

beforeAll(async () => {
  const ip = (command: string): unknown => execFileSync('ip', command.split(' '), { stdio: 'ignore' });
  ip(`addr add ${server[4].address}/32 dev lo`);
  ip(`addr add ${server[6].address}/128 dev lo nodad`);
  const { certificate, key } = turnCertificate();
  const shipped = readFileSync('resources/coturn/turnserver.conf', 'utf8');
  const changed = shipped
    .replace('static-auth-secret=CHANGE-ME', `static-auth-secret=${secret}`)
    .replace(/^cert=.*$/m, `cert=${certificate}`)
    .replace(/^pkey=.*$/m, `pkey=${key}`);
  expect(changed).not.toContain('CHANGE-ME');
  const config = join(folder, 'turnserver.conf');
  writeFileSync(config, changed);
  const addresses = [server[4].address, server[6].address].flatMap((address) => [
    `--listening-ip=${address}`,
    `--relay-ip=${address}`,
  ]);
  const state = [
    `--userdb=${join(folder, 'db')}`,
    `--pidfile=${join(folder, 'pid')}`,
    '--log-file=stdout',
    '--simple-log',
  ];
  program = await startProgram(
    { prefix: [] },
    ['turnserver', '-c', config, ...addresses, ...state],
    /Total General servers/,
  );
});

afterAll(async () => {
  await program?.kill();
  rmSync(folder, { recursive: true, force: true });
});

const denied = {
  4: [
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.0.170',
    '192.0.2.1',
    '192.31.196.1',
    '192.52.193.1',
    '192.88.99.1',
    '192.168.0.1',
    '192.168.255.255',
    '192.175.48.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '203.0.113.200',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
  ],
  6: [
    '::',
    '::1',
    '::7f00:1',
    '::a00:1',
    '::ffff:7f00:1',
    '::ffff:a00:1',
    '::ffff:c0a8:1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:0:7f00:1::1',
    '2001:20::1',
    '2001:db8::1',
    '2001:db8:200::1',
    '2002:7f00:1::1',
    '2002:a00:1::1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd12:3456:789a::1',
    'fe80::1',
    'febf::1',
    'fec0::1',
    'ff02::1',
    'ff0e::1',
  ],
} as const;

describe('a relay on the shipped TURN server', () => {
  test.each([4, 6] as const)('reaches an address of the public internet (IPv%i)', async (family) => {
    const relay = client(family);
    expect((await relay.allocate({ family })).error).toBeNull();
    // Nothing is sent there: it is permitted, and that is all.
    expect((await relay.permit(family === 4 ? '11.12.13.14' : '2a00:11:12::13')).error).toBeNull();
    relay.close();
  });

  test.each([4, 6] as const)('reaches nothing of a private or special network (IPv%i)', async (family) => {
    const relay = client(family);
    expect((await relay.allocate({ family })).error).toBeNull();
    const reached: string[] = [];
    for (const address of denied[family]) if ((await relay.permit(address)).error !== 403) reached.push(address);
    expect(reached).toEqual([]);
    relay.close();
  });

  test('is not given for TCP, to a wrong or an old name, or without one', async () => {
    const wishes = [
      { of: client(4), wish: { family: 4, transport: 6 }, error: [400, 442] },
      {
        of: new TurnClient(server[4], turnAccount('another secret', 'somebody', 600)),
        wish: { family: 4 },
        error: [401],
      },
      { of: client(4, 'somebody', -60), wish: { family: 4 }, error: [401] },
    ] as const;
    for (const { of, wish, error } of wishes) {
      expect(error).toContain((await of.allocate(wish)).error);
      of.close();
    }
  });

  test('is given to one name so many times, and to another name still', async () => {
    const quota = Number(/^user-quota=(\d+)$/m.exec(readFileSync('resources/coturn/turnserver.conf', 'utf8'))?.[1]);
    const account = turnAccount(secret, 'greedy', 600);
    const relays = Array.from({ length: quota + 1 }, () => new TurnClient(server[4], account));
    const errors: (number | null)[] = [];
    for (const relay of relays) errors.push((await relay.allocate({ family: 4 })).error);
    expect(errors.filter((error) => error === null)).toHaveLength(quota);
    expect(errors.at(-1)).toBe(486);
    const other = client(4, 'modest');
    expect((await other.allocate({ family: 4 })).error).toBeNull();
    for (const relay of [...relays, other]) relay.close();
  });
});

// The laboratory in short, as a part of `npm test`: a few networks that differ most. All of it: `npm run netlab`.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LineVerdict } from '#shared/connection-verdict';
import { en } from '#messages/en';
import { caseNamed } from '#tests/netlab/cases';
import { readLineCheck } from '#tests/netlab/doctor';
import { runFault } from '#tests/netlab/fault';
import { faultNamed } from '#tests/netlab/faults';
import { runCase } from '#tests/netlab/matrix';
import { People } from '#tests/netlab/people';
import { Scene } from '#tests/netlab/scene';
import { publicAddresses } from '#tests/netlab/topology';

interface Network {
  readonly words: string;
  readonly name: string;
  /** As the browser's statistics tell it. */
  readonly path: RegExp;
  /** What the app says of it, on both sides. */
  readonly said: unknown;
  /** What the caller's check of the line says. */
  readonly line: LineVerdict;
}

let people: People;

beforeAll(async () => {
  people = await People.meet();
});

afterAll(() => {
  people.remove();
});

describe('two people hear and see each other', () => {
  const networks: readonly Network[] = [
    {
      words: 'on one local network with no server at all',
      name: 'same-lan/same-lan',
      path: /^host udp - host udp$/,
      said: ['same-network', 'same-network'],
      line: 'local-only',
    },
    {
      words: 'over IPv6 alone, through two firewalls',
      name: 'firewall-6/firewall-6',
      path: /^host udp - host udp$/,
      said: ['direct', 'direct'],
      line: 'local-only',
    },
    {
      words: 'straight from home to home',
      name: 'cone/cone',
      path: /^srflx udp - srflx udp$/,
      said: ['through-nat', 'through-nat'],
      line: 'without-relay',
    },
    {
      words: 'by a relay where both routers are symmetric',
      name: 'symmetric/symmetric+turn',
      path: /relay by udp/,
      said: expect.arrayContaining(['relay-udp']),
      line: 'fine',
    },
    {
      words: 'by a relay over TLS where only port 443 is open',
      name: 'tcp-443/cone+turn',
      path: /relay by tls/,
      said: ['relay-tls', 'their-relay'],
      line: 'relay-only-works',
    },
  ];

  const named = networks.map((network) => [network.words, network] as const);

  test.each(named)('%s, and are told so', async (_, { name, path, said, line }) => {
    const { app } = await runCase(people, caseNamed(name), { withBaseline: false });
    expect(app).toMatchObject({ connected: true, heard: true });
    expect(app.path).toMatch(path);
    expect(app.said).toEqual(said);
    expect(app.line).toBe(line);
  });
});

test('somebody behind a symmetric router, as the other is, is told that it takes a relay', async () => {
  const { app } = await runCase(people, caseNamed('symmetric/symmetric'), { withBaseline: false });
  expect(app).toMatchObject({ connected: false, said: ['nats-refuse'], line: 'without-relay' });
});

test('a relay that refuses the password is named before a call', async () => {
  const turn = [{ address: publicAddresses.turn, offer: 'udp', secret: 'of somebody else' }] as const;
  const scene = await Scene.open({ ...caseNamed('cone/symmetric+turn'), servers: { stun: true, turn } });
  try {
    const [caller] = await scene.seatBoth(people);
    const { line, by } = en.doctor;
    const said = await readLineCheck(caller);
    expect(said).toContain(`${line.turn(`${publicAddresses.turn}:3478`, by.udp)} ${line.trial.refused}`);
    expect(said).toContain(line.verdict['some-server-silent'].title);
  } finally {
    await scene.close();
  }
});

describe('a running call', () => {
  const faults: readonly (readonly [words: string, name: string])[] = [
    ['goes on when the machine of one side gets another address', 'address-change'],
    ['goes on by the second TURN server when the one in use dies', 'turn-killed'],
  ];

  test.each(faults)('%s', async (_, name) => {
    const { kept, backMs } = await runFault(people, faultNamed(name));
    expect(kept).toBe(true);
    expect(backMs).not.toBeNull();
  });
});

// A look at one's own line: what is asked, in which time, and what it comes to.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lineVerdicts, type LineVerdict } from '#shared/connection-verdict';
import type { NetworkConfig } from '#shared/ice';
import { Scope } from '#core/base/scope';
import { Store } from '#core/base/store';
import { LineCheck, type LineCheckState } from '#core/doctor/line-check';
import { judgeLine, type LineFindings, type TriedServer } from '#core/doctor/line-verdict';
import { natKinds } from '#core/doctor/record';
import { mailboxPhases, mailboxScopes, type Reachability } from '#core/peers/presence';
import type { LineProbe, ProbedServer, ServerTrial } from '#core/ports/line-probe';
import { en } from '#messages/en';
import { FakeClock, settle } from '#tests/support/fake-clock';

const open: Reachability = { name: 'mail.example', scope: 'internet', phase: 'open' };
const works: ServerTrial = { outcome: 'works', afterMs: 20 };
const silent: ServerTrial = { outcome: 'silent' };
const microphone = { microphone: 'granted', microphones: 1, speakers: 1 } as const;
const host = 'candidate:1 1 udp 2122260223 192.168.1.7 50000 typ host';
const mapped = (port: number): string =>
  `candidate:2 1 udp 1686052607 203.0.113.9 ${port} typ srflx raddr 192.168.1.7 rport 50000`;

let clock: FakeClock;
let scope: Scope;
let reachability: Store<readonly Reachability[]>;
let config: Pick<NetworkConfig, 'iceServers' | 'iceTransportPolicy'>;
let asked: string[];
let gatheredWith: string[];
let probe: { -readonly [K in keyof LineProbe]: LineProbe[K] };

beforeEach(() => {
  clock = new FakeClock();
  scope = new Scope();
  reachability = new Store<readonly Reachability[]>([open]);
  config = { iceServers: [], iceTransportPolicy: 'all' };
  asked = [];
  gatheredWith = [];
  const answer =
    (trial: ServerTrial) =>
    async ({ url }: ProbedServer): Promise<ServerTrial> => {
      asked.push(url);
      return await Promise.resolve(trial);
    };
  probe = {
    tryStun: answer(works),
    tryTurn: answer(works),
    gather: async (servers) => {
      gatheredWith = servers.map(({ url }) => url);
      return await Promise.resolve([host, mapped(61_000)]);
    },
    lookAtDevices: async () => await Promise.resolve(microphone),
  };
});
afterEach(() => {
  scope.end();
});

const checkOf = (check: () => void = () => undefined): LineCheck =>
  new LineCheck({ probe, mailbox: { reachability, check }, config: () => config, clock, scope });

async function run(): Promise<Extract<LineCheckState, { phase: 'done' }>> {
  const check = checkOf();
  const started = check.start();
  await clock.advance(5_000);
  await started;
  const { snapshot } = check.store;
  if (snapshot.phase !== 'done') throw new Error('not done');
  return snapshot;
}

describe('a check', () => {
  test('asks each address of each server for itself, and the mailboxes whether they are there', async () => {
    config = {
      iceServers: [
        { urls: ['stun:a.example', 'stun:b.example'] },
        { urls: ['turn:c.example?transport=udp', 'turns:c.example:443?transport=tcp'], username: 'n', credential: 'p' },
      ],
      iceTransportPolicy: 'all',
    };
    let checks = 0;
    const check = checkOf(() => (checks += 1));
    await check.start();
    expect(checks).toBe(1);
    expect(asked).toEqual([
      'stun:a.example',
      'stun:b.example',
      'turn:c.example?transport=udp',
      'turns:c.example:443?transport=tcp',
    ]);
    expect(gatheredWith).toEqual(['stun:a.example', 'stun:b.example']);
    expect(check.store.snapshot).toMatchObject({
      phase: 'done',
      verdict: 'fine',
      findings: { addresses: { nat: 'steady' } },
    });
  });

  test('of somebody who hides their address asks no STUN server for it', async () => {
    config = { iceServers: [{ urls: ['stun:a.example'] }, { urls: ['turn:c.example'] }], iceTransportPolicy: 'relay' };
    await run();
    expect([asked, gatheredWith]).toEqual([['turn:c.example'], []]);
  });

  test('ends in less than five seconds, whatever does not answer', async () => {
    config = { iceServers: [{ urls: ['stun:a.example'] }], iceTransportPolicy: 'all' };
    reachability.set([{ ...open, phase: 'connecting' }]);
    const atEnd = async <T>(signal: AbortSignal, value: T): Promise<T> =>
      await new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve(value));
      });
    probe.tryStun = async (_, signal) => await atEnd(signal, silent);
    probe.gather = async (_, signal) => await atEnd(signal, [host]);
    probe.lookAtDevices = async () => await new Promise(() => undefined);
    const { tookMs, verdict, findings } = await run();
    expect(tookMs).toBeLessThan(5_000);
    expect(verdict).toBe('unreachable');
    expect(findings.servers[0]?.trial).toEqual(silent);
    expect(clock.pending).toBe(0);
  });

  test('waits for a mailbox that is being opened anew', async () => {
    reachability.set([{ ...open, phase: 'connecting' }]);
    const check = checkOf();
    void check.start();
    await settle();
    expect(check.store.snapshot.phase).toBe('running');
    reachability.set([open]);
    await settle();
    expect(check.store.snapshot).toMatchObject({ phase: 'done', findings: { mailboxes: [open] } });
  });

  test('runs once at a time, and can be run again', async () => {
    config = { iceServers: [{ urls: ['stun:a.example'] }], iceTransportPolicy: 'all' };
    const check = checkOf();
    await Promise.all([check.start(), check.start()]);
    expect(asked).toHaveLength(1);
    await check.start();
    expect(asked).toHaveLength(2);
  });

  test('ends with the network it belongs to', async () => {
    reachability.set([{ ...open, phase: 'connecting' }]);
    const check = checkOf();
    const started = check.start();
    scope.end();
    await started;
    expect(clock.pending).toBe(0);
  });
});

const stun = (trial: ServerTrial): TriedServer => ({ url: 'stun:a.example', isTurn: false, trial });
const turn = (trial: ServerTrial): TriedServer => ({ url: 'turn:c.example', isTurn: true, trial });
const fine: LineFindings = {
  mailboxes: [open],
  servers: [stun(works), turn(works)],
  isRelayOnly: false,
  addresses: { count: 2, hasIpv4: true, hasIpv6: false, nat: 'translated' },
  devices: microphone,
};

const situations: readonly (readonly [LineVerdict, Partial<LineFindings>])[] = [
  ['fine', {}],
  ['unreachable', { mailboxes: [{ ...open, phase: 'down' }] }],
  ['unreachable', { mailboxes: [] }],
  ['no-network', { addresses: { count: 0, hasIpv4: false, hasIpv6: false, nat: 'unknown' } }],
  ['hidden-without-relay', { isRelayOnly: true, servers: [turn({ outcome: 'refused' })] }],
  ['hidden-without-relay', { isRelayOnly: true, servers: [turn({ outcome: 'deaf' })] }],
  ['no-udp', { servers: [stun(silent)] }],
  ['no-udp', { servers: [stun(silent), turn(silent)] }],
  ['relay-only-works', { servers: [stun(silent), turn(works)] }],
  ['needs-relay', { addresses: { count: 3, hasIpv4: true, hasIpv6: false, nat: 'varying' }, servers: [stun(works)] }],
  ['without-relay', { servers: [stun(works)] }],
  ['fine', { addresses: { count: 3, hasIpv4: true, hasIpv6: false, nat: 'none' }, servers: [stun(works)] }],
  [
    'fine',
    { addresses: { count: 3, hasIpv4: true, hasIpv6: false, nat: 'varying' }, servers: [stun(works), turn(works)] },
  ],
  ['no-microphone', { devices: { ...microphone, microphones: 0 } }],
  ['no-microphone', { devices: { ...microphone, microphone: 'denied' } }],
  ['some-server-silent', { servers: [stun(works), turn({ outcome: 'refused' })] }],
  ['local-only', { servers: [] }],
];

test.each(situations)('%s: %j', (verdict, change) => {
  expect(judgeLine({ ...fine, ...change })).toBe(verdict);
});

test('every verdict is met with, and whatever is found has one with words', () => {
  expect(lineVerdicts.filter((verdict) => !situations.some(([met]) => met === verdict))).toEqual([]);
  const trial = fc.constantFrom<ServerTrial | null>(null, works, silent, { outcome: 'refused' }, { outcome: 'deaf' });
  const findings = fc.record({
    mailboxes: fc.array(
      fc.record({
        name: fc.string(),
        scope: fc.constantFrom(...mailboxScopes),
        phase: fc.constantFrom(...mailboxPhases),
      }),
      { maxLength: 3 },
    ),
    servers: fc.array(fc.record({ url: fc.constant('stun:a.example'), isTurn: fc.boolean(), trial }), { maxLength: 4 }),
    isRelayOnly: fc.boolean(),
    addresses: fc.option(
      fc.record({ count: fc.nat(3), hasIpv4: fc.boolean(), hasIpv6: fc.boolean(), nat: fc.constantFrom(...natKinds) }),
    ),
    devices: fc.option(
      fc.record({
        microphone: fc.constantFrom('granted' as const, 'denied' as const, 'ask' as const, 'unknown' as const),
        microphones: fc.nat(2),
        speakers: fc.nat(2),
      }),
    ),
  });
  fc.assert(
    fc.property(findings, (found) => {
      expect(en.doctor.line.verdict[judgeLine(found)].title).not.toBe('');
    }),
  );
});

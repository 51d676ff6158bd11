// The connection with a person as it is looked at, and reports that are opened.
import { beforeEach, describe, expect, it } from 'vitest';
import { Failure } from '#shared/failure';
import type { LineFindings } from '#core/doctor/line-verdict';
import { emptyRecord, type LinkEvent } from '#core/doctor/record';
import type { ChosenPath, PathEnd } from '#core/ports/diagnosis';
import { replayAt } from '#state/doctor.svelte';
import { happeningWords } from '#state/happening-words';
import { lineItems, lineTone } from '#state/line-words';
import { stationsOf } from '#state/way-words';
import { fakeMember, fakeRoom } from '#tests/support/fake-rooms';
import { FakeWorld } from '#tests/support/gallery/fake-world';
import * as people from '#tests/support/gallery/people';
import { openTable, type OpenTable } from '#tests/support/open-table';

const { ada, bo, dilan, eva } = people;
const app = { version: '0.1.0', shell: 'web', platform: 'linux', profile: '/home/noor' } as const;
const mapped: PathEnd = { kind: 'srflx', family: 'ipv4', place: 'public', transport: 'udp', relayBy: null };
const path: ChosenPath = { local: mapped, remote: mapped, nearness: 'apart' };
const events: readonly LinkEvent[] = [
  { what: 'attempt', role: 'initiator', atMs: people.nowMs - 10_000 },
  { what: 'open', atMs: people.nowMs - 9_500 },
  { what: 'path', path, atMs: people.nowMs - 9_500 },
];

let world: FakeWorld;
let table: OpenTable['table'];

beforeEach(async () => {
  world = new FakeWorld();
  ({ table } = await openTable(world));
});

const look = (who = ada) => table.doctor.look(who);
const stations = (who = ada): string[] =>
  stationsOf(look(who), who.name).map(({ name, detail }) => `${name} ${detail}`.trim());
const stand = (local: PathEnd, remote: PathEnd, nearness: ChosenPath['nearness'] = 'apart'): void =>
  world.doctor.of(ada.peerId).set({ ...emptyRecord, events, path: { local, remote, nearness } });

describe('somebody', () => {
  it('is looked at with what is noted, and with how I am reached', () => {
    expect(look().diagnosis.verdict).toBe('no-mailbox');
    world.reachability.set([{ name: 'secret.example', scope: 'internet', phase: 'open' }]);
    expect(look().diagnosis.verdict).toBe('not-tried');
    expect(JSON.stringify(look().facts)).not.toContain('secret');
    stand(mapped, mapped);
    expect(look().diagnosis.verdict).toBe('through-nat');
  });

  it('without a link for a reason is told so, whatever was noted', () => {
    expect(look(eva).diagnosis.verdict).toBe('not-accepted');
    expect(look(dilan).diagnosis.verdict).toBe('key-changed');
  });

  it('whose link a friend carries is told with the name of the friend', () => {
    world.doctor.of(ada.peerId).set({ ...emptyRecord, events: events.slice(0, 2) });
    world.relays.via.set(new Map([[ada.peerId, bo.peerId]]));
    expect(look().diagnosis).toMatchObject({ verdict: 'by-friend', tone: 'good', advice: 'add-relay' });
    expect(stations()).toEqual(['You', 'Bo passes it on, sealed', 'Ada Lindqvist']);
  });

  it('whose voice a friend carries is told with the name of the friend', () => {
    const members = [fakeMember(ada.peerId, 'Ada', { through: bo.peerId }), fakeMember(bo.peerId, 'Bo')];
    world.rooms.store.set({ current: fakeRoom({ members }), held: [], rings: [] });
    expect(look().diagnosis.verdict).toBe('carried');
    expect(look().carrier).toBe('Bo');
    expect(stations()).toEqual(['You', 'Bo carries the voice', 'Ada Lindqvist']);
  });
});

describe('the way', () => {
  it('within one network has nothing in between', () => {
    const host: PathEnd = { ...mapped, kind: 'host', place: 'private' };
    stand(host, host, 'same-subnet');
    expect(stations()).toEqual(['You IPv4, UDP', 'Ada Lindqvist IPv4, UDP']);
  });

  it('from home to home has a router on each side', () => {
    stand(mapped, mapped);
    expect(stations()).toEqual(['You IPv4, UDP', 'Router', 'Router', 'Ada Lindqvist IPv4, UDP']);
  });

  it('by a relay names how it is spoken to', () => {
    stand({ ...mapped, kind: 'relay', relayBy: 'tls' }, { ...mapped, kind: 'prflx' });
    expect(stations()).toEqual(['You IPv4, UDP', 'TURN relay TLS', 'Ada Lindqvist IPv4, UDP']);
    stand(mapped, { ...mapped, kind: 'relay' });
    expect(stations()).toEqual(['You IPv4, UDP', 'Router', 'TURN relay', 'Ada Lindqvist IPv4, UDP']);
  });

  it('that there is not has a gap, and what is known of the routers', () => {
    world.doctor.of(ada.peerId).set({ ...emptyRecord, nats: { mine: 'translated', theirs: 'varying' } });
    expect(stations()).toEqual(['You', 'Router NAT', 'No path', 'Router NAT, symmetric', 'Ada Lindqvist']);
  });
});

describe('what happened', () => {
  it.each<[LinkEvent, string]>([
    [{ what: 'attempt', role: 'responder', atMs: 0 }, 'They begin to connect'],
    [{ what: 'sent', signal: 'offer', way: 'nearby', atMs: 0 }, 'Sent an offer by the local network'],
    [
      { what: 'unsent', signal: 'here', code: 'rendezvous-down', atMs: 0 },
      'Could not send a greeting: You are not reachable right now',
    ],
    [{ what: 'received', signal: 'candidates', atMs: 0 }, 'Received addresses'],
    [
      { what: 'candidate', side: 'mine', candidate: mapped, atMs: 0 },
      'Found, address seen by a server, public, IPv4, UDP',
    ],
    [
      { what: 'path', path: { ...path, local: { ...mapped, kind: 'relay', relayBy: 'tls' } }, atMs: 0 },
      'Path in use, address of a relay, TLS – address seen by a server, UDP',
    ],
    [{ what: 'connection', state: 'failed', atMs: 0 }, 'Nothing came through'],
    [{ what: 'repairing', atMs: 0 }, 'Looking for a new path'],
    [{ what: 'closed', code: null, atMs: 0 }, 'Ended on purpose'],
  ])('%j is said in words', (event, words) => {
    expect(happeningWords(event)).toBe(words);
  });
});

describe('a report', () => {
  it('holds the connection and not the profile, is saved, and is seen again at each moment', async () => {
    stand(mapped, mapped);
    const text = table.doctor.reportOf(look(), app);
    expect(text).not.toMatch(/noor|Ada/);
    expect(await table.doctor.saveReport(text)).toMatchObject({ folder: '/home/noor/Downloads' });
    expect(world.asked.at(-1)).toEqual({ call: 'saveConnectionReport', input: { text } });
    const replay = await table.doctor.openReport(new Blob([text]));
    expect(replay.app).toEqual({ version: '0.1.0', shell: 'web', platform: 'linux' });
    expect([0, 100, 500, replay.lengthMs].map((atMs) => replayAt(replay, atMs).diagnosis.verdict)).toEqual([
      'reaching',
      'reaching',
      'through-nat',
      'through-nat',
    ]);
  });

  it('that is too large is not even read', async () => {
    const file = new Blob(['x'.repeat(300_000)]);
    file.text = async () => await Promise.reject(new Error('read'));
    const failed = await table.doctor.openReport(file).catch((reason: unknown) => Failure.from(reason).code);
    expect(failed).toBe('report-malformed');
  });
});

describe('a look at my own line', () => {
  const findings: LineFindings = {
    mailboxes: [{ name: 'mail.example', scope: 'internet', phase: 'connecting' }],
    servers: [
      { url: 'stun:a.example:3478', isTurn: false, trial: { outcome: 'works', afterMs: 30 } },
      { url: 'turns:b.example:443?transport=tcp', isTurn: true, trial: { outcome: 'refused' } },
      { url: 'turn:b.example:3478?transport=tcp', isTurn: true, trial: null },
    ],
    isRelayOnly: false,
    addresses: { count: 1, hasIpv4: true, hasIpv6: true, nat: 'varying' },
    devices: { microphone: 'ask', microphones: 1, speakers: 0 },
  };
  const said = (found: LineFindings, isRunning: boolean): string[] =>
    lineItems(found, isRunning).flatMap(({ items }) => items.map(({ name, state }) => `${name}: ${state}`));

  it('names each thing with how it fares', () => {
    expect(said(findings, true)).toEqual([
      'Internet: running',
      'This computer: plain',
      'STUN server a.example:3478: good',
      'TURN relay b.example:443 by TLS: bad',
      'TURN relay b.example:3478 by TCP: running',
      'Microphone: good',
      'Speaker: plain',
    ]);
    expect(said(findings, false)[0]).toBe('Internet: bad');
  });

  it('says what is missing altogether', () => {
    const nothing = { ...findings, mailboxes: [], servers: [], addresses: null, devices: null };
    expect(said(nothing, true)).toEqual([
      'Nothing: bad',
      'This computer: running',
      'No servers: plain',
      'Microphone: running',
      'Speaker: running',
    ]);
    const without = { ...findings, addresses: { count: 0, hasIpv4: false, hasIpv6: false, nat: 'unknown' } } as const;
    expect(said(without, false)[1]).toBe('This computer: bad');
  });

  it('is as loud as what it found', () => {
    expect([lineTone('fine'), lineTone('needs-relay'), lineTone('no-udp')]).toEqual(['info', 'warning', 'error']);
  });
});

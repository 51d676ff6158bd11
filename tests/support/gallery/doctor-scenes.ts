// Connections as they could be: standing, relayed, failed, and unknown.
import type { LinkHappening, LinkRecord, Sample } from '#core/doctor/record';
import type { LineCheckState } from '#core/doctor/line-check';
import type { LineFindings } from '#core/doctor/line-verdict';
import type { CandidateFacts, ChosenPath } from '#core/ports/diagnosis';
import { emptyRecord } from '#core/doctor/record';
import type { Contact } from '#shared/contact';
import type { FakeWorld } from './fake-world';
import * as people from './people';
import { online, tableOf, type Scene } from './scene-parts';

const host: CandidateFacts = { kind: 'host', family: 'ipv4', place: 'private', transport: 'udp' };
const mapped: CandidateFacts = { ...host, kind: 'srflx', place: 'public' };
const relayed: CandidateFacts = { ...mapped, kind: 'relay' };
const homeToHome: ChosenPath = {
  local: { ...mapped, relayBy: null },
  remote: { ...mapped, relayBy: null },
  nearness: 'apart',
};
const byRelay: ChosenPath = { ...homeToHome, local: { ...relayed, relayBy: 'tls' } };

/** Two minutes, with a rough patch in them. */
const samples = Array.from({ length: 120 }, (_, at): Sample => {
  const isRough = at > 60 && at < 80;
  return {
    atMs: people.nowMs - (120 - at) * 1_000,
    roundTripMs: (isRough ? 90 : 18) + ((at * 7) % 9),
    lossRatio: isRough ? 0.04 : 0,
    jitterMs: isRough ? 22 : 3 + (at % 3),
    sentBitsPerSecond: 1_400_000 + ((at * 37) % 200_000),
    receivedBitsPerSecond: isRough ? 600_000 : 1_500_000,
  };
});

function recordOf(happenings: readonly LinkHappening[], more: Partial<LinkRecord>): LinkRecord {
  const beganAtMs = people.nowMs - 200_000;
  return { ...emptyRecord, events: happenings.map((one, at) => ({ ...one, atMs: beganAtMs + at * 40 })), ...more };
}

const heard: readonly LinkHappening[] = [
  { what: 'attempt', role: 'initiator' },
  { what: 'sent', signal: 'offer', way: 'internet' },
  { what: 'candidate', side: 'mine', candidate: host },
  { what: 'candidate', side: 'mine', candidate: mapped },
  { what: 'sent', signal: 'candidates', way: 'internet' },
  { what: 'received', signal: 'answer' },
  { what: 'received', signal: 'candidates' },
  { what: 'candidate', side: 'theirs', candidate: host },
  { what: 'candidate', side: 'theirs', candidate: mapped },
  { what: 'connection', state: 'connecting' },
];
const standing = (path: ChosenPath): LinkRecord =>
  recordOf(
    [
      ...heard,
      { what: 'connection', state: 'connected' },
      { what: 'proving' },
      { what: 'path', path },
      { what: 'open' },
      { what: 'connection', state: 'disconnected' },
      { what: 'repairing' },
      { what: 'connection', state: 'connected' },
      { what: 'open' },
    ],
    {
      path,
      samples,
      pairs: { tried: 4, answered: 2 },
      dtls: 'connected',
      nats: { mine: 'translated', theirs: 'varying' },
    },
  );

const connection = (who: Contact, prepare: (world: FakeWorld) => void): Scene => ({
  before: (world) => {
    online(world);
    prepare(world);
  },
  then: async (_world, app) => {
    const table = tableOf(app);
    await table.visit(who.contactId);
    table.navigation.open({ kind: 'connection', contactId: who.contactId });
  },
});

const found: LineFindings = {
  mailboxes: [
    { name: '127.0.0.1:9717', scope: 'machine', phase: 'open' },
    { name: 'mDNS', scope: 'nearby', phase: 'open' },
    { name: 'DHT', scope: 'dht', phase: 'open' },
    { name: '0.peerjs.com', scope: 'internet', phase: 'open' },
  ],
  servers: [
    { url: 'stun:stun.example:3478', isTurn: false, trial: { outcome: 'works', afterMs: 34 } },
    { url: 'turn:relay.example:3478?transport=udp', isTurn: true, trial: { outcome: 'works', afterMs: 212 } },
    { url: 'turns:relay.example:443?transport=tcp', isTurn: true, trial: { outcome: 'works', afterMs: 388 } },
  ],
  isRelayOnly: false,
  addresses: { count: 3, hasIpv4: true, hasIpv6: true, nat: 'translated' },
  devices: { microphone: 'granted', microphones: 2, speakers: 1 },
};
const troubled: LineFindings = {
  mailboxes: [
    { name: '127.0.0.1:9717', scope: 'machine', phase: 'open' },
    { name: 'DHT', scope: 'dht', phase: 'down' },
    { name: '0.peerjs.com', scope: 'internet', phase: 'down' },
  ],
  servers: [
    { url: 'stun:stun.example:3478', isTurn: false, trial: { outcome: 'silent' } },
    { url: 'turn:relay.example:3478?transport=udp', isTurn: true, trial: { outcome: 'refused' } },
    { url: 'turns:relay.example:443?transport=tcp', isTurn: true, trial: { outcome: 'deaf' } },
  ],
  isRelayOnly: false,
  addresses: { count: 1, hasIpv4: true, hasIpv6: false, nat: 'unknown' },
  devices: { microphone: 'denied', microphones: 0, speakers: 0 },
};
const begun: LineFindings = {
  ...found,
  servers: found.servers.map((server) => ({ ...server, trial: null })),
  addresses: null,
  devices: null,
};

const checking = (state: LineCheckState): Scene => ({
  before: (world) => {
    online(world);
    world.doctor.line.store.set(state);
  },
  then: (_world, app) => tableOf(app).navigation.open({ kind: 'check-line' }),
});

export const doctorScenes: Readonly<Record<string, Scene>> = {
  connection: connection(people.ada, (world) => world.doctor.of(people.ada.peerId).set(standing(homeToHome))),
  'connection-relayed': connection(people.ada, (world) => world.doctor.of(people.ada.peerId).set(standing(byRelay))),
  'connection-by-friend': connection(people.ada, (world) => {
    world.relays.via.set(new Map([[people.ada.peerId, people.carmen.peerId]]));
    world.doctor.of(people.ada.peerId).set({ ...recordOf([{ what: 'proving' }, { what: 'open' }], {}), samples });
  }),
  'connection-failed': connection(people.faruk, (world) => {
    const record = recordOf(
      [...heard, { what: 'connection', state: 'failed' }, { what: 'closed', code: 'peer-unreachable' }],
      { pairs: { tried: 6, answered: 0 }, nats: { mine: 'translated', theirs: 'varying' } },
    );
    world.doctor.of(people.faruk.peerId).set(record);
  }),
  'connection-unknown': connection(people.faruk, () => undefined),
  'connection-events': {
    ...connection(people.ada, (world) => world.doctor.of(people.ada.peerId).set(standing(homeToHome))),
    press: ['Save the report'],
  },
  'connection-report': {
    before: online,
    then: (_world, app) => tableOf(app).navigation.open({ kind: 'connection-report' }),
  },
  'check-line': checking({ phase: 'done', findings: found, verdict: 'fine', tookMs: 640 }),
  'check-line-running': checking({ phase: 'running', findings: begun }),
  'check-line-troubled': checking({ phase: 'done', findings: troubled, verdict: 'no-udp', tookMs: 4_500 }),
};

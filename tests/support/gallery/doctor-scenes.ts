// Connections as they could be: standing, relayed, failed, and unknown.
import type { LinkHappening, LinkRecord, Sample } from '#core/doctor/record';
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

export const doctorScenes: Readonly<Record<string, Scene>> = {
  connection: connection(people.ada, (world) => world.doctor.of(people.ada.peerId).set(standing(homeToHome))),
  'connection-relayed': connection(people.ada, (world) => world.doctor.of(people.ada.peerId).set(standing(byRelay))),
  'connection-failed': connection(people.faruk, (world) => {
    const record = recordOf(
      [...heard, { what: 'connection', state: 'failed' }, { what: 'closed', code: 'peer-unreachable' }],
      { pairs: { tried: 6, answered: 0 }, nats: { mine: 'translated', theirs: 'varying' } },
    );
    world.doctor.of(people.faruk.peerId).set(record);
  }),
  'connection-unknown': connection(people.faruk, () => undefined),
};

// Every screen of the app, by name: what the world is like, and where the person has gone in it.
import { Failure } from '#shared/failure';
import type { CallRecord } from '#shared/call-record';
import type { CallSnapshot } from '#core/call/snapshot';
import type { ConnectionStats } from '#core/ports';
import { m } from '#messages/messages';
import type { SettingsSection } from '#state/navigation.svelte';
import type { FakeWorld } from './fake-world';
import { paintedView } from './painted-video';
import * as people from './people';
import { eased, live, online, tableOf, visiting, type Scene } from './scene-parts';
import { byHandScenes } from './by-hand-scenes';
import { chatFileScenes } from './chat-file-scenes';
import { chatScenes, written } from './chat-scenes';
import { doctorScenes } from './doctor-scenes';
import { doorScenes } from './door-scenes';
import { fileScenes, filesWithAda } from './file-scenes';
import { playerScenes } from './player-scenes';
import { relayScenes } from './relay-scenes';
import { roomScenes } from './room-scenes';
import { shareScenes } from './share-scenes';
import { castScenes } from './cast-scenes';
import { vaultScenes } from './vault-scenes';

const callId = people.hex(900) as CallRecord['callId']; // sound: 32 hex digits
const withAda = { callId, peerId: people.ada.peerId, video: false };
const answeredAtMs = people.nowMs - 252_000;
const measured: ConnectionStats = {
  localCandidate: 'srflx',
  remoteCandidate: 'srflx',
  protocol: 'udp',
  roundTripMs: 18,
  lossRatio: 0,
  jitterMs: 3,
  audioCodec: 'opus',
  videoCodec: 'VP9',
  sentBitsPerSecond: 1_400_000,
  receivedBitsPerSecond: 1_500_000,
  framesDecoded: 7_000,
  audioBytesReceived: 1_000_000,
  heardLevel: null,
  availableBitsPerSecond: null,
};

function calling(snapshot: CallSnapshot, prepare?: (world: FakeWorld) => void): Required<Omit<Scene, 'press'>> {
  return {
    before: (world) => {
      online(world);
      world.view = paintedView('remote');
    },
    then: async (world, app) => {
      const table = tableOf(app);
      await table.visit(people.ada.contactId);
      live(world, false, false);
      world.stats.set(measured);
      world.spoken.set(['copper', 'window', 'lantern', 'maple']);
      prepare?.(world);
      world.call.set({ ...withAda, phase: 'connecting', sinceMs: people.nowMs });
      world.call.set(snapshot);
    },
  };
}

const active = (remote: { microphone: boolean; camera: boolean }): CallSnapshot => ({
  ...withAda,
  phase: 'active',
  answeredAtMs,
  remote,
});

const inCall = calling(active({ microphone: true, camera: false }));

const ended = (more: Partial<Extract<CallSnapshot, { phase: 'ended' }>>): CallSnapshot => ({
  ...withAda,
  phase: 'ended',
  reason: 'they-hung-up',
  note: null,
  talkedMs: 0,
  code: null,
  ...more,
});

const settings = (section: SettingsSection): Scene => ({
  before: online,
  then: (_world, app) => tableOf(app).navigation.open({ kind: 'settings', section }),
});

const preview = (more: { sameNameAs?: boolean; knownAs?: boolean }): Scene => ({
  before: (world) => {
    online(world);
    world.answers.inspectInvite = async () => ({
      peerId: people.peerId(29),
      nameHint: more.sameNameAs === true ? 'Bo' : 'Ines',
      expiresAt: people.nowMs + 1e7,
      knownAs: more.knownAs === true ? people.bo.contactId : null,
      sameNameAs: more.sameNameAs === true ? people.bo.contactId : null,
    });
  },
  then: (_world, app) => tableOf(app).openInvite(people.inviteText),
});

export const scenes: Readonly<Record<string, Scene>> = {
  'first-run-name': { before: (world) => (world.identity = { state: 'missing' }) },
  'first-run-restore': { before: (world) => (world.identity = { state: 'missing' }), press: ['I have recovery words'] },
  'first-run-meet': { before: (world) => (world.settings = { ...world.settings, reachInternet: 'unanswered' }) },
  'first-run-reach': {
    before: (world) => (world.settings = { ...world.settings, reachInternet: 'unanswered' }),
    press: ['Continue'],
  },
  'home-empty': { before: (world) => (world.contacts = []) },
  home: { before: online },
  'home-searching': {
    before: online,
    then: (_world, app) => void (tableOf(app).people.search = 'carm'),
  },
  reach: { before: online, press: ['Noor Reachable: internet Show details'] },
  person: { before: online, then: visiting(people.ada) },
  'person-menu': { before: online, then: visiting(people.ada), press: ['More actions'] },
  'person-unverified': { before: online, then: visiting(people.bo) },
  'person-invited': { before: online, then: visiting(people.eva) },
  'person-key-changed': { before: online, then: visiting(people.dilan) },
  'person-namesake': {
    before: (world) => {
      online(world);
      world.contacts = [...people.everybody, people.otherBo];
    },
    then: visiting(people.otherBo),
  },
  rename: {
    before: online,
    then: (_world, app) => tableOf(app).navigation.open({ kind: 'rename', contactId: people.carmen.contactId }),
  },
  remove: {
    before: online,
    then: (_world, app) => tableOf(app).navigation.open({ kind: 'remove', contactId: people.bo.contactId }),
  },
  invite: { before: online, then: (_world, app) => tableOf(app).navigation.open({ kind: 'add', tab: 'give' }) },
  'invite-none': {
    before: (world) => {
      online(world);
      world.invites = [];
    },
    then: (_world, app) => tableOf(app).navigation.open({ kind: 'add', tab: 'give' }),
  },
  'invite-pasted': preview({}),
  'invite-same-name': preview({ sameNameAs: true }),
  'invite-known': preview({ knownAs: true }),
  'invite-refused': {
    before: (world) => {
      online(world);
      world.answers.inspectInvite = async () => {
        throw new Failure('invite-used');
      };
    },
    then: (_world, app) => tableOf(app).openInvite(people.inviteText),
  },
  'call-reaching': calling({ ...withAda, phase: 'outgoing', stage: 'reaching', sinceMs: people.nowMs }),
  'call-ringing': calling({ ...withAda, phase: 'outgoing', stage: 'ringing', sinceMs: people.nowMs }),
  'call-incoming': {
    before: online,
    then: (world) => world.call.set({ ...withAda, phase: 'incoming', video: true, sinceMs: people.nowMs }),
  },
  'call-declining': {
    before: online,
    then: (world) => world.call.set({ ...withAda, phase: 'incoming', sinceMs: people.nowMs }),
    press: ['Decline with words'],
  },
  'call-connecting': calling({ ...withAda, phase: 'connecting', sinceMs: people.nowMs }),
  'call-audio': inCall,
  'call-muted': calling(active({ microphone: false, camera: false }), (world) => live(world, true, false)),
  'call-video': calling(active({ microphone: true, camera: true }), (world) => {
    live(world, false, true);
    world.remoteTracks.set({ audio: {}, video: {} });
  }),
  'call-own-video': calling(active({ microphone: true, camera: false }), (world) => {
    live(world, true, true);
    eased(world);
  }),
  'call-devices': { ...inCall, press: ['Microphone and speaker'] },
  'call-reconnecting': calling({ ...withAda, phase: 'reconnecting', answeredAtMs, sinceMs: people.nowMs }),
  'call-no-microphone': calling(active({ microphone: true, camera: false }), (world) => {
    live(world, false, false);
    world.media.set({ ...world.media.snapshot, microphone: { phase: 'failed', code: 'microphone-denied' } });
    world.stats.set({ ...measured, roundTripMs: 900, lossRatio: 0.2, localCandidate: 'relay' });
  }),
  'call-ended': calling(ended({ talkedMs: 754_000 })),
  'call-declined': calling(ended({ reason: 'declined', note: 'I am in a meeting. Back at three!' })),
  'call-no-answer': calling(ended({ reason: 'no-answer' })),
  'call-key-changed': calling(ended({ reason: 'key-changed', code: 'key-changed' })),
  'call-unreachable': calling(ended({ reason: 'unreachable', code: 'peer-unreachable' })),
  'call-elsewhere': {
    before: inCall.before,
    then: async (world, app) => {
      await inCall.then(world, app);
      await tableOf(app).visit(people.bo.contactId);
    },
  },
  rejoin: {
    before: (world) => {
      online(world);
      const before = { callId, peerId: people.ada.peerId, video: false, seenAtMs: people.nowMs };
      world.memory.set('roundtable.call', JSON.stringify(before));
    },
  },
  compare: {
    ...inCall,
    press: ['Verified. Compare the safety number'],
  },
  'compare-differs': {
    ...inCall,
    press: ['Verified. Compare the safety number', 'They differ'],
  },
  echo: { before: online, then: (_world, app) => tableOf(app).navigation.show({ kind: 'echo' }) },
  'echo-listening': {
    before: (world) => {
      online(world);
      world.view = paintedView('microphone');
      world.echo.set({ phase: 'listening', heardAnything: true });
    },
    then: (_world, app) => tableOf(app).navigation.show({ kind: 'echo' }),
  },
  'echo-failed': {
    before: (world) => {
      online(world);
      world.echo.set({ phase: 'failed', code: 'microphone-missing' });
    },
    then: (_world, app) => tableOf(app).navigation.show({ kind: 'echo' }),
  },
  'settings-you': { ...settings('you'), press: ['Show recovery words'] },
  'settings-devices': settings('devices'),
  'settings-mute-keys': {
    ...settings('devices'),
    before: (world) => (world.settings = { ...world.settings, muteKeys: 'CommandOrControl+Shift+M' }),
  },
  'settings-mute-keys-press': { ...settings('devices'), press: ['Choose keys'] },
  'settings-network': settings('network'),
  'settings-dht-missing': {
    ...settings('network'),
    before: (world) => world.reachability.set([{ name: 'DHT', scope: 'dht', phase: 'closed' }]),
    press: ['Add to Ways into the DHT'],
  },
  'settings-turn': { ...settings('network'), press: ['Add to TURN relays'] },
  'settings-appearance': settings('appearance'),
  'settings-alerts': settings('alerts'),
  'settings-chat': settings('chat'),
  'settings-casts': settings('casts'),
  'settings-chat-kept': {
    ...settings('chat'),
    before: (world) => {
      online(world);
      world.settings = { ...world.settings, custody: { keeps: true, leaves: true } };
      world.answers.listKept = async () => [
        { owner: people.ada.peerId, recipient: people.carmen.peerId, count: 12, bytes: 49_200 },
        { owner: people.bo.peerId, recipient: people.ada.peerId, count: 1, bytes: 1_300 },
      ];
    },
    then: async (world, app) => {
      await settings('chat').then?.(world, app);
      setTimeout(() => document.querySelector('.kept')?.scrollIntoView({ block: 'end' }), 300);
    },
  },
  'settings-files': {
    ...settings('files'),
    before: (world) => {
      online(world);
      world.settings = {
        ...world.settings,
        files: {
          uploadLimit: 4_000_000,
          downloadLimit: null,
          limitHours: { from: 480, to: 1_320 },
          pausesOnMetered: true,
        },
      };
      world.drops.allowed.set(new Map([[people.ada.contactId, 100_000_000]]));
    },
  },
  'settings-blocked': settings('blocked'),
  'settings-about': { ...settings('about'), press: ['Save a report'] },
  shortcuts: { before: online, then: (_world, app) => tableOf(app).navigation.open({ kind: 'shortcuts' }) },
  toasts: {
    before: (world) => {
      online(world);
      world.settingsWarning = 'settings-damaged';
    },
    then: (_world, app) => {
      app.toasts.fail(new Failure('rendezvous-id-taken'));
      app.toasts.fail(new Failure('disk-full'));
      app.toasts.show({ title: m.person.blocked('Bo'), action: { label: m.person.undo, run: () => undefined } });
    },
  },
  'broken-identity': {
    before: (world) => {
      const keptAt = '/home/noor/.config/roundtable/identity.sealed';
      world.identity = { state: 'damaged', code: 'identity-damaged', keptAt };
    },
  },
  'broken-identity-aside': {
    before: (world) => {
      const keptAt = '/home/noor/.config/roundtable/identity.sealed';
      world.identity = { state: 'damaged', code: 'identity-damaged', keptAt };
    },
    press: ['Put it aside and begin anew'],
  },
  'broken-database': {
    before: (world) => {
      world.answers.listContacts = async () => {
        throw new Failure('database-busy');
      };
    },
  },
  'update-needed': {
    before: (world) => {
      world.answers.readSettings = async () => {
        throw new Failure('update-needed');
      };
    },
  },
  elsewhere: { before: (world) => (world.isHeld = false) },
  'call-chat': {
    ...inCall,
    before: (world) => {
      inCall.before(world);
      written(world);
    },
    press: ['Open the chat'],
  },
  'call-files': {
    ...inCall,
    then: async (world, app) => {
      await inCall.then(world, app);
      world.drops.show(...filesWithAda);
    },
    press: ['Files', 'Show files'],
  },
  ...chatScenes,
  ...chatFileScenes,
  ...shareScenes,
  ...byHandScenes,
  ...doctorScenes,
  ...doorScenes,
  ...fileScenes,
  ...playerScenes,
  ...relayScenes,
  ...roomScenes,
  ...vaultScenes,
  ...castScenes,
};

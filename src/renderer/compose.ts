// Builds adapters, core and state, and joins them. The only file that sees all three.
import { BrowserCastSource } from '#adapters/browser-cast-source';
import { BrowserEchoTest } from '#adapters/browser-echo-test';
import { BrowserMedia } from '#adapters/browser-media';
import { BrowserNotices } from '#adapters/browser-notices';
import { BrowserTones } from '#adapters/browser-tones';
import { BrowserVoicePlayer } from '#adapters/browser-voice-player';
import { BrowserVoiceRecorder } from '#adapters/browser-voice-recorder';
import { givenByList, givenByTransfer } from '#adapters/content-given-files';
import { readableFiles } from '#adapters/readable-files';
import { HostContentStore } from '#adapters/content-store';
import { readPreview } from '#adapters/drop-preview';
import { createHost } from '#adapters/host-bridge';
import { KeptHandles } from '#adapters/kept-handles';
import { KeptVoices } from '#adapters/kept-voices';
import { browserLineCost } from '#adapters/line-cost';
import { browserLineProbe } from '#adapters/line-probe';
import { liveCrypto } from '#adapters/live-crypto';
import { openLiveEncoder } from '#adapters/live-encoder';
import { openLiveOutput } from '#adapters/live-output';
import { openDhtRendezvous, openNearbyRendezvous } from '#adapters/main-rendezvous';
import { createMediaView, type ViewedTracks } from '#adapters/media-view';
import { openPlayable } from '#adapters/playable-file';
import { openPeerJsRendezvous } from '#adapters/peerjs-rendezvous';
import { randomBytes } from '#adapters/random-bytes';
import { RoomSound } from '#adapters/room-sound';
import { BrowserScreen } from '#adapters/screen-source';
import { sha256 } from '#adapters/sha256';
import { soundRecorder } from '#adapters/sound-recorder';
import { Speaker } from '#adapters/speaker';
import { systemClock } from '#adapters/system-clock';
import { createTunnelKey } from '#adapters/tunnel-crypto';
import { connectWebShell, type ShellState } from '#adapters/web-shell-host';
import { openWebRtcConnection } from '#adapters/webrtc-connection';
import type { ConversationId } from '#shared/chat';
import type { Contact } from '#shared/contact';
import type { HostApi } from '#shared/contract';
import type { Failure } from '#shared/failure';
import { Store, type ReadableStore } from '#core/base/store';
import type { TracksByMember } from '#core/conference/snapshot';
import { m } from '#messages/messages';
import type { Host } from '#core/ports';
import { AppState } from '#state/app.svelte';
import type { AppDeps, FileIntake } from '#state/deps';
import { ScreenPicker } from '#state/screen-picker.svelte';
import type { NetworkDeps } from './network-deps';
import { tieToPage } from './tie-to-page';

declare global {
  interface Window {
    /** Exposed by the desktop app's preload; absent in the web shell. */
    readonly roundtable?: HostApi;
  }
}

interface Shell {
  readonly api: HostApi;
  readonly state: ReadableStore<ShellState>;
}

const openShell = async (): Promise<Shell> =>
  window.roundtable ? { api: window.roundtable, state: new Store<ShellState>('connected') } : await connectWebShell();

type Claim = (options: { take: boolean }) => Promise<{ isHeld: boolean }>;

const isInCall = ({ stage }: AppState): boolean => stage.name === 'open' && stage.table.call.isRunning;

/**
 * A lost local service is said as long as it lasts. A running call needs no service, so nothing is torn down; when the
 * service is back, a window with a call keeps the network even if a newer window was faster.
 */
function followShell(state: ReadableStore<ShellState>, app: AppState, claim: Claim): void {
  let unsay = (): void => undefined;
  state.onChange(() => {
    unsay();
    if (state.snapshot === 'disconnected') unsay = app.toasts.failUntilMended('shell-disconnected');
    if (state.snapshot !== 'connected') return;
    void claim({ take: isInCall(app) }).then(
      async ({ isHeld }) => {
        if (!isHeld || app.stage.name === 'broken') await app.start();
      },
      () => undefined, // lost again: the next connection claims
    );
  });
}

/** In a browser the page itself shows incoming calls and messages; the desktop app does it in main. */
function withNotices(host: Host, notices: BrowserNotices, onPress: (to: ConversationId) => void): Host {
  return {
    ...host,
    announceCall: async ({ callId, name, video }) => {
      notices.announce(callId, m.call.incoming(name));
      await host.announceCall({ callId, name, video });
    },
    withdrawCall: async ({ callId }) => {
      notices.withdraw(callId);
      await host.withdrawCall({ callId });
    },
    announceMessage: async (message) => {
      const { conversationId, title, text } = message;
      notices.announceMessage(conversationId, title, text, () => onPress(conversationId));
      await host.announceMessage(message);
    },
    announceDrop: async (drop) => {
      notices.announceDrop(drop.dropId, drop.title);
      await host.announceDrop(drop);
    },
  };
}

const mailboxesFor = (host: Host): Pick<NetworkDeps, 'openNearby' | 'openDht'> => ({
  openNearby: () => openNearbyRendezvous(host),
  openDht: () => openDhtRendezvous(host),
});

const intakeFor = (host: Host, content: HostContentStore): FileIntake => ({
  ofTransfer: async (transfer) => await givenByTransfer(transfer),
  ofList: async (list) => await Promise.resolve(givenByList(list)),
  readable: readableFiles,
  preview: async (dropId) => await readPreview(host, dropId, (fileId) => content.ownFile(fileId)),
  play: async (dropId, position) => await openPlayable(host, { dropId, position }, (fileId) => content.ownFile(fileId)),
});

const adapters = {
  clock: systemClock,
  lineCost: browserLineCost(),
  random: randomBytes,
  recorder: soundRecorder,
  sha256,
  openRendezvous: openPeerJsRendezvous,
  openConnection: openWebRtcConnection,
  lineProbe: browserLineProbe,
  liveCrypto,
  openLiveEncoder,
  openLiveOutput,
  createTunnelKey,
};

const voiceFor = (
  media: BrowserMedia,
  speaker: Speaker,
): Pick<AppDeps, 'voiceRecorder' | 'voicePlayer' | 'spokenDrafts'> => ({
  spokenDrafts: new KeptVoices(),
  voiceRecorder: new BrowserVoiceRecorder(soundRecorder, async () => await media.openVoiceMicrophone()),
  voicePlayer: new BrowserVoicePlayer(speaker),
});

/** Another one does not end this one: a room and a cast may show different screens. */
const openScreen = (picker: ScreenPicker): BrowserScreen =>
  window.roundtable ? new BrowserScreen(async () => await picker.pick()) : new BrowserScreen();

const castSourceFor = (media: BrowserMedia, screen: BrowserScreen): BrowserCastSource =>
  new BrowserCastSource({
    screen,
    openCamera: async () => await media.openCastCamera(),
    openMicrophone: async () => await media.openVoiceMicrophone(),
  });

export async function compose(): Promise<AppState> {
  const { api, state } = await openShell();
  const notices = new BrowserNotices();
  const host = window.roundtable
    ? createHost(api)
    : withNotices(createHost(api), notices, (conversationId) => void app.goToChat(conversationId));
  const speaker = new Speaker();
  const media = new BrowserMedia({ speaker });
  const remote = new Store<ViewedTracks['remote']['snapshot']>({ audio: null, video: null });
  const members = new Store<TracksByMember>(new Map());
  const screenPicker = new ScreenPicker(host);
  const screen = openScreen(screenPicker);
  const castSource = castSourceFor(media, openScreen(screenPicker));
  const roomSound = new RoomSound({ members, speaker });
  const view = createMediaView({ remote, local: media.store, speaker, members, screen, roomSound, castSource });
  const watchOwnLevel = (onLevel: (level: number) => void): (() => void) => view.watchLevel('microphone', onLevel);
  const content = new HostContentStore({ host, rememberFile: api.rememberFile, handles: new KeptHandles() });
  const told = {
    refused: (failure: Failure): void => app.toasts.fail(failure),
    turnedAway: (contact: Contact): void => app.noteTurnedAway(contact),
  };
  const app = new AppState({
    host,
    clock: systemClock,
    media,
    devices: media,
    tones: new BrowserTones(),
    echo: new BrowserEchoTest(async () => await media.openEchoMicrophone()),
    ...voiceFor(media, speaker),
    castSource,
    openLiveEncoder: adapters.openLiveEncoder,
    view,
    screenPicker,
    intake: intakeFor(host, content),
    lineCost: adapters.lineCost,
    memory: sessionStorage,
    kept: localStorage,
    openNetwork: async (identity, { notifications }) => {
      if (notifications && !window.roundtable) void notices.ask();
      // Needed once there is somebody to be on the network as: not by the first screen.
      const { openNetwork } = await import('./open-network');
      const network = await openNetwork(
        {
          host,
          ...adapters,
          ...mailboxesFor(host),
          media,
          screen,
          watchOwnLevel,
          ...told,
          content,
        },
        identity,
      );
      return tieToPage(network, { host, remote, members, roomSound });
    },
  });
  followShell(state, app, async (options) => await host.claimWindow(options));
  void app.start();
  return app;
}

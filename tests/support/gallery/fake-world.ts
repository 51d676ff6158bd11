// An app with everything outside it faked: a host that answers from memory, and stores that a scene moves by hand.
import { Failure } from '#shared/failure';
import type { Contact } from '#shared/contact';
import type { CallName, EventName, EventPayload, Host } from '#shared/contract';
import type { IdentityState, PeerId } from '#shared/identity';
import type { KnownRoom } from '#shared/room';
import { defaultSettings, type Settings } from '#shared/settings';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { Helped } from '#core/relay/carrying';
import type { CallSnapshot } from '#core/call/snapshot';
import type { Clock, ConnectionStats, Devices, LocalMediaSnapshot } from '#core/ports';
import type { GivenFile, PlayableFile, ReadableFile } from '#core/ports/content';
import type { PresenceMap, Reachability } from '#core/peers/presence';
import { AppState } from '#state/app.svelte';
import type { AppDeps, EndedCall, Network } from '#state/deps';
import type { EchoState } from '#state/echo.svelte';
import type { MediaView } from '#state/media-view';
import { ScreenPicker } from '#state/screen-picker.svelte';
import { FakeByHand } from '#tests/support/fake-by-hand';
import { FakeChat } from '../fake-chat';
import { FakeDrops } from '../fake-drops';
import type { LineCost } from '#core/ports';
import { FakeCasts, FakeCastSource, FakeEncoder } from '../fake-casts';
import { FakeShares } from '../fake-shares';
import { FakeDoctor } from '../fake-doctor';
import { FakeRooms } from '../fake-rooms';
import { fakeVault } from '../fake-vault';
import { FakeSpokenDrafts, FakeVoicePlayer, FakeVoiceRecorder } from '../fake-voice';
import * as people from './people';

type HostEvents = { [K in EventName]: EventPayload<K> };
type FakeCalls = { [K in CallName]?: Host[K] };

const silentView: MediaView = {
  playRemoteAudio: () => () => undefined,
  showRemoteVideo: () => () => undefined,
  showOwnVideo: () => () => undefined,
  watchLevel: () => () => undefined,
  showMember: () => () => undefined,
  showOwnScreen: () => () => undefined,
  watchMemberLevel: () => () => undefined,
  watchOwnVoice: () => () => undefined,
  showOwnCast: () => () => undefined,
  watchOwnCast: () => () => undefined,
  playCast: () => () => undefined,
  keepOnSpeaker: () => () => undefined,
  setVolume: () => undefined,
  setSpatial: () => undefined,
  setSeats: () => undefined,
};

export class FakeWorld {
  identity: IdentityState = { state: 'ready', identity: people.me };
  settings: Settings = { ...defaultSettings, reachInternet: 'on' };
  settingsWarning: 'settings-damaged' | null = null;
  contacts: readonly Contact[] = people.everybody;
  records = people.calls;
  knownRooms: readonly KnownRoom[] = people.knownRooms;
  invites = [...people.invites];
  isHeld = true;
  /** What going online waits for. */
  networkGate: Promise<Network> | null = null;
  /** How often the network was opened. */
  opened = 0;
  callFails: Failure | null = null;
  view = silentView;
  readonly memory = new Map<string, string>();
  readonly #memory = {
    getItem: (key: string): string | null => this.memory.get(key) ?? null,
    setItem: (key: string, value: string): void => void this.memory.set(key, value),
    removeItem: (key: string): void => void this.memory.delete(key),
  };
  readonly asked: { call: CallName; input: unknown }[] = [];
  readonly told: string[] = [];
  readonly rooms = new FakeRooms((what) => this.told.push(what));
  readonly chat = new FakeChat((what) => this.told.push(what));
  readonly drops = new FakeDrops((what) => this.told.push(what));
  readonly doctor = new FakeDoctor();
  readonly byHand = new FakeByHand((what) => this.told.push(what));
  readonly relays = {
    helped: new Store<readonly Helped[]>([]),
    via: new Store<ReadonlyMap<PeerId, PeerId>>(new Map()),
    carriedBytes: new Store(0),
    events: new Emitter<{ distrusted: { carrier: PeerId; peerId: PeerId } }>(),
  };
  readonly lineCost = new Store<LineCost>('unknown');
  readonly shares = new FakeShares((what) => this.told.push(what));
  readonly casts = new FakeCasts((what) => this.told.push(what));
  readonly castSource = new FakeCastSource();
  /** What is chosen, dropped or pasted next. */
  given: readonly GivenFile[] = [];
  /** The same, for the vault. */
  readable: readonly ReadableFile[] = [];
  preview: Blob | null = null;
  /** What is played next. */
  playable: PlayableFile | null = null;
  readonly hostEvents = new Emitter<HostEvents>();
  readonly call = new Store<CallSnapshot>({ phase: 'idle' });
  readonly callEvents = new Emitter<{ ended: EndedCall }>();
  readonly remoteTracks = new Store<{ audio: unknown; video: unknown }>({ audio: null, video: null });
  readonly stats = new Store<ConnectionStats | null>(null);
  readonly spoken = new Store<readonly string[] | null>(null);
  readonly presence = new Store<PresenceMap>(new Map());
  readonly reachability = new Store<readonly Reachability[]>([]);
  readonly media = new Store<LocalMediaSnapshot>({
    microphone: { phase: 'off' },
    camera: { phase: 'off' },
    isCameraEased: false,
    isMuted: false,
    audioTrack: null,
    videoTrack: null,
  });
  readonly devices = new Store<Devices>({
    microphones: [
      { deviceId: 'm1', label: 'Built-in microphone' },
      { deviceId: 'm2', label: 'Field recorder, USB' },
    ],
    speakers: [{ deviceId: 's1', label: 'Headphones' }],
    cameras: [{ deviceId: 'c1', label: 'FaceCam 1080p' }],
  });
  readonly noise = new Store<'off' | 'starting' | 'on' | 'failed'>('on');
  readonly echo = new Store<EchoState['state']>({ phase: 'off' });
  readonly voiceRecorder = new FakeVoiceRecorder();
  readonly spokenDrafts = new FakeSpokenDrafts();
  readonly voicePlayer = new FakeVoicePlayer();
  /** Overrides what the host answers. */
  readonly answers: FakeCalls = {};
  nowMs = people.nowMs;
  clock: Clock = {
    now: () => this.nowMs,
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs);
      return () => {
        clearTimeout(timer);
      };
    },
  };

  readonly #usual: FakeCalls = {
    readAppInfo: async () => ({ shell: 'desktop', version: '0.1.0', profile: 'default', platform: 'linux' }),
    claimWindow: async ({ take }) => ({ isHeld: take || this.isHeld }),
    readIdentity: async () => this.identity,
    createIdentity: async ({ name }) => ({ ...people.me, name }),
    checkRecoveryWords: async ({ words }) => ({
      unknownAt: words.flatMap((word, at) => (word === 'harbur' ? [at] : [])),
    }),
    restoreIdentity: async ({ name }) => ({ ...people.me, name }),
    setIdentityAside: async () => ({ keptAt: '/home/noor/.config/roundtable/identity.damaged-1' }),
    renameSelf: async ({ name }) => ({ ...people.me, name }),
    readRecoveryWords: async () => people.recoveryWords,
    readSettings: async () => ({ settings: this.settings, warning: this.settingsWarning }),
    saveSettings: async (patch) => {
      // Sound: what is not set keeps its value, and each set value has the type of its key.
      this.settings = { ...this.settings, ...(patch as Partial<Settings>) };
      return this.settings;
    },
    listContacts: async () => [...this.contacts],
    listCalls: async () => [...this.records],
    listInvites: async () => this.invites,
    listRooms: async () => [...this.knownRooms],
    inspectInvite: async () => {
      throw new Failure('invite-expired');
    },
    inspectRoomLink: async () => people.roomPreview,
    makeRoomLink: async ({ hours }) => ({ link: people.roomLink, expiresAt: people.nowMs + hours * 3_600_000 }),
    readSafetyNumber: async ({ contactId }) => people.safetyNumber(this.#contact(contactId)),
    verifyContact: async ({ contactId }) => ({ ...this.#contact(contactId), trust: 'verified' }),
    acceptChangedKey: async ({ contactId }) => ({ ...this.#contact(contactId), trust: 'unverified' }),
    renameContact: async ({ contactId, alias }) => ({ ...this.#contact(contactId), alias }),
    setContactBlocked: async ({ contactId, isBlocked }) => ({
      ...this.#contact(contactId),
      state: isBlocked ? 'blocked' : 'accepted',
    }),
    listKept: async () => [],
    listShares: async () => [],
    readVault: async () => fakeVault(),
    listVaultFolders: async () => [],
    readCarried: async () => ({ bytes: 0 }),
    readTransferTotals: async () => ({ sentBytes: 0, receivedBytes: 0, since: null, people: [] }),
    readSeen: async () => null,
    listSeenSharers: async () => [],
    readFreeBytes: async () => ({ freeBytes: 212_000_000_000 }),
    saveConnectionReport: async () => ({
      name: 'roundtable-connection-2026-03-03.json',
      folder: '/home/noor/Downloads',
    }),
    saveReport: async () => ({ name: 'roundtable-report-2026-03-03.txt', folder: '/home/noor/Downloads' }),
  };

  readonly #host: Host = new Proxy(
    {},
    {
      get: (_target, name: string) => {
        if (name === 'on') return this.hostEvents.on.bind(this.hostEvents);
        return async (input?: unknown): Promise<unknown> => {
          // Sound: the proxy is asked for names of the contract only; a call without an answer answers nothing.
          const call = name as CallName;
          this.asked.push({ call, input });
          const answer = (this.answers[call] ?? this.#usual[call]) as
            ((input: unknown) => Promise<unknown>) | undefined;
          return await answer?.(input);
        };
      },
    },
  ) as Host; // sound: answers `on` and every call of the contract

  #contact(contactId: string): Contact {
    const found = this.contacts.find((contact) => contact.contactId === contactId);
    if (!found) throw new Failure('contact-unknown');
    return found;
  }

  /** What a scene or a test reads of the calls that were made. */
  readonly #tell =
    (what: string) =>
    (...details: unknown[]): void => {
      this.told.push([what, ...details.map((detail) => JSON.stringify(detail))].join(' '));
    };

  readonly #did =
    (what: string) =>
    async (...details: unknown[]): Promise<void> => {
      this.#tell(what)(...details);
    };

  readonly screenPicker = new ScreenPicker(this.#host);

  createApp(): AppState {
    return new AppState(this.#deps());
  }

  #deps(): AppDeps {
    const did = this.#did;
    const tell = this.#tell;
    return {
      host: this.#host,
      clock: this.clock,
      lineCost: this.lineCost,
      media: {
        store: this.media,
        openMicrophone: did('open microphone'),
        openCamera: did('open camera'),
        closeCamera: tell('close camera'),
        setMuted: tell('mute'),
        closeAll: tell('close all'),
      },
      devices: {
        devices: this.devices,
        noiseSuppression: this.noise,
        chooseMicrophone: did('choose microphone'),
        chooseCamera: did('choose camera'),
        chooseSpeaker: did('choose speaker'),
        setNoiseSuppression: did('noise suppression'),
        setEchoCancellation: did('echo cancellation'),
      },
      tones: {
        play: (tone) => {
          this.told.push(`play ${tone}`);
          return () => this.told.push(`silence ${tone}`);
        },
      },
      echo: {
        store: this.echo,
        start: did('start echo'),
        stop: tell('stop echo'),
        watchLevel: (side, onLevel) => this.view.watchLevel(side === 'in' ? 'microphone' : 'remote', onLevel),
      },
      voiceRecorder: this.voiceRecorder,
      voicePlayer: this.voicePlayer,
      spokenDrafts: this.spokenDrafts,
      castSource: this.castSource,
      openLiveEncoder: async (options) => await Promise.resolve(new FakeEncoder(options)),
      view: this.view,
      screenPicker: this.screenPicker,
      intake: {
        ofTransfer: async () => this.given,
        ofList: async () => this.given,
        readable: async () => this.readable,
        preview: async () => this.preview,
        play: async () => this.playable,
      },
      memory: this.#memory,
      kept: this.#memory,
      openNetwork: async () => {
        this.opened += 1;
        return await (this.networkGate ?? this.network());
      },
    };
  }

  network(): Network {
    const did = this.#did;
    const tell = this.#tell;
    return {
      calls: {
        store: this.call,
        remoteTracks: this.remoteTracks,
        stats: this.stats,
        spoken: this.spoken,
        events: this.callEvents,
        call: async (...details) => {
          if (this.callFails) throw this.callFails;
          tell('call')(...details);
        },
        answer: did('answer'),
        decline: tell('decline'),
        hangUp: tell('hang up'),
        dismiss: () => {
          this.call.set({ phase: 'idle' });
        },
        setMuted: (isMuted) => {
          this.media.set({ ...this.media.snapshot, isMuted });
        },
        setCamera: did('camera'),
        rejoin: did('rejoin'),
      },
      rooms: this.rooms,
      chat: this.chat,
      drops: this.drops,
      allowances: this.drops.allowances,
      shares: this.shares,
      casts: this.casts,
      presence: this.presence,
      reachability: this.reachability,
      doctor: this.doctor,
      byHand: this.byHand,
      relays: this.relays,
      close: tell('close network'),
    };
  }
}

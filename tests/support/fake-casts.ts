// Casts as the interface sees them: what is put into them here; commands are only told.
import type { CastAudience, CastFacts, CastId } from '#shared/cast';
import type { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { CastsSnapshot, MapPerson, OwnCast, WatchedCast } from '#core/cast/snapshot';
import type { MediaTrack } from '#core/ports';
import type {
  CastSource,
  CastSourceKind,
  CastSourceState,
  LiveEncoder,
  LiveEncoderEvents,
  LiveEncoderOptions,
  LiveOutput,
  LiveOutputState,
} from '#core/ports/live';
import type { CastsPort } from '#state/deps';

/** Sound: 32 hex digits, the very grammar that the brand stands for. */
export const fakeCastId = (seed: number): CastId => seed.toString(16).padStart(32, '4') as CastId;

export const fakeFacts = (caster: { peerId: PeerId; name: string }, more: Partial<CastFacts> = {}): CastFacts => ({
  castId: fakeCastId(1),
  caster: caster.peerId,
  casterName: caster.name,
  title: 'From the rehearsal room',
  startedAt: 0,
  liveKey: new Uint8Array(32),
  ...more,
});

export const fakeOwnCast = (facts: CastFacts, more: Partial<OwnCast> = {}): OwnCast => ({
  castId: facts.castId,
  facts,
  viewers: 0,
  uploadBitsPerSecond: 0,
  copies: 0,
  people: [],
  ...more,
});

export const fakeWatched = (facts: CastFacts, more: Partial<WatchedCast> = {}): WatchedCast => ({
  castId: facts.castId,
  facts,
  phase: 'watching',
  code: null,
  parents: [facts.caster, facts.caster, facts.caster, facts.caster],
  children: [],
  depth: 1,
  viewers: 1,
  people: [],
  refusedPackets: 0,
  ...more,
});

export const mapPerson = (
  { peerId, name }: { readonly peerId: PeerId; readonly name: string },
  parents: readonly (PeerId | null)[],
  depth: number,
  isLending = true,
): MapPerson => ({ peerId, name, parents, depth, isLending });

export class FakeOutput implements LiveOutput {
  readonly state = new Store<LiveOutputState>({
    phase: 'playing',
    code: null,
    behindMs: 1_040,
    bufferedMs: 900,
    size: { width: 960, height: 540 },
    framesShown: 400,
    framesDropped: 0,
    stalls: 0,
  });
  readonly tracks = new Store<{ readonly video: MediaTrack | null; readonly audio: MediaTrack | null }>({
    video: null,
    audio: null,
  });
  readonly events = new Emitter<{ needsKeyFrame: undefined }>();
  push(): void {
    // Nothing is decoded here.
  }
  setDelay(): void {
    // As above.
  }
  close(): void {
    // As above.
  }
}

export class FakeCasts implements CastsPort {
  readonly store = new Store<CastsSnapshot>({ mine: null, offered: [], watched: null });
  readonly output = new Store<LiveOutput | null>(null);
  fails: Failure | null = null;
  readonly #tell: (what: string) => void;
  encoder: LiveEncoder | null = null;
  audience: CastAudience | null = null;

  constructor(tell: (what: string) => void) {
    this.#tell = tell;
  }

  async start(title: string, audience: CastAudience, encoder: LiveEncoder): Promise<void> {
    this.#tell(`cast ${title}`);
    await Promise.resolve();
    if (this.fails) throw this.fails;
    this.encoder = encoder;
    this.audience = audience;
  }

  stop(): void {
    this.#tell('stop cast');
    this.store.set({ ...this.store.snapshot, mine: null });
  }

  async remove(peerId: PeerId): Promise<void> {
    this.#tell(`remove ${peerId}`);
    await Promise.resolve();
    if (this.fails) throw this.fails;
  }

  async enter(link: string): Promise<CastId> {
    this.#tell(`enter ${link}`);
    await Promise.resolve();
    if (this.fails) throw this.fails;
    return fakeCastId(1);
  }

  async watch(castId: CastId): Promise<void> {
    this.#tell(`watch ${castId}`);
    await Promise.resolve();
    if (this.fails) throw this.fails;
  }

  leave(): void {
    this.#tell('leave cast');
    this.store.set({ ...this.store.snapshot, watched: null });
  }
}

export class FakeEncoder implements LiveEncoder {
  readonly events = new Emitter<LiveEncoderEvents>();
  readonly used: (readonly [MediaTrack | null, MediaTrack | null])[] = [];
  isClosed = false;
  readonly options: LiveEncoderOptions;

  constructor(options: LiveEncoderOptions) {
    this.options = options;
  }

  nowUs(): number {
    return 0;
  }

  use(video: MediaTrack | null, audio: MediaTrack | null): void {
    this.used.push([video, audio]);
  }

  requestKeyFrame(): void {
    // Nothing is encoded here.
  }

  close(): void {
    this.isClosed = true;
  }
}

const nothingShown: CastSourceState = {
  phase: 'off',
  kind: null,
  name: '',
  video: null,
  audio: null,
  microphone: 'off',
  hasOwnSound: false,
};

const fakeTrack = (kind: string): MediaTrack => ({ id: `fake ${kind}`, kind });

export class FakeCastSource implements CastSource {
  readonly store = new Store<CastSourceState>(nothingShown);
  readonly events = new Emitter<{ ended: CastSourceKind }>();
  fails: Failure | null = null;
  microphoneFails: Failure | null = null;

  async openCamera(): Promise<void> {
    await this.#open('camera', '');
  }

  async openScreen(): Promise<void> {
    await this.#open('screen', '');
  }

  async openFile(file: File): Promise<void> {
    await this.#open('file', file.name);
  }

  async setMicrophone(isOn: boolean): Promise<void> {
    await Promise.resolve();
    if (isOn && this.microphoneFails) throw this.microphoneFails;
    this.#change({ microphone: isOn ? 'on' : 'off' });
  }

  /** As a film that is over. */
  end(kind: CastSourceKind): void {
    this.#change({ phase: 'off', kind: null, video: null });
    this.events.emit('ended', kind);
  }

  close(): void {
    this.store.set(nothingShown);
  }

  async #open(kind: CastSourceKind, name: string): Promise<void> {
    await Promise.resolve();
    if (this.fails) throw this.fails;
    this.#change({ phase: 'ready', kind, name, video: fakeTrack('video'), audio: fakeTrack('audio') });
  }

  #change(change: Partial<CastSourceState>): void {
    this.store.set({ ...this.store.snapshot, ...change });
  }
}

// A connection without a network. Keeps the rules that matter to the core: perfect negotiation, descriptions with a rising
// version and a DTLS fingerprint that is checked, an ordered reliable control channel that dies with the connection.
import { Failure } from '#shared/failure';
import type { IceCandidate } from '#shared/signal';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type {
  Clock,
  Connection,
  ConnectionEvents,
  ConnectionState,
  ConnectionStats,
  Description,
  Lane,
  LaneTracks,
  MediaTrack,
  VideoLimits,
} from '#core/ports';
import type { PathReading } from '#core/ports/diagnosis';
import { paces } from '#core/wire/paces';

const emptyStats: ConnectionStats = {
  localCandidate: 'host',
  remoteCandidate: 'host',
  protocol: 'udp',
  roundTripMs: 1,
  lossRatio: 0,
  jitterMs: 1,
  audioCodec: 'opus',
  videoCodec: null,
  sentBitsPerSecond: 0,
  receivedBitsPerSecond: 0,
  framesDecoded: 0,
  audioBytesReceived: 0,
  heardLevel: null,
  availableBitsPerSecond: null,
};

const onOneMachine = { kind: 'host', family: 'ipv4', place: 'private', transport: 'udp', relayBy: null } as const;

const noTracks: LaneTracks = { audio: null, video: null, screen: null, 'screen-audio': null, carried: null };

/** Where packets travel. */
export class MemoryNetwork {
  readonly connections: MemoryConnection[] = [];
  /** No packet passes: connections become disconnected and buffer. */
  isDown = false;
  /** Without, nothing is gathered, and nothing ends it. */
  hasAddresses = true;
  /** Packets wait on their way, in order, and no connection has noticed yet. */
  #isSlow = false;
  readonly #onWay: (() => void)[] = [];
  /** Pairs that no packet passes between. After a change `feel` lets the connections notice. */
  blocks: (one: MemoryConnection, other: MemoryConnection) => boolean = () => false;

  /** So much goes over each bulk channel, by this clock, as on a path that loses packets; null: as fast as it is sent. */
  bulkPace: { readonly clock: Clock; readonly bytesPerSecond: number } | null = null;

  /** `certificate` is a number from 0 to 255; a connection that is given none has its own. */
  open = (isPolite: boolean, certificate?: number): MemoryConnection => {
    const connection = new MemoryConnection(this, this.connections.length + 1, isPolite, certificate);
    this.connections.push(connection);
    return connection;
  };

  find(id: number): MemoryConnection | null {
    return this.connections[id - 1] ?? null;
  }

  setDown(isDown: boolean): void {
    this.isDown = isDown;
    this.feel();
  }

  setSlow(isSlow: boolean): void {
    this.#isSlow = isSlow;
    if (!isSlow) for (const arrive of this.#onWay.splice(0)) arrive();
  }

  /** A packet arrives now, or once the way is fast again. */
  carry(arrive: () => void): void {
    if (this.#isSlow) this.#onWay.push(arrive);
    else arrive();
  }

  feel(): void {
    for (const connection of this.connections) connection.feelNetwork();
  }

  isCut(one: MemoryConnection, other: MemoryConnection | null): boolean {
    return this.isDown || (other !== null && this.blocks(one, other));
  }

  get openCount(): number {
    return this.connections.filter(({ state }) => state.snapshot !== 'closed').length;
  }
}

interface Parsed {
  readonly id: number;
  readonly fingerprint: string;
}

const parse = (sdp: string): Parsed => {
  const match = /^o=- (\d+) \d+ IN\na=fingerprint:([0-9a-f]+)$/m.exec(sdp);
  if (!match) throw new Failure('protocol-broken', 'not a description');
  return { id: Number(match[1]), fingerprint: match[2] ?? '' };
};

export class MemoryConnection implements Connection {
  readonly id: number;
  readonly fingerprint: Uint8Array;
  readonly state = new Store<ConnectionState>('new');
  readonly events = new Emitter<ConnectionEvents>();
  readonly remoteTracks = new Store<LaneTracks>(noTracks);
  /** What this side put into its lanes. */
  readonly tracks: Record<Lane, MediaTrack | null> = { ...noTracks };
  /** The limits in force on this side, and all that were ever asked for. */
  readonly videoLimits: Record<'video' | 'screen', VideoLimits | null> = { video: null, screen: null };
  readonly limitsAsked: { readonly lane: 'video' | 'screen'; readonly limits: VideoLimits }[] = [];
  /** Loudness that this side writes into its packets; the other side reads it by `claimedLevel`. */
  readonly claims: Record<'audio' | 'carried', number | null> = { audio: null, carried: null };
  /** What this side's `soundAgeMs` says. */
  soundAge: number | null = null;
  /** What this side's `stats` say instead of the usual; `heardLevel` otherwise follows the other side's claim. */
  measured: Partial<ConnectionStats> = {};
  /** What this side's `diagnose` says instead of the usual. */
  diagnosed: Partial<PathReading> = {};
  /** What this side's `network` says. */
  seenNetwork: string | null = 'here';
  readonly sent: Uint8Array[] = [];
  readonly candidates: IceCandidate[] = [];
  readonly #network: MemoryNetwork;
  readonly #isPolite: boolean;
  #version = 0;
  #local: Description | null = null;
  #remote: Parsed | null = null;
  #isOffering = false;
  #wantsRestart = false;
  #isOpen = false;
  #outbox: Uint8Array[] = [];
  /** What this side's bulk messages become on their way; a liar changes them. */
  onBulk: (message: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> = (message) => message;
  /** The same of live messages; null loses one. */
  onLive: (message: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | null = (message) => message;
  /** The same of what is carried for others; several copies of it, or none, are a hostile carrier's too. */
  onRelay: (message: Uint8Array<ArrayBuffer>) => readonly Uint8Array<ArrayBuffer>[] = (message) => [message];
  #bulkWaiting = 0;
  #bulkFreeAtMs = 0;
  #liveWaiting = 0;
  #isLiveFull = false;

  constructor(network: MemoryNetwork, id: number, isPolite: boolean, certificate = id % 256) {
    this.#network = network;
    this.id = id;
    this.fingerprint = new Uint8Array(32).fill(certificate);
    this.#isPolite = isPolite;
  }

  async offer(): Promise<void> {
    this.#describe('offer');
  }

  async accept({ kind, sdp }: Description): Promise<void> {
    if (this.#isClosed()) return;
    const parsed = parse(sdp);
    if (kind === 'offer') {
      if (this.#isOffering && !this.#isPolite) return;
      if (this.#isOffering) this.#wantsRestart = false; // rolled back; the other offer restarts anyway
      this.#isOffering = false;
      this.#remote = parsed;
      this.#describe('answer');
    } else {
      if (!this.#isOffering) throw new Failure('protocol-broken', 'answer without offer');
      this.#isOffering = false;
      this.#remote = parsed;
      if (this.#wantsRestart) this.#describe('offer');
    }
    this.#connect();
  }

  async addCandidates(candidates: readonly IceCandidate[]): Promise<void> {
    this.candidates.push(...candidates);
  }

  restartIce(): void {
    if (this.#isClosed()) return;
    this.#describe('offer');
  }

  async fingerprints(): Promise<{ local: Uint8Array; remote: Uint8Array }> {
    const partner = this.#partner();
    if (!partner) throw new Failure('internal', 'no certificate yet');
    return { local: this.fingerprint, remote: partner.fingerprint };
  }

  sendControl(message: Uint8Array): boolean {
    if (!this.#isOpen || this.#isClosed()) return false;
    this.sent.push(message);
    this.#outbox.push(message.slice());
    queueMicrotask(() => {
      this.#network.carry(() => {
        this.#drain();
      });
    });
    return true;
  }

  sendBulk(message: Uint8Array<ArrayBuffer>): boolean {
    const partner = this.#partner();
    if (!this.#isOpen || this.#isClosed()) return false;
    if (this.#bulkWaiting + message.length > paces.bulkHighWaterBytes) return false;
    this.#bulkWaiting += message.length;
    const copy = this.onBulk(message.slice());
    this.#whenCarried(message.length, () => {
      const before = this.#bulkWaiting;
      this.#bulkWaiting -= message.length;
      if (partner && !partner.#isClosed() && !this.#network.isCut(this, partner))
        partner.events.emit('bulkReceived', copy);
      const isDrained = before > paces.bulkLowWaterBytes && this.#bulkWaiting <= paces.bulkLowWaterBytes;
      if (isDrained && !this.#isClosed()) this.events.emit('bulkDrained', undefined);
    });
    return true;
  }

  get bulkWaitingBytes(): number {
    return this.#bulkWaiting;
  }

  #whenCarried(bytes: number, arrive: () => void): void {
    const pace = this.#network.bulkPace;
    if (!pace) {
      setImmediate(arrive);
      return;
    }
    const nowMs = pace.clock.now();
    this.#bulkFreeAtMs = Math.max(this.#bulkFreeAtMs, nowMs) + (bytes * 1_000) / pace.bytesPerSecond;
    pace.clock.after(this.#bulkFreeAtMs - nowMs, arrive);
  }

  sendLive(message: Uint8Array<ArrayBuffer>): boolean {
    const partner = this.#partner();
    if (!this.#isOpen || this.#isClosed()) return false;
    if (this.#liveWaiting + message.length > paces.liveHighWaterBytes) {
      this.#isLiveFull = true;
      return false;
    }
    this.#liveWaiting += message.length;
    const copy = this.onLive(message.slice());
    queueMicrotask(() => {
      this.#liveWaiting -= message.length;
      if (copy && partner && !partner.#isClosed() && !this.#network.isCut(this, partner))
        partner.events.emit('liveReceived', copy);
      if (!this.#isLiveFull || this.#liveWaiting > paces.liveLowWaterBytes) return;
      this.#isLiveFull = false;
      if (!this.#isClosed()) this.events.emit('liveDrained', undefined);
    });
    return true;
  }

  sendRelay(message: Uint8Array<ArrayBuffer>): boolean {
    const partner = this.#partner();
    if (!this.#isOpen || this.#isClosed()) return false;
    const messages = this.onRelay(message.slice());
    queueMicrotask(() => {
      if (!partner || partner.#isClosed() || this.#network.isCut(this, partner)) return;
      for (const one of messages) partner.events.emit('relayReceived', one);
    });
    return true;
  }

  async setTrack(lane: Lane, track: MediaTrack | null): Promise<void> {
    if (this.#isClosed()) throw new Failure('link-lost');
    this.tracks[lane] = track;
    const partner = this.#partner();
    if (partner) partner.remoteTracks.set({ ...partner.remoteTracks.snapshot, [lane]: track });
  }

  limitVideo(lane: 'video' | 'screen', limits: VideoLimits): void {
    this.limitsAsked.push({ lane, limits });
    this.videoLimits[lane] = limits;
  }

  claimedLevel(lane: 'audio' | 'carried'): number | null {
    const partner = this.#partner();
    if (!partner || this.#network.isCut(this, partner) || this.#isClosed() || partner.tracks[lane] === null)
      return null;
    return partner.claims[lane];
  }

  soundAgeMs(): number | null {
    return this.soundAge;
  }

  async stats(): Promise<ConnectionStats> {
    return { ...emptyStats, heardLevel: this.claimedLevel('audio'), ...this.measured };
  }

  async network(): Promise<string | null> {
    return await Promise.resolve(this.seenNetwork);
  }

  async diagnose(): Promise<PathReading> {
    const isConnected = this.state.snapshot === 'connected';
    const path = { local: onOneMachine, remote: onOneMachine, nearness: 'same-machine' } as const;
    const counters = { roundTripMs: 1, jitterMs: null, packetsReceived: 0, packetsLost: 0 };
    const bytes = { bytesSent: this.sent.length, bytesReceived: 0 };
    return {
      path: isConnected ? path : null,
      pairs: { tried: 1, answered: isConnected ? 1 : 0 },
      dtls: isConnected ? 'connected' : 'new',
      counters: { ...counters, ...bytes },
      ...this.diagnosed,
    };
  }

  close(): void {
    if (this.#isClosed()) return;
    const partner = this.#partner();
    this.vanish();
    queueMicrotask(() => {
      this.#network.carry(() => {
        if (!this.#network.isCut(this, partner)) partner?.notice();
      });
    });
  }

  /** Goes without a word, as a crashed page does. */
  vanish(): void {
    this.#isOpen = false;
    this.state.set('closed');
  }

  /** The other side closed. */
  notice(): void {
    if (this.#isClosed() || !this.#isOpen) return;
    this.#isOpen = false;
    this.events.emit('controlBroken', 'link-lost');
  }

  feelNetwork(): void {
    if (this.#isClosed()) return;
    const isCut = this.#network.isCut(this, this.#partner());
    if (isCut && this.state.snapshot === 'connected') this.state.set('disconnected');
  }

  #isClosed(): boolean {
    return this.state.snapshot === 'closed';
  }

  #partner(): MemoryConnection | null {
    const partner = this.#remote ? this.#network.find(this.#remote.id) : null;
    return partner?.isPartnerOf(this) === true ? partner : null;
  }

  isPartnerOf(other: MemoryConnection): boolean {
    return this.#remote?.id === other.id;
  }

  get isStable(): boolean {
    return !this.#isOffering && this.#local !== null && this.#remote !== null && !this.#isClosed();
  }

  #describe(kind: 'offer' | 'answer'): void {
    if (this.#isClosed()) return;
    this.#version += 1;
    this.#isOffering = kind === 'offer';
    if (kind === 'offer') this.#wantsRestart = false;
    const fingerprint = [...this.fingerprint].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    this.#local = { kind, sdp: `o=- ${this.id} ${this.#version} IN\na=fingerprint:${fingerprint}` };
    this.events.emit('described', this.#local);
    for (const port of this.#network.hasAddresses ? [1, 2] : []) {
      const candidate = `candidate:${this.#version} 1 udp ${port} 192.0.2.1 ${port} typ host`;
      this.events.emit('gathered', { candidate, sdpMid: '0', sdpMLineIndex: 0 });
    }
    if (!this.#network.hasAddresses) return;
    queueMicrotask(() => {
      this.events.emit('gatheringEnded', undefined);
    });
  }

  #connect(): void {
    const partner = this.#partner();
    if (!partner?.isStable || !this.isStable || this.#network.isCut(this, partner)) return;
    for (const one of [this, partner]) queueMicrotask(() => one.join());
  }

  join(): void {
    const partner = this.#partner();
    if (!partner || this.#isClosed()) return;
    const seen = [...partner.fingerprint].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    if (this.#remote?.fingerprint !== seen) {
      this.state.set('failed'); // DTLS refuses a certificate that was not signalled
      return;
    }
    this.state.set('connected');
    this.remoteTracks.set({ ...partner.tracks }); // also what was in the lanes before the two could talk
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.events.emit('controlOpened', undefined);
    }
    this.#drain();
  }

  #drain(): void {
    const partner = this.#partner();
    if (this.#network.isCut(this, partner) || this.state.snapshot !== 'connected') return;
    if (!partner?.takes) return;
    for (let next = this.#outbox.shift(); next; next = this.#outbox.shift())
      partner.events.emit('controlReceived', next);
  }

  get takes(): boolean {
    return this.#isOpen && !this.#isClosed();
  }
}

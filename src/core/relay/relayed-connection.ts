// A connection that a friend carries, in the place of an RTCPeerConnection: the same channels and lanes, inside a tunnel. It needs
// no descriptions and no candidates, and stands or falls with the tunnel.
import { Emitter } from '#core/base/emitter';
import { Scope } from '#core/base/scope';
import { Store, type ReadableStore } from '#core/base/store';
import type {
  Clock,
  Connection,
  ConnectionEvents,
  ConnectionState,
  ConnectionStats,
  Lane,
  LaneTracks,
  MediaTrack,
  VideoLimits,
} from '#core/ports';
import type { PathReading } from '#core/ports/diagnosis';
import type { OpenLiveEncoder, OpenLiveOutput } from '#core/ports/live';
import type { AgreedTunnel } from '#core/ports/relay';
import { RelayedMedia } from '#core/relay/relayed-media';
import { Tunnel } from '#core/relay/tunnel';

export interface RelayedConnectionDeps {
  readonly agreed: AgreedTunnel;
  readonly openEncoder: OpenLiveEncoder;
  readonly openOutput: OpenLiveOutput;
  readonly clock: Clock;
  /** To whoever carries; false when that link is full. */
  readonly send: (sealed: Uint8Array<ArrayBuffer>) => boolean;
  /** What was carried was altered on its way. */
  readonly altered: () => void;
  readonly closed: () => void;
  /** The network changed, or nothing comes any more. */
  readonly seekDirect: () => void;
}

export class RelayedConnection implements Connection {
  readonly state = new Store<ConnectionState>('connecting');
  readonly events = new Emitter<ConnectionEvents>();
  readonly #deps: RelayedConnectionDeps;
  readonly #scope = new Scope();
  readonly #tunnel: Tunnel;
  readonly #media: RelayedMedia;
  #isProven = false;
  #bytes = { sent: 0, received: 0, atMs: 0 };
  #counted = { sent: 0, received: 0 };

  constructor(deps: RelayedConnectionDeps) {
    this.#deps = deps;
    const { clock, agreed } = deps;
    this.#bytes.atMs = clock.now();
    this.#tunnel = new Tunnel({
      cipher: agreed.cipher,
      now: () => clock.now(),
      send: (sealed) => {
        const isSent = deps.send(sealed);
        if (isSent) this.#counted.sent += sealed.length;
        return isSent;
      },
      received: (kind, message) => {
        if (kind !== 'media') this.events.emit(`${kind}Received`, message);
        else if (this.#isProven) this.#media.receive(message);
      },
      roomMade: () => {
        this.events.emit('bulkDrained', undefined);
        this.events.emit('liveDrained', undefined);
      },
      broken: (code) => {
        if (code === 'relay-altered') deps.altered();
        this.events.emit('controlBroken', code === 'relay-altered' ? 'link-lost' : code);
      },
    });
    this.#media = new RelayedMedia({
      ...deps,
      send: (message) => void this.#tunnel.send('media', message),
      underWay: () => this.#tunnel.mediaUnderWay,
      scope: this.#scope,
    });
  }

  get remoteTracks(): ReadableStore<LaneTracks> {
    return this.#media.remoteTracks;
  }

  /** Both ends have agreed; whoever uses the connection listens by now. */
  begin(): void {
    this.state.set('connected');
    this.events.emit('controlOpened', undefined);
  }

  /** The other end is who they say: what they show and say may be decoded. */
  trust(): void {
    this.#isProven = true;
  }

  receive(sealed: Uint8Array<ArrayBuffer>): void {
    if (this.#isClosed()) return;
    this.#counted.received += sealed.length;
    this.#tunnel.receive(sealed);
  }

  drained(): void {
    this.#tunnel.drained();
  }

  /** Nothing is described and no address told: both ends have agreed through whoever carries. */
  offer(): Promise<void> {
    return Promise.resolve();
  }

  accept(): Promise<void> {
    return Promise.resolve();
  }

  addCandidates(): Promise<void> {
    return Promise.resolve();
  }

  /** A tunnel has no other path; a link without one may have. */
  restartIce(): void {
    this.#deps.seekDirect();
  }

  fingerprints(): Promise<{ local: Uint8Array; remote: Uint8Array }> {
    return Promise.resolve(this.#deps.agreed.fingerprints);
  }

  sendControl(message: Uint8Array): boolean {
    return this.#isConnected() && this.#tunnel.send('control', message);
  }

  sendBulk(message: Uint8Array<ArrayBuffer>): boolean {
    return this.#isConnected() && this.#tunnel.send('bulk', message);
  }

  get bulkWaitingBytes(): number {
    return this.#tunnel.blocksUnderWay;
  }

  sendLive(message: Uint8Array<ArrayBuffer>): boolean {
    return this.#isConnected() && this.#tunnel.send('live', message);
  }

  /** Nobody is carried through two friends. */
  sendRelay(): boolean {
    return false;
  }

  async setTrack(lane: Lane, track: MediaTrack | null): Promise<void> {
    if (!this.#isClosed()) await this.#media.setTrack(lane, track);
  }

  limitVideo(lane: 'video' | 'screen', { isSent }: VideoLimits): void {
    if (lane === 'video') void this.#media.setPictureSent(isSent);
  }

  claimedLevel(): number | null {
    return null;
  }

  soundAgeMs(): number | null {
    return this.#isClosed() ? null : this.#media.soundAgeMs;
  }

  stats(): Promise<ConnectionStats> {
    const { sentBitsPerSecond, receivedBitsPerSecond } = this.#measure();
    return Promise.resolve({
      localCandidate: 'relay',
      remoteCandidate: 'relay',
      protocol: null,
      roundTripMs: this.#tunnel.roundTripMs,
      lossRatio: null,
      jitterMs: null,
      audioCodec: 'opus',
      videoCodec: null,
      sentBitsPerSecond,
      receivedBitsPerSecond,
      framesDecoded: this.#media.counts.pictures,
      audioBytesReceived: this.#media.counts.audioBytes,
      heardLevel: null,
      availableBitsPerSecond: null,
    });
  }

  /** What the friend sees of them is not told. */
  async network(): Promise<null> {
    return await Promise.resolve(null);
  }

  diagnose(): Promise<PathReading> {
    if (this.#isConnected()) this.#tunnel.echo();
    const { sent, received } = this.#counted;
    return Promise.resolve({
      path: null,
      pairs: { tried: 0, answered: 0 },
      dtls: null,
      counters: {
        roundTripMs: this.#tunnel.roundTripMs,
        jitterMs: null,
        bytesSent: sent,
        bytesReceived: received,
        packetsReceived: 0,
        packetsLost: 0,
      },
    });
  }

  close(): void {
    if (this.#isClosed()) return;
    this.#scope.end();
    this.#tunnel.end();
    this.state.set('closed');
    this.#deps.closed();
  }

  /** Since the reading before. */
  #measure(): Pick<ConnectionStats, 'sentBitsPerSecond' | 'receivedBitsPerSecond'> {
    this.#tunnel.echo();
    const before = this.#bytes;
    const now = { ...this.#counted, atMs: this.#deps.clock.now() };
    this.#bytes = now;
    const rate = (bytes: number): number | null =>
      now.atMs > before.atMs ? (bytes * 8_000) / (now.atMs - before.atMs) : null;
    return {
      sentBitsPerSecond: rate(now.sent - before.sent),
      receivedBitsPerSecond: rate(now.received - before.received),
    };
  }

  #isClosed(): boolean {
    return this.state.snapshot === 'closed';
  }

  #isConnected(): boolean {
    return this.state.snapshot === 'connected';
  }
}

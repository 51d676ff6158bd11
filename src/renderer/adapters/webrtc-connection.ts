// One RTCPeerConnection as the core's Connection: perfect negotiation, candidates, channels, lanes, certificates.
// Nothing is played here.
import { Failure } from '#shared/failure';
import type { IceCandidate } from '#shared/signal';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type {
  Connection,
  ConnectionEvents,
  ConnectionOptions,
  ConnectionState,
  ConnectionStats,
  Description,
  Lane,
  LaneTracks,
  MediaTrack,
  OpenConnection,
  VideoLimits,
} from '#core/ports';
import type { PathReading } from '#core/ports/diagnosis';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { readNetwork, readPath } from '#adapters/connection-path';
import { readStats, type Counters } from '#adapters/connection-stats';
import { BinaryChannel, type BinaryChannelKind } from '#adapters/binary-channel';
import { ControlChannel } from '#adapters/control-channel';
import { dtlsCertificate, fingerprintOf, fingerprintOfDer } from '#adapters/dtls-certificate';
import { preferredCodecs } from '#adapters/lane-formats';
import { withoutIdleSources } from '#adapters/idle-lanes';
import { Lanes } from '#adapters/lanes';
import { withOpusOptions } from '#adapters/opus-sdp';
import { playedVolume } from '#adapters/remote-track';
import { isExpectedShape } from '#adapters/session-shape';

// Ahead of the first link: the key is made and the codec lists are read while nobody waits.
dtlsCertificate().catch(() => undefined);
preferredCodecs('video');

interface Parts {
  readonly pc: RTCPeerConnection;
  readonly certificate: RTCCertificate;
  readonly control: ControlChannel;
  readonly bulk: BinaryChannel;
  readonly live: BinaryChannel;
  readonly relay: BinaryChannel;
  readonly lanes: Lanes;
}

function toConfiguration(ice: ReturnType<ConnectionOptions['ice']>, certificate: RTCCertificate): RTCConfiguration {
  return {
    iceServers: ice.iceServers.map(({ urls, username, credential }) => ({
      urls,
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential }),
    })),
    iceTransportPolicy: ice.iceTransportPolicy,
    bundlePolicy: 'max-bundle',
    rtcpMuxPolicy: 'require',
    certificates: [certificate],
  };
}

const bulkKind: BinaryChannelKind = {
  label: 'bulk',
  id: 1,
  isOrdered: true,
  messageBytes: limits.bulkHeaderBytes + limits.bulkPartBytes,
  highWaterBytes: paces.bulkHighWaterBytes,
  lowWaterBytes: paces.bulkLowWaterBytes,
};

/** Out of order: a packet that is lost holds up no other. */
const liveKind: BinaryChannelKind = {
  label: 'live',
  id: 2,
  isOrdered: false,
  messageBytes: limits.liveMessageBytes,
  highWaterBytes: paces.liveHighWaterBytes,
  lowWaterBytes: paces.liveLowWaterBytes,
};

const relayKind: BinaryChannelKind = {
  label: 'relay',
  id: 3,
  isOrdered: true,
  messageBytes: limits.relayOverheadBytes + limits.relayPartBytes,
  highWaterBytes: limits.relayHighWaterBytes,
  lowWaterBytes: limits.relayLowWaterBytes,
};

const noTracks: LaneTracks = { audio: null, video: null, screen: null, 'screen-audio': null, carried: null };

class WebRtcConnection implements Connection {
  readonly state = new Store<ConnectionState>('new');
  readonly events = new Emitter<ConnectionEvents>();
  readonly remoteTracks = new Store<LaneTracks>(noTracks);
  readonly #isPolite: boolean;
  readonly #ice: ConnectionOptions['ice'];
  readonly #isDataOnly: boolean;
  readonly #ready: Promise<Parts>;
  #parts: Parts | null = null;
  #isDescribing = false;
  #ignoresOffer = false;
  /** Both sides offered at once: Chromium 156.0.8078.108 then makes a receiver anew for every packet of a source that nobody announced. */
  #hasCollided = false;
  /** Candidates that came before the description they belong to. */
  #early: IceCandidate[] = [];
  /** Candidates found before our description went out. */
  #unannounced: IceCandidate[] = [];
  #counters: Counters | null = null;

  constructor(options: ConnectionOptions) {
    this.#isPolite = options.isPolite;
    this.#ice = options.ice;
    this.#isDataOnly = options.isDataOnly ?? false;
    this.#ready = this.#open();
    this.#ready.catch(() => undefined); // whoever uses the connection hears of it
  }

  async offer(): Promise<void> {
    const { pc, lanes } = await this.#ready;
    if (!this.#isDataOnly) lanes.open();
    await this.#describe(pc);
  }

  async accept({ kind, sdp }: Description): Promise<void> {
    const parts = await this.#ready;
    const { pc, lanes } = parts;
    const collides = kind === 'offer' && (this.#isDescribing || pc.signalingState !== 'stable');
    this.#ignoresOffer = collides && !this.#isPolite;
    this.#hasCollided ||= collides;
    if (this.#ignoresOffer) return;
    if (!isExpectedShape(sdp, this.#isDataOnly)) throw new Failure('protocol-broken', 'unexpected media sections');
    if (kind === 'offer') this.#takeServers(parts);
    try {
      await pc.setRemoteDescription({ type: kind, sdp }); // rolls our own offer back where there is one
    } catch (reason) {
      throw new Failure('protocol-broken', `${kind} refused`, { cause: reason });
    }
    if (kind === 'offer') lanes.adopt(sdp);
    this.remoteTracks.set(lanes.remoteTracks);
    const early = this.#early;
    this.#early = [];
    if (kind === 'offer') await this.#describe(pc);
    await this.#add(pc, early);
  }

  async addCandidates(candidates: readonly IceCandidate[]): Promise<void> {
    const { pc } = await this.#ready;
    if (pc.remoteDescription) await this.#add(pc, candidates);
    else {
      const room = limits.candidatesPerConnection - this.#early.length;
      this.#early.push(...candidates.slice(0, Math.max(0, room)));
    }
  }

  restartIce(): void {
    const pc = this.#parts?.pc;
    if (this.#parts) this.#takeServers(this.#parts);
    pc?.restartIce();
    // The browser would wait for the answer to the offer before, which may never come.
    if (pc?.signalingState === 'have-local-offer') this.#describe(pc).catch(() => undefined);
  }

  async fingerprints(): Promise<{ local: Uint8Array; remote: Uint8Array }> {
    const { pc, certificate } = await this.#ready;
    const local = fingerprintOf(certificate);
    const [der] = pc.sctp?.transport.getRemoteCertificates() ?? [];
    if (!local || !der || der.byteLength === 0) throw new Failure('identity-unproven', 'no certificate to compare');
    return { local, remote: await fingerprintOfDer(der) };
  }

  sendControl(message: Uint8Array): boolean {
    return this.#parts?.control.send(message) ?? false;
  }

  sendBulk(message: Uint8Array<ArrayBuffer>): boolean {
    return this.#parts?.bulk.send(message) ?? false;
  }

  get bulkWaitingBytes(): number {
    return this.#parts?.bulk.waitingBytes ?? 0;
  }

  sendLive(message: Uint8Array<ArrayBuffer>): boolean {
    return this.#parts?.live.send(message) ?? false;
  }

  sendRelay(message: Uint8Array<ArrayBuffer>): boolean {
    return this.#parts?.relay.send(message) ?? false;
  }

  async setTrack(lane: Lane, track: MediaTrack | null): Promise<void> {
    if (track !== null && !(track instanceof MediaStreamTrack)) throw new Failure('internal', 'not a browser track');
    const { lanes } = await this.#ready;
    if (this.state.snapshot !== 'closed') await lanes.fill(lane, track);
  }

  limitVideo(lane: 'video' | 'screen', videoLimits: VideoLimits): void {
    this.#ready.then(
      ({ lanes }) => {
        lanes.limit(lane, videoLimits);
      },
      () => undefined, // never opened: nothing to limit
    );
  }

  claimedLevel(lane: 'audio' | 'carried'): number | null {
    return this.state.snapshot === 'closed' ? null : (this.#parts?.lanes.claimedLevel(lane) ?? null);
  }

  soundAgeMs(): number | null {
    return this.state.snapshot === 'closed' ? null : (this.#parts?.lanes.soundAgeMs() ?? null);
  }

  async stats(): Promise<ConnectionStats> {
    const { pc, lanes } = await this.#ready;
    const report: ReadonlyMap<string, unknown> = new Map(await pc.getStats());
    const { audio } = lanes.remoteTracks;
    const about = {
      mids: { audio: lanes.mid('audio'), video: lanes.mid('video') },
      audioVolume: audio instanceof MediaStreamTrack ? playedVolume(audio) : 1,
    };
    const { stats, counters } = readStats(report, about, performance.now(), this.#counters);
    this.#counters = counters;
    return stats;
  }

  async diagnose(): Promise<PathReading> {
    const { pc } = await this.#ready;
    return readPath(new Map(await pc.getStats()));
  }

  async network(): Promise<string | null> {
    const { pc } = await this.#ready;
    return readNetwork(new Map(await pc.getStats()));
  }

  close(): void {
    if (this.state.snapshot === 'closed') return;
    if (this.#parts) this.#dismantle(this.#parts);
    this.state.set('closed');
  }

  /** Whatever is searched from now on is searched with these (RFC 9429 section 4.1.18). */
  #takeServers({ pc, certificate }: Parts): void {
    pc.setConfiguration(toConfiguration(this.#ice(), certificate));
  }

  async #open(): Promise<Parts> {
    const certificate = await dtlsCertificate();
    if (this.state.snapshot === 'closed') throw new Failure('link-lost', 'closed before it was opened');
    const pc = new RTCPeerConnection(toConfiguration(this.#ice(), certificate));
    const control = new ControlChannel(pc, {
      opened: () => {
        this.events.emit('controlOpened', undefined);
      },
      received: (message) => {
        this.events.emit('controlReceived', message);
      },
      broken: (code) => {
        this.events.emit('controlBroken', code);
      },
    });
    const bulk = this.#openBinary(pc, bulkKind, 'bulk');
    const live = this.#openBinary(pc, liveKind, 'live');
    const relay = this.#openBinary(pc, relayKind, 'relay');
    this.#follow(pc);
    this.#parts = { pc, certificate, control, bulk, live, relay, lanes: new Lanes(pc) };
    return this.#parts;
  }

  #openBinary(pc: RTCPeerConnection, kind: BinaryChannelKind, name: 'bulk' | 'live' | 'relay'): BinaryChannel {
    return new BinaryChannel(pc, kind, {
      drained: () => {
        this.events.emit(`${name}Drained`, undefined);
      },
      received: (message) => {
        this.events.emit(`${name}Received`, message);
      },
      broken: (code) => {
        this.events.emit(`${name}Broken`, code);
      },
    });
  }

  #follow(pc: RTCPeerConnection): void {
    pc.onconnectionstatechange = () => {
      this.state.set(pc.connectionState);
    };
    pc.onicecandidate = ({ candidate }) => {
      if (!candidate || candidate.candidate === '') return;
      const { sdpMid, sdpMLineIndex } = candidate;
      this.#unannounced.push({ candidate: candidate.candidate, sdpMid, sdpMLineIndex });
      if (!this.#isDescribing) this.#announceCandidates();
    };
    pc.onicegatheringstatechange = () => {
      if (pc.iceGatheringState === 'complete') this.events.emit('gatheringEnded', undefined);
    };
    pc.onnegotiationneeded = () => {
      // The first description is made by offer() or accept(); afterwards only an ICE restart needs one.
      if (pc.currentRemoteDescription && pc.signalingState === 'stable') this.#describe(pc).catch(() => undefined);
    };
    pc.ondatachannel = ({ channel }) => {
      channel.close(); // nobody agreed on another one
    };
  }

  /** Sets and announces our next description: an answer where an offer waits for one, else an offer. */
  async #describe(pc: RTCPeerConnection): Promise<void> {
    this.#isDescribing = true;
    try {
      await pc.setLocalDescription();
    } finally {
      this.#isDescribing = false;
    }
    const description = pc.localDescription;
    if (description?.type !== 'offer' && description?.type !== 'answer') return;
    const wanted = withOpusOptions(description.sdp);
    const sdp = this.#hasCollided ? wanted : withoutIdleSources(wanted);
    this.events.emit('described', { kind: description.type, sdp });
    this.#announceCandidates();
  }

  #announceCandidates(): void {
    for (const candidate of this.#unannounced.splice(0)) this.events.emit('gathered', candidate);
  }

  async #add(pc: RTCPeerConnection, candidates: readonly IceCandidate[]): Promise<void> {
    const results = await Promise.allSettled(candidates.map((candidate) => pc.addIceCandidate(candidate)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed && !this.#ignoresOffer)
      throw new Failure('protocol-broken', 'candidate refused', { cause: failed.reason });
  }

  #dismantle({ pc, control, bulk, live, relay, lanes }: Parts): void {
    control.close();
    bulk.close();
    live.close();
    relay.close();
    lanes.end();
    pc.onconnectionstatechange = pc.onicegatheringstatechange = null;
    pc.onicecandidate = pc.onnegotiationneeded = pc.ondatachannel = null;
    pc.close();
  }
}

export const openWebRtcConnection: OpenConnection = (options) => new WebRtcConnection(options);

// One end of a link in a page: a real connection whose signals the test carries, with a tone and a picture to send.
import { openWebRtcConnection } from '#adapters/webrtc-connection';
import type { Connection, Description, Lane } from '#core/ports';
import type { IceServer } from '#shared/ice';
import type { IceCandidate } from '#shared/signal';
import { Meter, wait } from '#tests/e2e/adapters/pages/meter';
import { Viewer } from '#tests/e2e/adapters/pages/viewer';

export type Signal = { readonly description: Description } | { readonly candidates: readonly IceCandidate[] };

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export interface LinkEndOptions {
  readonly iceTransportPolicy?: 'all' | 'relay';
  readonly isDataOnly?: boolean;
}

export class LinkEnd {
  readonly connection: Connection;
  iceServers: IceServer[] = [];
  readonly sent: Signal[] = [];
  readonly received: number[][] = [];
  readonly broken: string[] = [];
  bulkBytes = 0;
  readonly #send: (signal: Signal) => void;
  #work: Promise<void> = Promise.resolve();
  readonly #meters = new Map<Lane, Meter>();
  readonly #viewers = new Map<Lane, Viewer>();
  #tone: MediaStreamTrack | null = null;

  constructor(
    isPolite: boolean,
    send: (signal: Signal) => void,
    { iceTransportPolicy = 'all', isDataOnly = false }: LinkEndOptions = {},
  ) {
    this.#send = send;
    this.connection = openWebRtcConnection({
      ice: () => ({ iceServers: this.iceServers, iceTransportPolicy }),
      isPolite,
      isDataOnly,
    });
    const { events } = this.connection;
    events.on('described', (description) => {
      this.#signal({ description });
    });
    events.on('gathered', (candidate) => {
      this.#signal({ candidates: [candidate] });
    });
    events.on('controlReceived', (message) => {
      this.received.push([...message]);
    });
    events.on('controlBroken', (code) => {
      this.broken.push(code);
    });
    events.on('bulkReceived', (part) => {
      this.bulkBytes += part.length;
    });
  }

  /** One after the other, as the core does. Candidates of an ignored offer are tolerated. */
  receive(signal: Signal): void {
    this.#work = this.#work.then(async () => {
      if ('description' in signal) await this.connection.accept(signal.description);
      else await this.connection.addCandidates(signal.candidates).catch(() => undefined);
    });
  }

  /** Resolves when all that came was worked through; rejects when a description was refused. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async connected(timeoutMs = 10_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!(this.connection.state.snapshot === 'connected' && this.connection.sendControl(Uint8Array.of(0xff)))) {
      if (performance.now() > deadline) throw new Error(`Still ${this.connection.state.snapshot}`);
      await wait(5);
    }
  }

  async fingerprints(): Promise<{ local: string; remote: string }> {
    const { local, remote } = await this.connection.fingerprints();
    return { local: hex(local), remote: hex(remote) };
  }

  async sendTone(hertz: number, lane: 'audio' | 'screen-audio' | 'carried' = 'audio', gain = 0.5): Promise<void> {
    const context = new AudioContext({ sampleRate: 48_000 });
    const oscillator = new OscillatorNode(context, { frequency: hertz });
    const destination = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
    oscillator.connect(new GainNode(context, { gain })).connect(destination);
    oscillator.start();
    const track = destination.stream.getAudioTracks()[0] ?? null;
    if (lane === 'audio') this.#tone = track;
    await this.connection.setTrack(lane, track);
  }

  /** Answers when, in ms since the epoch. */
  mute(): number {
    if (this.#tone) this.#tone.enabled = false;
    return Date.now();
  }

  unmute(): void {
    if (this.#tone) this.#tone.enabled = true;
  }

  /** A moving picture of 720p in shades of one hue, in degrees; red without. */
  async sendPicture(lane: 'video' | 'screen' = 'video', hue = 0): Promise<void> {
    const canvas = document.createElement('canvas');
    canvas.width = 1280;
    canvas.height = 720;
    const context = canvas.getContext('2d');
    let step = 0;
    setInterval(() => {
      step += 1;
      if (!context) return;
      context.fillStyle = `hsl(${hue} 80% ${40 + ((step * 7) % 20)}%)`;
      context.fillRect(0, 0, 1280, 720);
      context.fillStyle = `hsl(${hue} 80% 45%)`;
      context.fillRect((step * 13) % 1280, 0, 200, 720);
    }, 33);
    await this.connection.setTrack(lane, canvas.captureStream(30).getVideoTracks()[0] ?? null);
  }

  remote(lane: Lane): MediaStreamTrack {
    const track = this.connection.remoteTracks.snapshot[lane];
    if (!(track instanceof MediaStreamTrack)) throw new Error(`no remote track in the lane ${lane}`);
    return track;
  }

  /** What arrives on the audio lane. */
  get heard(): Meter {
    return this.heardIn('audio');
  }

  heardIn(lane: 'audio' | 'screen-audio' | 'carried'): Meter {
    const meter = this.#meters.get(lane) ?? new Meter(this.remote(lane));
    this.#meters.set(lane, meter);
    return meter;
  }

  /** To be heard by the person: what is played muted counts as silence in the statistics. */
  play(lane: 'audio' | 'carried'): void {
    const element = new Audio();
    element.srcObject = new MediaStream([this.remote(lane)]);
    void element.play();
  }

  seenIn(lane: 'video' | 'screen'): Viewer {
    const viewer = this.#viewers.get(lane) ?? new Viewer(this.remote(lane));
    this.#viewers.set(lane, viewer);
    return viewer;
  }

  #signal(signal: Signal): void {
    this.sent.push(signal);
    this.#send(signal);
  }
}

// A connection between two processes of this machine: a local socket, with the rules of the channels that matter to drops. When one of both
// dies, the other hears it as a closed channel.
import { randomBytes } from 'node:crypto';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Emitter } from '#core/base/emitter';
import { Store } from '#core/base/store';
import type { Connection, ConnectionEvents, ConnectionState, Description, LaneTracks } from '#core/ports';
import { paces } from '#core/wire/paces';

const channels = ['certificate', 'control', 'bulk'] as const;
type Channel = (typeof channels)[number];
/** Length of the rest, and channel. */
const headBytes = 5;

const noTracks: LaneTracks = { audio: null, video: null, screen: null, 'screen-audio': null, carried: null };

export class SocketConnection implements Connection {
  readonly state = new Store<ConnectionState>('new');
  readonly events = new Emitter<ConnectionEvents>();
  readonly remoteTracks = new Store<LaneTracks>(noTracks);
  readonly #folder: string;
  /** Stands for the fingerprint of a certificate, which is fresh with every connection. */
  readonly #own = new Uint8Array(randomBytes(32));
  #theirs: Uint8Array | null = null;
  #server: Server | null = null;
  #socket: Socket | null = null;
  #received = Buffer.alloc(0);
  #isBulkFull = false;

  /** @param folder with a short path, where sockets may be made */
  constructor(folder: string) {
    this.#folder = folder;
  }

  async offer(): Promise<void> {
    const path = join(this.#folder, `${randomBytes(6).toString('hex')}.sock`);
    const server = createServer((socket) => this.#join(socket));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(path, resolve));
    this.#describe({ kind: 'offer', sdp: path });
  }

  async accept({ kind, sdp }: Description): Promise<void> {
    await Promise.resolve();
    if (kind === 'answer') return;
    this.#describe({ kind: 'answer', sdp: 'here' });
    this.#join(connect(sdp));
  }

  async addCandidates(): Promise<void> {
    await Promise.resolve(); // the socket is the only way
  }

  restartIce(): void {
    // A socket that broke does not come back.
  }

  async fingerprints(): Promise<{ local: Uint8Array; remote: Uint8Array }> {
    await Promise.resolve();
    if (!this.#theirs) throw new Error('no certificate yet');
    return { local: this.#own, remote: this.#theirs };
  }

  sendControl(message: Uint8Array): boolean {
    return this.#send('control', message);
  }

  sendBulk(message: Uint8Array<ArrayBuffer>): boolean {
    this.#isBulkFull = (this.#socket?.writableLength ?? 0) + message.length > paces.bulkHighWaterBytes;
    return !this.#isBulkFull && this.#send('bulk', message);
  }

  get bulkWaitingBytes(): number {
    return this.#socket?.writableLength ?? 0;
  }

  sendLive = (): boolean => false;
  sendRelay = (): boolean => false;

  async setTrack(): Promise<void> {
    await Promise.resolve(); // nobody is heard or seen
  }

  limitVideo(): void {
    // no picture
  }

  claimedLevel = (): null => null;
  soundAgeMs = (): null => null;

  async stats(): Promise<never> {
    return await Promise.reject(new Error('not measured'));
  }

  async diagnose(): Promise<never> {
    return await Promise.reject(new Error('not measured'));
  }

  async network(): Promise<null> {
    return await Promise.resolve(null);
  }

  close(): void {
    if (this.state.snapshot === 'closed') return;
    this.state.set('closed');
    this.#server?.close();
    this.#socket?.destroySoon();
  }

  #describe(description: Description): void {
    this.events.emit('described', description);
    this.events.emit('gatheringEnded', undefined);
  }

  #join(socket: Socket): void {
    this.#server?.close();
    this.#socket = socket;
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('error', () => undefined); // told as its end
    socket.on('close', () => {
      if (this.state.snapshot !== 'closed') this.events.emit('controlBroken', 'link-lost');
    });
    this.#send('certificate', this.#own);
  }

  #send(channel: Channel, message: Uint8Array): boolean {
    const socket = this.#socket;
    if (!socket?.writable || (channel !== 'certificate' && this.state.snapshot !== 'connected')) return false;
    const head = Buffer.alloc(headBytes);
    head.writeUInt32BE(message.length);
    head.writeUInt8(channels.indexOf(channel), 4);
    socket.write(Buffer.concat([head, message]), () => this.#drained());
    return true;
  }

  #drained(): void {
    if (!this.#isBulkFull || (this.#socket?.writableLength ?? 0) > paces.bulkLowWaterBytes) return;
    this.#isBulkFull = false;
    if (this.state.snapshot !== 'closed') this.events.emit('bulkDrained', undefined);
  }

  #read(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    let at = 0;
    for (let end = this.#endFrom(at); end !== null; end = this.#endFrom(at)) {
      const channel = channels[this.#received.readUInt8(at + 4)];
      const message = new Uint8Array(this.#received.subarray(at + headBytes, end));
      at = end;
      this.#take(channel, message);
    }
    this.#received = this.#received.subarray(at);
  }

  /** Where the message that begins here ends, if all of it is there. */
  #endFrom(at: number): number | null {
    if (this.#received.length < at + headBytes) return null;
    const end = at + headBytes + this.#received.readUInt32BE(at);
    return end <= this.#received.length ? end : null;
  }

  #take(channel: Channel | undefined, message: Uint8Array<ArrayBuffer>): void {
    if (this.state.snapshot === 'closed') return;
    if (channel === 'control') this.events.emit('controlReceived', message);
    else if (channel === 'bulk') this.events.emit('bulkReceived', message);
    else {
      this.#theirs = message;
      this.state.set('connected');
      this.events.emit('controlOpened', undefined);
      this.events.emit('bulkDrained', undefined);
    }
  }
}

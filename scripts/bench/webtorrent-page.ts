// Runs inside a page: one peer of a WebTorrent swarm, over bare data channels and from memory to memory, with the settings
// that were fastest here: rarest first, pieces of 256 KiB, no trackers and nothing else that looks for peers.

export interface TorrentPeer {
  /** A channel with the peer of this name; resolves once it is open. */
  link(other: string, isFirst: boolean): Promise<void>;
  hear(other: string, text: string): void;
  /** Makes and hashes this many bytes; answers the .torrent file. */
  seed(bytes: number): Promise<number[]>;
  add(torrentFile: readonly number[]): Promise<void>;
  /** Everybody who is linked becomes a peer; answers the wall clock, ms. */
  start(): number;
  /** The wall clock, ms, at which all of it was there and verified. */
  done(): Promise<number>;
  uploaded(): number;
}

declare global {
  interface Window {
    torrentPeer: TorrentPeer;
    signalTo: (other: string, text: string) => Promise<void>;
  }
}

interface Torrent {
  readonly torrentFile: Uint8Array;
  readonly uploaded: number;
  readonly done: boolean;
  addPeer(duplex: unknown): boolean;
  once(event: 'done' | 'ready', listener: () => void): void;
}

interface Client {
  readonly throttleGroups: { readonly up: { throttle(): object } };
  seed(file: File, options: object, seeded: (torrent: Torrent) => void): void;
  add(torrentFile: Uint8Array, options: object): Torrent;
}

interface Part {
  readonly offset?: number;
  readonly length?: number;
}
type Answer = (error: Error | null, piece?: Uint8Array) => void;

interface Duplex {
  push(data: Uint8Array): boolean;
}
type DuplexKind = new (options: object) => Duplex;

/** @param uploadLimit bytes a second; below 0 for none */
export async function openTorrentPeer(uploadLimit: number): Promise<void> {
  const [partBytes, high, low] = [64 * 1024, 1024 * 1024, 256 * 1024];
  const path = '/webtorrent.js';
  const { default: WebTorrent } = (await import(path)) as { default: new (options: object) => Client };
  const nothingElse = { tracker: false, dht: false, lsd: false, utPex: false, natUpnp: false, natPmp: false };
  const client = new WebTorrent({ ...nothingElse, utp: false, webSeeds: false, uploadLimit });
  const now = (): number => performance.timeOrigin + performance.now();

  class MemoryStore {
    readonly #pieces = new Map<number, Uint8Array>();
    readonly chunkLength: number;
    constructor(chunkLength: number) {
      this.chunkLength = chunkLength;
    }
    put(index: number, piece: Uint8Array, done: (error: Error | null) => void): void {
      this.#pieces.set(index, piece.slice());
      queueMicrotask(() => done(null));
    }
    /** With what part of it, or without. */
    get(index: number, ...rest: [Part | null, Answer] | [Answer]): void {
      const answer = rest.at(-1) as Answer;
      const part = typeof rest[0] === 'function' ? null : rest[0];
      const offset = part?.offset ?? 0;
      const piece = this.#pieces.get(index);
      queueMicrotask(() => {
        if (piece) answer(null, piece.subarray(offset, part?.length === undefined ? undefined : offset + part.length));
        else answer(new Error('not here'));
      });
    }
    close(done: () => void): void {
      done();
    }
    destroy(done: () => void): void {
      this.#pieces.clear();
      done();
    }
  }

  // The stream class that WebTorrent was built with is not exported: it is the one of its throttles that has an `end` of its own.
  let prototype: object | null = client.throttleGroups.up.throttle();
  while (prototype && !Object.hasOwn(prototype, 'end')) prototype = Reflect.getPrototypeOf(prototype);
  const Duplex = prototype?.constructor as DuplexKind;

  const toDuplex = (other: string, channel: RTCDataChannel): Duplex => {
    const duplex = new Duplex({
      read: (done: (error: null) => void) => done(null),
      write: (data: Uint8Array<ArrayBuffer>, done: (error: null) => void) => {
        const send = (): void => {
          for (let at = 0; at < data.length; at += partBytes) channel.send(data.subarray(at, at + partBytes));
          done(null);
        };
        if (channel.bufferedAmount > high) channel.addEventListener('bufferedamountlow', send, { once: true });
        else send();
      },
    });
    channel.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => duplex.push(new Uint8Array(data));
    return Object.assign(duplex, { id: other, connected: true });
  };

  const connections = new Map<string, RTCPeerConnection>();
  const duplexes: Duplex[] = [];
  const options = { announce: [], strategy: 'rarest', store: MemoryStore };
  let torrent: Torrent | null = null;
  window.torrentPeer = {
    link: async (other, isFirst) => {
      const connection = new RTCPeerConnection();
      const channel = connection.createDataChannel('torrent', { negotiated: true, id: 0 });
      channel.binaryType = 'arraybuffer';
      channel.bufferedAmountLowThreshold = low;
      connections.set(other, connection);
      duplexes.push(toDuplex(other, channel));
      connection.onicecandidate = ({ candidate }) => void window.signalTo(other, JSON.stringify({ candidate }));
      const opened = new Promise<void>((resolve) => (channel.onopen = () => resolve()));
      if (isFirst) {
        await connection.setLocalDescription();
        await window.signalTo(other, JSON.stringify({ description: connection.localDescription }));
      }
      await opened;
    },
    hear: (other, text) => {
      const connection = connections.get(other);
      const { description, candidate } = JSON.parse(text) as {
        description?: RTCSessionDescriptionInit;
        candidate?: RTCIceCandidateInit;
      };
      if (candidate) void connection?.addIceCandidate(candidate);
      if (description)
        void connection?.setRemoteDescription(description).then(async () => {
          if (description.type !== 'offer') return;
          await connection.setLocalDescription();
          await window.signalTo(other, JSON.stringify({ description: connection.localDescription }));
        });
    },
    seed: async (bytes) => {
      const part = crypto.getRandomValues(new Uint8Array(65_536));
      const content = Array.from({ length: bytes / part.length }, (_, at) => {
        const own = part.slice();
        new DataView(own.buffer).setUint32(0, at);
        return own;
      });
      const seeded = await new Promise<Torrent>((resolve) => {
        client.seed(new File(content, 'take.wav'), { ...options, pieceLength: 256 * 1024 }, resolve);
      });
      torrent = seeded;
      return [...seeded.torrentFile];
    },
    add: async (torrentFile) => {
      const added = client.add(Uint8Array.from(torrentFile), options);
      torrent = added;
      await new Promise<void>((resolve) => added.once('ready', resolve));
    },
    start: () => {
      const startedAt = now();
      for (const duplex of duplexes) torrent?.addPeer(duplex);
      return startedAt;
    },
    done: async () => {
      if (torrent?.done === false) await new Promise<void>((resolve) => torrent?.once('done', resolve));
      return now();
    },
    uploaded: () => torrent?.uploaded ?? 0,
  };
}

// Blobs by hand on the local network: one TCP connection per blob, version byte, length, bytes; one byte back when it was taken.
import { connect, createServer, type Socket } from 'node:net';
import type { Clock } from '#main/services/clock';
import type { Place } from '#main/services/nearby/nearby-directory';
import { RateLimit } from '#main/services/rate-limit';
import { serviceLimits } from '#main/services/service-limits';

const version = 1;
const headBytes = 5;
const taken = Buffer.of(6);

export interface NearbyPostOptions {
  readonly clock: Clock;
  /** Whether that address is in a network of this machine; others are hung up on. */
  readonly isNear: (address: string) => boolean;
  readonly onBlob: (blob: Uint8Array<ArrayBuffer>) => void;
  /** A connection could not be accepted, e.g. for want of file handles; the next ones may be. */
  readonly onTrouble: (error: Error) => void;
}

export interface NearbyPost {
  readonly port: number;
  close(): void;
}

/** Reads one blob from a socket within the time and size limits; null when it is none. */
async function readBlob(socket: Socket): Promise<Uint8Array<ArrayBuffer> | null> {
  let head = Buffer.alloc(0);
  let blob: Buffer<ArrayBuffer> | null = null;
  let filled = 0;
  const chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>; // sound: no encoding is set
  for await (const chunk of chunks) {
    let rest = chunk;
    if (blob === null) {
      const missing = headBytes - head.length;
      head = Buffer.concat([head, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (head.length < headBytes) continue;
      const length = head.readUInt32BE(1);
      if (head[0] !== version || length === 0 || length > serviceLimits.nearbyBlobBytes) return null;
      blob = Buffer.alloc(length);
    }
    if (filled + rest.length > blob.length) return null;
    rest.copy(blob, filled);
    filled += rest.length;
    if (filled === blob.length) return new Uint8Array(blob);
  }
  return null;
}

class Counter {
  readonly #counts = new Map<string, number>();

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  add(key: string, by: 1 | -1): void {
    const count = this.of(key) + by;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }
}

/** Listens on a free port of every address. */
export async function openNearbyPost({ clock, isNear, onBlob, onTrouble }: NearbyPostOptions): Promise<NearbyPost> {
  const perAddress = new Counter();
  const rate = new RateLimit({ perSecond: serviceLimits.nearbyBlobsPerSecond, burst: serviceLimits.nearbyBlobsBurst });
  const open = new Set<Socket>();

  const take = async (socket: Socket): Promise<void> => {
    try {
      const blob = await readBlob(socket);
      if (blob === null) return;
      onBlob(blob);
      await new Promise<void>((resolve) => socket.end(taken, resolve));
    } catch {
      // Hung up or too slow: nothing of it counts.
    } finally {
      socket.destroy();
    }
  };

  const server = createServer({ noDelay: true }, (socket) => {
    const { remoteAddress = '' } = socket;
    socket.on('error', () => undefined); // followed by close
    const isWelcome =
      isNear(remoteAddress) &&
      perAddress.of(remoteAddress) < serviceLimits.nearbySocketsPerAddress &&
      rate.take(remoteAddress, clock.now());
    if (!isWelcome) return void socket.destroy();
    open.add(socket);
    perAddress.add(remoteAddress, 1);
    const tooLate = setTimeout(() => socket.destroy(), serviceLimits.nearbyHandOverMs);
    socket.on('close', () => {
      clearTimeout(tooLate);
      open.delete(socket);
      perAddress.add(remoteAddress, -1);
    });
    void take(socket);
  });
  server.maxConnections = serviceLimits.nearbySockets;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '0.0.0.0' }, () => {
      server.off('error', reject);
      server.on('error', onTrouble); // unheard, it would end the process
      resolve();
    });
  });
  const at = server.address();
  return {
    port: typeof at === 'object' && at !== null ? at.port : 0,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Hands a blob over; false when nobody took it there within the time limit. */
export async function handOver({ address, port }: Pick<Place, 'address' | 'port'>, blob: Uint8Array): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const socket = connect({ host: address, port, noDelay: true });
    const tooLate = setTimeout(() => socket.destroy(), serviceLimits.nearbyHandOverMs);
    let wasTaken = false;
    socket.on('connect', () => {
      const head = Buffer.alloc(headBytes);
      head.writeUInt8(version);
      head.writeUInt32BE(blob.length, 1);
      socket.write(Buffer.concat([head, blob]));
    });
    socket.on('data', (answer) => {
      wasTaken = answer[0] === taken[0];
      socket.destroy();
    });
    socket.on('error', () => undefined); // followed by close
    socket.on('close', () => {
      clearTimeout(tooLate);
      resolve(wasTaken);
    });
  });
}

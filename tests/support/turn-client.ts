// As much of a TURN client (RFC 8656, STUN: RFC 8489) as it takes to see what a server refuses: allocations and permissions over UDP.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';

const cookie = 0x2112a442;
const method = { allocate: 0x003, permission: 0x008 } as const;
const attribute = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  peer: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  family: 0x0017,
  transport: 0x0019,
} as const;

export interface TurnAnswer {
  /** Null for a success. */
  readonly error: number | null;
  readonly attributes: ReadonlyMap<number, Buffer>;
}

export interface TurnAccount {
  readonly username: string;
  readonly password: string;
}

/** A name and password that hold for so long, as an application with the shared secret makes them. */
export function turnAccount(secret: string, label: string, seconds: number): TurnAccount {
  const username = `${Math.floor(Date.now() / 1_000) + seconds}:${label}`;
  return { username, password: createHmac('sha1', secret).update(username).digest('base64') };
}

export class TurnClient {
  readonly #socket: Socket;
  readonly #server: { readonly address: string; readonly port: number };
  readonly #account: TurnAccount;
  #realm: Buffer = Buffer.alloc(0);
  #nonce: Buffer = Buffer.alloc(0);

  constructor(server: { readonly address: string; readonly port: number }, account: TurnAccount) {
    this.#server = server;
    this.#account = account;
    this.#socket = createSocket(isIPv6(server.address) ? 'udp6' : 'udp4');
  }

  close(): void {
    this.#socket.close();
  }

  /** With `transport` 17 for UDP and 6 for TCP (RFC 6062). */
  async allocate({ family, transport = 17 }: { family: 4 | 6; transport?: number }): Promise<TurnAnswer> {
    const wish: [number, Buffer][] = [[attribute.transport, Buffer.from([transport, 0, 0, 0])]];
    if (family === 6) wish.push([attribute.family, Buffer.from([2, 0, 0, 0])]);
    const first = await this.#ask(method.allocate, wish, { isSigned: false });
    this.#realm = first.attributes.get(attribute.realm) ?? this.#realm;
    this.#nonce = first.attributes.get(attribute.nonce) ?? this.#nonce;
    return await this.#ask(method.allocate, wish, { isSigned: true });
  }

  /** Whether packets may go to and come from there. */
  async permit(address: string): Promise<TurnAnswer> {
    return await this.#ask(method.permission, [[attribute.peer, address]], { isSigned: true });
  }

  async #ask(
    kind: number,
    wishes: readonly (readonly [number, Buffer | string])[],
    { isSigned }: { isSigned: boolean },
  ): Promise<TurnAnswer> {
    const id = randomBytes(12);
    const { username } = this.#account;
    const named: (readonly [number, Buffer])[] = wishes.map(([type, value]) => [
      type,
      typeof value === 'string' ? xorAddress(value, id) : value,
    ]);
    if (isSigned)
      named.push(
        [attribute.username, Buffer.from(username)],
        [attribute.realm, this.#realm],
        [attribute.nonce, this.#nonce],
      );
    const body = Buffer.concat(named.map(([type, value]) => encode(type, value)));
    const message = isSigned ? this.#signed(kind, id, body) : Buffer.concat([head(kind, id, body.length), body]);
    return await this.#exchange(message, id);
  }

  #signed(kind: number, id: Buffer, body: Buffer): Buffer {
    const { username, password } = this.#account;
    const key = createHash('md5').update(`${username}:${this.#realm.toString()}:${password}`).digest();
    const covered = Buffer.concat([head(kind, id, body.length + 24), body]);
    return Buffer.concat([covered, encode(attribute.integrity, createHmac('sha1', key).update(covered).digest())]);
  }

  async #exchange(message: Buffer, id: Buffer): Promise<TurnAnswer> {
    return await new Promise<TurnAnswer>((resolve, reject) => {
      const again = setInterval(() => this.#socket.send(message, this.#server.port, this.#server.address), 500);
      const timer = setTimeout(() => {
        stop();
        reject(new Error('the TURN server is silent'));
      }, 5_000);
      const take = (bytes: Buffer): void => {
        if (!bytes.subarray(8, 20).equals(id)) return;
        stop();
        resolve(answerOf(bytes));
      };
      const stop = (): void => {
        clearInterval(again);
        clearTimeout(timer);
        this.#socket.off('message', take);
      };
      this.#socket.on('message', take);
      this.#socket.send(message, this.#server.port, this.#server.address);
    });
  }
}

function head(kind: number, id: Buffer, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16BE(kind);
  bytes.writeUInt16BE(length, 2);
  bytes.writeUInt32BE(cookie, 4);
  return Buffer.concat([bytes, id]);
}

function encode(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  bytes.writeUInt16BE(type);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

function answerOf(bytes: Buffer): TurnAnswer {
  const attributes = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16BE(at + 2);
    attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  const error = attributes.get(attribute.error);
  return { error: error ? (error[2] ?? 0) * 100 + (error[3] ?? 0) : null, attributes };
}

/** RFC 8489 section 14.2, with some port. */
function xorAddress(address: string, id: Buffer): Buffer {
  const plain = isIPv6(address) ? bytesOf6(address) : Buffer.from(address.split('.').map(Number));
  const mask = Buffer.concat([Buffer.alloc(4), id]);
  mask.writeUInt32BE(cookie);
  const port = 5_000 ^ (cookie >>> 16);
  const family = plain.length === 16 ? 2 : 1;
  return Buffer.concat([
    Buffer.from([0, family, port >> 8, port & 0xff]),
    plain.map((byte, at) => byte ^ (mask[at] ?? 0)),
  ]);
}

/** Without a dotted tail. */
function bytesOf6(address: string): Buffer {
  const [before = '', after = ''] = address.split('::');
  const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const [first, last] = [groups(before), groups(after)];
  const zeros = Array<number>(8 - first.length - last.length).fill(0);
  const bytes = Buffer.alloc(16);
  for (const [at, group] of [...first, ...zeros, ...last].entries()) bytes.writeUInt16BE(group, at * 2);
  return bytes;
}

// The stream between the two ends of a tunnel: messages of several kinds, cut into parts, sealed in their order. A part that is
// altered, left out, repeated or overtaken cannot be opened, which ends the tunnel. Blocks and media keep to what the other end
// says that it got, so that little waits at whoever carries.
import type { TunnelCipher } from '#core/ports/relay';
import { limits } from '#core/wire/limits';

type Bytes = Uint8Array<ArrayBuffer>;

/** Their place is their number on the wire. `got` and `echo` are between the tunnels themselves. */
const kinds = ['control', 'bulk', 'live', 'media', 'got', 'echo'] as const;
type PartKind = (typeof kinds)[number];
export type TunnelKind = Exclude<PartKind, 'got' | 'echo'>;

const moreFollows = 0x80;

/** Bytes of one message. */
const longest: Readonly<Record<PartKind, number>> = {
  control: limits.controlMessageBytes,
  bulk: limits.bulkHeaderBytes + limits.bulkPartBytes,
  live: limits.liveMessageBytes,
  media: limits.relayFrameBytes,
  got: 5,
  echo: 5,
};

type Flow = 'blocks' | 'media';
const flows: readonly Flow[] = ['blocks', 'media'];
const flowOf = (kind: PartKind): Flow | null =>
  kind === 'media' ? 'media' : kind === 'bulk' || kind === 'live' ? 'blocks' : null;

export interface TunnelDeps {
  readonly cipher: TunnelCipher;
  readonly now: () => number;
  /** False when the link to whoever carries is full; `drained` follows. */
  readonly send: (sealed: Bytes) => boolean;
  readonly received: (kind: TunnelKind, message: Bytes) => void;
  /** There is room for blocks again. */
  readonly roomMade: () => void;
  /** `relay-altered`: what came is not what the other end sent. Called once; nothing comes after it. */
  readonly broken: (code: 'relay-altered' | 'protocol-broken') => void;
}

export class Tunnel {
  readonly #deps: TunnelDeps;
  /** Blocks let everything else pass. */
  readonly #urgent: Bytes[] = [];
  readonly #blocks: Bytes[] = [];
  readonly #open = new Map<PartKind, { readonly parts: Bytes[]; bytes: number }>();
  readonly #underWay: Record<Flow, number> = { blocks: 0, media: 0 };
  #unsealedBytes = 0;
  #unopenedBytes = 0;
  #sealed = 0;
  #opened = 0;
  #held: Bytes | null = null;
  #isSealing = false;
  #opening: Promise<void> = Promise.resolve();
  #wantsRoom = false;
  #isOver = false;
  #echo = { number: 0, atMs: 0 };
  #roundTripMs: number | null = null;
  #mediaAtMs = -Infinity;

  constructor(deps: TunnelDeps) {
    this.#deps = deps;
  }

  /** Of the last echo; null before it. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  /** Sound and pictures that the other end has not got yet, bytes. */
  get mediaUnderWay(): number {
    return this.#underWay.media;
  }

  /** The same of blocks. */
  get blocksUnderWay(): number {
    return this.#underWay.blocks;
  }

  /** False when too much waits; nothing was sent then. */
  send(kind: TunnelKind, message: Uint8Array): boolean {
    if (this.#isOver || message.length === 0 || message.length > longest[kind]) return false;
    const flow = flowOf(kind);
    if (flow === 'blocks' && !this.#hasRoom(message.length)) {
      this.#wantsRoom = true;
      return false;
    }
    if (flow !== 'blocks' && this.#unsealedBytes + message.length > limits.relayUnsealedBytes) return false;
    if (flow) this.#underWay[flow] += message.length;
    if (flow === 'media') this.#mediaAtMs = this.#deps.now();
    this.#enqueue(kind, message);
    return true;
  }

  /** Asks the other end for a sign, which `roundTripMs` measures. */
  echo(): void {
    this.#echo = { number: (this.#echo.number + 1) >>> 0, atMs: this.#deps.now() };
    this.#enqueue('echo', note(0, this.#echo.number));
  }

  /** What the other end sealed, in the order it comes. */
  receive(sealed: Bytes): void {
    if (this.#isOver) return;
    this.#unopenedBytes += sealed.length;
    if (this.#unopenedBytes > limits.relayUnopenedBytes) {
      this.#break('protocol-broken');
      return;
    }
    this.#opening = this.#opening.then(async () => {
      await this.#openNext(sealed);
    });
  }

  /** The link to whoever carries took what waited in it. */
  drained(): void {
    if (this.#held && !this.#isOver && this.#deps.send(this.#held)) {
      this.#held = null;
      void this.#seal();
    }
  }

  end(): void {
    this.#isOver = true;
    this.#urgent.length = 0;
    this.#blocks.length = 0;
    this.#open.clear();
  }

  /** Nothing under way is always room for one message, however large. */
  #hasRoom(bytes: number): boolean {
    const isTalking = this.#deps.now() - this.#mediaAtMs < 1_000;
    const window = isTalking ? limits.relayTalkWindowBytes : limits.relayWindowBytes;
    return this.#underWay.blocks === 0 || this.#underWay.blocks + bytes <= window;
  }

  #enqueue(kind: PartKind, message: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#unsealedBytes > 2 * limits.relayUnsealedBytes) {
      this.#break('protocol-broken'); // whoever asks without end reads no answer
      return;
    }
    const queue = flowOf(kind) === 'blocks' ? this.#blocks : this.#urgent;
    const number = kinds.indexOf(kind);
    for (let at = 0; at < message.length; at += limits.relayPartBytes) {
      const piece = message.subarray(at, at + limits.relayPartBytes);
      const part = new Uint8Array(1 + piece.length);
      part[0] = number | (at + piece.length < message.length ? moreFollows : 0);
      part.set(piece, 1);
      this.#unsealedBytes += piece.length;
      queue.push(part);
    }
    void this.#seal();
  }

  /** One after the other: the count of a part is its place. */
  async #seal(): Promise<void> {
    if (this.#isSealing) return;
    this.#isSealing = true;
    while (!this.#held) {
      const part = this.#urgent.shift() ?? this.#blocks.shift();
      if (!part) break;
      const sealed = await this.#deps.cipher.seal(this.#sealed, part);
      this.#sealed += 1;
      this.#unsealedBytes -= part.length - 1;
      if (this.#hasEnded()) break;
      if (!this.#deps.send(sealed)) this.#held = sealed;
    }
    this.#isSealing = false;
  }

  #hasEnded(): boolean {
    return this.#isOver;
  }

  async #openNext(sealed: Bytes): Promise<void> {
    if (this.#isOver) return;
    const part = await this.#deps.cipher.open(this.#opened, sealed);
    this.#opened += 1;
    this.#unopenedBytes -= sealed.length;
    if (this.#hasEnded()) return;
    if (!part) this.#break('relay-altered');
    else if (!this.#take(part)) this.#break('protocol-broken');
  }

  /** False when the other end breaks the rules. */
  #take(part: Bytes): boolean {
    const [head = 0] = part;
    const kind = kinds[head & ~moreFollows];
    const piece = part.subarray(1);
    const isMore = (head & moreFollows) !== 0;
    if (!kind || piece.length === 0 || (isMore && piece.length !== limits.relayPartBytes)) return false;
    const open = this.#open.get(kind) ?? { parts: [], bytes: 0 };
    open.bytes += piece.length;
    if (open.bytes > longest[kind]) return false;
    open.parts.push(piece);
    if (isMore) {
      this.#open.set(kind, open);
      return true;
    }
    this.#open.delete(kind);
    return this.#deliver(kind, joined(open.parts, open.bytes));
  }

  #deliver(kind: PartKind, message: Bytes): boolean {
    if (kind === 'got') return this.#takeGot(message);
    if (kind === 'echo') return this.#takeEcho(message);
    const flow = flowOf(kind);
    if (flow) this.#enqueue('got', note(flows.indexOf(flow), message.length));
    this.#deps.received(kind, message);
    return true;
  }

  #takeGot(message: Bytes): boolean {
    const said = readNote(message);
    const flow = said && flows[said.first];
    if (!flow || said.number > this.#underWay[flow]) return false;
    this.#underWay[flow] -= said.number;
    if (flow === 'blocks' && this.#wantsRoom) {
      this.#wantsRoom = false;
      this.#deps.roomMade();
    }
    return true;
  }

  #takeEcho(message: Bytes): boolean {
    const said = readNote(message);
    if (!said) return false;
    if (said.first === 0) this.#enqueue('echo', note(1, said.number));
    else if (said.number === this.#echo.number) this.#roundTripMs = Math.max(0, this.#deps.now() - this.#echo.atMs);
    return true;
  }

  #break(code: 'relay-altered' | 'protocol-broken'): void {
    this.end();
    this.#deps.broken(code);
  }
}

function joined(parts: readonly Bytes[], bytes: number): Bytes {
  const message = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    message.set(part, at);
    at += part.length;
  }
  return message;
}

/** A byte and a number of 32 bits. */
function note(first: number, number: number): Bytes {
  const bytes = new Uint8Array(5);
  bytes[0] = first;
  new DataView(bytes.buffer).setUint32(1, number);
  return bytes;
}

function readNote(message: Bytes): { readonly first: number; readonly number: number } | null {
  if (message.length !== 5) return null;
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  return { first: view.getUint8(0), number: view.getUint32(1) };
}

// What one link sends over its bulk channel, and over those of its side connections: blocks that were asked for, one after the other
// in each, read ahead from the disk, as fast as the channels take them and the pace allows.
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { encodePart, type BulkItem } from '#core/bulk/parts';

export interface UploadItem extends BulkItem {
  readonly owner: object;
  /** Answers null when it cannot be read any more; the owner knows. */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The last of it went out. */
  sent(bytes: number): void;
}

/** A channel that takes parts. */
export interface Outlet {
  /** False when it is full. */
  send(part: Uint8Array<ArrayBuffer>): boolean;
  /** Bytes that it took and that have not gone yet. */
  readonly waitingBytes: number;
}

export interface UploadDeps {
  readonly main: Outlet;
  pace: {
    /** Bytes in one part at present. */
    readonly partBytes: number;
    /** Nothing may go at present. */
    readonly isHeld: boolean;
    /** How long to wait before so many bytes may go, ms; reserves them. */
    reserve(bytes: number): number;
  };
  after(delayMs: number, callback: () => void): () => void;
}

interface Loading {
  readonly item: UploadItem;
  bytes: Uint8Array<ArrayBuffer> | null;
  isRead: boolean;
}

/** What goes through one outlet: a block that began there ends there. */
interface Stream {
  readonly outlet: Outlet;
  sending: Loading | null;
  offset: number;
  part: Uint8Array<ArrayBuffer> | null;
  isRetired: boolean;
}

const streamOf = (outlet: Outlet): Stream => ({ outlet, sending: null, offset: 0, part: null, isRetired: false });

export class Upload {
  readonly #deps: UploadDeps;
  #waiting: UploadItem[] = [];
  /** Being read, or read, and not begun. */
  #loading: Loading[] = [];
  /** The link's own first. */
  readonly #streams: Stream[];
  #handedBytes = 0;
  #cancelWait: (() => void) | null = null;
  #isEnded = false;

  constructor(deps: UploadDeps) {
    this.#deps = deps;
    this.#streams = [streamOf(deps.main)];
  }

  /** Something is being sent, or waits to be. */
  get isBusy(): boolean {
    return this.#loading.length > 0 || this.#streams.some(({ sending }) => sending !== null);
  }

  /** What waits in the channels. */
  get waitingBytes(): number {
    return this.#streams.reduce((sum, { outlet }) => sum + outlet.waitingBytes, 0);
  }

  /** What left them. */
  get goneBytes(): number {
    return this.#handedBytes - this.waitingBytes;
  }

  /** One channel more. */
  widen(outlet: Outlet): void {
    this.#streams.push(streamOf(outlet));
    this.#pump();
  }

  /** It takes no further block. True once the last one it took has left it. */
  retire(outlet: Outlet): boolean {
    const stream = this.#streams.find((one) => one.outlet === outlet);
    if (!stream) return true;
    stream.isRetired = true;
    return stream.sending === null && outlet.waitingBytes === 0;
  }

  /** It is gone, and what it took may be: whoever asked for that asks again. */
  lose(outlet: Outlet): void {
    const at = this.#streams.findIndex((stream) => stream.outlet === outlet);
    if (at > 0) this.#streams.splice(at, 1);
    this.#pump();
  }

  add(item: UploadItem): void {
    if (this.#isEnded || this.#waiting.length >= limits.dropAsksQueued) return;
    const isTwice = (other: UploadItem | undefined): boolean =>
      other?.owner === item.owner && other.kind === item.kind && other.block === item.block;
    if (this.#waiting.some(isTwice) || this.#loading.some((loading) => isTwice(loading.item))) return;
    if (this.#streams.some(({ sending }) => isTwice(sending?.item))) return;
    this.#waiting.push(item);
    this.#load();
  }

  /** Takes back what has not begun to go out; null for everything of this owner. */
  remove(owner: object, block: number | null): void {
    const goes = ({ item }: Pick<Loading, 'item'>): boolean =>
      item.owner === owner && (block === null || item.block === block);
    this.#waiting = this.#waiting.filter((item) => !goes({ item }));
    this.#loading = this.#loading.filter((loading) => !goes(loading));
    for (const stream of this.#streams)
      if (stream.offset === 0 && stream.sending && goes(stream.sending)) clear(stream);
    this.#load();
  }

  /** A channel took what waited in it. */
  drained(): void {
    this.#pump();
  }

  end(): void {
    this.#isEnded = true;
    this.#cancelWait?.();
    this.#waiting = [];
    this.#loading = [];
    this.#streams.length = 0;
  }

  #load(): void {
    while (this.#loading.length < paces.dropReadAhead) {
      const item = this.#waiting.shift();
      if (!item) break;
      const loading: Loading = { item, bytes: null, isRead: false };
      this.#loading.push(loading);
      const settle = (bytes: Uint8Array<ArrayBuffer> | null): void => {
        loading.bytes = bytes;
        loading.isRead = true;
        this.#pump();
      };
      item.read().then(settle, () => settle(null));
    }
    this.#pump();
  }

  #pump(): void {
    for (const stream of [...this.#streams].sort((a, b) => a.outlet.waitingBytes - b.outlet.waitingBytes))
      this.#pumpInto(stream);
  }

  #pumpInto(stream: Stream): void {
    while (!this.#isEnded && !this.#cancelWait) {
      stream.sending ??= this.#begin(stream);
      if (!stream.sending?.isRead) return;
      const { item, bytes } = stream.sending;
      if (!bytes) this.#finish(stream);
      else if (!this.#sendPart(stream, item, bytes)) return;
    }
  }

  /** Beside others an outlet takes no block while one waits in it: the next goes where it comes soonest. */
  #begin({ outlet, isRetired }: Stream): Loading | null {
    if (isRetired) return null;
    if (this.#streams.length > 1 && outlet.waitingBytes > paces.bulkLowWaterBytes) return null;
    return this.#loading[0]?.isRead === true ? (this.#loading.shift() ?? null) : null;
  }

  /** False when it has to wait. */
  #sendPart(stream: Stream, item: UploadItem, bytes: Uint8Array<ArrayBuffer>): boolean {
    if (!stream.part) {
      if (this.#deps.pace.isHeld) {
        this.#wait(paces.dropHeldMs);
        return false;
      }
      stream.part = encodePart(item, bytes, stream.offset, this.#deps.pace.partBytes);
      const waitMs = this.#deps.pace.reserve(stream.part.length);
      if (waitMs > 0) {
        this.#wait(waitMs);
        return false;
      }
    }
    if (!stream.outlet.send(stream.part)) return false;
    this.#handedBytes += stream.part.length;
    stream.offset += stream.part.length - limits.bulkHeaderBytes;
    stream.part = null;
    if (stream.offset < bytes.length) return true;
    this.#finish(stream);
    item.sent(bytes.length);
    return true;
  }

  #wait(ms: number): void {
    this.#cancelWait = this.#deps.after(ms, () => {
      this.#cancelWait = null;
      this.#pump();
    });
  }

  #finish(stream: Stream): void {
    clear(stream);
    const isShort = this.#loading.length < paces.dropReadAhead && this.#waiting.length > 0;
    if (isShort) queueMicrotask(() => this.#load());
  }
}

function clear(stream: Stream): void {
  [stream.sending, stream.offset, stream.part] = [null, 0, null];
}

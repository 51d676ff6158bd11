// What one link sends over its bulk channel: blocks that were asked for, one after the other, read ahead from the disk, as fast
// as the channel takes them and the pace allows.
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

export interface UploadDeps {
  send(part: Uint8Array<ArrayBuffer>): boolean;
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

export class Upload {
  readonly #deps: UploadDeps;
  #waiting: UploadItem[] = [];
  /** Being read, or read; the first is being sent. */
  #loading: Loading[] = [];
  #offset = 0;
  #part: Uint8Array<ArrayBuffer> | null = null;
  #cancelWait: (() => void) | null = null;
  #isEnded = false;

  constructor(deps: UploadDeps) {
    this.#deps = deps;
  }

  /** Something is being sent, or waits to be. */
  get isBusy(): boolean {
    return this.#loading.length > 0;
  }

  add(item: UploadItem): void {
    if (this.#isEnded || this.#waiting.length >= limits.dropAsksQueued) return;
    const isTwice = (other: UploadItem): boolean =>
      other.owner === item.owner && other.kind === item.kind && other.block === item.block;
    if (this.#waiting.some(isTwice) || this.#loading.some(({ item: other }) => isTwice(other))) return;
    this.#waiting.push(item);
    this.#load();
  }

  /** Takes back what has not begun to go out; null for everything of this owner. */
  remove(owner: object, block: number | null): void {
    const goes = (item: UploadItem): boolean => item.owner === owner && (block === null || item.block === block);
    this.#waiting = this.#waiting.filter((item) => !goes(item));
    this.#loading = this.#loading.filter(({ item }, at) => (at === 0 && this.#offset > 0) || !goes(item));
    if (this.#offset === 0) this.#part = null;
    this.#load();
  }

  /** The channel took what waited in it. */
  drained(): void {
    this.#pump();
  }

  end(): void {
    this.#isEnded = true;
    this.#cancelWait?.();
    this.#waiting = [];
    this.#loading = [];
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
    while (!this.#isEnded && !this.#cancelWait) {
      const first = this.#loading[0];
      if (!first?.isRead) return;
      if (!first.bytes) this.#next();
      else if (!this.#sendPart(first.item, first.bytes)) return;
    }
  }

  /** False when it has to wait. */
  #sendPart(item: UploadItem, bytes: Uint8Array<ArrayBuffer>): boolean {
    if (!this.#part) {
      if (this.#deps.pace.isHeld) {
        this.#wait(paces.dropHeldMs);
        return false;
      }
      this.#part = encodePart(item, bytes, this.#offset, this.#deps.pace.partBytes);
      const waitMs = this.#deps.pace.reserve(this.#part.length);
      if (waitMs > 0) {
        this.#wait(waitMs);
        return false;
      }
    }
    if (!this.#deps.send(this.#part)) return false;
    this.#offset += this.#part.length - limits.bulkHeaderBytes;
    this.#part = null;
    if (this.#offset < bytes.length) return true;
    this.#next();
    item.sent(bytes.length);
    return true;
  }

  #wait(ms: number): void {
    this.#cancelWait = this.#deps.after(ms, () => {
      this.#cancelWait = null;
      this.#pump();
    });
  }

  #next(): void {
    this.#loading.shift();
    this.#offset = 0;
    this.#part = null;
    const isShort = this.#loading.length < paces.dropReadAhead && this.#waiting.length > 0;
    if (isShort) queueMicrotask(() => this.#load());
  }
}

// Blocks on the bulk channel: in parts, each with a header of twelve bytes, one block of a link at a time.
//   0 kind (1 block, 2 page of block hashes)   1 zero   2 stream (16 bit)   4 block (32 bit)   8 offset in it (32 bit)
import { blockBytes } from '#shared/content';
import { limits } from '#core/wire/limits';

const partKind = { block: 1, page: 2 } as const;
export type PartKind = keyof typeof partKind;

export interface BulkItem {
  readonly kind: PartKind;
  readonly stream: number;
  /** Of a page, the number of its first block. */
  readonly block: number;
}

/** One part with its header: the only copy that is made on the way out. */
export function encodePart(
  { kind, stream, block }: BulkItem,
  bytes: Uint8Array,
  offset: number,
  partBytes: number,
): Uint8Array<ArrayBuffer> {
  const payload = bytes.subarray(offset, offset + partBytes);
  const part = new Uint8Array(limits.bulkHeaderBytes + payload.length);
  const head = new DataView(part.buffer);
  head.setUint8(0, partKind[kind]);
  head.setUint16(2, stream);
  head.setUint32(4, block);
  head.setUint32(8, offset);
  part.set(payload, limits.bulkHeaderBytes);
  return part;
}

export interface AssemblyDeps {
  /** How long this is if it may come now; null when nobody waits for it. */
  expect(item: BulkItem): number | null;
  complete(item: BulkItem, bytes: Uint8Array<ArrayBuffer>): void;
}

/** Bytes that were asked for over one link and did not come yet, over whichever of its channels they come. */
export class Owed {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  /** False when so much is not owed. */
  take(bytes: number): boolean {
    this.#bytes -= bytes;
    return this.#bytes >= 0;
  }
}

interface Open {
  readonly item: BulkItem;
  readonly bytes: Uint8Array<ArrayBuffer>;
  filled: number;
}

/** Puts the parts that come over one channel together: never more than one block, and never more than was asked for. */
export class PartAssembly {
  readonly #deps: AssemblyDeps;
  readonly #owed: Owed;
  #open: Open | null = null;

  constructor(deps: AssemblyDeps, owed = new Owed()) {
    this.#deps = deps;
    this.#owed = owed;
  }

  /** So much more may come. What is not wanted any more may be on its way already, so this is never taken back. */
  owe(bytes: number): void {
    this.#owed.add(bytes);
  }

  /** False when the other side breaks the rules. */
  take(part: Uint8Array<ArrayBuffer>): boolean {
    const length = part.length - limits.bulkHeaderBytes;
    if (length < 1 || length > limits.bulkPartBytes) return false;
    const head = new DataView(part.buffer, part.byteOffset, limits.bulkHeaderBytes);
    const kind = head.getUint8(0) === partKind.block ? 'block' : head.getUint8(0) === partKind.page ? 'page' : null;
    const offset = head.getUint32(8);
    const isOwed = this.#owed.take(length);
    if (kind === null || head.getUint8(1) !== 0 || !isOwed || offset + length > blockBytes) return false;
    return this.#place({ kind, stream: head.getUint16(2), block: head.getUint32(4) }, offset, part);
  }

  #place(item: BulkItem, offset: number, part: Uint8Array<ArrayBuffer>): boolean {
    if (offset === 0) this.#open = this.#begin(item);
    const open = this.#open;
    if (open === null) return true; // of something that nobody waits for any more
    const payload = part.subarray(limits.bulkHeaderBytes);
    const end = offset + payload.length;
    if (!isSame(open.item, item) || offset !== open.filled || end > open.bytes.length) return false;
    const isLast = end === open.bytes.length;
    if (!isLast && payload.length < limits.bulkPartMinBytes) return false;
    open.bytes.set(payload, offset);
    open.filled = end;
    if (!isLast) return true;
    this.#open = null;
    this.#deps.complete(item, open.bytes);
    return true;
  }

  #begin(item: BulkItem): Open | null {
    const length = this.#deps.expect(item);
    return length === null || length > blockBytes ? null : { item, bytes: new Uint8Array(length), filled: 0 };
  }
}

const isSame = (a: BulkItem, b: BulkItem): boolean => a.kind === b.kind && a.stream === b.stream && a.block === b.block;

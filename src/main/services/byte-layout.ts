// Fixed big-endian layouts: writes and reads fields in order. A reader never reads past its end: it answers null.
export class ByteWriter {
  readonly #parts: Uint8Array[] = [];

  bytes(part: Uint8Array): this {
    this.#parts.push(part);
    return this;
  }

  /** An unsigned integer of `length` bytes (at most 6). */
  uint(value: number, length: number): this {
    const part = Buffer.alloc(length);
    part.writeUIntBE(value, 0, length);
    return this.bytes(part);
  }

  /** A field with its length in two bytes before it. */
  field(part: Uint8Array): this {
    return this.uint(part.length, 2).bytes(part);
  }

  finish(): Uint8Array<ArrayBuffer> {
    return joinBytes(this.#parts);
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  bytes(length: number): Uint8Array | null {
    if (length > this.left) return null;
    const part = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return part;
  }

  uint(length: number): number | null {
    const part = this.bytes(length);
    return part && Buffer.from(part).readUIntBE(0, length);
  }
}

/** One array with an own buffer: a view into a shared pool would cross a bridge with all of the pool. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Sound only for text that a schema proved to be hex. */
export function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}

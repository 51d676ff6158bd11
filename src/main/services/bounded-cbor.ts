// Deterministic CBOR (RFC 8949 section 4.2) for what people send each other: bounded before and while it is decoded.
import { isUtf8 } from 'node:buffer';
import { decode, encode, Tokenizer, Type, type Token } from 'cborg';
import * as v from 'valibot';
import { serviceLimits as limits } from '#main/services/service-limits';

export function encodeCbor(value: unknown): Uint8Array {
  return new Uint8Array(encode(value, { ignoreUndefinedProperties: true }));
}

/** The decoded value, or undefined when the bytes are not one plain, bounded CBOR item. Never throws. */
export function decodeCbor(bytes: Uint8Array): unknown {
  const options = {
    strict: true,
    allowIndefinite: false,
    allowUndefined: false,
    allowInfinity: false,
    allowNaN: false,
    allowBigInt: false,
    retainStringBytes: true,
  };
  try {
    const tokenizer = new BoundedTokenizer(bytes, options);
    return toPlain(decode(bytes, { ...options, rejectDuplicateMapKeys: true, useMaps: true, tokenizer }));
  } catch {
    return undefined;
  }
}

/** The value these bytes are the one encoding of; null when they are none of the schema. Never throws. */
export function decodeExactly<S extends v.GenericSchema>(schema: S, bytes: Uint8Array): v.InferOutput<S> | null {
  const plain = decodeCbor(bytes);
  if (plain === undefined || !Buffer.from(encodeCbor(plain)).equals(bytes)) return null;
  const parsed = v.safeParse(schema, plain);
  return parsed.success ? parsed.output : null;
}

/** Counts what is open while cborg asks for the next token, so that hostile nesting ends before it is followed. */
class BoundedTokenizer {
  readonly #inner: Tokenizer;
  /** Tokens still missing in each open array or map. */
  readonly #open: number[] = [];

  constructor(bytes: Uint8Array, options: ConstructorParameters<typeof Tokenizer>[1]) {
    this.#inner = new Tokenizer(bytes, options);
  }

  done(): boolean {
    return this.#inner.done();
  }

  pos(): number {
    return this.#inner.pos();
  }

  next(): Token {
    const token = this.#inner.next();
    this.#close();
    const items = itemsIn(token);
    if (items !== null) this.#open.push(items);
    if (this.#open.length > limits.decoderDepth) throw new RangeError('too deep');
    return token;
  }

  #close(): void {
    while (this.#open.at(-1) === 0) this.#open.pop();
    const last = this.#open.length - 1;
    const left = this.#open[last];
    if (left !== undefined) this.#open[last] = left - 1;
  }
}

/** How many tokens follow inside an array or map; null for a plain value. Refuses what is too large or not allowed. */
function itemsIn(token: Token): number | null {
  const size: unknown = token.value;
  const { type } = token;
  if (Type.equals(type, Type.tag)) throw new RangeError('tags are not allowed');
  if (Type.equals(type, Type.array)) return bounded(size, limits.decoderArrayItems);
  if (Type.equals(type, Type.map)) return 2 * bounded(size, limits.decoderMapKeys);
  if (Type.equals(type, Type.string) || Type.equals(type, Type.bytes)) {
    if (token.encodedLength === undefined || token.encodedLength > limits.decoderStringBytes)
      throw new RangeError('too long');
  }
  // cborg would read broken text with replacement characters.
  if (Type.equals(type, Type.string) && !isUtf8(token.byteValue ?? new Uint8Array())) throw new RangeError('no UTF-8');
  return null;
}

function bounded(size: unknown, most: number): number {
  if (typeof size !== 'number' || size > most) throw new RangeError('too many items');
  return size;
}

/** Maps with text keys become plain objects, in which `__proto__` is a key like any other. */
function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries(
    [...value].map(([key, item]: [unknown, unknown]) => {
      if (typeof key !== 'string') throw new TypeError('keys are text');
      return [key, toPlain(item)];
    }),
  );
}

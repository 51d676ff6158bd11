// Walks CBOR (RFC 8949) without building anything and says whether it may be decoded: only definite lengths, text map
// keys and plain values, and every depth, count and length within limits. A length that lies is found before it costs.
import { limits } from '#core/wire/limits';

interface Container {
  /** Items still to come; a map counts its keys and its values. */
  left: number;
  isMap: boolean;
}

interface Head {
  major: number;
  info: number;
  value: number;
  next: number;
}

const forbiddenKey = '__proto__';

/** The initial byte and argument at `at`; null when cut short, indefinite or reserved. */
function readHead(bytes: Uint8Array, at: number): Head | null {
  const initial = bytes[at];
  if (initial === undefined) return null;
  const major = initial >> 5;
  const info = initial & 31;
  if (info < 24) return { major, info, value: info, next: at + 1 };
  if (info > 27) return null;
  const size = 1 << (info - 24);
  if (at + 1 + size > bytes.length) return null;
  let value = 0;
  for (let offset = 1; offset <= size; offset += 1) value = value * 256 + (bytes[at + offset] ?? 0);
  return { major, info, value, next: at + 1 + size };
}

function isForbiddenKey(bytes: Uint8Array, from: number, length: number): boolean {
  if (length !== forbiddenKey.length) return false;
  for (let at = 0; at < length; at += 1) if (bytes[from + at] !== forbiddenKey.charCodeAt(at)) return false;
  return true;
}

/** False, true, null and floats; no undefined, no other simple value. */
const isPlainSimple = (info: number): boolean => (info >= 20 && info <= 22) || (info >= 25 && info <= 27);

function isStringWithin(bytes: Uint8Array, head: Head): boolean {
  return head.value <= limits.decoderStringBytes && head.value <= bytes.length - head.next;
}

function isContainerWithin(bytes: Uint8Array, head: Head, depth: number): boolean {
  const most = head.major === 5 ? limits.decoderMapKeys : limits.decoderArrayItems;
  return depth < limits.decoderDepth && head.value <= most && head.value <= bytes.length - head.next;
}

/** Whether `bytes` is exactly one CBOR item within every limit. Uses memory for at most `limits.decoderDepth` levels. */
export function isWithinCborLimits(bytes: Uint8Array): boolean {
  const open: Container[] = [];
  let at = 0;
  do {
    const head = readHead(bytes, at);
    if (!head) return false;
    const container = open.at(-1);
    const isKey = container?.isMap === true && container.left % 2 === 0;
    if (container) container.left -= 1;
    if (isKey && (head.major !== 3 || isForbiddenKey(bytes, head.next, head.value))) return false;
    at = head.next;
    if (head.major === 2 || head.major === 3) {
      if (!isStringWithin(bytes, head)) return false;
      at += head.value;
    } else if (head.major === 4 || head.major === 5) {
      if (!isContainerWithin(bytes, head, open.length)) return false;
      open.push({ left: head.major === 5 ? head.value * 2 : head.value, isMap: head.major === 5 });
    } else if (head.major === 6 || (head.major === 7 && !isPlainSimple(head.info))) {
      return false;
    }
    while (open.at(-1)?.left === 0) open.pop();
  } while (open.length > 0);
  return at === bytes.length;
}

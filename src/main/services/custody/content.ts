// What is inside an envelope: entries of the conversation of its two people, or how far its owner has received and read it.
import * as v from 'valibot';
import { decodeCbor, encodeCbor } from '#main/services/bounded-cbor';
import { sealOverheadBytes } from '#main/services/sealing';
import { serviceLimits as limits } from '#main/services/service-limits';

export type Content =
  | { readonly kind: 'words'; readonly entries: readonly Uint8Array[] }
  /** A receipt: places in the recipient's own log. */
  | { readonly kind: 'marks'; readonly delivered: number; readonly read: number };

const lengthBytes = 2;
const place = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.chatSequenceMost));
const Layout = v.union([
  v.strictTuple([
    v.literal('words'),
    v.pipe(v.array(v.pipe(v.instance(Uint8Array), v.minLength(1))), v.minLength(1), v.maxLength(limits.custodyEntries)),
  ]),
  v.strictTuple([v.literal('marks'), place, place]),
]);

/** Padded to what a size class leaves room for; null when it is too long for the largest. */
export function writeContent(content: Content): Uint8Array | null {
  const plain = content.kind === 'words' ? ['words', content.entries] : ['marks', content.delivered, content.read];
  const bytes = encodeCbor(plain);
  const size = limits.custodyClassesBytes.find((one) => one - sealOverheadBytes - lengthBytes >= bytes.length);
  if (size === undefined) return null;
  const padded = new Uint8Array(size - sealOverheadBytes);
  new DataView(padded.buffer).setUint16(0, bytes.length);
  padded.set(bytes, lengthBytes);
  return padded;
}

/** Null for anything but padded content. Never throws. */
export function readContent(padded: Uint8Array): Content | null {
  if (padded.length < lengthBytes) return null;
  const length = new DataView(padded.buffer, padded.byteOffset).getUint16(0);
  const rest = padded.subarray(lengthBytes + length);
  if (lengthBytes + length > padded.length || rest.some((byte) => byte !== 0)) return null;
  const parsed = v.safeParse(Layout, decodeCbor(padded.subarray(lengthBytes, lengthBytes + length)));
  if (!parsed.success) return null;
  const found = parsed.output;
  return found[0] === 'words'
    ? { kind: 'words', entries: found[1] }
    : { kind: 'marks', delivered: found[1], read: found[2] };
}

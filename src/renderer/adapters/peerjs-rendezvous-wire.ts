// What a PeerServer and we say to each other, as text. Everything else that comes is null and goes nowhere.
import * as v from 'valibot';
import { limits } from '#core/wire/limits';
import { fromBase64, toBase64 } from '#adapters/base64';

const Id = v.pipe(v.string(), v.maxLength(64));
const blobTextLength = Math.ceil(limits.sealedBlobBytes / 3) * 4;

const Registered = v.object({ type: v.literal('OPEN') });
const Refused = v.object({
  type: v.picklist(['ERROR', 'ID-TAKEN', 'INVALID-KEY']),
  payload: v.object({ msg: v.pipe(v.string(), v.maxLength(200)) }),
});
/** A message to `src` was not taken by anybody in time, or `src` went away while it was delivered. */
const Absent = v.object({ type: v.picklist(['EXPIRE', 'LEAVE']), src: Id });
/** Ours, in a message type that every PeerServer relays and a stock PeerJS client ignores. */
const Ours = v.object({
  type: v.literal('CANDIDATE'),
  src: Id,
  payload: v.union([
    v.object({ roundtable: v.pipe(v.string(), v.maxLength(blobTextLength)) }),
    v.object({ roundtableProbe: Id }),
  ]),
});
const Message = v.variant('type', [Registered, Refused, Absent, Ours]);

export type ServerMessage =
  /** Of the server itself: PeerJS may see it. */
  | { readonly kind: 'registered' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'absent'; readonly peerId: string }
  | { readonly kind: 'blob'; readonly from: string; readonly blob: Uint8Array }
  | { readonly kind: 'probe'; readonly from: string; readonly nonce: string };

/** The message, or null for anything foreign, oversized or malformed; a stock OFFER is foreign. Never throws. */
export function parseServerMessage(text: unknown): ServerMessage | null {
  if (typeof text !== 'string' || text.length > limits.rendezvousMessageBytes) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const result = v.safeParse(Message, parsed);
  if (!result.success) return null;
  const message = result.output;
  switch (message.type) {
    case 'OPEN':
      return { kind: 'registered' };
    case 'ERROR':
    case 'ID-TAKEN':
    case 'INVALID-KEY':
      return { kind: 'refused' };
    case 'EXPIRE':
    case 'LEAVE':
      return { kind: 'absent', peerId: message.src };
    case 'CANDIDATE':
      return parseOurs(message);
  }
}

function parseOurs({ src, payload }: v.InferOutput<typeof Ours>): ServerMessage | null {
  if ('roundtableProbe' in payload) return { kind: 'probe', from: src, nonce: payload.roundtableProbe };
  const blob = fromBase64(payload.roundtable);
  return blob === null || blob.length === 0 || blob.length > limits.sealedBlobBytes
    ? null
    : { kind: 'blob', from: src, blob };
}

/** For PeerJS's socket, which writes it as JSON. */
export const blobMessage = (to: string, blob: Uint8Array) => ({
  type: 'CANDIDATE',
  dst: to,
  payload: { roundtable: toBase64(blob) },
});

/** To oneself: comes back when the server has us registered. */
export const probeMessage = (self: string, nonce: string) => ({
  type: 'CANDIDATE',
  dst: self,
  payload: { roundtableProbe: nonce },
});

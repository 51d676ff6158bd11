// One part on the relay channel of a link: which tunnel it is of (8 bytes), then what whoever carries it cannot read.
import { toHex } from '#core/base/bytes';
import type { TunnelId } from '#core/relay/messages';
import { limits } from '#core/wire/limits';

const idBytes = 8;
/** A kind and the seal around nothing at all. */
const sealedBytesMin = limits.relayOverheadBytes - idBytes;

export function tunnelBytes(tunnel: TunnelId): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: idBytes }, (_, at) => Number.parseInt(tunnel.slice(2 * at, 2 * at + 2), 16));
}

export function writePart(tunnel: TunnelId, sealed: Uint8Array): Uint8Array<ArrayBuffer> {
  const part = new Uint8Array(idBytes + sealed.length);
  part.set(tunnelBytes(tunnel));
  part.set(sealed, idBytes);
  return part;
}

/** Null for what is too short or too long to be one. */
export function readPart(
  part: Uint8Array<ArrayBuffer>,
): { readonly tunnel: TunnelId; readonly sealed: Uint8Array<ArrayBuffer> } | null {
  const { length } = part;
  if (length < idBytes + sealedBytesMin || length > limits.relayOverheadBytes + limits.relayPartBytes) return null;
  const tunnel = toHex(part.subarray(0, idBytes)) as TunnelId; // sound: 16 lower-case hex digits
  return { tunnel, sealed: part.subarray(idBytes) };
}

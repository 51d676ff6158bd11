// The bytes of a link into a room (docs/protocol/room.md): made with a signature, read only when every byte is as it was made.
// Without its checksum the same bytes are the pass that its holder shows when knocking.
import * as v from 'valibot';
import { Failure } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { parseRoomLink, RoomId, type RoomPreview } from '#shared/room';
import { ByteReader, ByteWriter, fromHex, joinBytes, toHex } from '#main/services/byte-layout';
import type { IdentityKeys } from '#main/services/identity-keys';
import { readPayload, writePayload } from '#main/services/link-payload';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { decodeName } from '#main/services/room-entry';
import { isSignedBy, signatureBytes } from '#main/services/signing';

const linkVersion = 1;
const anybody = 1;
const hourMs = 3_600_000;
export const roomSecretBytes = 16;

export interface RoomPass extends RoomPreview {
  readonly opener: PeerId;
  /** Proves to its maker that one holds the link. */
  readonly secret: Uint8Array;
}

export interface RoomLink extends RoomPass {
  readonly pass: Uint8Array<ArrayBuffer>;
}

/** `expiresAt` is a full hour, milliseconds. */
export function formatRoomLink(keys: IdentityKeys, link: Omit<RoomPass, 'maker'>): string {
  const name = new TextEncoder().encode(link.name);
  const makerName = new TextEncoder().encode(link.makerName);
  const signed = new ByteWriter()
    .uint(anybody, 1)
    .bytes(fromHex(link.roomId))
    .bytes(peerKey(link.opener).bytes)
    .bytes(keys.publicKey)
    .bytes(link.secret)
    .uint(Math.ceil(link.expiresAt / hourMs), 4)
    .uint(name.length, 1)
    .bytes(name)
    .uint(makerName.length, 1)
    .bytes(makerName)
    .finish();
  const pass = joinBytes([signed, keys.sign('roundtable/room-link/1', signed)]);
  return `roundtable:r${linkVersion}/${writePayload(pass)}`;
}

/**
 * The link in a text. Fails `room-link-malformed` (no link, or damaged on the way), `room-link-unknown-version`,
 * `room-link-forged` (whole, but not signed by the key it names) or `key-unacceptable`. Its expiry is not judged here.
 */
export function readRoomLink(text: string): RoomLink {
  const parsed = parseRoomLink(text);
  if (!parsed) throw new Failure('room-link-malformed');
  if (parsed.version !== linkVersion) throw new Failure('room-link-unknown-version', String(parsed.version));
  const pass = readPayload(parsed.payload);
  if (!pass) throw new Failure('room-link-malformed', 'payload');
  return { ...readRoomPass(pass), pass };
}

/** As `readRoomLink`, for the signed bytes alone. */
export function readRoomPass(bytes: Uint8Array): RoomPass {
  const signed = bytes.subarray(0, Math.max(0, bytes.length - signatureBytes));
  const pass = readFields(signed);
  const signature = bytes.subarray(signed.length);
  if (!isSignedBy(peerKey(pass.maker), 'roundtable/room-link/1', signed, signature))
    throw new Failure('room-link-forged');
  peerKey(pass.opener);
  return pass;
}

function readFields(signed: Uint8Array): RoomPass {
  const reader = new ByteReader(signed);
  const flags = reader.uint(1);
  const roomId = reader.bytes(16);
  const opener = reader.bytes(32);
  const maker = reader.bytes(32);
  const secret = reader.bytes(roomSecretBytes);
  const expiryHours = reader.uint(4);
  const name = reader.bytes(reader.uint(1) ?? 0);
  const makerName = reader.bytes(reader.uint(1) ?? 0);
  if (flags !== anybody || !roomId || !opener || !maker || !secret || expiryHours === null || reader.left > 0)
    throw new Failure('room-link-malformed', 'layout');
  return {
    roomId: v.parse(RoomId, toHex(roomId)),
    opener: peerIdOf(opener),
    maker: peerIdOf(maker),
    secret,
    expiresAt: expiryHours * hourMs,
    name: nameIn(name),
    makerName: nameIn(makerName),
  };
}

function nameIn(bytes: Uint8Array | null): string {
  const name = bytes && decodeName(bytes);
  if (name === null) throw new Failure('room-link-malformed', 'name');
  return name;
}

// The bytes of an invite (docs/protocol/invite.md): made with a signature, read only when every byte is as it was made.
import { crc32 } from 'node:zlib';
import { base64urlnopad } from '@scure/base';
import * as v from 'valibot';
import { Failure } from '#shared/failure';
import { DisplayName, type PeerId } from '#shared/identity';
import { parseInviteText } from '#shared/invite';
import { ByteReader, ByteWriter } from '#main/services/byte-layout';
import type { IdentityKeys } from '#main/services/identity-keys';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { serviceLimits } from '#main/services/service-limits';
import { isSignedBy, signatureBytes } from '#main/services/signing';

const inviteVersion = 1;
export const inviteSecretBytes = 16;
const singleUse = 1;
const checksumBytes = 4;
const hourMs = 3_600_000;

export interface Invite {
  readonly peerId: PeerId;
  /** Proves to its maker that one holds the invite. */
  readonly secret: Uint8Array;
  /** Milliseconds, a full hour. */
  readonly expiresAt: number;
  readonly nameHint: string;
}

export function formatInvite(keys: IdentityKeys, invite: Omit<Invite, 'peerId'>): string {
  const name = new TextEncoder().encode(shortName(invite.nameHint));
  const signed = new ByteWriter()
    .uint(singleUse, 1)
    .bytes(keys.publicKey)
    .bytes(invite.secret)
    .uint(Math.ceil(invite.expiresAt / hourMs), 4)
    .uint(name.length, 1)
    .bytes(name)
    .finish();
  const signature = keys.sign('roundtable/invite/1', signed);
  const checked = new ByteWriter().bytes(signed).bytes(signature).finish();
  const payload = new ByteWriter().bytes(checked).uint(crc32(checked), checksumBytes).finish();
  return `roundtable:i${inviteVersion}/${base64urlnopad.encode(payload)}`;
}

/**
 * The invite in a text. Fails `invite-malformed` (no invite, or damaged on the way), `invite-unknown-version`,
 * `invite-forged` (whole, but not signed by the key it names) or `key-unacceptable`. Its expiry is not judged here.
 */
export function parseInvite(text: string): Invite {
  const parsed = parseInviteText(text);
  if (!parsed) throw new Failure('invite-malformed');
  if (parsed.version !== inviteVersion) throw new Failure('invite-unknown-version', String(parsed.version));
  const payload = decodePayload(parsed.payload);
  const checkedLength = payload.length - checksumBytes;
  const checked = payload.subarray(0, Math.max(0, checkedLength));
  if (
    checkedLength <= signatureBytes ||
    new ByteReader(payload.subarray(checkedLength)).uint(checksumBytes) !== crc32(checked)
  ) {
    throw new Failure('invite-malformed', 'checksum');
  }
  const signed = checked.subarray(0, checked.length - signatureBytes);
  const invite = readFields(signed);
  const signature = checked.subarray(checked.length - signatureBytes);
  if (!isSignedBy(peerKey(invite.peerId), 'roundtable/invite/1', signed, signature)) throw new Failure('invite-forged');
  return invite;
}

function readFields(signed: Uint8Array): Invite {
  const reader = new ByteReader(signed);
  const flags = reader.uint(1);
  const publicKey = reader.bytes(32);
  const secret = reader.bytes(inviteSecretBytes);
  const expiryHours = reader.uint(4);
  const name = reader.bytes(reader.uint(1) ?? 0);
  if (flags !== singleUse || !publicKey || !secret || expiryHours === null || !name || reader.left > 0) {
    throw new Failure('invite-malformed', 'layout');
  }
  return { peerId: peerIdOf(publicKey), secret, expiresAt: expiryHours * hourMs, nameHint: decodeName(name) };
}

function decodeName(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const name = v.parse(DisplayName, text);
    if (name === text) return name;
  } catch {
    // Neither UTF-8 nor a name: falls through to the one failure.
  }
  throw new Failure('invite-malformed', 'name');
}

function decodePayload(payload: string): Uint8Array {
  try {
    return base64urlnopad.decode(payload);
  } catch (error) {
    throw new Failure('invite-malformed', 'not base64url', { cause: error });
  }
}

/** As much of the name as fits, cut between code points. */
function shortName(name: string): string {
  let short = '';
  for (const character of name) {
    if (Buffer.byteLength(short + character) > serviceLimits.inviteNameBytes) break;
    short += character;
  }
  return short.trim();
}

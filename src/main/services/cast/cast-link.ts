// The bytes of a link to a cast (docs/protocol/cast-link.md): made with a signature, read only when every byte is as it was made.
import { Failure } from '#shared/failure';
import { CastTitle, parseCastLink, type CastLinkPreview } from '#shared/cast';
import { DisplayName } from '#shared/identity';
import { ByteReader, ByteWriter, joinBytes } from '#main/services/byte-layout';
import { castIdOf, castSeedBytes } from '#main/services/cast/cast-card';
import { exactText } from '#main/services/exact-text';
import type { IdentityKeys } from '#main/services/identity-keys';
import { readPayload, writePayload } from '#main/services/link-payload';
import { peerIdOf, peerKey } from '#main/services/peer-keys';
import { isSignedBy, signatureBytes } from '#main/services/signing';

const linkVersion = 1;
const anybody = 1;
const label = 'roundtable/cast-link/1';
const hourMs = 3_600_000;
export const castSecretBytes = 16;

export interface CastLink extends CastLinkPreview {
  /** Proves to the caster that one holds the link. */
  readonly secret: Uint8Array;
}

interface CastLinkFacts extends Omit<CastLink, 'castId' | 'caster'> {
  /** With the caster's key it makes the id: a link of somebody else cannot name this cast. */
  readonly seed: Uint8Array;
}

/** `expiresAt` is a full hour, milliseconds. */
export function formatCastLink(keys: IdentityKeys, link: CastLinkFacts): string {
  const [title, casterName] = [new TextEncoder().encode(link.title), new TextEncoder().encode(link.casterName)];
  const signed = new ByteWriter()
    .uint(anybody, 1)
    .bytes(link.seed)
    .bytes(keys.publicKey)
    .bytes(link.secret)
    .uint(Math.ceil(link.expiresAt / hourMs), 4)
    .uint(title.length, 1)
    .bytes(title)
    .uint(casterName.length, 1)
    .bytes(casterName)
    .finish();
  return `roundtable:c${linkVersion}/${writePayload(joinBytes([signed, keys.sign(label, signed)]))}`;
}

/**
 * The link in a text. Fails `cast-link-malformed` (no link, or damaged on the way), `cast-link-unknown-version`,
 * `cast-link-forged` (whole, but not signed by the key it names) or `key-unacceptable`. Its expiry is not judged here.
 */
export function readCastLink(text: string): CastLink {
  const parsed = parseCastLink(text);
  if (!parsed) throw new Failure('cast-link-malformed');
  if (parsed.version !== linkVersion) throw new Failure('cast-link-unknown-version', String(parsed.version));
  const bytes = readPayload(parsed.payload);
  if (!bytes) throw new Failure('cast-link-malformed', 'payload');
  const signed = bytes.subarray(0, Math.max(0, bytes.length - signatureBytes));
  const { seed, casterKey, ...said } = readFields(signed);
  const key = peerKey(peerIdOf(casterKey));
  if (!isSignedBy(key, label, signed, bytes.subarray(signed.length))) throw new Failure('cast-link-forged');
  return { castId: castIdOf(key, seed), caster: key.peerId, ...said };
}

function readFields(signed: Uint8Array) {
  const reader = new ByteReader(signed);
  const flags = reader.uint(1);
  const seed = reader.bytes(castSeedBytes);
  const casterKey = reader.bytes(32);
  const secret = reader.bytes(castSecretBytes);
  const expiryHours = reader.uint(4);
  const titleBytes = reader.bytes(reader.uint(1) ?? 0);
  const nameBytes = reader.bytes(reader.uint(1) ?? 0);
  const title = titleBytes && exactText(titleBytes, CastTitle);
  const casterName = nameBytes && exactText(nameBytes, DisplayName);
  if (flags !== anybody || !seed || !casterKey || !secret || expiryHours === null || reader.left > 0)
    throw new Failure('cast-link-malformed', 'layout');
  if (title === null || casterName === null) throw new Failure('cast-link-malformed', 'names');
  return { seed, casterKey, secret, expiresAt: expiryHours * hourMs, title, casterName };
}

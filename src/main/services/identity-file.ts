// The identity's file: name, public key and protected secret under one checksum. Reads it to a value or to what is wrong.
import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { DisplayName, PeerId, type Identity } from '#shared/identity';

const Base64 = v.pipe(v.string(), v.maxLength(16_384), v.base64());

const IdentityFile = v.strictObject({
  format: v.literal('roundtable-identity'),
  version: v.literal(1),
  peerId: PeerId,
  name: DisplayName,
  createdAt: v.number(),
  protector: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  sealed: Base64,
  checksum: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});

export interface StoredIdentity {
  readonly identity: Identity;
  readonly protector: string;
  readonly sealed: Uint8Array;
}

export function formatIdentityFile(stored: StoredIdentity): string {
  const { identity, protector, sealed } = stored;
  const content = {
    format: 'roundtable-identity' as const,
    version: 1 as const,
    ...identity,
    protector,
    sealed: Buffer.from(sealed).toString('base64'),
  };
  return `${JSON.stringify({ ...content, checksum: checksumOf(content) }, null, 2)}\n`;
}

/** Null when anything about the file is not as it was written. */
export function parseIdentityFile(bytes: Uint8Array): StoredIdentity | null {
  const parsed = v.safeParse(IdentityFile, parseJson(bytes));
  if (!parsed.success) return null;
  const { checksum, ...content } = parsed.output;
  if (checksumOf(content) !== checksum) return null;
  const { peerId, name, createdAt, protector, sealed } = content;
  return { identity: { peerId, name, createdAt }, protector, sealed: new Uint8Array(Buffer.from(sealed, 'base64')) };
}

function checksumOf(content: Omit<v.InferOutput<typeof IdentityFile>, 'checksum'>): string {
  const { format, version, peerId, name, createdAt, protector, sealed } = content;
  return createHash('sha256')
    .update(JSON.stringify([format, version, peerId, name, createdAt, protector, sealed]))
    .digest('hex');
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}

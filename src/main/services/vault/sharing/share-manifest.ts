// What somebody needs to restore one version of another person's thing: how it was cut, its key, who keeps what, and the grants to read
// it. Whoever sent it is not believed: names, sums and pieces are judged before anything is made of it.
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as v from 'valibot';
import { blockCount, hashBytes } from '#shared/content';
import { FileEntry } from '#shared/drop';
import { canLieTogether, isSafeFileName } from '#shared/file-names';
import { PeerId } from '#shared/identity';
import { maxVaultFiles, pieceMaxBytes, type PieceHeader, type PieceId } from '#shared/vault';
import { VaultGrant } from '#shared/vault-share';
import { serviceLimits as limits } from '#main/services/service-limits';
import { vaultLimits } from '#main/services/vault/vault-limits';
import { isSoundHeader } from '#main/services/vault/piece';
import { saltBytes, versionKeyBytes } from '#main/services/vault/segment-cipher';
import { Base64, fromBase64, IndexVersion } from '#main/services/vault/vault-index';

const Manifest = v.strictObject({
  layout: v.literal(1),
  name: v.pipe(v.string(), v.maxLength(255)),
  kind: v.picklist(['file', 'folder']),
  /** When the grants end. */
  until: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.chatTimeMostMs)),
  keepers: v.pipe(v.array(PeerId), v.maxLength(vaultLimits.vaultShareKeepers)),
  /** Places of keepers in it are those in `keepers`. */
  version: IndexVersion,
  /** One for each place of a keeper, in their order. */
  grants: v.array(Base64),
});
export type ShareManifest = v.InferOutput<typeof Manifest>;

/** Null when it does not fit one piece. */
export function packManifest(manifest: ShareManifest): Uint8Array<ArrayBuffer> | null {
  const packed = new Uint8Array(deflateRawSync(JSON.stringify(manifest)));
  return packed.length <= pieceMaxBytes ? packed : null;
}

/** Null for anything that is not a manifest by which one whole version can be restored. Never throws. */
export function readManifest(bytes: Uint8Array): ShareManifest | null {
  try {
    const text = inflateRawSync(bytes, { maxOutputLength: vaultLimits.vaultManifestMostBytes }).toString();
    const parsed = v.safeParse(Manifest, JSON.parse(text));
    return parsed.success && isSound(parsed.output) ? parsed.output : null;
  } catch {
    return null;
  }
}

export interface GrantedPiece {
  readonly header: PieceHeader;
  readonly share: number;
  readonly keepers: readonly PeerId[];
}

/** The pieces of each segment, in their order. */
export const piecesOf = ({ version, keepers }: ShareManifest): GrantedPiece[][] =>
  version.segments.map(({ pieces }) =>
    pieces.map(([pieceId, share, bytes, hashes, places]) => ({
      header: { pieceId, bytes, hashes: fromBase64(hashes) },
      share,
      keepers: places.flatMap((place) => keepers[place] ?? []),
    })),
  );

/** What is to be shown to whom to get which piece. */
export function grantsOf(manifest: ShareManifest): Map<PieceId, Map<PeerId, VaultGrant>> {
  const all = new Map<PieceId, Map<PeerId, VaultGrant>>();
  const left = manifest.grants.values();
  for (const { header, keepers } of piecesOf(manifest).flat()) {
    const of = all.get(header.pieceId) ?? new Map<PeerId, VaultGrant>();
    all.set(header.pieceId, of);
    for (const keeper of keepers) of.set(keeper, fromBase64(left.next().value ?? ''));
  }
  return all;
}

function isSound(manifest: ShareManifest): boolean {
  const { name, kind, version, keepers, grants } = manifest;
  const { files, segments, bytes, key } = version;
  const paths = files.map(([path]) => path);
  const isOfOne = paths.every((path) => path[0] === name && path.length > 1 === (kind === 'folder'));
  const areSafe = paths.every((path) => v.is(FileEntry.entries.path, path) && path.every(isSafeFileName));
  const isNamed = isOfOne && areSafe && canLieTogether(paths);
  const areFiles = files.length >= 1 && files.length <= maxVaultFiles && files.every(isWhole);
  const isSum = sum(files.map(([, size]) => size)) === bytes && sum(segments.map((one) => one.bytes)) === bytes;
  const places = segments.flatMap((one) => one.pieces.flatMap(([, , , , holders]) => holders));
  const areGranted = places.length === grants.length && places.every((place) => place < keepers.length);
  return (
    isNamed &&
    areFiles &&
    isSum &&
    areGranted &&
    fromBase64(key).length === versionKeyBytes &&
    segments.length >= 1 &&
    segments.every(isSoundSegment) &&
    grants.every((grant) => v.is(VaultGrant, fromBase64(grant)))
  );
}

function isSoundSegment({
  salt,
  sha256,
  needed,
  total,
  pieces,
}: ShareManifest['version']['segments'][number]): boolean {
  const shares = pieces.map(([, share]) => share);
  const isScheme = needed >= 1 && needed <= total && total <= vaultLimits.vaultSharesMost && pieces.length <= total;
  const areApart = new Set(shares).size === shares.length && shares.every((share) => share < total);
  const isCut = fromBase64(salt).length === saltBytes && fromBase64(sha256).length === hashBytes;
  const areSound = pieces.every(([pieceId, , bytes, hashes]) => {
    const header = { pieceId, bytes, hashes: fromBase64(hashes) };
    return header.hashes.length === blockCount(bytes) * hashBytes && isSoundHeader(header);
  });
  return isScheme && areApart && isCut && areSound;
}

/** A time that a date can have, and a hash. */
const isWhole = ([, , mtimeMs, sha256]: ShareManifest['version']['files'][number]): boolean =>
  Math.abs(mtimeMs) <= 8.64e15 && sha256 !== null && fromBase64(sha256).length === hashBytes;

const sum = (all: readonly number[]): number => all.reduce((before, one) => before + one, 0);

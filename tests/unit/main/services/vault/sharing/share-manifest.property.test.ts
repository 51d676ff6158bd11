// What a contact sends as a description of something they share: it is either one whole version that can be restored, or nothing.
import { deflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { pieceHeaderOf } from '#main/services/vault/piece';
import { grantsOf, packManifest, readManifest, type ShareManifest } from '#main/services/vault/sharing/share-manifest';
import { base64 } from '#main/services/vault/vault-index';
import { someBytes } from '../some-pieces';
import { keeperOf } from '../some-keepers';

const id = (digit: string, times = 32): never => digit.repeat(times) as never; // sound: 32 hex digits

function manifestOf(pieces = 3): ShareManifest {
  const cut = Array.from({ length: pieces }, (_, share) => pieceHeaderOf(someBytes(5_000, share + 1)));
  return {
    layout: 1,
    name: 'trip',
    kind: 'folder',
    until: 1_000_000,
    keepers: [keeperOf(0), keeperOf(1)],
    version: {
      versionId: id('a'),
      itemId: id('b'),
      number: 1,
      addedAt: 5,
      bytes: 9,
      key: base64(someBytes(32)),
      files: [
        [['trip', 'a.txt'], 4, 1_000, base64(someBytes(32))],
        [['trip', 'more', 'b.txt'], 5, 1_000, base64(someBytes(32))],
      ],
      segments: [
        {
          salt: base64(someBytes(16)),
          bytes: 9,
          needed: 2,
          total: 3,
          sha256: base64(someBytes(32)),
          pieces: cut.map(({ pieceId, bytes, hashes }, share) => [pieceId, share, bytes, base64(hashes), [share % 2]]),
        },
      ],
    },
    grants: Array.from({ length: pieces }, (_, at) => base64(someBytes(150, at + 1))),
  };
}

const read = (manifest: unknown): ShareManifest | null =>
  readManifest(new Uint8Array(deflateRawSync(JSON.stringify(manifest))));

describe('a manifest', () => {
  test('comes back as it was packed, each grant with its piece and its keeper', () => {
    const manifest = manifestOf();
    const packed = packManifest(manifest);
    expect(packed && readManifest(packed)).toEqual(manifest);
    const grants = grantsOf(manifest);
    expect([...grants.values()].map((of) => [...of.keys()])).toEqual([[keeperOf(0)], [keeperOf(1)], [keeperOf(0)]]);
    expect([...grants.values()].flatMap((of) => [...of.values()].map((grant) => base64(grant)))).toEqual(
      manifest.grants,
    );
  });

  const changed: readonly [string, (manifest: ShareManifest) => unknown][] = [
    ['whose name leads out of the folder', (one) => ({ ...one, name: '..' })],
    ['whose file leads out of the folder', (one) => withFiles(one, [['trip', '..', 'x'], 9])],
    ['whose file is called like a device', (one) => withFiles(one, [['trip', 'con'], 9])],
    ['whose file is of another thing', (one) => withFiles(one, [['other', 'x'], 9])],
    ['whose files are in each other’s way', (one) => withFiles(one, [['trip', 'x'], 4], [['trip', 'X'], 5])],
    ['whose files are more than its segments', (one) => withFiles(one, [['trip', 'x'], 10])],
    ['without files', (one) => withFiles(one)],
    ['without segments', (one) => ({ ...one, version: { ...one.version, segments: [] } })],
    ['that needs more pieces than there can be', (one) => withSegment(one, { needed: 4 })],
    ['of more pieces than any scheme has', (one) => withSegment(one, { total: limits.vaultSharesMost + 1 })],
    ['one share of which is there twice', (one) => withSegment(one, { pieces: twice(one) })],
    ['a piece of which is called otherwise', (one) => withSegment(one, { pieces: renamed(one) })],
    ['with a key of another length', (one) => ({ ...one, version: { ...one.version, key: base64(someBytes(31)) } })],
    ['with a grant too few', (one) => ({ ...one, grants: one.grants.slice(1) })],
    ['with a grant too many', (one) => ({ ...one, grants: [...one.grants, base64(someBytes(150))] })],
    ['with a grant that is too long', (one) => ({ ...one, grants: one.grants.map(() => base64(someBytes(513))) })],
    [
      'with more keepers than anybody has',
      (one) => ({ ...one, keepers: Array.from({ length: 65 }, () => keeperOf(0)) }),
    ],
    ['with something besides', (one) => ({ ...one, more: 1 })],
    ['of another layout', (one) => ({ ...one, layout: 2 })],
  ];

  test.each(changed)('%s is none', (_, change) => {
    expect(read(manifestOf())).not.toBeNull();
    expect(read(change(manifestOf()))).toBeNull();
  });

  test('is never made of any other bytes, nor of more than fits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_096 }), (bytes) => readManifest(new Uint8Array(bytes)) === null),
    );
    fc.assert(fc.property(fc.json(), (text) => read(JSON.parse(text)) === null));
    const bomb = new Uint8Array(deflateRawSync(Buffer.alloc(limits.vaultManifestMostBytes + 1, ' ')));
    expect(readManifest(bomb)).toBeNull();
  });
});

type Segment = ShareManifest['version']['segments'][number];

const withSegment = (one: ShareManifest, more: Partial<Segment>): unknown => ({
  ...one,
  version: { ...one.version, segments: one.version.segments.map((segment) => ({ ...segment, ...more })) },
});
const withFiles = (one: ShareManifest, ...files: readonly (readonly [string[], number])[]): unknown => ({
  ...one,
  version: { ...one.version, files: files.map(([path, size]) => [path, size, 0, base64(someBytes(32))]) },
});
const piecesIn = ({ version }: ShareManifest): Segment['pieces'] => version.segments[0]?.pieces ?? [];
const twice = (one: ShareManifest): Segment['pieces'] =>
  piecesIn(one).map(([pieceId, , ...rest]): Segment['pieces'][number] => [pieceId, 0, ...rest]);
const renamed = (one: ShareManifest): Segment['pieces'] => {
  const [first, ...others] = piecesIn(one);
  return first ? [[id('c', 64), first[1], first[2], first[3], first[4]], ...others] : [];
};

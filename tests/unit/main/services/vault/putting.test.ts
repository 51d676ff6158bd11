import { hash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import * as v from 'valibot';
import { Failure } from '#shared/failure';
import { pieceMaxBytes, type VaultVersionId } from '#shared/vault';
import { vaultLimits } from '#main/services/vault/vault-limits';
import { decodeShares } from '#main/services/vault/erasure';
import { segmentMaxBytes } from '#main/services/vault/padding';
import type { PuttingOptions } from '#main/services/vault/putting';
import { openSegment } from '#main/services/vault/segment-cipher';
import { failureCode } from '../failure-code';
import { someBytes } from './some-pieces';
import { beginPut, mtimeMs, put, vaultFolder, type SomeFile, type VaultFolder } from './vault-folder';

const file = (name: string, size: number, seed = 1): SomeFile => ({ path: [name], bytes: someBytes(size, seed) });
const inside = (path: string[], size: number, seed = 1): SomeFile => ({ path, bytes: someBytes(size, seed) });
const piecesOn = async ({ folder }: VaultFolder): Promise<string[]> => await readdir(join(folder, 'vault', 'own'));

/** Its pieces on the disk, some of it done otherwise. */
const storeWith = ({ store }: VaultFolder, other: Partial<PuttingOptions['store']>): PuttingOptions['store'] => ({
  writeWhole: async (pieceId, bytes) => await store.writeWhole(pieceId, bytes),
  remove: async (pieceIds) => await store.remove(pieceIds),
  list: async () => await store.list(),
  freeBytes: async () => await store.freeBytes(),
  ...other,
});

const firstSegment = async ({ segments }: VaultFolder): Promise<void> =>
  await vi.waitFor(() => expect(segments).toHaveLength(1), { timeout: 5_000 });

/** What the pieces on the disk say, the first `needed` of each segment left out where there are others. */
async function readBack({ rows, store }: VaultFolder, versionId: VaultVersionId): Promise<Buffer> {
  const { key } = rows.version(versionId) ?? { key: new Uint8Array() };
  const segments: Uint8Array[] = [];
  for (const { position, salt, bytes, sha256, needed, total } of rows.segments(versionId)) {
    const shares = new Map<number, Uint8Array>();
    for (const { header, share } of rows.pieces(versionId, position).slice(-needed)) {
      shares.set(share, (await store.read(header)) ?? new Uint8Array());
    }
    const plain = openSegment({ key, salt, versionId, position }, decodeShares(shares, { needed, total }), bytes);
    expect(plain && Buffer.from(hash('sha256', plain), 'hex')).toEqual(Buffer.from(sha256));
    segments.push(plain ?? new Uint8Array());
  }
  return Buffer.concat(segments);
}

test('A file becomes pieces that give it back, and is noted with its hash and its time', async () => {
  const vault = await vaultFolder();
  const film = file('film.webm', segmentMaxBytes(2) + 12_345);
  const versionId = await put(vault.putting, [film]);
  expect(Buffer.compare(await readBack(vault, versionId), film.bytes)).toBe(0);
  expect(vault.rows.version(versionId)).toMatchObject({ name: 'film.webm', kind: 'file', state: 'put' });
  const sha256 = new Uint8Array(Buffer.from(hash('sha256', film.bytes), 'hex'));
  expect(vault.rows.files(versionId)).toEqual([
    { path: ['film.webm'], bytes: film.bytes.length, mtime_ms: mtimeMs, sha256 },
  ]);
  expect(vault.segments).toEqual([
    { versionId, position: 0 },
    { versionId, position: 1 },
  ]);
  const pieces = [0, 1].map((position) => vault.rows.pieces(versionId, position));
  expect(pieces.map((of) => of.length)).toEqual([5, 5]);
  expect(pieces[0]?.every(({ header, isHere }) => header.bytes === pieceMaxBytes && isHere)).toBe(true);
  expect(new Set(await piecesOn(vault))).toEqual(new Set(pieces.flat().map(({ header }) => header.pieceId)));
});

test('Any files in a row come back as they were, however their bytes are cut up on the way', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 200_000 })), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1_000, max: 300_000 }),
      fc.constantFrom({ needed: 1, total: 3 }, { needed: 2, total: 5 }, { needed: 3, total: 6 }),
      async (sizes, chunkBytes, scheme) => {
        const vault = await vaultFolder({ scheme: () => scheme });
        const files = sizes.map((size, at) => inside(['letters', `${at}.txt`], size, at + 1));
        const versionId = await put(vault.putting, files, chunkBytes);
        const all = Buffer.concat(files.map(({ bytes }) => bytes));
        expect(Buffer.compare(await readBack(vault, versionId), all)).toBe(0);
        const hashes = vault.rows.files(versionId).map(({ sha256 }) => Buffer.from(sha256 ?? []).toString('hex'));
        expect(hashes).toEqual(files.map(({ bytes }) => hash('sha256', bytes)));
        const stored = scheme.needed === 1 ? 1 : scheme.total;
        expect(await piecesOn(vault)).toHaveLength(stored);
      },
    ),
    { numRuns: 15 },
  );
});

test('Pieces of the same file put twice have nothing in common', async () => {
  const vault = await vaultFolder();
  await put(vault.putting, [file('a.txt', 9_000)]);
  const first = await piecesOn(vault);
  await put(vault.putting, [file('b.txt', 9_000)]);
  const both = await piecesOn(vault);
  expect(both.length).toBe(2 * first.length);
});

test('What has the name already gets its next version', async () => {
  const vault = await vaultFolder();
  await put(vault.putting, [file('diary.txt', 10, 1)]);
  await put(vault.putting, [file('diary.txt', 20, 2)]);
  const Row = v.object({ number: v.number(), bytes: v.number(), item_id: v.string() });
  const versions = vault.database.all('SELECT number, bytes, item_id FROM vault_versions ORDER BY number', {}, Row);
  expect(versions.map(({ number, bytes }) => [number, bytes])).toEqual([
    [1, 10],
    [2, 20],
  ]);
  expect(new Set(versions.map(({ item_id }) => item_id)).size).toBe(1);
  const folder = [inside(['diary.txt', 'a'], 1)];
  expect(await failureCode(beginPut(vault.putting, folder))).toBe('file-refused');
});

describe('Refused is', () => {
  const refused: [string, Parameters<VaultFolder['putting']['begin']>[0]][] = [
    ['a name that leads elsewhere', { name: '..', kind: 'file', files: [{ path: ['..'], size: 1, mtimeMs }] }],
    [
      'a name that a system takes for a device',
      { name: 'NUL', kind: 'file', files: [{ path: ['NUL'], size: 1, mtimeMs }] },
    ],
    ['a path of another name', { name: 'a', kind: 'file', files: [{ path: ['b'], size: 1, mtimeMs }] }],
    ['a file that has folders', { name: 'a', kind: 'file', files: [{ path: ['a', 'b'], size: 1, mtimeMs }] }],
    ['a folder that is a file', { name: 'a', kind: 'folder', files: [{ path: ['a'], size: 1, mtimeMs }] }],
    [
      'two files of one name, but for case',
      { name: 'a', kind: 'folder', files: ['B', 'b'].map((name) => ({ path: ['a', name], size: 1, mtimeMs })) },
    ],
    [
      'a file that is the folder of another',
      {
        name: 'a',
        kind: 'folder',
        files: [
          ['a', 'b'],
          ['a', 'B', 'c'],
        ].map((path) => ({ path, size: 1, mtimeMs })),
      },
    ],
  ];
  test.each(refused)('%s', async (_, input) => {
    const vault = await vaultFolder();
    expect(await failureCode(vault.putting.begin(input))).toBe('file-refused');
    expect(vault.rows.unfinished()).toEqual([]);
  });

  test('what the disk has no room for, others that are coming counted', async () => {
    const room = 100_000;
    const vault = await vaultFolder();
    const store = storeWith(vault, { freeBytes: async () => room });
    const { putting } = await vaultFolder({ store });
    const some = file('a', 20_000);
    await beginPut(putting, [some]);
    expect(await failureCode(beginPut(putting, [{ ...some, path: ['b'] }]))).toBe('disk-full');
    expect(await failureCode(beginPut(putting, [file('c', 100)]))).toBe('no failure');
  });
});

describe('Bytes that are not what was said', () => {
  test('make it fail when they are more, and nothing is kept', async () => {
    const vault = await vaultFolder();
    const versionId = await beginPut(vault.putting, [file('a', 10)]);
    await vault.putting.write({ versionId, bytes: someBytes(10) });
    expect(await failureCode(vault.putting.write({ versionId, bytes: someBytes(1) }))).toBe('file-changed');
    expect(await failureCode(vault.putting.finish({ versionId }))).toBe('vault-unknown');
    expect(await piecesOn(vault)).toEqual([]);
    expect(vault.rows.version(versionId)).toBeNull();
    expect(vault.rows.item('a')).toBeNull();
  });

  test('make it fail when they are fewer, and the version before stays', async () => {
    const vault = await vaultFolder();
    const before = await put(vault.putting, [file('a', 10)]);
    const versionId = await beginPut(vault.putting, [file('a', segmentMaxBytes(2) + 10)]);
    await vault.putting.write({ versionId, bytes: someBytes(segmentMaxBytes(2)) });
    expect(await failureCode(vault.putting.finish({ versionId }))).toBe('file-changed');
    expect(vault.rows.version(versionId)).toBeNull();
    expect(vault.rows.version(before)?.state).toBe('put');
    expect(await piecesOn(vault)).toHaveLength(5);
  });
});

test('A put that is aborted leaves nothing but word for the keepers who were to have it', async () => {
  const vault = await vaultFolder();
  const versionId = await beginPut(vault.putting, [file('a', segmentMaxBytes(2) + 1)]);
  await vault.putting.write({ versionId, bytes: someBytes(segmentMaxBytes(2)) });
  await firstSegment(vault);
  const [piece] = vault.rows.pieces(versionId, 0);
  const pieceId = piece?.header.pieceId ?? '';
  const copy = "INSERT INTO vault_copies (piece_id, keeper, state, since) VALUES (:pieceId, 'bob', 'kept', 0)";
  vault.database.run(copy, { pieceId });
  await vault.putting.abort({ versionId });
  expect(await piecesOn(vault)).toEqual([]);
  expect(vault.rows.version(versionId)).toBeNull();
  const Row = v.object({ keeper: v.string(), piece_id: v.string() });
  expect(vault.database.all('SELECT keeper, piece_id FROM vault_leavings', {}, Row)).toEqual([
    { keeper: 'bob', piece_id: pieceId },
  ]);
  expect(await failureCode(vault.putting.write({ versionId, bytes: someBytes(1) }))).toBe('vault-unknown');
  expect(await failureCode(vault.putting.abort({ versionId }))).toBe('no failure');
});

test('Four are put at once; a fifth waits its turn, unless one of them fell silent', async () => {
  const vault = await vaultFolder();
  const silent = await beginPut(vault.putting, [file('a', 10)]);
  vault.clock.pass(vaultLimits.vaultPutIdleMs - 1);
  const busy = await beginPut(vault.putting, [file('b', 10)]);
  for (const name of ['d', 'e']) await beginPut(vault.putting, [file(name, 10)]);
  expect(await failureCode(beginPut(vault.putting, [file('c', 10)]))).toBe('vault-busy');
  vault.clock.pass(1);
  await vault.putting.write({ versionId: busy, bytes: someBytes(5) });
  const third = await beginPut(vault.putting, [file('c', 10)]);
  expect(await failureCode(vault.putting.write({ versionId: silent, bytes: someBytes(5) }))).toBe('vault-unknown');
  for (const versionId of [busy, third]) {
    await vault.putting.write({ versionId, bytes: someBytes(versionId === busy ? 5 : 10) });
    await vault.putting.finish({ versionId });
  }
  expect(await failureCode(beginPut(vault.putting, [file('d', 10)]))).toBe('no failure');
});

test('A disk that fills up ends it, and what was written of it goes', async () => {
  const vault = await vaultFolder();
  let left = 7;
  const store = storeWith(vault, {
    writeWhole: async (pieceId, bytes) => {
      if ((left -= 1) < 0) throw new Failure('disk-full');
      await vault.store.writeWhole(pieceId, bytes);
    },
  });
  const { putting, rows } = await vaultFolder({ store });
  const versionId = await beginPut(putting, [file('a', 2 * segmentMaxBytes(2))]);
  const chunk = someBytes(segmentMaxBytes(2));
  await putting.write({ versionId, bytes: chunk });
  await putting.write({ versionId, bytes: chunk });
  expect(await failureCode(putting.finish({ versionId }))).toBe('disk-full');
  expect(rows.version(versionId)).toBeNull();
  expect(await piecesOn(vault)).toEqual([]);
});

test('What a crash left is gone after the next start, and what was whole stays', async () => {
  const before = await vaultFolder();
  const whole = await put(before.putting, [file('whole', 10)]);
  const half = await beginPut(before.putting, [file('half', segmentMaxBytes(2) + 1)]);
  await before.putting.write({ versionId: half, bytes: someBytes(segmentMaxBytes(2)) });
  await vi.waitFor(() => expect(before.segments).toHaveLength(2), { timeout: 5_000 });
  await writeFile(join(before.folder, 'vault', 'own', `${'a'.repeat(64)}.part`), 'half a piece');
  await writeFile(join(before.folder, 'vault', 'own', 'b'.repeat(64)), 'a piece of which the crash left no row');
  before.database.close();

  const after = await vaultFolder({ folder: before.folder });
  await after.putting.settle();
  expect(after.rows.version(half)).toBeNull();
  expect(after.rows.item('half')).toBeNull();
  expect(new Set(await piecesOn(after))).toEqual(
    new Set(after.rows.pieces(whole, 0).map(({ header }) => header.pieceId)),
  );
  expect((await readBack(after, whole)).length).toBe(10);
});

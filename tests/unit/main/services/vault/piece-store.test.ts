import { readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockBytes, blockCount } from '#shared/content';
import { pieceMaxBytes } from '#shared/vault';
import { PieceStore } from '#main/services/vault/piece-store';
import { failureCode } from '../failure-code';
import { temporaryFolder } from '../people';
import { canMount, mountSmallDisk } from './small-disk';
import { somePiece, type SomePiece } from './some-pieces';

async function store() {
  const folder = join(await temporaryFolder(), 'vault', 'own');
  return { folder, pieces: await PieceStore.open(folder) };
}

const pathOf = (folder: string, { header }: SomePiece, suffix = ''): string => join(folder, header.pieceId + suffix);

test('A piece written at once is read back whole and by its blocks', async () => {
  const { folder, pieces } = await store();
  const piece = somePiece(3 * blockBytes + 11);
  await pieces.writeWhole(piece.header.pieceId, piece.bytes);
  expect(await pieces.read(piece.header)).toEqual(piece.bytes);
  expect(await pieces.readBlocks(piece.header, [3, 0])).toEqual([piece.block(3).bytes, piece.block(0).bytes]);
  expect(await readdir(folder)).toEqual([piece.header.pieceId]);
  expect(await pieces.missingBlocks(piece.header)).toEqual([]);
});

test.skipIf(process.platform === 'win32')('Nobody else on the machine may read them', async () => {
  const { folder, pieces } = await store();
  const piece = somePiece(9);
  await pieces.writeWhole(piece.header.pieceId, piece.bytes);
  expect((await stat(folder)).mode & 0o077).toBe(0);
  expect((await stat(pathOf(folder, piece))).mode & 0o077).toBe(0);
});

test('Blocks in any order, at the same time and over restarts, become the piece', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 * blockBytes }),
      fc.array(fc.nat(4), { maxLength: 10 }),
      fc.boolean(),
      fc.integer(),
      async (size, order, restarts, seed) => {
        const { folder, pieces } = await store();
        const piece = somePiece(size, seed);
        const count = blockCount(size);
        const first = order.map((index) => index % count);
        await Promise.all(first.map(async (index) => await pieces.writeBlocks(piece.header, [piece.block(index)])));
        const later = restarts ? await PieceStore.open(folder) : pieces;
        const missing = await later.missingBlocks(piece.header);
        const all = Array.from({ length: count }, (_, index) => index);
        expect(missing).toEqual(all.filter((index) => !first.includes(index)));
        if (missing.length > 0) {
          expect(await later.read(piece.header)).toBeNull();
          expect(await later.writeBlocks(piece.header, missing.map(piece.block))).toBe('whole');
        }
        expect(await later.read(piece.header)).toEqual(piece.bytes);
        expect(await readdir(folder)).toEqual([piece.header.pieceId]);
      },
    ),
    { numRuns: 25 },
  );
});

test('A part that had all its blocks when the program ended is whole for whoever asks what is missing', async () => {
  const { folder, pieces } = await store();
  const piece = somePiece(2 * blockBytes + 7);
  await writeFile(pathOf(folder, piece, '.part'), piece.bytes);
  expect(await pieces.missingBlocks(piece.header)).toEqual([]);
  expect(await pieces.read(piece.header)).toEqual(piece.bytes);
  expect(await readdir(folder)).toEqual([piece.header.pieceId]);
});

test('It says which write made it whole, and says so again', async () => {
  const { pieces } = await store();
  const piece = somePiece(2 * blockBytes);
  expect(await pieces.writeBlocks(piece.header, [piece.block(1)])).toBe('part');
  expect(await pieces.writeBlocks(piece.header, [piece.block(1)])).toBe('part');
  expect(await pieces.writeBlocks(piece.header, [piece.block(0)])).toBe('whole');
  expect(await pieces.writeBlocks(piece.header, [piece.block(0)])).toBe('whole');
});

test('One wrong block among good ones, and none of them is written', async () => {
  const { folder, pieces } = await store();
  const piece = somePiece(3 * blockBytes);
  const wrong = { index: 1, bytes: piece.block(2).bytes };
  expect(await pieces.writeBlocks(piece.header, [piece.block(0), wrong])).toBe('wrong');
  expect(await pieces.writeBlocks(piece.header, [{ index: 3, bytes: piece.block(2).bytes }])).toBe('wrong');
  expect(await pieces.missingBlocks(piece.header)).toEqual([0, 1, 2]);
  expect(await readdir(folder)).toEqual([]);
});

test('A header that names no piece is refused before anything is made room for', async () => {
  const { folder, pieces } = await store();
  const { header, block } = somePiece(9);
  for (const bad of [
    { ...header, bytes: pieceMaxBytes + 1 },
    { ...header, bytes: 2 ** 40 },
    { ...header, bytes: -1 },
    { ...header, hashes: new Uint8Array(32 * 1024) },
    { ...header, hashes: new Uint8Array(0) },
  ]) {
    expect(await failureCode(pieces.writeBlocks(bad, [block(0)]))).toBe('input-invalid');
    expect(await failureCode(pieces.missingBlocks(bad))).toBe('input-invalid');
    expect(await failureCode(pieces.readBlocks(bad, [0]))).toBe('input-invalid');
    expect(await failureCode(pieces.read(bad))).toBe('input-invalid');
  }
  for (const index of [-1, 1, 0.5, NaN])
    expect(await failureCode(pieces.readBlocks(header, [index]))).toBe('input-invalid');
  expect(await failureCode(pieces.writeWhole(header.pieceId, new Uint8Array(pieceMaxBytes + 1)))).toBe('input-invalid');
  expect(await failureCode(pieces.writeWhole(header.pieceId, new Uint8Array(0)))).toBe('input-invalid');
  expect(await readdir(folder)).toEqual([]);
});

describe('What got damaged on the disk', () => {
  test('is not given out, and its block may come again', async () => {
    const { folder, pieces } = await store();
    const piece = somePiece(3 * blockBytes);
    await pieces.writeWhole(piece.header.pieceId, piece.bytes);
    const damaged = Uint8Array.from(piece.bytes);
    damaged[blockBytes + 77] = (damaged[blockBytes + 77] ?? 0) ^ 1;
    await writeFile(pathOf(folder, piece), damaged);
    expect(await pieces.read(piece.header)).toBeNull();
    expect(await pieces.readBlocks(piece.header, [0, 1])).toBeNull();
    expect(await pieces.readBlocks(piece.header, [0, 2])).toHaveLength(2);
    expect(await pieces.missingBlocks(piece.header)).toEqual([1]);
    expect(await pieces.writeBlocks(piece.header, [piece.block(1)])).toBe('whole');
    expect(await pieces.read(piece.header)).toEqual(piece.bytes);
  });

  test('by being cut off is missing from there on', async () => {
    const { folder, pieces } = await store();
    const piece = somePiece(3 * blockBytes + 5);
    await pieces.writeWhole(piece.header.pieceId, piece.bytes);
    await truncate(pathOf(folder, piece), 2 * blockBytes + 1);
    expect(await pieces.read(piece.header)).toBeNull();
    expect(await pieces.readBlocks(piece.header, [3])).toBeNull();
    expect(await pieces.missingBlocks(piece.header)).toEqual([2, 3]);
  });

  test('in a part that a crash left is fetched again', async () => {
    const { folder, pieces } = await store();
    const piece = somePiece(3 * blockBytes);
    await pieces.writeBlocks(piece.header, [piece.block(0), piece.block(2)]);
    // As a disk looks that got the length of a file, and not all of its bytes.
    const part = await readFile(pathOf(folder, piece, '.part'));
    await writeFile(pathOf(folder, piece, '.part'), part.fill(0, 2 * blockBytes + 1000));
    const again = await PieceStore.open(folder);
    expect(await again.missingBlocks(piece.header)).toEqual([1, 2]);
    expect(await again.writeBlocks(piece.header, [piece.block(1)])).toBe('part');
    expect(await again.writeBlocks(piece.header, [piece.block(2)])).toBe('whole');
    expect(await again.read(piece.header)).toEqual(piece.bytes);
  });
});

test('A part left by a crash does not hinder a piece that is written at once', async () => {
  const { folder, pieces } = await store();
  const piece = somePiece(blockBytes);
  await writeFile(pathOf(folder, piece, '.part'), new Uint8Array(3 * blockBytes));
  await pieces.writeWhole(piece.header.pieceId, piece.bytes);
  expect(await readFile(pathOf(folder, piece))).toEqual(Buffer.from(piece.bytes));
});

test('Removing takes pieces and parts, and is content with what is not there', async () => {
  const { folder, pieces } = await store();
  const [whole, part, other] = [somePiece(9, 1), somePiece(2 * blockBytes, 2), somePiece(9, 3)];
  await pieces.writeWhole(whole.header.pieceId, whole.bytes);
  await pieces.writeWhole(other.header.pieceId, other.bytes);
  await pieces.writeBlocks(part.header, [part.block(0)]);
  await pieces.remove([whole.header.pieceId, part.header.pieceId, somePiece(9, 4).header.pieceId]);
  expect(await readdir(folder)).toEqual([other.header.pieceId]);
  expect(await pieces.missingBlocks(part.header)).toEqual([0, 1]);
  expect(await pieces.read(whole.header)).toBeNull();
});

test('It lists what lies there, and passes over what is none of its', async () => {
  const { folder, pieces } = await store();
  const [whole, part] = [somePiece(9, 1), somePiece(2 * blockBytes, 2)];
  await pieces.writeWhole(whole.header.pieceId, whole.bytes);
  await pieces.writeBlocks(part.header, [part.block(0)]);
  await writeFile(join(folder, 'notes.txt'), 'mine');
  const listed = await (await PieceStore.open(folder)).list();
  expect(new Set(listed)).toEqual(
    new Set([
      { pieceId: whole.header.pieceId, isWhole: true },
      { pieceId: part.header.pieceId, isWhole: false },
    ]),
  );
});

test.skipIf(process.platform === 'win32')('A link put in the place of a piece leads nowhere', async () => {
  const { folder, pieces } = await store();
  const piece = somePiece(2 * blockBytes);
  const elsewhere = join(await temporaryFolder(), 'elsewhere');
  await writeFile(elsewhere, 'as it was');
  await symlink(elsewhere, pathOf(folder, piece, '.part'));
  expect(await failureCode(pieces.writeWhole(piece.header.pieceId, piece.bytes))).not.toBe('no failure');
  expect(await failureCode(pieces.writeBlocks(piece.header, [piece.block(0)]))).not.toBe('no failure');
  expect(await readFile(elsewhere, 'utf8')).toBe('as it was');
});

test('It knows how much may still be written', async () => {
  const { pieces } = await store();
  expect(await pieces.freeBytes()).toBeGreaterThanOrEqual(0);
});

describe.runIf(canMount())('On a disk of 1 MiB', () => {
  test('what does not fit has no name, and goes on once there is room', async () => {
    const folder = await temporaryFolder();
    mountSmallDisk(folder, 1);
    const pieces = await PieceStore.open(folder);
    const [first, second] = [somePiece(2 * blockBytes, 1), somePiece(4 * blockBytes, 2)];
    await pieces.writeWhole(first.header.pieceId, first.bytes);
    expect(await failureCode(pieces.writeWhole(second.header.pieceId, second.bytes))).toBe('disk-full');
    expect(await pieces.read(second.header)).toBeNull();
    expect(await pieces.freeBytes()).toBe(0);
    await rm(pathOf(folder, second, '.part'));
    expect(await pieces.writeBlocks(second.header, [second.block(0)])).toBe('part');
    expect(await failureCode(pieces.writeBlocks(second.header, [second.block(1), second.block(2)]))).toBe('disk-full');
    await pieces.remove([first.header.pieceId]);
    expect(await pieces.writeBlocks(second.header, [1, 2, 3].map(second.block))).toBe('whole');
    expect(await pieces.read(second.header)).toEqual(second.bytes);
  });
});

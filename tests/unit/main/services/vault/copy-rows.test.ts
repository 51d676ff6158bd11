// Who has which piece, as far as keepers may say so themselves.
import { expect, test } from 'vitest';
import { CopyRows } from '#main/services/vault/copy-rows';
import { keeperOf } from './some-keepers';
import { someBytes } from './some-pieces';
import { put, vaultFolder } from './vault-folder';

test('a keeper who says again that they have a piece does not make it younger: what they never prove grows old', async () => {
  const { database, putting, rows: items } = await vaultFolder();
  const versionId = await put(putting, [{ path: ['a.bin'], bytes: someBytes(5_000, 1) }]);
  const pieceId = items.pieces(versionId, 0)[0]?.header.pieceId;
  if (!pieceId) throw new Error('nothing');
  const rows = new CopyRows(database);
  const keeper = keeperOf(0);
  expect(rows.markKept(pieceId, keeper, 5)).toBe(false); // nobody left it with them
  rows.assign(pieceId, keeper, 5);
  expect(rows.markKept(pieceId, keeper, 10)).toBe(true);
  rows.assign(pieceId, keeper, 90);
  expect(rows.markKept(pieceId, keeper, 100)).toBe(false);
  expect(rows.counts.usage().get(keeper)?.since).toBe(10);
});

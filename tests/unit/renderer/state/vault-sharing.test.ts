import { expect, test } from 'vitest';
import { en } from '#messages/en';
import { canRestore, sharedWords } from '#state/vault-share-words';
import type { SharedVersion } from '#shared/vault-share';
import { ada } from '#tests/support/gallery/people';
import { vaultVersionId } from '#tests/support/fake-vault';

const shared: SharedVersion = {
  owner: ada.peerId,
  ownerName: 'Ada',
  shareId: '5'.repeat(32) as SharedVersion['shareId'], // sound: 32 hex digits
  versionId: vaultVersionId(1),
  name: 'film.mkv',
  kind: 'file',
  addedAt: 0,
  files: 1,
  bytes: 10,
  until: 1_000,
  keepers: 6,
  keepersKnown: 3,
  needed: 3,
};

test('what enough contacts keep can be restored until the right to it is over', () => {
  expect(canRestore(shared, 999)).toBe(true);
  expect(sharedWords(shared, 'Ada', 999)).toEqual({ tone: 'ok', text: en.vaultShare.ready(3, 6) });
  expect(canRestore(shared, 1_000)).toBe(false);
  expect(sharedWords(shared, 'Ada', 1_000)).toEqual({ tone: 'warn', text: en.vaultShare.over('Ada') });
});

test('what too few contacts keep says how many it takes', () => {
  const few = { ...shared, keepersKnown: 2 };
  expect(canRestore(few, 0)).toBe(false);
  expect(sharedWords(few, 'Ada', 0)).toEqual({ tone: 'warn', text: en.vaultShare.tooFew(2, 3) });
});

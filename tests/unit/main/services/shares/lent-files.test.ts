// Content that contacts look for among what they may see, on a real disk with real profiles: found, hashed once, read, and kept from
// everybody else.
import { createHash } from 'node:crypto';
import { mkdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { blockBytes, decodeHeader, type ContentId } from '#shared/content';
import { DropId } from '#shared/drop';
import { holderProofBytes, holderProofInput } from '#shared/holder-proof';
import type { PeerId } from '#shared/identity';
import type { LentFile, ShareId, SoughtContent } from '#shared/share';
import type { Services } from '#main/services/services';
import { someFile, type SomeFile } from '../content/some-bytes';
import { failureCode } from '../failure-code';
import { befriend, friends, person, temporaryFolder, testClock } from '../people';

const dropId = v.parse(DropId, '7'.repeat(32));
const film = someFile(3 * blockBytes + 17, 5);
const alike = someFile(film.bytes.length, 6);

interface Shared {
  readonly services: Services;
  readonly peerId: PeerId;
  readonly folder: string;
  readonly shareId: ShareId;
}

async function shared(files: Readonly<Record<string, SomeFile>>): Promise<Shared> {
  const { alice, bobAtAlice } = await friends({ clock: testClock() });
  const folder = join(await temporaryFolder(), 'Films');
  await mkdir(join(folder, 'Old'), { recursive: true });
  for (const [name, { bytes }] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  const { services } = alice;
  const { shareId } = await services.shares.add({ path: folder, audience: [bobAtAlice.contactId] });
  await services.shares.reread(shareId);
  return { services, peerId: bobAtAlice.peerId, folder, shareId };
}

const sought = ({ bytes, contentId }: SomeFile, drop: DropId = dropId): SoughtContent => ({
  size: bytes.length,
  proof: new Uint8Array(createHash('sha256').update(holderProofInput(drop, contentId)).digest()).slice(
    0,
    holderProofBytes,
  ),
});

const find = async ({ services, peerId }: Shared, ...files: readonly SomeFile[]): Promise<LentFile[]> =>
  await services.shares.lent.find({ peerId, dropId, files: files.map((file) => sought(file)) });

const rootsOf = (found: readonly LentFile[]): readonly ContentId[] => found.map(({ contentId }) => contentId);

describe('content that is shared with the one who looks for it', () => {
  test('is found whatever it is called, among others of its size, and read block by block', async () => {
    const share = await shared({ 'other.mkv': alike, 'Old/harbour (1).mkv': film });
    const found = await find(share, film);
    expect(found).toMatchObject([{ at: 0, entry: { path: ['harbour (1).mkv'] }, contentId: film.contentId }]);
    const [lent] = found;
    if (!lent) throw new Error('not found');
    expect(lent.header).toEqual(film.header);
    expect(decodeHeader(lent.header)?.size).toBe(film.bytes.length);
    const { services } = share;
    const blocks = await services.shares.lent.readBlocks({ sourceId: lent.sourceId, indices: [0, 3] });
    expect(blocks).toEqual([film.block(0), film.block(3)]);
    expect(await services.shares.lent.readHashes({ sourceId: lent.sourceId, page: 0 })).toEqual(film.pages[0]);
    expect(await failureCode(services.shares.lent.readBlocks({ sourceId: lent.sourceId, indices: [4] }))).toBe(
      'input-invalid',
    );
  });

  test('is told by its place in the question', async () => {
    const share = await shared({ 'a.mkv': film, 'b.mkv': alike });
    const found = await find(share, someFile(500), alike, film);
    expect(found.map(({ at }) => at)).toEqual([1, 2]);
    expect(rootsOf(found)).toEqual([alike.contentId, film.contentId]);
  });

  test('is hashed once: after that it is known without being read, until it changes', async () => {
    const share = await shared({ 'a.mkv': film });
    const path = join(share.folder, 'a.mkv');
    expect(await find(share, film)).toHaveLength(1);
    // Other bytes under the same size and time: only whoever reads it again would notice.
    const at = new Date(1_700_000_000_000);
    await utimes(path, at, at);
    expect(await find(share, film)).toHaveLength(1);
    await writeFile(path, alike.bytes);
    await utimes(path, at, at);
    expect(await find(share, film)).toHaveLength(1);
    await utimes(path, at, new Date(1_700_000_001_000));
    expect(await find(share, film)).toEqual([]);
    expect(await find(share, alike)).toHaveLength(1);
  });

  test('is not what was found any more once it changed', async () => {
    const share = await shared({ 'a.mkv': film });
    const [lent] = await find(share, film);
    if (!lent) throw new Error('not found');
    await writeFile(join(share.folder, 'a.mkv'), alike.bytes.slice(1));
    const { lent: files } = share.services.shares;
    expect(await failureCode(files.readBlocks({ sourceId: lent.sourceId, indices: [0] }))).toBe('file-changed');
  });
});

describe('whoever has no right', () => {
  test('finds nothing: another contact, a stranger, one who is blocked, one with whom it is not shared any more', async () => {
    const share = await shared({ 'a.mkv': film });
    const { services } = share;
    const carol = await person('Carol', { clock: testClock() });
    const { atHost } = await befriend({ services, peerId: services.identity.keys.peerId }, carol);
    const stranger = await person('Stranger');
    for (const { peerId } of [atHost, stranger]) expect(await find({ ...share, peerId }, film)).toEqual([]);
    services.shares.setAudience({ shareId: share.shareId, audience: [] });
    expect(await find(share, film)).toEqual([]);
    services.shares.setAudience({ shareId: share.shareId, audience: null });
    expect(await find(share, film)).toHaveLength(1);
    const bob = services.contacts.list().find(({ peerId }) => peerId === share.peerId);
    if (bob) services.contacts.setBlocked(bob.contactId, true);
    expect(await find(share, film)).toEqual([]);
  });

  test('finds nothing with the proof of another download', async () => {
    const share = await shared({ 'a.mkv': film });
    const other = sought(film, v.parse(DropId, '8'.repeat(32)));
    const { services, peerId } = share;
    expect(await services.shares.lent.find({ peerId, dropId, files: [other] })).toEqual([]);
  });

  test('is led nowhere by links that came later', async () => {
    const share = await shared({ 'Old/a.mkv': film });
    const outside = await temporaryFolder();
    await writeFile(join(outside, 'a.mkv'), film.bytes);
    await rename(join(share.folder, 'Old'), join(share.folder, 'before'));
    await symlink(outside, join(share.folder, 'Old'));
    expect(await find(share, film)).toEqual([]);
  });
});

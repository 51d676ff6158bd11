// What is kept for friends: pledged first, counted before it is written, given back as it was, and gone when it should be.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { blockBytes } from '#shared/content';
import type { PieceId } from '#shared/vault';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { Keeping } from '#main/services/vault/keeping';
import { hashOfHead, signHead } from '#main/services/vault/vault-head';
import { signOrder } from '#main/services/vault/vault-order';
import { failureCode } from '../failure-code';
import { alice, bob, keeper, me, pieceOf, stranger, type Keeper } from './keeper';

const mib = 1024 ** 2;
const day = 24 * 3_600_000;
const owner = alice.peerId;

let at: Keeper;

beforeEach(async () => {
  at = await keeper();
  await at.keeping.setPledge({ contactId: at.ofAlice.contactId, bytes: 10 * mib });
});

const filesOf = async (peerId: string): Promise<string[]> =>
  await readdir(join(at.folder, peerId)).catch(() => [] as string[]);
const has = async (pieceId: PieceId, of = owner): Promise<boolean> =>
  (await at.keeping.read({ owner: of, pieceId, blocks: [0] })) !== null;
const order = (atMs: number, ...pieceIds: PieceId[]): Uint8Array<ArrayBuffer> =>
  signOrder(alice, { keeper: me.peerId, atMs, pieceIds });

test('nothing is taken from somebody to whom nothing is pledged, and nothing of it is written', async () => {
  for (const from of [bob, stranger]) {
    expect(at.keeping.pledgeFor(from.peerId)).toBeNull();
    expect(await at.leave(from, pieceOf(1))).toBe('no-pledge');
    const { pieceId } = pieceOf(1).header;
    expect(await at.keeping.write({ owner: from.peerId, pieceId, blocks: pieceOf(1).blocks })).toEqual({
      isWrong: false,
      isWhole: false,
    });
    expect(await filesOf(from.peerId)).toEqual([]);
  }
  expect(at.keeping.pledgeFor(owner)).toBe(10 * mib);
  expect(await failureCode(at.keeping.setPledge({ contactId: 'ff'.repeat(16) as never, bytes: 1 }))).toBe(
    'contact-unknown',
  );
});

test('a piece comes in blocks in any order, is kept once, and is given back as it was', async () => {
  const piece = pieceOf(1, 2 * blockBytes + 5);
  const { pieceId } = piece.header;
  const [first, second, third] = piece.blocks;
  if (!first || !second || !third) throw new Error('three blocks');
  expect(await at.keeping.offer({ owner, header: piece.header })).toEqual({ answer: 'send', missing: [0, 1, 2] });
  const write = async (block: typeof first) => await at.keeping.write({ owner, pieceId, blocks: [block] });
  expect(await write(third)).toEqual({ isWrong: false, isWhole: false });
  expect(await has(pieceId)).toBe(false);
  at.restart();
  expect(await at.keeping.offer({ owner, header: piece.header })).toEqual({ answer: 'send', missing: [0, 1] });
  expect(await write(first)).toEqual({ isWrong: false, isWhole: false });
  expect(await write(second)).toEqual({ isWrong: false, isWhole: true });
  expect(await at.keeping.offer({ owner, header: piece.header })).toEqual({ answer: 'kept', missing: [] });
  at.restart();
  expect(await at.keeping.read({ owner, pieceId, blocks: [2, 0] })).toEqual([third.bytes, first.bytes]);
  expect(await at.keeping.read({ owner, pieceId, blocks: [3] })).toBeNull();
  expect(await at.keeping.read({ owner: bob.peerId, pieceId, blocks: [0] })).toBeNull();
  expect(at.keeping.pledges()).toEqual([
    {
      owner,
      contactId: at.ofAlice.contactId,
      bytes: 10 * mib,
      usedBytes: piece.header.bytes,
      pieces: 1,
      endsAt: null,
    },
  ]);
});

test('wrong bytes are told from right ones and never kept', async () => {
  const piece = pieceOf(1);
  const { pieceId } = piece.header;
  await at.keeping.offer({ owner, header: piece.header });
  const wrong = await at.keeping.write({ owner, pieceId, blocks: pieceOf(2).blocks });
  expect(wrong).toEqual({ isWrong: true, isWhole: false });
  expect(await at.keeping.offer({ owner, header: piece.header })).toEqual({ answer: 'send', missing: [0] });
  const named = { ...piece.header, pieceId: pieceOf(2).header.pieceId };
  expect(await failureCode(at.keeping.offer({ owner, header: named }))).toBe('input-invalid');
});

test('what was pledged is the bound, parts included, and each owner has their own', async () => {
  await at.keeping.setPledge({ contactId: at.ofAlice.contactId, bytes: 250 });
  await at.keeping.setPledge({ contactId: at.ofBob.contactId, bytes: 100 });
  expect(await at.leave(alice, pieceOf(1))).toBe('kept');
  expect((await at.keeping.offer({ owner, header: pieceOf(2).header })).answer).toBe('send');
  expect(await at.leave(alice, pieceOf(3))).toBe('full');
  expect(await at.leave(alice, pieceOf(1))).toBe('kept');
  expect(await at.leave(alice, pieceOf(2))).toBe('kept');
  // The same piece, left by two owners, is kept for each.
  expect(await at.leave(bob, pieceOf(1))).toBe('kept');
  expect(await at.leave(bob, pieceOf(2))).toBe('full');
  await at.keeping.takeOrder({ owner, order: order(1, pieceOf(1).header.pieceId) });
  expect(await has(pieceOf(1).header.pieceId)).toBe(false);
  expect(await has(pieceOf(1).header.pieceId, bob.peerId)).toBe(true);
});

test('less pledged than is kept deletes nothing and takes nothing new', async () => {
  await at.leave(alice, pieceOf(1));
  await at.keeping.setPledge({ contactId: at.ofAlice.contactId, bytes: 50 });
  expect(await has(pieceOf(1).header.pieceId)).toBe(true);
  expect(await at.leave(alice, pieceOf(2))).toBe('full');
});

test('an owner has so many pieces at most, however small', async () => {
  at.database.transaction(() => {
    for (let serial = 0; serial < limits.vaultPiecesOfOwner; serial += 1)
      at.database.run(
        `INSERT INTO vault_kept (owner, piece_id, bytes, hashes, is_whole, since)
         VALUES (:owner, :pieceId, 1, :hashes, 1, 0)`,
        { owner, pieceId: serial.toString(16).padStart(64, '0'), hashes: new Uint8Array(32) },
      );
  });
  expect(await at.leave(alice, pieceOf(1))).toBe('too-many');
});

test('the disk is never filled: neither by a piece nor by many that were granted and did not come yet', async () => {
  at.freeBytes = 250;
  const answers = await Promise.all(
    [1, 2, 3, 4].map(async (seed) => (await at.keeping.offer({ owner, header: pieceOf(seed).header })).answer),
  );
  expect(answers).toEqual(['send', 'send', 'no-space', 'no-space']);
  at.freeBytes = 0;
  expect(await at.leave(alice, pieceOf(5))).toBe('no-space');
});

test('what this disk really has free is asked, less a tenth or 5 GiB', async () => {
  const { database, contacts, clock, folder } = at;
  const identity = { keys: me } as never; // sound: nothing else of it is read
  const real = new Keeping({ database, identity, contacts, clock, folder, onChange: () => undefined });
  const { statfs } = await import('node:fs/promises');
  const { bavail, bsize, blocks } = await statfs(join(folder, '..'));
  const free = Math.max(0, bavail * bsize - Math.max(5 * 1024 ** 3, (blocks * bsize) / 10));
  const said = (await real.pledgeableBytes()) + 10 * mib;
  expect(Math.abs(said - Math.max(free, 10 * mib))).toBeLessThan(2 * 1024 ** 3);
});

test('no more is pledged than is free, and what is pledged and unused counts as taken', async () => {
  at.freeBytes = 15 * mib;
  expect(await at.keeping.pledgeableBytes()).toBe(5 * mib);
  const pledge = async (bytes: number) =>
    await failureCode(at.keeping.setPledge({ contactId: at.ofBob.contactId, bytes }));
  expect(await pledge(5 * mib + 1)).toBe('disk-full');
  expect(await pledge(5 * mib)).toBe('no failure');
  expect(await at.keeping.pledgeableBytes()).toBe(0);
  expect(await pledge(4 * mib)).toBe('no failure');
  at.freeBytes = 0;
  expect(await pledge(3 * mib)).toBe('no failure');
  expect(await pledge(4 * mib)).toBe('disk-full');
});

test('a damaged piece is lacked from the moment it is read, and can be left again', async () => {
  const piece = pieceOf(1, blockBytes + 9);
  const { pieceId } = piece.header;
  await at.leave(alice, piece);
  const path = join(at.folder, owner, pieceId);
  const bytes = await readFile(path);
  bytes[blockBytes + 3] = (bytes[blockBytes + 3] ?? 0) ^ 1;
  await writeFile(path, bytes);
  expect(await at.keeping.read({ owner, pieceId, blocks: [1] })).toBeNull();
  expect(await filesOf(owner)).toEqual([]);
  expect(at.keeping.pledges()[0]?.usedBytes).toBe(0);
  expect(await at.leave(alice, piece)).toBe('kept');
  expect(await has(pieceId)).toBe(true);
});

test('a damaged piece that is offered again is asked for where it is damaged', async () => {
  const piece = pieceOf(1, blockBytes + 9);
  await at.leave(alice, piece);
  await writeFile(join(at.folder, owner, piece.header.pieceId), piece.blocks[0]?.bytes ?? '');
  expect(await at.keeping.offer({ owner, header: piece.header })).toEqual({ answer: 'send', missing: [1] });
  expect(await has(piece.header.pieceId)).toBe(false);
  expect(await at.leave(alice, piece)).toBe('kept');
});

test('parts that never became whole are given up after a day, whole pieces stay', async () => {
  const part = pieceOf(2, 2 * blockBytes);
  await at.leave(alice, pieceOf(1));
  await at.keeping.offer({ owner, header: part.header });
  await at.keeping.write({ owner, pieceId: part.header.pieceId, blocks: part.blocks.slice(0, 1) });
  at.clock.pass(day - 1);
  await at.keeping.sweep();
  expect(await filesOf(owner)).toHaveLength(2);
  at.clock.pass(1);
  await at.keeping.sweep();
  expect(await filesOf(owner)).toEqual([pieceOf(1).header.pieceId]);
  expect(at.keeping.pledges()[0]?.usedBytes).toBe(100);
});

test('an order deletes what its owner names, and a replay never what was left since', async () => {
  const { pieceId } = pieceOf(1).header;
  await at.leave(alice, pieceOf(1));
  await at.leave(alice, pieceOf(2));
  const first = order(at.clock.now(), pieceId);
  expect(await at.keeping.takeOrder({ owner, order: first })).toEqual({ isFair: true, laterMs: null });
  expect(await filesOf(owner)).toEqual([pieceOf(2).header.pieceId]);
  await at.leave(alice, pieceOf(1));
  expect(await at.keeping.takeOrder({ owner, order: first })).toEqual({ isFair: true, laterMs: null });
  const earlier = order(at.clock.now() - 1, pieceId);
  expect(await at.keeping.takeOrder({ owner, order: earlier })).toEqual({ isFair: true, laterMs: at.clock.now() });
  expect(await has(pieceId)).toBe(true);
  // Not even after everything of theirs was dropped meanwhile.
  await at.keeping.dropPledge({ owner });
  await at.keeping.setPledge({ contactId: at.ofAlice.contactId, bytes: mib });
  await at.leave(alice, pieceOf(1));
  await at.keeping.takeOrder({ owner, order: first });
  expect(await has(pieceId)).toBe(true);
  expect(await at.keeping.takeOrder({ owner, order: order(at.clock.now() + 1, pieceId) })).toEqual({
    isFair: true,
    laterMs: null,
  });
  expect(await has(pieceId)).toBe(false);
});

test('an order of another, for another keeper or of no form is not fair and does nothing', async () => {
  const { pieceId } = pieceOf(1).header;
  await at.leave(alice, pieceOf(1));
  const foreign = [
    signOrder(bob, { keeper: me.peerId, atMs: 9e12, pieceIds: [pieceId] }),
    signOrder(alice, { keeper: bob.peerId, atMs: 9e12, pieceIds: [pieceId] }),
    order(9e12, pieceId).slice(0, -1),
    new Uint8Array([1, 2, 3]),
  ];
  for (const one of foreign) expect(await at.keeping.takeOrder({ owner, order: one })).toMatchObject({ isFair: false });
  expect(await has(pieceId)).toBe(true);
});

const head = (version: number, more: { by?: typeof alice; atMs?: number } = {}): Uint8Array<ArrayBuffer> =>
  signHead(more.by ?? alice, {
    version,
    previous: version === 1 ? null : hashOfHead(new Uint8Array(1)),
    atMs: more.atMs ?? 5,
    pieces: [pieceOf(version).header],
  });

test('of the states of a vault the newest is held, whatever comes after it', async () => {
  const take = (bytes: Uint8Array<ArrayBuffer>) => at.keeping.takeHead({ owner, head: bytes });
  expect(at.keeping.readHead(owner)).toBeNull();
  expect(take(head(3))).toEqual({ isFair: true });
  expect(take(head(2))).toEqual({ isFair: true });
  expect(take(head(3, { atMs: 6 }))).toEqual({ isFair: true });
  expect(at.keeping.readHead(owner)).toEqual(head(3));
  expect(take(head(4))).toEqual({ isFair: true });
  expect(at.keeping.readHead(owner)).toEqual(head(4));
  expect(take(head(9, { by: bob }))).toEqual({ isFair: false });
  expect(take(head(9).slice(1))).toEqual({ isFair: false });
  expect(at.keeping.takeHead({ owner: bob.peerId, head: head(1, { by: bob }) })).toEqual({ isFair: true });
  expect(at.keeping.readHead(bob.peerId)).toBeNull();
});

test('a pledge that ended gives fourteen days to fetch what is here, takes nothing new, and then all of it goes', async () => {
  const { contactId } = at.ofAlice;
  await at.leave(alice, pieceOf(1));
  at.keeping.takeHead({ owner, head: head(1) });
  await at.keeping.setPledge({ contactId, bytes: null });
  expect(await at.leave(alice, pieceOf(1))).toBe('no-pledge');
  const endsAt = at.clock.now() + limits.vaultNoticeMs;
  expect(at.keeping.pledges()).toEqual([{ owner, contactId, bytes: 0, usedBytes: 100, pieces: 1, endsAt }]);
  at.clock.pass(limits.vaultNoticeMs - 1);
  await at.keeping.sweep();
  expect(await has(pieceOf(1).header.pieceId)).toBe(true);
  expect(at.keeping.readHead(owner)).toEqual(head(1));
  at.clock.pass(1);
  await at.keeping.sweep();
  expect(await filesOf(owner)).toEqual([]);
  expect(at.keeping.readHead(owner)).toBeNull();
  expect(at.keeping.pledges()).toEqual([]);
});

test('pledged again within the notice, nothing goes', async () => {
  const { contactId } = at.ofAlice;
  await at.leave(alice, pieceOf(1));
  await at.keeping.setPledge({ contactId, bytes: null });
  at.clock.pass(10 * day);
  await at.keeping.setPledge({ contactId, bytes: mib });
  at.clock.pass(10 * day);
  await at.keeping.sweep();
  expect(await has(pieceOf(1).header.pieceId)).toBe(true);
  expect(at.keeping.pledges()[0]?.endsAt).toBeNull();
});

test.each(['blocked', 'removed'] as const)('pieces of a contact who was %s have the same notice', async (how) => {
  const { contactId } = at.ofAlice;
  await at.leave(alice, pieceOf(1));
  if (how === 'blocked') at.contacts.setBlocked(contactId, true);
  else at.contacts.remove(contactId);
  expect(at.keeping.pledgeFor(owner)).toBeNull();
  expect(await at.leave(alice, pieceOf(2))).toBe('no-pledge');
  expect(at.keeping.pledges()).toMatchObject([
    { owner, contactId: how === 'blocked' ? contactId : null, usedBytes: 100, endsAt: at.clock.now() + 14 * day },
  ]);
  at.clock.pass(14 * day);
  await at.keeping.sweep();
  expect(await filesOf(owner)).toEqual([]);
});

test('a pledge goes with whoever turns out to be a contact of old with a new key', async () => {
  const again = at.contacts.addAccepted(stranger.peerId, 'Bob');
  await at.keeping.setPledge({ contactId: again.contactId, bytes: mib });
  await at.leave(stranger, pieceOf(1));
  at.contacts.merge(at.ofBob.contactId, again.contactId);
  expect(at.keeping.pledgeFor(stranger.peerId)).toBe(mib);
  expect(at.keeping.pledgeFor(bob.peerId)).toBeNull();
  expect(at.keeping.pledges()).toMatchObject([
    { owner },
    { owner: stranger.peerId, contactId: at.ofBob.contactId, pieces: 1, endsAt: null },
  ]);
});

test('dropped at once, all of one owner is gone and nothing of another', async () => {
  await at.keeping.setPledge({ contactId: at.ofBob.contactId, bytes: mib });
  await at.leave(alice, pieceOf(1));
  await at.leave(bob, pieceOf(2));
  at.keeping.takeHead({ owner, head: head(1) });
  await at.keeping.dropPledge({ owner });
  expect(await readdir(at.folder)).toEqual([bob.peerId]);
  expect(at.keeping.readHead(owner)).toBeNull();
  expect(at.keeping.pledges().map((pledge) => pledge.owner)).toEqual([bob.peerId]);
  expect(await at.leave(alice, pieceOf(1))).toBe('no-pledge');
});

test('blocks that come while everything is dropped leave nothing behind', async () => {
  const piece = pieceOf(1, 4 * blockBytes);
  await at.keeping.offer({ owner, header: piece.header });
  const writes = piece.blocks.map(
    async (block) => await at.keeping.write({ owner, pieceId: piece.header.pieceId, blocks: [block] }),
  );
  await Promise.all([...writes.slice(0, 2), at.keeping.dropPledge({ owner }), ...writes.slice(2)]);
  expect(await filesOf(owner)).toEqual([]);
  expect(at.keeping.pledges()).toEqual([]);
});

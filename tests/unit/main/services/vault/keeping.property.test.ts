// Owners who send whatever they like, in any order: what was pledged and what is free always holds, and nobody touches the pieces of
// another.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blockBytes } from '#shared/content';
import type { IdentityKeys } from '#main/services/identity-keys';
import { signOrder } from '#main/services/vault/vault-order';
import { failureCode } from '../failure-code';
import { alice, bob, keeper, me, pieceOf, stranger, type Keeper } from './keeper';

const pledged = 3 * blockBytes;
const free = 5 * blockBytes;
const people = [alice, bob, stranger] as const;
/** Of a byte to two blocks and a bit. */
const pieces = [1, 200, blockBytes, 2 * blockBytes + 7, 900].map((length, seed) => pieceOf(seed + 1, length + 2));

type Act =
  | { readonly kind: 'offer' | 'forge' | 'leave'; readonly who: number; readonly piece: number }
  | {
      readonly kind: 'write';
      readonly who: number;
      readonly piece: number;
      readonly from: number;
      readonly index: number;
    }
  | { readonly kind: 'order'; readonly who: number; readonly by: number; readonly piece: number; readonly atMs: number }
  | { readonly kind: 'read'; readonly who: number; readonly piece: number; readonly index: number }
  | { readonly kind: 'restart' | 'sweep' };

const who = fc.nat(people.length - 1);
const piece = fc.nat(pieces.length - 1);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('offer', 'leave', 'leave', 'forge'), who, piece }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('write'), who, piece, from: piece, index: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('order'), who, by: who, piece, atMs: fc.integer({ min: 1, max: 20 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('read'), who, piece, index: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('restart', 'sweep') }) },
);

const personAt = (index: number): IdentityKeys => people[index] ?? stranger;
const pieceAt = (index: number) => pieces[index] ?? pieceOf(0);

async function perform(at: Keeper, one: Act): Promise<void> {
  if (!('who' in one)) {
    if (one.kind === 'restart') at.restart();
    else await at.keeping.sweep();
    return;
  }
  const owner = personAt(one.who).peerId;
  const { header, blocks } = pieceAt(one.piece);
  const { pieceId } = header;
  if (one.kind === 'leave') await at.leave(personAt(one.who), pieceAt(one.piece));
  if (one.kind === 'offer') await at.keeping.offer({ owner, header });
  if (one.kind === 'forge')
    expect(await failureCode(at.keeping.offer({ owner, header: { ...header, bytes: header.bytes - 1 } }))).toBe(
      'input-invalid',
    );
  if (one.kind === 'write') {
    const block = pieceAt(one.from).blocks[0];
    const { isWrong } = await at.keeping.write({
      owner,
      pieceId,
      blocks: [{ index: one.index, bytes: block?.bytes ?? new Uint8Array() }],
    });
    if (isWrong) expect(one.from !== one.piece || one.index > 0).toBe(true);
  }
  if (one.kind === 'order') {
    const order = signOrder(personAt(one.by), { keeper: me.peerId, atMs: one.atMs, pieceIds: [pieceId] });
    expect(await at.keeping.takeOrder({ owner, order })).toMatchObject({ isFair: one.by === one.who });
  }
  if (one.kind === 'read') {
    const found = await at.keeping.read({ owner, pieceId, blocks: [one.index] });
    if (found) expect(found).toEqual([blocks[one.index]?.bytes]);
  }
}

async function bytesOnDisk(folder: string, owner: string): Promise<number> {
  const names = await readdir(join(folder, owner)).catch(() => [] as string[]);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, owner, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

test('pledges, free space and the pieces of others hold against any owner', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 30, size: 'max' }), async (acts) => {
      const at = await keeper();
      for (const { contactId } of [at.ofAlice, at.ofBob]) {
        at.freeBytes = 100 * free;
        await at.keeping.setPledge({ contactId, bytes: pledged });
      }
      at.freeBytes = free;
      for (const one of acts) {
        const others = people.filter((_, index) => !('who' in one) || index !== one.who);
        const before = await Promise.all(others.map(async ({ peerId }) => await bytesOnDisk(at.folder, peerId)));
        await perform(at, one);
        const after = await Promise.all(others.map(async ({ peerId }) => await bytesOnDisk(at.folder, peerId)));
        expect(after).toEqual(before);
      }
      for (const pledge of at.keeping.pledges()) {
        expect(pledge.usedBytes).toBeLessThanOrEqual(pledged);
        expect(await bytesOnDisk(at.folder, pledge.owner)).toBeLessThanOrEqual(pledge.usedBytes);
      }
      expect(await bytesOnDisk(at.folder, stranger.peerId)).toBe(0);
    }),
    { numRuns: 25 },
  );
});

test('offers that come all at once are granted no more than fits', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 2, max: blockBytes }), { minLength: 2, maxLength: 12 }),
      async (lengths) => {
        const at = await keeper();
        for (const { contactId } of [at.ofAlice, at.ofBob]) await at.keeping.setPledge({ contactId, bytes: pledged });
        at.freeBytes = 4 * blockBytes;
        const offers = lengths.map(async (length, seed) => {
          const owner = personAt(seed % 2).peerId;
          const { header } = pieceOf(seed, length);
          return (await at.keeping.offer({ owner, header })).answer === 'send' ? header.bytes : 0;
        });
        const granted = await Promise.all(offers);
        expect(granted.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(at.freeBytes);
        for (const { usedBytes } of at.keeping.pledges()) expect(usedBytes).toBeLessThanOrEqual(pledged);
      },
    ),
    { numRuns: 30 },
  );
});

test('an order deletes a piece only when it is newer than every order before it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }), async (times) => {
      const at = await keeper();
      await at.keeping.setPledge({ contactId: at.ofAlice.contactId, bytes: pledged });
      const { header } = pieceOf(1);
      let newest = 0;
      for (const atMs of times) {
        await at.leave(alice, pieceOf(1));
        const order = signOrder(alice, { keeper: me.peerId, atMs, pieceIds: [header.pieceId] });
        await at.keeping.takeOrder({ owner: alice.peerId, order });
        const left = await at.keeping.read({ owner: alice.peerId, pieceId: header.pieceId, blocks: [0] });
        expect(left === null).toBe(atMs > newest);
        newest = Math.max(newest, atMs);
      }
    }),
    { numRuns: 15 },
  );
});

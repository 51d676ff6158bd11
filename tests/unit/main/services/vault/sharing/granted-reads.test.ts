// What a keeper hands to somebody who shows the owner’s word: exactly that piece, to exactly that reader, here and for a while.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockBytes } from '#shared/content';
import type { IdentityKeys } from '#main/services/identity-keys';
import { vaultLimits as limits } from '#main/services/vault/vault-limits';
import { GrantedReads } from '#main/services/vault/sharing/granted-reads';
import { signMendOrder } from '#main/services/vault/mending/mend-order';
import { readGrant, signGrant } from '#main/services/vault/sharing/read-grant';
import { alice, bob, keeper, me, pieceOf, stranger, type Keeper } from '../keeper';

const mib = 1024 ** 2;

interface Scene {
  readonly at: Keeper;
  readonly reads: GrantedReads;
  readonly piece: ReturnType<typeof pieceOf>;
  readonly other: ReturnType<typeof pieceOf>;
}

/** Alice left two pieces here; Bob is to read one of them. */
async function scene(bytes = 100): Promise<Scene> {
  const at = await keeper();
  await at.keeping.setPledge({ contactId: at.ofAlice.contactId, bytes: 100 * mib });
  const [piece, other] = [pieceOf(1, bytes), pieceOf(2)];
  for (const one of [piece, other]) await at.leave(alice, one);
  const reads = new GrantedReads({ identity: { keys: me }, keeping: at.keeping, clock: at.clock });
  return { at, reads, piece, other };
}

interface Grant {
  readonly owner?: IdentityKeys;
  readonly reader?: IdentityKeys;
  readonly keeper?: IdentityKeys;
  readonly piece?: ReturnType<typeof pieceOf>;
  readonly leftMs?: number;
}

function grantOf({ at, piece }: Scene, more: Grant = {}): Uint8Array<ArrayBuffer> {
  return signGrant(more.owner ?? alice, {
    reader: (more.reader ?? bob).peerId,
    keeper: (more.keeper ?? me).peerId,
    pieceId: (more.piece ?? piece).header.pieceId,
    until: at.clock.now() + (more.leftMs ?? limits.vaultGrantMs),
  });
}

const read = async (
  { reads, piece }: Scene,
  grant: Uint8Array<ArrayBuffer>,
  { reader = bob, of = piece, blocks = [0] }: { reader?: IdentityKeys; of?: typeof piece; blocks?: number[] } = {},
) => await reads.read({ reader: reader.peerId, grant, pieceId: of.header.pieceId, blocks });

describe('a reader', () => {
  test('gets the blocks of the piece that its owner signed for them', async () => {
    const here = await scene();
    expect(await read(here, grantOf(here))).toEqual([here.piece.blocks[0]?.bytes]);
  });

  test.each<[string, Grant, { reader?: IdentityKeys }]>([
    ['that is over', { leftMs: 0 }, {}],
    ['that runs longer than any is signed for', { leftMs: limits.vaultGrantMostMs + 1 }, {}],
    ['for another keeper', { keeper: stranger }, {}],
    ['of another reader', {}, { reader: stranger }],
    ['that the reader signed', { owner: bob }, {}],
    ['that somebody signed who left nothing here', { owner: stranger }, {}],
  ])('gets nothing by a word %s', async (_, more, shown) => {
    const here = await scene();
    expect(await read(here, grantOf(here, more), shown)).toBeNull();
  });

  test('gets no other piece by it, nor one that is not here', async () => {
    const here = await scene();
    expect(await read(here, grantOf(here), { of: here.other })).toBeNull();
    const away = pieceOf(3);
    expect(await read(here, grantOf(here, { piece: away }), { of: away })).toBeNull();
  });

  test('gets nothing by a word that differs in any byte, or that is none at all', async () => {
    const here = await scene();
    const grant = grantOf(here);
    await fc.assert(
      fc.asyncProperty(fc.nat(grant.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const forged = grant.map((byte, place) => (place === at ? byte ^ flip : byte));
        expect(await read(here, forged)).toBeNull();
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 512 }), async (bytes) => {
        expect(readGrant(bytes)).toBeNull();
        expect(await read(here, new Uint8Array(bytes))).toBeNull();
      }),
    );
  });

  test('gets so much in a day, others as much again, and all of it the next day', async () => {
    const here = await scene(mib);
    const grant = grantOf(here);
    const most = limits.vaultGrantedReads * here.at.keeping.usedBytes(alice.peerId) + limits.vaultGrantedBytes;
    let had = 0;
    while ((await read(here, grant, { blocks: [0, 1, 2, 3] })) !== null) had += 4 * blockBytes;
    expect(had).toBeGreaterThan(most - mib);
    expect(had).toBeLessThanOrEqual(most);
    const ofOther = grantOf(here, { reader: stranger });
    expect(await read(here, ofOther, { reader: stranger })).not.toBeNull();
    here.at.clock.pass(86_400_000);
    expect(await read(here, grant)).not.toBeNull();
  });

  test('is refused before anything is counted or read from the disk', async () => {
    const here = await scene();
    let reads = 0;
    const counting = new GrantedReads({
      identity: { keys: me },
      clock: here.at.clock,
      keeping: {
        keeps: () => true,
        usedBytes: () => 0,
        read: async () => {
          reads += 1;
          return await Promise.resolve(null);
        },
      },
    });
    const { pieceId } = here.piece.header;
    const forged = grantOf(here, { owner: alice, keeper: stranger });
    for (let time = 0; time < 1_000; time += 1)
      await counting.read({
        reader: bob.peerId,
        grant: forged,
        pieceId,
        blocks: Array.from({ length: 16 }, (_, at) => at),
      });
    expect(reads).toBe(0);
    await counting.read({ reader: bob.peerId, grant: grantOf(here), pieceId, blocks: [0] });
    expect(reads).toBe(1);
  });
});

describe('a mender', () => {
  const orderOf = ({ at, piece }: Scene, more: { owner?: IdentityKeys; keeper?: IdentityKeys; leftMs?: number } = {}) =>
    signMendOrder(more.owner ?? alice, {
      menders: [bob.peerId],
      atMs: at.clock.now(),
      untilMs: at.clock.now() + (more.leftMs ?? limits.vaultGrantMs),
      needed: 1,
      total: 3,
      pieces: [{ share: 0, header: piece.header, keepers: [(more.keeper ?? me).peerId] }],
    });

  test('gets a piece of the segment by an order of its owner, and no other piece', async () => {
    const here = await scene();
    expect(await read(here, orderOf(here))).toEqual([here.piece.blocks[0]?.bytes]);
    expect(await read(here, orderOf(here), { of: here.other })).toBeNull();
  });

  test.each<[string, { owner?: IdentityKeys; keeper?: IdentityKeys; leftMs?: number }, { reader?: IdentityKeys }]>([
    ['that is over', { leftMs: 0 }, {}],
    ['that would hold for too long', { leftMs: limits.vaultGrantMostMs + 1 }, {}],
    ['of somebody else', { owner: stranger }, {}],
    ['for another keeper', { keeper: stranger }, {}],
    ['for another mender', {}, { reader: stranger }],
  ])('gets nothing by an order %s', async (_, made, asked) => {
    const here = await scene();
    expect(await read(here, orderOf(here, made), asked)).toBeNull();
  });
});

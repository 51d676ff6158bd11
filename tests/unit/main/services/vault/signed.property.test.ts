// Orders and heads: what was signed is read again, and nothing that anybody changed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCbor } from '#main/services/bounded-cbor';
import { serviceLimits as limits } from '#main/services/service-limits';
import { vaultLimits } from '#main/services/vault/vault-limits';
import { readMendOrder, signMendOrder } from '#main/services/vault/mending/mend-order';
import { readHead, signHead } from '#main/services/vault/vault-head';
import { readOrder, signOrder } from '#main/services/vault/vault-order';
import { VaultHead, VaultMendOrder, VaultOrder, pieceMaxBytes, type PieceId } from '#shared/vault';
import * as v from 'valibot';
import { alice, bob, me, pieceOf, stranger } from './keeper';

const pieceId = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((id) => Buffer.from(id).toString('hex') as PieceId);
const time = fc.integer({ min: 1, max: limits.chatTimeMostMs });

test('an order says what it said, and fits its message however many pieces it names', () => {
  const ids = fc.array(pieceId, { minLength: 1, maxLength: vaultLimits.vaultOrderPieces, size: 'max' });
  fc.assert(
    fc.property(ids, time, (pieceIds, atMs) => {
      const order = signOrder(alice, { keeper: me.peerId, atMs, pieceIds });
      expect(v.is(VaultOrder, order)).toBe(true);
      expect(readOrder(order)).toEqual({ owner: alice.peerId, keeper: me.peerId, atMs, pieceIds });
      expect(readHead(order)).toBeNull();
    }),
    { numRuns: 30 },
  );
});

test('a head says what it said, and fits its message with as many pieces as it may name', () => {
  const header = pieceOf(1, pieceMaxBytes).header;
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: vaultLimits.vaultHeadPieces }),
      time,
      fc.boolean(),
      (count, atMs, isFirst) => {
        const fields = {
          version: isFirst ? 1 : 70_000,
          previous: isFirst ? null : new Uint8Array(32).fill(9),
          atMs,
          pieces: Array.from({ length: count }, () => header),
        };
        const head = signHead(alice, fields);
        expect(v.is(VaultHead, head)).toBe(true);
        expect(readHead(head)).toEqual({ owner: alice.peerId, ...fields });
        expect(readOrder(head)).toBeNull();
      },
    ),
    { numRuns: 30 },
  );
});

const mender = stranger;
const segment = (total: number, size = 1_000) =>
  Array.from({ length: total }, (_, share) => ({
    share,
    header: pieceOf(share + 1, size).header,
    keepers: [bob.peerId],
  }));
const wish = { menders: [mender.peerId], atMs: 5, untilMs: 9, needed: 2, total: 5, pieces: segment(5) };

test('an order to mend says what it said, and fits its message with pieces as large and as many as there are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: vaultLimits.vaultMendPieces }), time, time, (total, atMs, untilMs) => {
      const fields = { ...wish, atMs, untilMs, total, pieces: segment(total, pieceMaxBytes) };
      const signed = signMendOrder(alice, fields);
      expect(v.is(VaultMendOrder, signed)).toBe(true);
      expect(readMendOrder(signed)).toEqual({ owner: alice.peerId, ...fields });
      expect(readOrder(signed)).toBeNull();
    }),
    { numRuns: 5 },
  );
});

test.each([
  ['a piece is missing', { pieces: segment(4) }],
  ['pieces are in another order', { pieces: segment(5).reverse() }],
  ['one stands there twice', { pieces: [...segment(4), ...segment(1).map((piece) => ({ ...piece, share: 4 }))] }],
  ['pieces are of several sizes', { pieces: [...segment(4), ...segment(5, 999).slice(4)] }],
  ['it takes all of them', { needed: 5 }],
  ['a mender keeps one of them', { menders: [bob.peerId] }],
  ['a mender is named twice', { menders: [mender.peerId, mender.peerId] }],
  ['whole copies are of several pieces', { needed: 1, total: 3 }],
])('an order to mend is none where %s', (_, change) => {
  expect(readMendOrder(signMendOrder(alice, wish))).not.toBeNull();
  expect(readMendOrder(signMendOrder(alice, { ...wish, ...change }))).toBeNull();
});

const order = signOrder(alice, { keeper: me.peerId, atMs: 5, pieceIds: [pieceOf(1).header.pieceId] });
const head = signHead(alice, { version: 1, previous: null, atMs: 5, pieces: [pieceOf(1).header] });

test.each([
  ['an order', order, readOrder],
  ['a head', head, readHead],
  ['an order to mend', signMendOrder(alice, wish), readMendOrder],
])('%s with any bit changed, cut or lengthened is none', (_, signed, read) => {
  fc.assert(
    fc.property(fc.nat(signed.length - 1), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const changed = signed.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << bit);
      expect(read(changed)).toBeNull();
      expect(read(signed.slice(0, at))).toBeNull();
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (more) => read(Buffer.concat([signed, more])) === null),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => read(bytes) === null));
});

test('whoever signs for another key, names no piece, too many, or a piece by another id, is not believed', () => {
  const { pieceId: id, bytes, hashes } = pieceOf(1).header;
  const raw = Buffer.from(id, 'hex');
  const sign = (by: typeof alice, list: readonly unknown[], label: 'order' | 'head'): Uint8Array => {
    const body = encodeCbor(list);
    return encodeCbor([body, by.sign(`roundtable/vault-${label}/1`, body)]);
  };
  const key = alice.publicKey;
  expect(readOrder(sign(alice, [1, key, me.publicKey, 5, [raw]], 'order'))).not.toBeNull();
  expect(readOrder(sign(bob, [1, key, me.publicKey, 5, [raw]], 'order'))).toBeNull();
  expect(readOrder(sign(alice, [1, key, me.publicKey, 5, []], 'order'))).toBeNull();
  expect(readOrder(sign(alice, [2, key, me.publicKey, 5, [raw]], 'order'))).toBeNull();
  const many = Array.from({ length: vaultLimits.vaultOrderPieces + 1 }, () => raw);
  expect(readOrder(sign(alice, [1, key, me.publicKey, 5, many], 'order'))).toBeNull();
  const none = new Uint8Array();
  expect(readHead(sign(alice, [1, key, 1, none, 5, [[raw, bytes, hashes]]], 'head'))).not.toBeNull();
  expect(readHead(sign(bob, [1, key, 1, none, 5, [[raw, bytes, hashes]]], 'head'))).toBeNull();
  expect(readHead(sign(alice, [1, key, 1, none, 5, [[raw, bytes + 1, hashes]]], 'head'))).toBeNull();
  expect(readHead(sign(alice, [1, key, 1, none, 5, [[raw, 0, none]]], 'head'))).toBeNull();
  expect(readHead(sign(alice, [1, key, 0, none, 5, [[raw, bytes, hashes]]], 'head'))).toBeNull();
  expect(readHead(sign(alice, [1, key, 1, none, 5, []], 'head'))).toBeNull();
});

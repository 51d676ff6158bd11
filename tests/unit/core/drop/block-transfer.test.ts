import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockBytes, hasBit, makeBits } from '#shared/content';
import type { DropFacts, DropId } from '#shared/drop';
import type { FailureCode } from '#shared/failure';
import type { PeerId } from '#shared/identity';
import { Scope } from '#core/base/scope';
import { BlockTransfer } from '#core/drop/block-transfer';
import { DropFiles } from '#core/drop/drop-files';
import { FakeClock, settle } from '#tests/support/fake-clock';
import { hashPages, MemoryContent, sha256 } from '#tests/support/memory-content';
import { peerId } from '#tests/support/two-peers';

const [me, ada] = ['b', 'c'].map(peerId) as [PeerId, PeerId];
const facts: DropFacts = {
  dropId: '0'.repeat(32) as DropId, // sound: 32 hex digits
  direction: 'incoming',
  from: { peerId: ada, name: 'Ada' },
  to: [{ peerId: me, name: 'Me' }],
  roomId: null,
  isShared: false,
};
const blocks = 5;
/** No two blocks alike, and the last one shorter. */
const bytes = new Uint8Array((blocks - 1) * blockBytes + 1_000).map((_, at) => (at >> 10) % 251);
const blockOf = (block: number): Uint8Array<ArrayBuffer> => bytes.slice(block * blockBytes, (block + 1) * blockBytes);

/** One file that comes from Ada, of whom everything is asked as soon as it can be verified. */
class Receiving {
  readonly content = new MemoryContent();
  readonly scope = new Scope();
  readonly asked = new Set<number>();
  readonly told: string[] = [];
  readonly failures: FailureCode[] = [];
  blamed = 0;
  received = 0;

  readonly files: DropFiles;
  readonly transfer: BlockTransfer;

  private constructor(files: DropFiles, transfer: BlockTransfer) {
    this.files = files;
    this.transfer = transfer;
  }

  static async begin(): Promise<Receiving> {
    const files = new DropFiles([{ path: ['a.bin'], size: bytes.length }], sha256);
    const parts = { at: null as Receiving | null };
    const here = (): Receiving => {
      if (!parts.at) throw new Error('not begun');
      return parts.at;
    };
    const transfer: BlockTransfer = new BlockTransfer(
      {
        files,
        isSource: false,
        clock: new FakeClock(),
        swarm: {
          isAsked: (_id, block) => here().asked.has(block),
          arrived: (_id, block) => here().asked.delete(block),
          kept: (block) => here().told.push(`kept ${block}`),
          lost: (block) => {
            here().told.push(`lost ${block}`);
            here().asked.add(block); // of somebody again
          },
          sent: () => undefined,
          setReady: () => undefined,
          want: () => undefined,
          bitsOf: () => makeBits(blocks).fill(0xff),
          askAgain: () => undefined,
        },
        outgoing: () => null,
        holders: () => [{ id: ada, isSource: true }],
        askPages: () => undefined,
        blame: () => (here().blamed += 1),
        counted: (_id, _sent, received) => (here().received += received),
        completed: () => here().told.push('whole'),
        changed: () => undefined,
        failed: (code) => here().failures.push(code),
        scope: new Scope(),
      },
      0,
    );
    const at = new Receiving(files, transfer);
    parts.at = at;
    const [file] = (await at.content.take(facts, [{ path: ['a.bin'], size: bytes.length }])).files;
    const held = await file?.begin(hashPages(bytes).manifest, at.scope.signal);
    if (!held) throw new Error('nothing was begun');
    files.open(0, held);
    transfer.opened(0);
    return at;
  }

  /** The hashes come, and everything is asked for. */
  async beginAsking(): Promise<this> {
    const [page] = hashPages(bytes).pages;
    if (page) this.come('page', 0, page);
    await settle();
    for (let block = 0; block < blocks; block += 1) this.asked.add(block);
    return this;
  }

  come(kind: 'page' | 'block', block: number, what: Uint8Array<ArrayBuffer>): void {
    const sink = this.transfer.sinkOf(ada);
    if (sink.expect(kind, block) === what.length) sink.complete(kind, block, what);
  }

  get held(): number[] {
    return Array.from({ length: blocks }, (_, block) => block).filter((block) => hasBit(this.files.held, block));
  }
}

describe('blocks that come', () => {
  test('are expected at their length only, and only where they were asked for', async () => {
    const at = await Receiving.begin();
    const sink = at.transfer.sinkOf(ada);
    expect(sink.expect('block', 0)).toBeNull();
    expect(sink.expect('page', 0)).toBe(blocks * 32);
    await at.beginAsking();
    expect(sink.expect('page', 0)).toBeNull();
    expect([sink.expect('block', 0), sink.expect('block', blocks - 1)]).toEqual([blockBytes, 1_000]);
    at.asked.delete(0);
    expect(sink.expect('block', 0)).toBeNull();
  });

  test('are verified, written and counted once, and say that the file is whole once it is', async () => {
    const at = await (await Receiving.begin()).beginAsking();
    for (const block of [4, 0, 3, 1, 1]) at.come('block', block, blockOf(block));
    await settle();
    expect(at.held).toEqual([0, 1, 3, 4]);
    expect(at.told).not.toContain('whole');
    at.come('block', 2, blockOf(2));
    await settle();
    expect(at.told).toContain('whole');
    expect(at.received).toBe(bytes.length);
    expect(at.transfer.givers).toEqual([{ peerId: ada, bytes: bytes.length }]);
  });

  test('that are not what was asked for are never written, blamed on their sender and asked for again, however they are garbled', async () => {
    const garbled = fc.tuple(
      fc.nat(blocks - 1),
      fc.constantFrom<'flipped' | 'zeroed' | 'swapped' | 'cut' | 'right'>(
        'flipped',
        'zeroed',
        'swapped',
        'cut',
        'right',
      ),
      fc.nat(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(garbled, { maxLength: 20 }), async (coming) => {
        const at = await (await Receiving.begin()).beginAsking();
        let bad = 0;
        for (const [block, how, where] of coming) {
          const isAsked = at.asked.has(block);
          const what = how === 'cut' ? blockOf(block).slice(1) : blockOf(block);
          if (how === 'flipped') what[where % what.length] = (what[where % what.length] ?? 0) ^ 1;
          else if (how === 'zeroed') what.fill(0);
          else if (how === 'swapped') what.set(blockOf((block + 1) % blocks).subarray(0, what.length));
          const isRight = Buffer.compare(what, blockOf(block)) === 0;
          at.come('block', block, what);
          await settle();
          if (isAsked && !isRight && how !== 'cut') bad += 1;
          expect(at.blamed).toBe(bad);
        }
        const missing = Array.from({ length: blocks }, (_, block) => block).filter((block) => !at.held.includes(block));
        for (const block of missing) {
          expect(at.asked.has(block)).toBe(true);
          at.come('block', block, blockOf(block));
        }
        await settle();
        expect(at.held).toHaveLength(blocks);
        expect(at.received).toBe(bytes.length);
      }),
      { numRuns: 15 },
    );
  });

  test('that cannot be written are asked for again, and say why', async () => {
    const at = await (await Receiving.begin()).beginAsking();
    at.content.writeFails = 'disk-full';
    at.come('block', 1, blockOf(1));
    await settle();
    expect([at.failures, at.told, at.held]).toEqual([['disk-full'], ['lost 1'], []]);
    at.content.writeFails = null;
    at.come('block', 1, blockOf(1));
    await settle();
    expect(at.held).toEqual([1]);
  });
});

test('hashes that are not those the header names are blamed on their sender and asked for again', async () => {
  const at = await Receiving.begin();
  const [page] = hashPages(bytes).pages;
  if (!page) throw new Error('no page');
  at.come('page', 0, page.slice().fill(7));
  await settle();
  expect(at.blamed).toBe(1);
  expect(at.transfer.isReady(0)).toBe(false);
  at.come('page', 0, page);
  await settle();
  expect(at.transfer.isReady(0)).toBe(true);
});

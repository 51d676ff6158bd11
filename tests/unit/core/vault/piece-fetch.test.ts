// Pieces on their way: asked for, served, taken in small groups, and given up when nothing comes.
import { describe, expect, it } from 'vitest';
import { blockBytes } from '#shared/content';
import { parse } from 'valibot';
import { PieceId, type PieceHeader } from '#shared/vault';
import { Scope } from '#core/base/scope';
import type { BulkLane, StreamSink } from '#core/bulk/bulk-lane';
import type { UploadItem } from '#core/bulk/upload';
import { PieceFetch, type CameBlock, type FetchEnd } from '#core/vault/piece-fetch';
import { PieceServing, type Whose } from '#core/vault/piece-serving';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { FakeClock, settle } from '#tests/support/fake-clock';

const pieceId = parse(PieceId, 'ab'.repeat(32));
const header: PieceHeader = { pieceId, bytes: 5 * blockBytes + 7, hashes: new Uint8Array(6 * 32) };
const block = (at: number): Uint8Array<ArrayBuffer> => new Uint8Array(at === 5 ? 7 : blockBytes).fill(at);

/** The lane of a link: what was opened, owed and queued. */
class Lane {
  owed = 0;
  sink: StreamSink | null = null;
  readonly queued: UploadItem[] = [];
  readonly upload = {
    add: (item: UploadItem): void => void this.queued.push(item),
    remove: (owner: object): void => {
      this.queued.splice(0, this.queued.length, ...this.queued.filter((item) => item.owner !== owner));
    },
  };
  readonly lane = {
    upload: this.upload,
    owe: (bytes: number) => (this.owed += bytes),
    openStream: (sink: StreamSink) => {
      this.sink = sink;
      return 9;
    },
    closeStream: () => (this.sink = null),
  } as unknown as BulkLane; // sound: nothing else of it is used here
}

function fetching(take: (blocks: CameBlock[]) => Promise<boolean>) {
  const lane = new Lane();
  const clock = new FakeClock();
  const scope = new Scope();
  const asked: number[][] = [];
  const unasked: number[] = [];
  const fetch = new PieceFetch({
    lane: lane.lane,
    clock,
    header,
    blocks: [0, 1, 2, 3, 4, 5],
    ask: async (_, blocks) => {
      asked.push(blocks);
      return await Promise.resolve(true);
    },
    unask: (stream) => unasked.push(stream),
    take,
    scope,
  });
  const ends: FetchEnd[] = [];
  void fetch.run().then((end) => ends.push(end));
  return { lane, clock, scope, asked, unasked, fetch, ends };
}

describe('a piece that is fetched', () => {
  it('is asked for at once, owed in full, and whole when all its blocks were taken, at most four together', async () => {
    const taken: number[][] = [];
    const at = fetching(async (blocks) => {
      taken.push(blocks.map(({ index }) => index));
      return await Promise.resolve(true);
    });
    await settle();
    expect(at.asked).toEqual([[0, 1, 2, 3, 4, 5]]);
    expect(at.lane.owed).toBe(header.bytes);
    for (const index of [5, 0, 2, 1, 3, 4]) {
      expect(at.lane.sink?.expect('block', index)).toBe(block(index).length);
      at.lane.sink?.complete('block', index, block(index));
    }
    await settle();
    expect(at.ends).toEqual(['whole']);
    expect(taken.flat().sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(Math.max(...taken.map((some) => some.length))).toBeLessThanOrEqual(4);
    expect(at.unasked).toEqual([]);
    expect(at.lane.sink).toBeNull();
  });

  it('expects no block twice, none it did not ask for, and no page', async () => {
    const at = fetching(async () => await Promise.resolve(true));
    await settle();
    at.lane.sink?.complete('block', 1, block(1));
    expect(at.lane.sink?.expect('block', 1)).toBeNull();
    expect(at.lane.sink?.expect('block', 6)).toBeNull();
    expect(at.lane.sink?.expect('page', 0)).toBeNull();
    at.scope.end();
  });

  it('ends when a block is wrong, and asks for nothing more', async () => {
    const at = fetching(async () => await Promise.resolve(false));
    await settle();
    at.lane.sink?.complete('block', 0, block(0));
    await settle();
    expect([at.ends, at.unasked]).toEqual([['wrong'], [9]]);
  });

  it('is given up when nothing comes for a while, and not while something does', async () => {
    const at = fetching(async () => await Promise.resolve(true));
    await settle();
    await at.clock.advance(paces.vaultStalledMs - 1);
    at.lane.sink?.complete('block', 0, block(0));
    await at.clock.advance(paces.vaultStalledMs - 1);
    expect(at.ends).toEqual([]);
    await at.clock.advance(1);
    await settle();
    expect([at.ends, at.unasked]).toEqual([['stalled'], [9]]);
  });

  it('ends when they lack it, and when the link ends', async () => {
    const lacking = fetching(async () => await Promise.resolve(true));
    await settle();
    lacking.fetch.lacks();
    await settle();
    expect(lacking.ends).toEqual(['lacking']);
    const cut = fetching(async () => await Promise.resolve(true));
    await settle();
    cut.scope.end();
    await settle();
    expect(cut.ends).toEqual(['stalled']);
  });

  it('ends when it cannot be written now, so that it is tried again later', async () => {
    const at = fetching(async () => await Promise.reject(new Error('disk')));
    await settle();
    at.lane.sink?.complete('block', 0, block(0));
    await settle();
    expect(at.ends).toEqual(['stalled']);
  });
});

describe('a piece that is served', () => {
  const serving = (read: (at: number) => Uint8Array<ArrayBuffer> | null) => {
    const lane = new Lane();
    const lacked: [string, number][] = [];
    const wishes: [Whose, number][] = [];
    const pieces = new PieceServing({
      lane: lane.lane,
      read: async ({ blocks: [at = 0] }, whose) => {
        wishes.push([whose, at]);
        const bytes = read(at);
        return await Promise.resolve(bytes && [bytes]);
      },
      lacks: (id, stream) => lacked.push([id, stream]),
    });
    return { lane, lacked, wishes, pieces };
  };
  const ask = (stream: number) => ({ pieceId, whose: 'theirs', stream, blocks: [0, 1, 1] }) as const;

  it('goes out block by block, each once', async () => {
    const { lane, pieces, wishes, lacked } = serving(block);
    pieces.serve(ask(4));
    expect(lane.queued.map((item) => [item.stream, item.block])).toEqual([
      [4, 0],
      [4, 1],
    ]);
    expect(await lane.queued[1]?.read()).toEqual(block(1));
    expect([wishes, lacked]).toEqual([[['theirs', 1]], []]);
  });

  it('is said to be lacking once, and taken back, when it cannot be read', async () => {
    const { lane, pieces, lacked } = serving(() => null);
    pieces.serve(ask(4));
    const [first, second] = [...lane.queued];
    expect([await first?.read(), await second?.read()]).toEqual([null, null]);
    await settle();
    expect(lacked).toEqual([[pieceId, 4]]);
    expect(lane.queued).toEqual([]);
  });

  it('is refused above so many at a time, and served again once others went out', () => {
    const { lane, pieces, lacked } = serving(block);
    for (let stream = 0; stream < limits.vaultServed; stream += 1) pieces.serve(ask(stream));
    pieces.serve(ask(99));
    expect(lacked).toEqual([[pieceId, 99]]);
    for (const item of lane.queued.filter(({ stream }) => stream === 0)) item.sent(1);
    pieces.serve(ask(99));
    expect(lane.queued.some(({ stream }) => stream === 99)).toBe(true);
  });

  it('is taken back when nobody wants it any more', () => {
    const { lane, pieces } = serving(block);
    pieces.serve(ask(1));
    pieces.serve(ask(2));
    pieces.stop(1);
    expect(lane.queued.every(({ stream }) => stream === 2)).toBe(true);
    pieces.end();
    expect(lane.queued).toEqual([]);
  });
});

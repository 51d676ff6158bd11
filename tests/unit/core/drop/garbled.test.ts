// Drops among people of whom one does not keep to the rules.
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { blockBytes, encodeHeader, hashBytes } from '#shared/content';
import type { DropId } from '#shared/drop';
import type { DropBody, DropKind } from '#core/drop/drop-link';
import { decodeEnvelope, encodeEnvelope } from '#core/wire/codec';
import { limits } from '#core/wire/limits';
import { paces } from '#core/wire/paces';
import { DropNet, type DropPerson } from '#tests/support/drop-net';
import { MemoryConnection } from '#tests/support/memory-connection';
import type { MemoryGiven } from '#tests/support/memory-content';

const MiB = 1024 * 1024;
let net: DropNet;
let ada: DropPerson;
let ben: DropPerson;
let cleo: DropPerson;
let serial = 0;

beforeEach(async () => {
  net = new DropNet(9);
  const [first, second, third] = net.meet(3);
  if (!first || !second || !third) throw new Error('three people');
  [ada, ben, cleo] = [first, second, third];
  await net.link(ada, ben, cleo);
});

afterEach(() => {
  net.end();
});

/** The end of the link that `from` sends through. */
function connection(from: DropPerson, to: DropPerson): MemoryConnection {
  const { connection: end } = from.session(to);
  if (!(end instanceof MemoryConnection)) throw new Error('not of this net');
  return end;
}

/** Changes every bulk message on its way, and counts them. */
function garble(
  from: DropPerson,
  to: DropPerson,
  change: (part: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>,
): { count: number } {
  const sent = { count: 0 };
  connection(from, to).onBulk = (part) => {
    sent.count += 1;
    return change(part);
  };
  return sent;
}

function flip(part: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const at = limits.bulkHeaderBytes + 5;
  part[at] = (part[at] ?? 0) ^ 1;
  return part;
}

/** The bytes of the part before, under the head of this one. */
function otherBytes(): (part: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> {
  let before: Uint8Array | null = null;
  return (part) => {
    const mine = part.slice(limits.bulkHeaderBytes);
    if (before?.length === mine.length) part.set(before, limits.bulkHeaderBytes);
    before = mine;
    return part;
  };
}

/** Says something over the link that no Roundtable would say. */
function inject<K extends DropKind>(from: DropPerson, to: DropPerson, kind: K, body: DropBody<K>): void {
  const envelope = encodeEnvelope(kind, body);
  if (!envelope) throw new Error('too large');
  connection(from, to).sendControl(envelope);
}

async function offered(file: MemoryGiven, from: DropPerson, ...to: readonly DropPerson[]): Promise<DropId> {
  const dropId = await from.send([file], ...to);
  await net.run(500);
  return dropId;
}

async function benHasIt(file: MemoryGiven): Promise<DropId> {
  const dropId = await offered(file, ada, ben, cleo);
  ben.drops.accept(dropId);
  expect(await net.until(() => ben.phase(dropId) === 'finished')).toBe(true);
  return dropId;
}

describe('somebody who passes on garbled blocks', () => {
  const garbling: [string, (part: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>][] = [
    ['with a bit turned', flip],
    ['of nothing but zeros', (part) => part.fill(0, limits.bulkHeaderBytes)],
    ['with the bytes of another block', otherBytes()],
  ];
  test.each(garbling)('%s is cut off after three, and the file arrives from the others', async (_how, change) => {
    const file = net.file('film', 24 * MiB);
    const dropId = await benHasIt(file);
    const lies = garble(ben, cleo, change);
    cleo.drops.accept(dropId);
    expect(await net.until(() => cleo.phase(dropId) === 'finished', 120_000)).toBe(true);
    expect(cleo.has(file)).toBe(true);
    expect(lies.count).toBeGreaterThan(0);
    // What was asked for already may still come after the third bad block.
    const blocks = limits.dropBadBlocks + paces.dropWindowMax;
    expect(lies.count).toBeLessThanOrEqual(blocks * Math.ceil(blockBytes / limits.bulkPartBytes));
    expect(cleo.find(dropId)?.feeders).toEqual([]);
  });

  test('cannot make a file of them when nobody else has it', async () => {
    const file = net.file('film', 8 * MiB);
    const dropId = await offered(file, ada, ben);
    const lies = garble(ada, ben, flip);
    ben.drops.accept(dropId);
    expect(await net.until(() => ben.phase(dropId) === 'finished', 30_000)).toBe(false);
    expect(lies.count).toBeGreaterThan(0);
    expect(ben.content.writes).toBe(0);
    expect(ben.content.downloads.size).toBe(0);
    const before = lies.count;
    await net.run(30_000);
    expect(lies.count).toBe(before);
  });

  const breaking: [string, (part: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>][] = [
    [
      'by parts out of their order',
      (part) => {
        const head = new DataView(part.buffer);
        if (head.getUint32(8) > 0) head.setUint32(8, head.getUint32(8) + 1);
        return part;
      },
    ],
    ['by parts that are cut short', (part) => part.slice(0, 1_000)],
  ];
  test.each(breaking)('who breaks the framing %s loses the link', async (_how, change) => {
    const file = net.file('film', 8 * MiB);
    const dropId = await offered(file, ada, ben);
    const session = ben.session(ada);
    garble(ada, ben, change);
    ben.drops.accept(dropId);
    expect(await net.until(() => session.state.snapshot.phase === 'closed', 10_000)).toBe(true);
    expect(ben.content.writes).toBe(0);
  });
});

describe('somebody who was not offered a drop', () => {
  test('gets nothing of it by joining, asking, or saying what it is made of', async () => {
    const file = net.file('film', 8 * MiB);
    const dropId = await offered(file, ada, ben);
    const lent = garble(ada, cleo, (part) => part);
    const said = connection(ada, cleo).sent.length;
    inject(cleo, ada, 'drop.join', { dropId, stream: 1, isAnswer: false, contents: 0 });
    inject(cleo, ada, 'drop.ask', { dropId, blocks: [0, 8] });
    inject(cleo, ada, 'drop.state', { dropId, phase: 'cancelled', code: null, doneBytes: 0, feeders: [] });
    const header = encodeHeader(file.bytes.length, new Uint8Array(hashBytes));
    inject(cleo, ben, 'drop.contents', { dropId, contents: [{ file: 0, header, hashes: null }] });
    await net.run(2_000);
    expect(lent.count).toBe(0);
    expect(connection(ada, cleo).sent.length).toBe(said);
    ben.drops.accept(dropId);
    expect(await net.until(() => ben.phase(dropId) === 'finished')).toBe(true);
    expect(ben.has(file)).toBe(true);
  });

  test('cannot take the place of who made the offer', async () => {
    const file = net.file('film', MiB);
    const dropId = await offered(file, ada, ben);
    const entries = [{ path: ['instead.exe'], size: 5 }];
    inject(cleo, ben, 'drop.offer', { dropId, roomId: null, people: [ben.self], files: 1, from: 0, entries });
    await net.run(500);
    expect(ben.find(dropId)?.from).toBe(ada.self);
    expect(ben.find(dropId)?.files).toEqual([{ path: ['film'], bytes: MiB }]);
  });
});

describe('somebody who offers', () => {
  test('another content than was offered is refused, and nothing is written', async () => {
    ada.content.isDetached = true; // so that her own Roundtable tells nothing of it first
    const dropId = await offered(net.file('film', MiB), ada, ben);
    const header = encodeHeader(2 * MiB, new Uint8Array(hashBytes));
    inject(ada, ben, 'drop.contents', { dropId, contents: [{ file: 0, header, hashes: null }] });
    await net.run(10);
    ben.drops.accept(dropId);
    inject(ada, ben, 'drop.contents', { dropId, contents: [{ file: 0, header, hashes: null }] });
    await net.run(2_000);
    expect(ben.phase(dropId)).toBe('failed');
    expect(ben.told).toContain('file-refused');
    expect(ben.content.writes).toBe(0);
  });

  test('and then adds, renames or enlarges files, gets nothing written but what was offered', async () => {
    const name = fc.constantFrom('film', 'other', 'authorized_keys', 'film.exe');
    const entry = fc.record({ path: fc.array(name, { minLength: 1, maxLength: 3 }), size: fc.nat(4 * MiB) });
    const said = fc.oneof(
      fc.record({ kind: fc.constant('offer' as const), entries: fc.array(entry, { minLength: 1, maxLength: 4 }) }),
      fc.record({ kind: fc.constant('contents' as const), file: fc.nat(6), size: fc.nat(4 * MiB), from: fc.nat(1) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 12 }), fc.nat(2), async (all, before) => {
        const file = net.file(`film ${(serial += 1)}`, MiB + 5);
        const dropId = await offered(file, ada, ben);
        const say = (one: (typeof all)[number]): void => {
          if (one.kind === 'offer') {
            const { entries } = one;
            const offer = { dropId, roomId: null, people: [ben.self], files: entries.length, from: 0, entries };
            inject(ada, ben, 'drop.offer', offer);
          } else {
            const pages = Math.ceil(one.size / (8_192 * blockBytes));
            const header = encodeHeader(one.size, new Uint8Array(hashBytes * pages));
            const liar = one.from === 0 ? ada : cleo;
            inject(liar, ben, 'drop.contents', { dropId, contents: [{ file: one.file, header, hashes: null }] });
          }
        };
        ben.drops.accept(dropId);
        await net.run(before * 20);
        for (const one of all) say(one);
        await net.until(() => ['finished', 'failed'].includes(ben.phase(dropId)), 5_000);
        for (const [path, bytes] of ben.content.downloads) {
          expect(path).toMatch(/^film \d+$/);
          expect(bytes.length).toBe(MiB + 5);
        }
        const taken = ben.content.drops.get(dropId)?.files.map((one) => one.entry);
        expect(taken).toEqual([file.entry]);
        await net.run(3_000); // so that what was said does not add up to a flood
      }),
      { numRuns: 40 },
    );
  });

  test('more than ten things at once is asked about for ten', async () => {
    for (let at = 0; at < limits.dropOffersWaiting + 5; at += 1) await ada.send([net.file(`file ${at}`, 10)], ben);
    await net.run(5_000);
    const waiting = ben.drops.store.snapshot.filter(({ stage }) => stage.phase === 'asked');
    expect(waiting).toHaveLength(limits.dropOffersWaiting);
  });
});

describe('a receiver who asks for what is not theirs to ask', () => {
  test('gets nothing beyond the end, nor pages that begin nowhere', async () => {
    const file = net.file('film', 2 * MiB);
    const dropId = await offered(file, ada, ben);
    const lent = garble(ada, ben, (part) => part);
    inject(ben, ada, 'drop.join', { dropId, stream: 1, isAnswer: false, contents: 0 });
    await net.run(2_000);
    inject(ben, ada, 'drop.ask', { dropId, blocks: [0, limits.dropBlocks] });
    inject(ben, ada, 'drop.ask-pages', { dropId, blocks: [1, 1, 3, 1] });
    await net.run(1_000);
    expect(lent.count).toBe(0);
    expect(ada.phase(dropId)).not.toBe('failed');
  });

  test('of a drop that nobody knows hears once that it is over', async () => {
    const said = connection(ada, ben).sent.length;
    const dropId = 'f'.repeat(32) as DropId; // sound: 32 hex digits
    inject(ben, ada, 'drop.join', { dropId, stream: 1, isAnswer: false, contents: 0 });
    inject(ben, ada, 'drop.have', { dropId, isWhole: true, blocks: [0, 4] });
    inject(ben, ada, 'drop.leave', { dropId });
    await net.run(1_000);
    const answers = connection(ada, ben)
      .sent.slice(said)
      .map((message) => decodeEnvelope(message));
    const over = { dropId, phase: 'cancelled', code: null, doneBytes: 0, feeders: [] };
    expect(answers).toEqual([{ ok: true, kind: 'drop.state', body: over }]);
    expect(ada.session(ben).state.snapshot.phase).toBe('open');
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import * as v from 'valibot';
import { VaultVersionId } from '#shared/vault';
import type { SegmentSeal } from '#main/services/vault/segment-cipher';
import { SegmentThreads } from '#main/services/vault/segment-threads';
import { segmentsHere, type Segments } from '#main/services/vault/segment-work';
import { failureCode } from '../failure-code';
import { temporaryFolder } from '../people';
import { someBytes } from './some-pieces';

const seal: SegmentSeal = {
  key: someBytes(32, 1),
  salt: someBytes(16, 2),
  versionId: v.parse(VaultVersionId, 'ab'.repeat(16)),
  position: 3,
};
const scheme = { needed: 3, total: 6 };

function threads(program?: string): SegmentThreads & { said: string[] } {
  const said: string[] = [];
  const log = { write: (_: string, event: string) => void said.push(event) };
  const made = new SegmentThreads({ log, ...(program !== undefined && { program }) });
  onTestFinished(() => made.close());
  return Object.assign(made, { said });
}

const places: [string, () => Segments][] = [
  ['in this thread', () => segmentsHere],
  ['in threads of their own', threads],
];

describe.each(places)('Segments worked on %s', (_, open) => {
  test('are pieces of which any that are enough give the bytes back, and the lost ones', async () => {
    const segments = open();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom({ needed: 1, total: 3 }, { needed: 2, total: 5 }, scheme, { needed: 5, total: 9 }),
        fc.integer({ min: 0, max: 300_000 }),
        fc.nat(1_000),
        async (by, size, first) => {
          const { pieces, sha256 } = await segments.make(seal, someBytes(size), by);
          expect(sha256).toHaveLength(32);
          const some = pieces.map((_, at) => pieces[(first + at) % pieces.length]).slice(0, by.needed);
          const shares = new Map(some.flatMap((piece) => (piece ? [[piece.share, piece.bytes] as const] : [])));
          const plain = await segments.open(seal, shares, by, size);
          expect(Buffer.compare(plain ?? Buffer.from('none'), someBytes(size))).toBe(0);
          const rebuilt = await segments.rebuild(shares, by);
          expect(rebuilt.map(({ header }) => header.pieceId)).toEqual(pieces.map(({ header }) => header.pieceId));
        },
      ),
      { numRuns: 8 },
    );
  });

  test('are not opened under another key, nor from too few pieces', async () => {
    const segments = open();
    const { pieces } = await segments.make(seal, someBytes(9_000), scheme);
    const shares = (count: number) => new Map(pieces.slice(0, count).map(({ share, bytes }) => [share, bytes]));
    expect(await segments.open({ ...seal, key: someBytes(32, 9) }, shares(3), scheme, 9_000)).toBeNull();
    expect(await failureCode(segments.open(seal, shares(2), scheme, 9_000))).toBe('input-invalid');
    expect(await failureCode(segments.rebuild(shares(2), scheme))).toBe('input-invalid');
    expect(await failureCode(segments.make({ ...seal, key: someBytes(8) }, someBytes(9), scheme))).toBe(
      'input-invalid',
    );
    expect(await segments.open(seal, shares(3), scheme, 9_000)).toEqual(someBytes(9_000));
  });

  test('leave the key of whoever asked as it was', async () => {
    const { pieces } = await open().make(seal, someBytes(100), scheme);
    expect(pieces).toHaveLength(6);
    expect(seal.key).toEqual(someBytes(32, 1));
  });
});

describe('Threads', () => {
  test('take the bytes of a segment over instead of copying them', async () => {
    const plain = someBytes(5_000);
    const making = threads().make(seal, plain, scheme);
    await making;
    expect(plain.byteLength).toBe(0);
  });

  test('work in the order in which they were asked, however many segments wait', async () => {
    const segments = threads();
    const made = await Promise.all(
      Array.from(
        { length: 7 },
        async (_, position) => await segments.make({ ...seal, position }, someBytes(50), scheme),
      ),
    );
    const ids = made.flatMap(({ pieces }) => pieces.map(({ header }) => header.pieceId));
    expect(new Set(ids).size).toBe(7 * 6);
  });

  test('that cannot be started on this machine are done without', async () => {
    const segments = threads(join(await temporaryFolder(), 'nothing.js'));
    const made = await Promise.all([1, 2, 3].map(async () => await segments.make(seal, someBytes(50), scheme)));
    expect(made.map(({ pieces }) => pieces.length)).toEqual([6, 6, 6]);
    expect(segments.said).toContain('vault.thread');
  });

  test('that die over a segment fail that one alone', async () => {
    const program = join(await temporaryFolder(), 'dies.mjs');
    await writeFile(
      program,
      `import { parentPort } from 'node:worker_threads';
       parentPort.on('message', ({ input: [{ position }] }) => {
         if (position === 13) process.exit(1);
         parentPort.postMessage({ result: null });
       });
       parentPort.postMessage('ready');`,
    );
    const segments = threads(program);
    const open = async (position: number) => await segments.open({ ...seal, position }, new Map(), scheme, 0);
    expect(await failureCode(open(13))).toBe('internal');
    expect(await Promise.all([1, 2, 3].map(open))).toEqual([null, null, null]);
  });

  test('that are ended fail what is not done, and begin nothing more', async () => {
    const segments = threads();
    const asked = [1, 2, 3].map(async () => await failureCode(segments.make(seal, someBytes(50), scheme)));
    segments.close();
    expect(await Promise.all(asked)).toEqual(['aborted', 'aborted', 'aborted']);
    expect(await failureCode(segments.rebuild(new Map(), scheme))).toBe('aborted');
  });
});

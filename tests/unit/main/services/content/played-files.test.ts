// Files that are played while they come: what is given out, what is waited for, and what ends it.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockBytes } from '#shared/content';
import type { DropId, FileId, KeptDrop } from '#shared/drop';
import { Failure } from '#shared/failure';
import { PlayedFiles, type PlayedFile, type WantedPlace } from '#main/services/content/played-files';
import { serviceLimits } from '#main/services/service-limits';
import { failureCode } from '../failure-code';
import { allOf, begin, fileIdOf, keepDrop, receive, receiver, walk, writeBlocks, type Receiver } from './receiving';
import { someDrop, someFile, type SomeFile } from './some-bytes';

interface Coming {
  readonly at: Receiver;
  readonly file: SomeFile;
  readonly drop: KeptDrop;
  readonly dropId: DropId;
  readonly fileId: FileId;
  readonly wanted: WantedPlace[];
  open(): Promise<PlayedFile>;
}

/** A film of so many blocks and a few bytes, of which nothing is here yet. */
async function coming(blocks: number, name = 'film.webm'): Promise<Coming> {
  const at = await receiver();
  const file = someFile(blocks * blockBytes + 9);
  const drop = await keepDrop(at, [{ path: [name], size: file.bytes.length }]);
  const { dropId } = drop.record;
  const fileId = fileIdOf(drop);
  const wanted: WantedPlace[] = [];
  at.services.events.on('placeWanted', (place) => wanted.push(place));
  await begin(at, fileId, file);
  const open = async (): Promise<PlayedFile> => {
    const played = await at.services.drops.played.open(dropId, fileId);
    if (!played) throw new Error('cannot be played');
    return played;
  };
  return { at, file, drop, dropId, fileId, wanted, open };
}

type Stream = ReturnType<PlayedFile['stream']>;

const bytesOf = async (stream: Stream): Promise<Uint8Array> => new Uint8Array(await new Response(stream).arrayBuffer());

async function note(at: Receiver, dropId: DropId, state: 'open' | 'paused' | 'failed' | 'cancelled'): Promise<void> {
  await at.call('noteDrop', { dropId, progress: { state, failure: null, sentBytes: 0 } });
}

/** Long enough for whatever goes on by itself to have gone on. */
const moment = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 30));

describe('a file that is played', () => {
  test('is given out byte for byte from any place to any other, also out of the downloads', async () => {
    const { at, file, fileId, open } = await coming(3);
    await writeBlocks(at, fileId, file, allOf(file));
    const before = await open();
    await at.call('finishFile', { fileId });
    const after = await open();
    expect(before).toMatchObject({ name: 'film.webm', size: file.bytes.length });
    const place = fc.nat({ max: file.bytes.length });
    await fc.assert(
      fc.asyncProperty(place, place, fc.constantFrom(before, after), async (one, other, played) => {
        const [start, end] = [Math.min(one, other), Math.max(one, other)];
        if (start === end) return;
        expect(Buffer.compare(await bytesOf(played.stream(start, end)), file.bytes.subarray(start, end))).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  test('waits for the block that is not here, and goes on when it comes', async () => {
    const { at, file, fileId, open } = await coming(2);
    await writeBlocks(at, fileId, file, [0]);
    const reader = (await open()).stream(blockBytes - 5, blockBytes + 5).getReader();
    expect((await reader.read()).value).toEqual(file.bytes.slice(blockBytes - 5, blockBytes));
    let rest: Uint8Array | undefined;
    const reading = reader.read().then(({ value }) => (rest = value));
    await writeBlocks(at, fileId, file, [2]);
    await moment();
    expect(rest).toBeUndefined();
    await writeBlocks(at, fileId, file, [1]);
    await reading;
    expect(rest).toEqual(file.bytes.slice(blockBytes, blockBytes + 5));
    expect((await reader.read()).done).toBe(true);
  });

  test('is waited for also before anything is known of it', async () => {
    const at = await receiver();
    const file = someFile(1_000);
    const drop = await keepDrop(at, [{ path: ['a.ogg'], size: 1_000 }]);
    const played = await at.services.drops.played.open(drop.record.dropId, fileIdOf(drop));
    const reading = bytesOf(played?.stream(0, 1_000) ?? new ReadableStream());
    await moment();
    await receive(at, fileIdOf(drop), file);
    expect(Buffer.compare(await reading, file.bytes)).toBe(0);
  });

  test('tells from where on it is wanted: at each place it goes to, and as it goes on', async () => {
    const { at, file, dropId, fileId, wanted, open } = await coming(20);
    await writeBlocks(at, fileId, file, allOf(file).slice(0, 18));
    const played = await open();
    const reader = played.stream(0, file.bytes.length).getReader();
    for (let block = 0; block < 18; block += 1) await reader.read();
    expect(wanted.map(({ block }) => block)).toEqual([0, 8, 16]);
    const waiting = reader.read();
    await moment();
    expect(wanted.at(-1)).toEqual({ dropId, file: 0, block: 18 });
    const late = played.stream(20 * blockBytes + 1, file.bytes.length).getReader();
    const other = late.read();
    await moment();
    expect(wanted.at(-1)).toEqual({ dropId, file: 0, block: 20 });
    await writeBlocks(at, fileId, file, [18, 19, 20]);
    await Promise.all([waiting, other]);
    await at.call('finishFile', { fileId });
    wanted.length = 0;
    await bytesOf((await open()).stream(0, 10));
    expect(wanted).toEqual([]);
  });

  test('is read no further than it is taken', async () => {
    const { at, file, fileId, wanted, open } = await coming(20);
    await writeBlocks(at, fileId, file, allOf(file));
    const reader = (await open()).stream(0, file.bytes.length).getReader();
    await reader.read();
    await moment();
    expect(wanted.map(({ block }) => block)).toEqual([0]);
  });
});

describe('nothing is played', () => {
  test('of a kind that is neither sound nor video, of another drop, and of what is not known', async () => {
    for (const name of ['page.html', 'picture.svg', 'notes.txt', 'program.exe', 'mp3']) {
      const { at, file, dropId, fileId } = await coming(0, name);
      await writeBlocks(at, fileId, file, [0]);
      await at.call('finishFile', { fileId });
      expect(await at.services.drops.played.open(dropId, fileId)).toBeNull();
    }
    const { at, dropId, fileId } = await coming(1);
    const { played } = at.services.drops;
    const other = await keepDrop(at, [{ path: ['b.ogg'], size: 5 }]);
    expect(await played.open(other.record.dropId, fileId)).toBeNull();
    expect(await played.open(dropId, fileIdOf(other))).toBeNull();
    expect(await played.open(dropId, '0'.repeat(32) as FileId)).toBeNull();
  });

  test('of what was changed or removed since, and of mine that only the page can read', async () => {
    const { at, file, fileId, dropId, open } = await coming(1);
    await writeBlocks(at, fileId, file, allOf(file));
    await at.call('finishFile', { fileId });
    const played = await open();
    await rm(join(at.downloads, 'film.webm'));
    expect(await at.services.drops.played.open(dropId, fileId)).toBeNull();
    expect(await failureCode(bytesOf(played.stream(0, 10)))).toBe('file-gone');
    const mine = await keepDrop(at, [{ path: ['mine.ogg'], size: 5 }], someDrop('outgoing'));
    expect(await at.services.drops.played.open(mine.record.dropId, fileIdOf(mine))).toBeNull();
  });

  test('of a drop that stopped: whoever waits is told, and nothing is begun anew on the disk', async () => {
    for (const state of ['cancelled', 'failed'] as const) {
      const { at, file, dropId, fileId, open } = await coming(2);
      await writeBlocks(at, fileId, file, [0]);
      const played = await open();
      const waiting = failureCode(bytesOf(played.stream(blockBytes, 2 * blockBytes)));
      await moment();
      await note(at, dropId, state);
      expect(await waiting).toBe('file-gone');
      if (state === 'cancelled') await at.call('discardDrop', { dropId });
      expect(await failureCode(bytesOf(played.stream(0, 5)))).toBe('file-gone');
      expect(await at.services.drops.played.open(dropId, fileId)).toBeNull();
      if (state === 'cancelled') expect(await walk(at.downloads)).toEqual([]);
    }
  });

  test('of what is being discarded, before it is said how the drop stands', async () => {
    const { at, file, dropId, fileId, open } = await coming(2);
    await writeBlocks(at, fileId, file, [0]);
    const played = await open();
    const waiting = failureCode(bytesOf(played.stream(blockBytes, 2 * blockBytes)));
    await moment();
    await at.call('discardDrop', { dropId });
    expect(await waiting).toBe('file-gone');
    expect(await at.services.drops.played.open(dropId, fileId)).toBeNull();
    expect((await walk(at.downloads)).filter((name) => !name.endsWith('/'))).toEqual([]);
  });

  test('goes on after a failure that was mended, and while it is paused', async () => {
    const { at, file, dropId, fileId, open } = await coming(1);
    await note(at, dropId, 'failed');
    await note(at, dropId, 'open');
    const reading = bytesOf((await open()).stream(0, 5));
    await note(at, dropId, 'paused');
    await moment();
    await writeBlocks(at, fileId, file, [0]);
    expect(await reading).toEqual(file.bytes.slice(0, 5));
  });
});

describe('requests for it', () => {
  /** Nothing of it ever comes. */
  const nothing = (waitMs: number) => {
    const rows = {
      file: () => ({
        file: { drop_id: 'd', path: ['a.ogg'], position: 0, size: 10 * blockBytes, is_sealed: false },
        direction: 'incoming',
      }),
      find: () => ({ state: 'open' }),
    };
    // Sound: what is not in it is not read.
    const played = new PlayedFiles({
      rows: rows as never,
      files: { use: async (_id, work) => await work({ blocks: null } as never) },
      inTurn: async (_id, work) => await work(),
      wanted: () => undefined,
      waitMs,
    });
    return async (id: string): Promise<PlayedFile> => {
      const file = await played.open('d' as DropId, id as FileId);
      if (!file) throw new Error('cannot be played');
      return file;
    };
  };

  test('end when the block does not come in time, so that they are made again', async () => {
    const open = nothing(20);
    expect(await failureCode(bytesOf((await open('f')).stream(0, 5)))).toBe('aborted');
  });

  test('end at once when nobody reads any more', async () => {
    const open = nothing(60_000);
    const reader = (await open('f')).stream(0, 5).getReader();
    const reading = reader.read();
    await moment();
    await reader.cancel();
    expect((await reading).done).toBe(true);
  });

  test('are a few at a time, of one file and in all; the oldest give way', async () => {
    const open = nothing(60_000);
    const ended: string[] = [];
    const ask = async (id: string, name: string): Promise<void> => {
      const stream = (await open(id)).stream(0, 5);
      void bytesOf(stream).catch((reason: unknown) => ended.push(`${name} ${Failure.from(reason).code}`));
    };
    const { mediaRequestsOfFile, mediaRequests } = serviceLimits;
    for (let at = 0; at <= mediaRequestsOfFile; at += 1) await ask('f', `f${at}`);
    await moment();
    expect(ended).toEqual(['f0 aborted']);
    for (let at = 0; at < mediaRequests - mediaRequestsOfFile + 1; at += 1) await ask(`g${at}`, `g${at}`);
    await moment();
    expect(ended).toEqual(['f0 aborted', 'f1 aborted']);
  });
});

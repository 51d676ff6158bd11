import fc from 'fast-check';
import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { hasBit, makeBits, setBit } from '#shared/content';
import type { CallOutput, Host } from '#shared/contract';
import { DropId, FileId, type KeptFile } from '#shared/drop';
import { mediaAddress } from '#shared/media';
import { heldParts, openPlayable } from '#adapters/playable-file';

const dropId = parse(DropId, '1'.repeat(32));
const fileId = parse(FileId, '2'.repeat(32));
const kept = (name: string, place: KeptFile['place']): KeptFile => ({
  fileId,
  path: [name],
  size: 3 * 256 * 1024,
  contentId: null,
  place,
});

function hostWith(...files: KeptFile[]): Pick<Host, 'readDrop' | 'readHoldings'> {
  return {
    // Sound: only the files are read.
    readDrop: async () => ({ files }) as unknown as CallOutput<'readDrop'>,
    readHoldings: async () => ({ header: null, blocks: new Uint8Array([0b1010_0000]), pages: new Uint8Array() }),
  };
}

const open = async (file: KeptFile, own: File | null = null) =>
  await openPlayable(hostWith(file), { dropId, position: 0 }, () => own);

describe('a file to be played', () => {
  it('is asked of main while it comes and when it is here, and says which parts are', async () => {
    for (const place of ['coming', 'here'] as const) {
      const file = await open(kept('a.ogg', place));
      expect(file?.address).toBe(mediaAddress(dropId, fileId));
      expect(await file?.readHeld()).toEqual([1, 0, 1]);
    }
  });

  it('is read by the page where only the page has it, under a type of ours', async () => {
    const own = new File(['<script>'], 'a.ogg', { type: 'text/html' });
    const file = await open(kept('a.ogg', 'elsewhere'), own);
    expect(file?.address).toMatch(/^blob:/);
    expect((await (await fetch(file?.address ?? '')).blob()).type).toBe('audio/ogg');
    expect(await file?.readHeld()).toEqual([1]);
    file?.release();
    await expect(fetch(file?.address ?? '')).rejects.toThrow();
  });

  it('is none where nobody has it at hand, where there is no such file, and where it is no sound or video', async () => {
    for (const place of ['elsewhere', 'changed', 'gone'] as const) expect(await open(kept('a.ogg', place))).toBeNull();
    expect(await open(kept('a.html', 'here'))).toBeNull();
    expect(await openPlayable(hostWith(kept('a.ogg', 'here')), { dropId, position: 1 }, () => null)).toBeNull();
  });
});

describe('the parts of it that are here', () => {
  it('are equal ones, as many as are shown at most, and add up to all that is here', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 1, max: 150 }),
        fc.func(fc.boolean()),
        (blocks, most, isHere) => {
          const bits = makeBits(blocks);
          for (let block = 0; block < blocks; block += 1) if (isHere(block)) setBit(bits, block);
          const parts = heldParts(bits, blocks, most);
          expect(parts).toHaveLength(Math.min(blocks, most));
          expect(parts.every((part) => part >= 0 && part <= 1)).toBe(true);
          const isAll = Array.from({ length: blocks }, (_, block) => hasBit(bits, block)).every(Boolean);
          expect(parts.every((part) => part === 1)).toBe(isAll);
        },
      ),
    );
    expect(heldParts(new Uint8Array([0b1100_0000]), 8, 2)).toEqual([0.5, 0]);
    expect(heldParts(new Uint8Array(), 0, 10)).toEqual([]);
  });
});

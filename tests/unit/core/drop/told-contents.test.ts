import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DropId } from '#shared/drop';
import type { Content } from '#core/drop/messages';
import { contentBytes, ToldContents, type Listening } from '#core/drop/told-contents';
import { limits } from '#core/wire/limits';
import { peerId } from '#tests/support/two-peers';

const dropId = '0'.repeat(32) as DropId; // sound: 32 hex digits

const content = (file: number, bytes: number): Content => ({
  file,
  header: new Uint8Array(61),
  hashes: bytes === 0 ? null : new Uint8Array(bytes),
});

/** Somebody's link that keeps what was said over it. */
function listener(letter: string): Listening & { readonly messages: (readonly Content[])[]; files(): number[] } {
  const messages: (readonly Content[])[] = [];
  return {
    peerId: peerId(letter),
    send: (_kind, { contents }) => void messages.push(contents),
    messages,
    files: () => messages.flat().map(({ file }) => file),
  };
}

test('whoever joined hears of each file once, in order, from the first they do not know, in messages that are taken', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: limits.dropHashesBytes }), { minLength: 1, maxLength: 150 });
  fc.assert(
    fc.property(sizes, fc.nat(150), fc.nat(150), (all, joinedAt, known) => {
      const told = new ToldContents(dropId);
      const ada = listener('b');
      const first = Math.min(known, joinedAt, all.length);
      for (const [file, bytes] of all.entries()) {
        if (file === joinedAt) told.joined(ada, first, { isAnswer: false });
        told.add(content(file, bytes));
        told.tellAll();
      }
      if (joinedAt >= all.length) told.joined(ada, first, { isAnswer: false });
      expect(ada.files()).toEqual(all.map((_, file) => file).slice(first));
      for (const contents of ada.messages) {
        expect(contents.length).toBeLessThanOrEqual(64);
        const bytes = contents.reduce((sum, one) => sum + contentBytes(one), 0);
        expect(contents.length === 1 || bytes <= limits.dropOfferBytes).toBe(true);
      }
    }),
  );
});

test('whoever has not answered yet hears of so much ahead, and of the rest once they joined', () => {
  const told = new ToldContents(dropId);
  const ada = listener('b');
  told.offered(ada);
  const count = 200;
  for (let file = 0; file < count; file += 1) told.add(content(file, limits.dropHashesBytes));
  told.tellAll();
  const ahead = ada.messages.flat().reduce((sum, one) => sum + contentBytes(one), 0);
  expect(ahead).toBeLessThanOrEqual(limits.dropAheadBytes);
  expect(ahead).toBeGreaterThan(limits.dropAheadBytes - 2 * limits.dropHashesBytes);
  const heard = ada.files().length;
  told.joined(ada, heard, { isAnswer: false });
  expect(ada.files()).toEqual(Array.from({ length: count }, (_, file) => file));
});

test('an answer that crossed with what was told begins nothing anew, and a new beginning does', () => {
  const told = new ToldContents(dropId);
  const ada = listener('b');
  for (let file = 0; file < 3; file += 1) told.add(content(file, 0));
  told.joined(ada, 0, { isAnswer: false });
  told.joined(ada, 1, { isAnswer: true });
  expect(ada.files()).toEqual([0, 1, 2]);
  told.joined(ada, 1, { isAnswer: false });
  expect(ada.files()).toEqual([0, 1, 2, 1, 2]);
});

test('whoever is gone hears nothing, and others go on', () => {
  const told = new ToldContents(dropId);
  const [ada, ben] = [listener('b'), listener('c')];
  for (const one of [ada, ben]) told.joined(one, 0, { isAnswer: false });
  told.unlinked(ada.peerId);
  told.add(content(0, 0));
  told.tellAll();
  expect([ada.files(), ben.files()]).toEqual([[], [0]]);
});

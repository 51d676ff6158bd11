import fc from 'fast-check';
import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { DropId, FileId } from '#shared/drop';
import { fileKind } from '#shared/file-kinds';
import { isMediaAddress, mediaAddress, mediaType, parseMediaAddress } from '#shared/media';

const dropId = parse(DropId, 'a'.repeat(32));
const fileId = parse(FileId, 'b'.repeat(32));

describe('what can be played', () => {
  it('is every sound and every video by its name, and nothing else, whatever it is called', () => {
    const names = 'mp3 ogg oga opus flac wav m4a aac mp4 m4v webm mkv mov avi ogv mpg mpeg'.split(' ');
    for (const name of names) {
      const kind = fileKind(`a.${name}`);
      expect(mediaType(`Long cut.${name.toUpperCase()}`)?.split('/')[0]).toBe(kind);
    }
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('html', 'svg', 'js', 'pdf', 'constructor', '__proto__')),
        (end) => {
          const kind = fileKind(`a.${end}`);
          expect(mediaType(`a.${end}`) !== null).toBe(kind === 'audio' || kind === 'video');
          expect(mediaType(`a.${end}`) ?? 'audio/').toMatch(/^(audio|video)\//);
        },
      ),
    );
  });
});

describe('the address of what is played', () => {
  it('names the drop and the file, and leads back to both', () => {
    expect(parseMediaAddress(mediaAddress(dropId, fileId))).toEqual({ dropId, fileId });
    expect(isMediaAddress(mediaAddress(dropId, fileId))).toBe(true);
  });

  it('is nothing else, however alike', () => {
    const good = mediaAddress(dropId, fileId);
    const tricks = [
      `${good}/`,
      `${good}?x`,
      `${good}#x`,
      `/${good}`,
      good.toUpperCase(),
      good.slice(0, -1),
      '/media/',
      '/media/../x',
    ];
    for (const path of tricks) expect(parseMediaAddress(path)).toBeNull();
    const piece = fc.oneof(fc.constantFrom(dropId, fileId, '..', '%2e%2e', '', 'media'), fc.string({ maxLength: 33 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        const path = `/media/${pieces.join('/')}`;
        const parsed = parseMediaAddress(path);
        expect(parsed === null || mediaAddress(parsed.dropId, parsed.fileId) === path).toBe(true);
      }),
    );
  });
});

import { expect, test } from 'vitest';
import { PictureSize } from '#adapters/picture-size';
import { limits } from '#core/wire/limits';

const asked = { maxHeight: 720, videoBitsPerSecond: 2_400_000 };

test('a picture is encoded as large as it is, up to what was asked, and even', () => {
  const size = new PictureSize(asked);
  expect(size.of({ width: 1921, height: 1081 })).toEqual({ width: 1280, height: 720 });
  expect(size.of({ width: 321, height: 243 })).toEqual({ width: 322, height: 244 });
  expect(size.of({ width: 1, height: 1 })).toEqual({ width: 2, height: 2 });
});

test('a frame too large to be sent is not taken, and those after it are smaller, though never too small to see', () => {
  const size = new PictureSize(asked);
  expect(size.takes(limits.castFrameBytes)).toBe(true);
  expect(size.bitsPerSecond).toBe(2_400_000);
  expect(size.takes(limits.castFrameBytes + 1)).toBe(false);
  expect(size.bitsPerSecond).toBe(1_200_000);
  expect(size.of({ width: 1280, height: 720 })).toEqual({ width: 640, height: 360 });
  for (let again = 0; again < 20; again += 1) size.takes(limits.castFrameBytes + 1);
  expect(size.of({ width: 1280, height: 720 })).toEqual({ width: 160, height: 90 });
});

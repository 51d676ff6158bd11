import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { DisplayName } from '#shared/identity';

const isName = (text: string): boolean => v.safeParse(DisplayName, text).success;

describe('a display name', () => {
  it.each(['Ada', 'Zoë', '李雷', '👩‍💻 Ada', '🤷🏽‍♀️', 'نمی‌دانم', 'क्‍षमा'])('may be %s', (name) => {
    expect(isName(name)).toBe(true);
  });

  it.each([
    ['a joiner between Latin letters', 'A\u200dda'],
    ['a non-joiner between Latin letters', 'A\u200cda'],
    ['a joiner at the end', 'Ada\u200d'],
    ['an emoji that ends in a joiner', '👩\u200d'],
    ['a zero-width space', 'Ada\u200b'],
    ['a change of direction', 'Ada\u202e'],
    ['nothing that is seen', '\u200d\u200c'],
  ])('may not hold %s', (_what, name) => {
    expect(isName(name)).toBe(false);
  });
});

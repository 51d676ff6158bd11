import { describe, expect, it } from 'vitest';
import { en } from '#messages/en';
import { counted, duration, inlineTime, longTime, remaining, shortTime, stopwatch } from '#messages/en/format';
import { messagesFor } from '#messages/messages';
import { pseudoOf, pseudoText } from '#messages/pseudo';

/** Every text of a table; functions are called with a name, and those that want times or lists with such. */
function textsOf(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (typeof node === 'function') return textsOf(called(node as (...values: never[]) => unknown)); // sound: a message
  if (typeof node !== 'object' || node === null) return [];
  return Object.values(node).flatMap(textsOf);
}

function called(message: (...values: never[]) => unknown): unknown {
  try {
    return Reflect.apply(message, undefined, ['Ada', 'Ada']);
  } catch (reason) {
    if (reason instanceof TypeError) return Reflect.apply(message, undefined, [['Ada'], ['Ada']]);
    if (reason instanceof RangeError) return Reflect.apply(message, undefined, [0, 0]);
    throw reason;
  }
}

describe('the pseudo-locale', () => {
  it('accents, lengthens and brackets a text', () => {
    expect(pseudoText('Leave')).toMatch(/^\[Ļéåṽé~+\]$/u);
  });

  it('is a third longer than English, so that narrow boxes show', () => {
    expect(pseudoText('Compare safety number').length).toBeGreaterThan('Compare safety number'.length * 1.3);
  });

  it('leaves an argument as the person wrote it', () => {
    expect(pseudoOf(en).call.ringing('Ada Łuk')).toContain('Ada Łuk');
  });

  it('reaches every text of the table, also those of functions', () => {
    for (const text of textsOf(pseudoOf(en))) expect(text === '' || /^\[.*\]$/su.test(text), text).toBe(true);
  });

  it('is what ?locale=en-XA asks for, and nothing else is', () => {
    expect(messagesFor('en-XA').common.close).not.toBe('Close');
    for (const locale of [null, 'en', 'xx']) expect(messagesFor(locale).common.close).toBe('Close');
  });
});

describe('English', () => {
  it('puts every name it is given into the sentence that asks for one', () => {
    expect(en.call.incoming('Zoë')).toBe('Zoë is calling');
    expect(en.ended.declined.title('Zoë')).toContain('Zoë');
  });

  it('ends each sentence about a failure with a full stop', () => {
    for (const { happened, remedy } of Object.values(en.failure)) {
      expect(happened).toMatch(/\.$/u);
      expect(remedy).toMatch(/\.$/u);
    }
  });

  it('has no text twice in one failure', () => {
    for (const { title, happened, remedy } of Object.values(en.failure)) {
      expect(new Set([title, happened, remedy]).size).toBe(3);
    }
  });
});

describe('numbers and times', () => {
  const nowMs = new Date(2026, 2, 3, 9, 41).getTime();
  const at = (...parts: [number, number, number, number, number]): number => new Date(...parts).getTime();

  it.each([
    [0, '0:00'],
    [61_000, '1:01'],
    [3_599_999, '59:59'],
    [3_728_000, '1:02:08'],
  ])('a stopwatch at %i ms shows %s', (ms, shown) => {
    expect(stopwatch(ms)).toBe(shown);
  });

  it.each([
    [900, '0 s'],
    [42_000, '42 s'],
    [252_000, '4 min 12 s'],
    [240_000, '4 min'],
    [754_000, '12 min'],
    [3_600_000, '1 h'],
    [3_900_000, '1 h 5 min'],
  ])('%i ms take %s', (ms, shown) => {
    expect(duration(ms)).toBe(shown);
  });

  it('counts in words', () => {
    expect(counted(1, { one: 'person', other: 'people' })).toBe('1 person');
    expect(counted(0, { one: 'person', other: 'people' })).toBe('0 people');
  });

  it('is shorter the nearer a time is', () => {
    expect(shortTime(at(2026, 2, 3, 0, 1), nowMs)).toMatch(/\d/u);
    expect(shortTime(at(2026, 2, 2, 23, 59), nowMs)).toBe('Mon');
    expect(shortTime(at(2026, 1, 20, 8, 0), nowMs)).toBe('20 Feb');
    expect(shortTime(at(2025, 1, 20, 8, 0), nowMs)).toBe('20 Feb 2025');
  });

  it('tells yesterday from a day ago', () => {
    expect(longTime(at(2026, 2, 2, 23, 59), nowMs)).toMatch(/^Yesterday, /u);
    expect(inlineTime(at(2026, 2, 3, 0, 1), nowMs)).toMatch(/^today at /u);
    expect(inlineTime(at(2026, 1, 20, 8, 0), nowMs)).toMatch(/^on 20 Feb at /u);
  });

  it.each([
    [1_000, '1 minute'],
    [3_540_000, '59 minutes'],
    [86_400_000, '24 hours'],
    [6 * 86_400_000, '6 days'],
  ])('%i ms are left as %s', (ms, shown) => {
    expect(remaining(ms)).toBe(shown);
  });
});

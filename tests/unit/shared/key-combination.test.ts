import * as fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { KeyCombination, combinationOf, type PressedKeys } from '#shared/key-combination';

const none: PressedKeys = { code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const press = (code: string, held: Partial<PressedKeys> = {}): string | null =>
  combinationOf({ ...none, ...held, code });

describe('keys for every program', () => {
  it('are a letter or digit with Ctrl or Alt, or a function key', () => {
    expect(press('KeyM', { ctrlKey: true, shiftKey: true })).toBe('CommandOrControl+Shift+M');
    expect(press('Digit0', { altKey: true })).toBe('Alt+0');
    expect(press('F9')).toBe('F9');
    expect(press('F24', { ctrlKey: true, altKey: true })).toBe('CommandOrControl+Alt+F24');
  });

  it('take the command key of a Mac for Ctrl', () => {
    expect(press('KeyM', { metaKey: true })).toBe('CommandOrControl+M');
  });

  it('are never keys that people write with', () => {
    for (const code of ['KeyM', 'Digit5', 'Space', 'Enter', 'Backspace', 'Comma', 'ArrowUp', 'Tab', '']) {
      expect(press(code)).toBeNull();
      expect(press(code, { shiftKey: true })).toBeNull();
    }
    expect(press('Space', { ctrlKey: true })).toBeNull();
    expect(press('F25')).toBeNull();
  });

  it('are refused in any other writing, so that one combination has one name', () => {
    for (const text of [
      'Shift+CommandOrControl+M',
      'Ctrl+M',
      'CommandOrControl+m',
      'CommandOrControl+',
      '+M',
      'M',
      'Shift+M',
    ])
      expect(v.is(KeyCombination, text)).toBe(false);
  });

  it('that were pressed are always such that the settings take them', () => {
    const code = fc.oneof(
      fc.string(),
      fc.constantFrom('KeyA', 'KeyZ', 'Digit1', 'F1', 'F12', 'F24', 'F0', 'F99', 'Numpad1', 'A', 'AA', 'KeyF1'),
    );
    const held = { ctrlKey: fc.boolean(), metaKey: fc.boolean(), altKey: fc.boolean(), shiftKey: fc.boolean() };
    fc.assert(
      fc.property(fc.record({ code, ...held }), (pressed) => {
        const keys = combinationOf(pressed);
        expect(keys === null || v.is(KeyCombination, keys)).toBe(true);
      }),
    );
  });
});

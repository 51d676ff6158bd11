// A key combination that works in every program, written as Electron's accelerators are ('CommandOrControl+Shift+M').
import * as v from 'valibot';

/** In the order in which they are written. */
export const modifierKeys = ['CommandOrControl', 'Alt', 'Shift'] as const;
type ModifierKey = (typeof modifierKeys)[number];

/**
 * A letter or digit with at least Ctrl (Command on a Mac) or Alt, or a function key with any modifiers or none: what alone
 * would take away a key that people write with is not let in.
 */
export const KeyCombination = v.pipe(
  v.string(),
  v.maxLength(48),
  v.regex(
    /^(?:(?=CommandOrControl\+|Alt\+)(?:CommandOrControl\+)?(?:Alt\+)?(?:Shift\+)?[A-Z0-9]|(?:CommandOrControl\+)?(?:Alt\+)?(?:Shift\+)?F(?:[1-9]|1[0-9]|2[0-4]))$/,
  ),
);
export type KeyCombination = v.InferOutput<typeof KeyCombination>;

export interface PressedKeys {
  /** W3C UI Events `code`: the place of the key, whatever the layout writes there. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** What was pressed, or null for what cannot be used. On a Mac the command key stands for Ctrl. */
export function combinationOf(pressed: PressedKeys): KeyCombination | null {
  const key = /^(?:Key|Digit)?([A-Z0-9]|F\d{1,2})$/.exec(pressed.code)?.[1];
  if (key === undefined) return null;
  const held: Record<ModifierKey, boolean> = {
    CommandOrControl: pressed.ctrlKey || pressed.metaKey,
    Alt: pressed.altKey,
    Shift: pressed.shiftKey,
  };
  const parsed = v.safeParse(KeyCombination, [...modifierKeys.filter((name) => held[name]), key].join('+'));
  return parsed.success ? parsed.output : null;
}

// Holding Space while muted talks, wherever Space does nothing else.

/** Space types in a field and presses a button the keyboard is on; a button that was clicked keeps no claim to it. */
export function isSpaceFree(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return true;
  if (target.closest('input, textarea, select, [contenteditable], [role^="menu"], [role="dialog"]') !== null)
    return false;
  return target.closest('button, a, [role="tab"], [role="switch"]') === null || !target.matches(':focus-visible');
}

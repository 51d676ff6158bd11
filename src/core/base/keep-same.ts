// Spares whoever follows a value the parts of it that did not change: they stay the very same objects.

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/**
 * `next`, in which every array and plain object that equals its counterpart in `before` is that counterpart; `before`
 * itself when all is equal. Anything else (maps, bytes, class instances) is equal when it is the same. No cycles.
 */
export function keepSame<T>(before: T, next: T): T;
export function keepSame(before: unknown, next: unknown): unknown {
  if (Object.is(before, next)) return before;
  if (isList(before) && isList(next)) {
    const kept = next.map((value, at) => (at < before.length ? keepSame(before[at], value) : value));
    const isSame = kept.length === before.length && kept.every((value, at) => Object.is(value, before[at]));
    return isSame ? before : kept;
  }
  if (!isPlain(before) || !isPlain(next)) return next;
  const kept = Object.fromEntries(
    Object.entries(next).map(([key, value]) => [
      key,
      Object.hasOwn(before, key) ? keepSame(before[key], value) : value,
    ]),
  );
  const keys = Object.keys(kept);
  const isSame =
    keys.length === Object.keys(before).length &&
    keys.every((key) => Object.hasOwn(before, key) && Object.is(kept[key], before[key]));
  return isSame ? before : kept;
}

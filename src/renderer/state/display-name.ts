// Checks a name while it is typed, by the one rule that main applies too.
import * as v from 'valibot';
import { DisplayName } from '#shared/identity';

/** The name as it is stored, or null when it is none. */
export function parseName(typed: string): string | null {
  const parsed = v.safeParse(DisplayName, typed);
  return parsed.success ? parsed.output : null;
}

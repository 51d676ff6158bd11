// Text in bytes that somebody signed: UTF-8, and spelled exactly as its schema would spell it, so that one text has one form.
import * as v from 'valibot';

/** The text these bytes are, byte for byte, or null. */
export function exactText(bytes: Uint8Array, schema: v.GenericSchema<string, string>): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return v.parse(schema, text) === text ? text : null;
  } catch {
    return null;
  }
}

// A link as text: `roundtable:<letter><version>/<base64url>`, or any https page that carries the same in its fragment.
export interface LinkText {
  readonly version: number;
  readonly payload: string;
}

/** Reads the links of one letter; answers null for a text that is none. */
export function linkReader(
  letter: string,
  { payloadLength, textLength }: { payloadLength: number; textLength: number },
): (text: string) => LinkText | null {
  const mark = `${letter}([1-9]\\d{0,2})\\/`;
  const page = `https:\\/\\/[a-z0-9.-]{1,128}(?:\\/[A-Za-z0-9._~/-]{0,64})?#`;
  const grammar = new RegExp(`^(?:roundtable:${mark}|${page}${mark})([A-Za-z0-9_-]{1,${payloadLength}})$`);
  return (text) => {
    const trimmed = text.trim();
    if (trimmed.length > textLength) return null;
    const match = grammar.exec(trimmed);
    const payload = match?.[3];
    if (!match || payload === undefined) return null;
    return { version: Number(match[1] ?? match[2]), payload };
  };
}

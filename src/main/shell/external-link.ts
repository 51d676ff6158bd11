// Which addresses may leave the app for the person's browser or mail program.

const maxLength = 2048;
/** Nothing that could be read as a second argument, a line break or another encoding of either. */
const plain = /^[\x21-\x7e]+$/;

/** The address as it would be opened, or null: only https without credentials and mailto without attachments. */
export function parseExternalLink(text: string): URL | null {
  if (text.length > maxLength || !plain.test(text) || /["'<>\\^`{|}]/.test(text)) return null;
  if (!/^(?:https:\/\/[^/]|mailto:[^/])/i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol === 'https:') return url.username === '' && url.password === '' && url.hostname !== '' ? url : null;
  return url.protocol === 'mailto:' && isPlainMail(url) ? url : null;
}

/** Some mail programs attach local files when asked to by a header field. */
function isPlainMail(url: URL): boolean {
  const fields = [...url.searchParams.keys()].map((key) => key.toLowerCase());
  return (
    fields.every((field) => ['subject', 'body', 'cc', 'bcc'].includes(field)) && /^[^@%]+@[^@%]+$/.test(url.pathname)
  );
}

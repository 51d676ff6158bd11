// Whether bytes are whole Ogg pages (RFC 3533 section 6), so that nothing else is ever appended to a recording.

const headerBytes = 27;

/** One page after the other, to the last byte. What is in them is not judged. */
export function areOggPages(bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < view.length) {
    if (view.length - at < headerBytes || view.toString('latin1', at, at + 4) !== 'OggS') return false;
    const segments = view.subarray(at + headerBytes, at + headerBytes + view.readUInt8(at + 26));
    at += headerBytes + view.readUInt8(at + 26) + segments.reduce((sum, length) => sum + length, 0);
  }
  return at === view.length && at > 0;
}

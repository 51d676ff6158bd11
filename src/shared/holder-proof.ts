// How somebody who downloads asks others for the same content without saying which it is: a hash of its id, other for every drop,
// that only those who hold the content can tell from noise. Its use: docs/protocol/shares.md.
import type { ContentId } from '#shared/content';
import type { DropId } from '#shared/drop';

/** Bytes of the hash that travel. */
export const holderProofBytes = 16;

const label = 'roundtable/holder/1\0';

/** Its SHA-256, cut to `holderProofBytes`, is the proof. */
export function holderProofInput(dropId: DropId, contentId: ContentId): Uint8Array<ArrayBuffer> {
  const text = label + dropId + contentId;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

// Files that are laid out as spoken messages are, of any size.
import { voicePeaks, type VoiceDraft } from '#shared/chat';
import { OggOpusStream } from '#adapters/ogg-opus';

/** An Ogg Opus file of about so many bytes, with pages of these bytes in it. */
export function soundOf(bytes: number, fill = 0x51): Uint8Array<ArrayBuffer> {
  const stream = new OggOpusStream({ serial: 1, preSkip: 312, silentSamples: 0 });
  const pages: Uint8Array[] = [...stream.begin()];
  for (let size = 0; size < bytes; size += 27 + 20 + 20 * 200) {
    const page = new Uint8Array(27 + 20 + 20 * 200).fill(fill, 47);
    page.set([0x4f, 0x67, 0x67, 0x53]);
    page[26] = 20;
    page.fill(200, 27, 47);
    pages.push(stream.next(page));
  }
  return new Uint8Array(Buffer.concat(pages));
}

export const spoken = (more: Partial<VoiceDraft> = {}): VoiceDraft => ({
  sound: soundOf(60_000),
  durationMs: 12_300,
  peaks: new Uint8Array(voicePeaks).map((_, at) => at * 4),
  replyTo: null,
  ...more,
});

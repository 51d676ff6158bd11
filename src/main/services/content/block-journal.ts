// Which blocks of a partial file are on the disk for good: runs of block numbers, appended after the blocks themselves were
// flushed. A torn or garbled end is cut off; what it told of is fetched again.
import { crc32 } from 'node:zlib';
import { setBit } from '#shared/content';

const magic = Buffer.from('RTJ1');
const recordBytes = 12;

/** The journal begins with the id of the content, so that blocks of another file never count. */
export const journalStart = (contentId: string): Buffer => Buffer.concat([magic, Buffer.from(contentId, 'hex')]);

/** Records of these blocks, as few as possible. Sorts `indices`. */
export function journalRecords(indices: number[]): Buffer {
  const runs: { first: number; count: number }[] = [];
  for (const index of indices.sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && index === last.first + last.count) last.count += 1;
    else runs.push({ first: index, count: 1 });
  }
  const records = Buffer.alloc(runs.length * recordBytes);
  for (const [at, { first, count }] of runs.entries()) {
    records.writeUInt32BE(first, at * recordBytes);
    records.writeUInt32BE(count, at * recordBytes + 4);
    records.writeUInt32BE(crc32(records.subarray(at * recordBytes, at * recordBytes + 8)), at * recordBytes + 8);
  }
  return records;
}

/**
 * Sets the bits of the blocks the journal tells of, of `count` in all. Answers how many of its bytes are sound: 0 when it is of
 * another content or none at all.
 */
export function replayJournal(journal: Buffer, contentId: string, bits: Uint8Array, count: number): number {
  const start = journalStart(contentId);
  if (!journal.subarray(0, start.length).equals(start)) return 0;
  let at = start.length;
  for (; at + recordBytes <= journal.length; at += recordBytes) {
    const first = journal.readUInt32BE(at);
    const end = first + journal.readUInt32BE(at + 4);
    const isSound = journal.readUInt32BE(at + 8) === crc32(journal.subarray(at, at + 8)) && end <= count;
    if (!isSound) break;
    for (let index = first; index < end; index += 1) setBit(bits, index);
  }
  return at;
}

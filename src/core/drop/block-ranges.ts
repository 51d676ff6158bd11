// Sets of blocks as they travel: [start, count, start, count, …], rising and apart.
import * as v from 'valibot';
import { hasBit } from '#shared/content';
import { limits } from '#core/wire/limits';

const Whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.dropBlocks));

/** Rising, not overlapping; what lies beyond the drop's last block is for its reader to refuse. */
export const BlockRanges = v.pipe(
  v.array(Whole),
  v.maxLength(limits.dropRangeNumbers),
  v.check((numbers) => numbers.length % 2 === 0 && areRising(numbers)),
);

function areRising(numbers: readonly number[]): boolean {
  let end = 0;
  for (let at = 0; at < numbers.length; at += 2) {
    const [start = -1, count = 0] = numbers.slice(at, at + 2);
    if (start < end || count < 1) return false;
    end = start + count;
  }
  return true;
}

/** The number behind the last block named; 0 for none. */
export const rangesEnd = (ranges: readonly number[]): number => (ranges.at(-2) ?? 0) + (ranges.at(-1) ?? 0);

export function* blocksOf(ranges: readonly number[]): Generator<number> {
  for (let at = 0; at < ranges.length; at += 2) {
    const start = ranges[at] ?? 0;
    const end = start + (ranges[at + 1] ?? 0);
    for (let block = start; block < end; block += 1) yield block;
  }
}

/** @param blocks in any order, each once */
export function toRanges(blocks: readonly number[]): number[] {
  const ranges: number[] = [];
  for (const block of [...blocks].sort((a, b) => a - b)) {
    if (ranges.length > 0 && rangesEnd(ranges) === block) ranges.push((ranges.pop() ?? 0) + 1);
    else ranges.push(block, 1);
  }
  return ranges;
}

/** All set bits, cut into messages. */
export function bitsToRanges(bits: Uint8Array, count: number): number[][] {
  const messages: number[][] = [];
  let ranges: number[] = [];
  for (let block = 0; block < count; block += 1) {
    if ((block & 7) === 0 && bits[block >> 3] === 0) {
      block += 7;
      continue;
    }
    if (!hasBit(bits, block)) continue;
    if (ranges.length > 0 && rangesEnd(ranges) === block) ranges.push((ranges.pop() ?? 0) + 1);
    else {
      if (ranges.length + 2 > limits.dropRangeNumbers) {
        messages.push(ranges);
        ranges = [];
      }
      ranges.push(block, 1);
    }
  }
  if (ranges.length > 0) messages.push(ranges);
  return messages;
}

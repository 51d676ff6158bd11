// Which blocks to ask a person for: those that the fewest have come first. Among equally rare ones the order of the file
// while there is one source, so that disks read in order; else from a place of one's own, so that receivers differ.
export interface Choice {
  /** Blocks are looked at in the order of the drop, from here and around. */
  readonly startAt: number;
  readonly blocks: number;
  readonly wanted: number;
  /** How many people have it; 0 when it is not to be asked for (of this person, now). */
  readonly rarity: (block: number) => number;
}

/** Rarer than that all count alike. */
const levels = 64;

/** At most `wanted` blocks. Looks at each block twice. */
export function pickBlocks({ startAt, blocks, wanted, rarity }: Choice): number[] {
  if (wanted <= 0) return [];
  const counts = new Uint32Array(levels);
  for (let block = 0; block < blocks; block += 1) {
    const level = Math.min(rarity(block), levels - 1);
    if (level > 0) counts[level] = (counts[level] ?? 0) + 1;
  }
  // All blocks of levels below `edge` are taken, and of level `edge` as many as there is room for.
  let [edge, below] = [1, 0];
  while (edge < levels && below + (counts[edge] ?? 0) < wanted) {
    below += counts[edge] ?? 0;
    edge += 1;
  }
  let atEdge = wanted - below;
  const picked: number[] = [];
  for (let step = 0; step < blocks && picked.length < wanted; step += 1) {
    const block = (startAt + step) % blocks;
    const level = Math.min(rarity(block), levels - 1);
    if (level === 0 || level > edge) continue;
    if (level === edge && atEdge-- <= 0) continue;
    picked.push(block);
  }
  return picked;
}

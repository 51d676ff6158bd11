// What this person asked for and is about to be given: taken without a further question if it is that and nothing else.
import type { DropId, FileEntry } from '#shared/drop';
import { fileKind } from '#shared/file-kinds';
import type { PeerId } from '#shared/identity';
import type { ShareEntry } from '#shared/share';
import { limits } from '#core/wire/limits';

interface Wanted {
  readonly from: PeerId;
  readonly entry: ShareEntry;
  readonly untilMs: number;
}

export class WantedShares {
  readonly #wanted = new Map<DropId, Wanted>();

  add(dropId: DropId, from: PeerId, entry: ShareEntry, nowMs: number): void {
    for (const [known, { untilMs }] of this.#wanted) if (untilMs <= nowMs) this.#wanted.delete(known);
    this.#wanted.set(dropId, { from, entry, untilMs: nowMs + limits.sharesWantedForMs });
  }

  remove(dropId: DropId): void {
    this.#wanted.delete(dropId);
  }

  /**
   * Whether this offer is what was asked for: from whom, under its name, no larger than it was shown, and nothing that can run programs.
   * Asked once: the answer counts for one offer.
   */
  matches(dropId: DropId, from: PeerId, files: readonly FileEntry[], nowMs: number): boolean {
    const wanted = this.#wanted.get(dropId);
    if (wanted?.from !== from) return false;
    this.#wanted.delete(dropId);
    return wanted.untilMs > nowMs && isAsShown(wanted.entry, files);
  }
}

function isAsShown({ kind, name, bytes, files: count }: ShareEntry, files: readonly FileEntry[]): boolean {
  const isBelow = ({ path }: FileEntry): boolean =>
    path[0] === name && (kind === 'folder' ? path.length > 1 : path.length === 1);
  const isHarmless = ({ path }: FileEntry): boolean => fileKind(path.at(-1) ?? '') !== 'program';
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return files.length <= count && size <= bytes && files.every((file) => isBelow(file) && isHarmless(file));
}

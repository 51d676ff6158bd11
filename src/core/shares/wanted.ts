// What this person asked for and is about to be given: taken without a further question if it is that and nothing else.
import type { DropId, FileEntry } from '#shared/drop';
import { fileKind } from '#shared/file-kinds';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import type { ShareEntry } from '#shared/share';
import { limits } from '#core/wire/limits';

/** What somebody offers in a drop. */
export interface Offered {
  readonly dropId: DropId;
  readonly roomId: RoomId | null;
  readonly people: readonly PeerId[];
  readonly entries: readonly FileEntry[];
}

interface Wanted {
  readonly from: PeerId;
  readonly entry: ShareEntry;
  readonly untilMs: number;
}

export class WantedShares {
  readonly #wanted = new Map<DropId, Wanted>();
  /** All that were asked for, the oldest first. */
  readonly #known = new Set<DropId>();

  add(dropId: DropId, from: PeerId, entry: ShareEntry, nowMs: number): void {
    for (const [known, { untilMs }] of this.#wanted) if (untilMs <= nowMs) this.#wanted.delete(known);
    this.#known.add(dropId);
    const [oldest] = this.#known;
    if (oldest !== undefined && this.#known.size > limits.sharesAskedFor) this.#known.delete(oldest);
    this.#wanted.set(dropId, { from, entry, untilMs: nowMs + limits.sharesWantedForMs });
  }

  remove(dropId: DropId): void {
    this.#wanted.delete(dropId);
    this.#known.delete(dropId);
  }

  /** Whether a drop of this name was asked for at all. */
  isKnown(dropId: DropId): boolean {
    return this.#known.has(dropId);
  }

  /**
   * Whether this offer is what was asked for: from whom, to me alone, under its name, no larger than it was shown, and nothing that can
   * run programs. Asked once: the answer counts for one offer.
   */
  matches({ dropId, roomId, people, entries }: Offered, from: PeerId, nowMs: number): boolean {
    const wanted = this.#wanted.get(dropId);
    if (wanted?.from !== from) return false;
    this.#wanted.delete(dropId);
    // With others it would be a swarm, in which I would give to people I never chose.
    const isMineAlone = roomId === null && people.length === 1;
    return wanted.untilMs > nowMs && isMineAlone && isAsShown(wanted.entry, entries);
  }
}

function isAsShown({ kind, name, bytes, files: count }: ShareEntry, files: readonly FileEntry[]): boolean {
  const isBelow = ({ path }: FileEntry): boolean =>
    path[0] === name && (kind === 'folder' ? path.length > 1 : path.length === 1);
  const isHarmless = ({ path }: FileEntry): boolean => fileKind(path.at(-1) ?? '') !== 'program';
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return files.length <= count && size <= bytes && files.every((file) => isBelow(file) && isHarmless(file));
}

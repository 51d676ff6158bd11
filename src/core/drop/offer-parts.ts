// An offer in messages: its entries as many at a time as fit, and the same put together again on the other side.
import type { DropId, FileEntry } from '#shared/drop';
import { maxDropFiles } from '#shared/drop';
import { canLieTogether } from '#shared/file-names';
import type { PeerId } from '#shared/identity';
import type { RoomId } from '#shared/room';
import type { DropBody } from '#core/drop/drop-link';
import { limits } from '#core/wire/limits';

export interface Offer {
  readonly dropId: DropId;
  readonly roomId: RoomId | null;
  readonly people: readonly PeerId[];
  readonly entries: readonly FileEntry[];
}

/** About what an entry takes in a message. */
const nameBytes = ({ path }: FileEntry): number => 24 + path.reduce((sum, name) => sum + 3 * name.length + 3, 0);

export function cutOffer({ dropId, roomId, people, entries }: Offer): DropBody<'drop.offer'>[] {
  const parts: DropBody<'drop.offer'>[] = [];
  const head = { dropId, roomId, people: [...people], files: entries.length };
  let [from, bytes] = [0, 0];
  for (let at = 0; at <= entries.length; at += 1) {
    const entry = entries[at];
    const length = entry ? nameBytes(entry) : Infinity;
    if (at > from && (bytes + length > limits.dropOfferBytes - 64 * people.length || at - from === 512)) {
      parts.push({ ...head, from, entries: entries.slice(from, at) });
      [from, bytes] = [at, 0];
    }
    bytes += length;
  }
  return parts;
}

interface Unfinished {
  readonly head: Omit<DropBody<'drop.offer'>, 'from' | 'entries'>;
  readonly entries: FileEntry[];
  bytes: number;
}

/** Offers of one person, until all their parts are there. */
export class OfferAssembly {
  readonly #unfinished = new Map<DropId, Unfinished>();

  /** The whole offer with its last part; null before that, and for what no Roundtable sends. */
  take({ from, entries, ...head }: DropBody<'drop.offer'>): Offer | null {
    const { dropId } = head;
    if (from === 0) this.#begin(head);
    const open = this.#unfinished.get(dropId);
    if (open?.entries.length !== from) return null;
    open.entries.push(...entries);
    open.bytes += entries.reduce((sum, entry) => sum + nameBytes(entry), 0);
    const isTooMuch = open.entries.length > open.head.files || open.bytes > 3 * limits.dropNamesBytes;
    if (!isTooMuch && open.entries.length < open.head.files) return null;
    this.#unfinished.delete(dropId);
    if (isTooMuch || !canLieTogether(open.entries.map(({ path }) => path))) return null;
    const { roomId, people } = open.head;
    return { dropId, roomId, people, entries: open.entries };
  }

  #begin(head: Unfinished['head']): void {
    if (head.files < 1 || head.files > maxDropFiles) return;
    this.#unfinished.delete(head.dropId);
    const [oldest] = this.#unfinished.keys();
    if (oldest !== undefined && this.#unfinished.size >= limits.dropOffersUnfinished) this.#unfinished.delete(oldest);
    this.#unfinished.set(head.dropId, { head, entries: [], bytes: 0 });
  }
}

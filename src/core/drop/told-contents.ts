// What the files of a drop of mine are made of, told file by file: all of it to those who take part, and a bounded part ahead to those
// who have not answered yet, so that they can get it from others when I am gone.
import type { DropId } from '#shared/drop';
import type { PeerId } from '#shared/identity';
import type { DropBody, DropLink } from '#core/drop/drop-link';
import type { Content } from '#core/drop/messages';
import { limits } from '#core/wire/limits';

/** As much of a link as is told of contents. */
export interface Listening extends Pick<DropLink, 'peerId'> {
  send(kind: 'drop.contents', body: DropBody<'drop.contents'>): void;
}

interface Listener {
  /** The next file to tell them of. */
  next: number;
  leftBytes: number;
  hasJoined: boolean;
}

/** What a header and its hashes take in a message, about. */
export const contentBytes = ({ header, hashes }: Content): number => header.length + (hashes?.length ?? 0) + 32;

export class ToldContents {
  readonly #dropId: DropId;
  readonly #contents: Content[] = [];
  readonly #listeners = new Map<Listening, Listener>();

  constructor(dropId: DropId) {
    this.#dropId = dropId;
  }

  /** The next file is known by now. */
  add(content: Content): void {
    this.#contents.push(content);
  }

  offered(link: Listening): void {
    this.#listeners.set(link, { next: 0, leftBytes: limits.dropAheadBytes, hasJoined: false });
    this.#tell(link);
  }

  /** They know the first so many by their word, which may be older than what was told them since. */
  joined(link: Listening, known: number, { isAnswer }: { isAnswer: boolean }): void {
    const before = this.#listeners.get(link);
    const next = before?.hasJoined && isAnswer ? before.next : known;
    this.#listeners.set(link, { next, leftBytes: Infinity, hasJoined: true });
    this.#tell(link);
  }

  unlinked(peerId: PeerId): void {
    for (const link of this.#listeners.keys()) if (link.peerId === peerId) this.#listeners.delete(link);
  }

  tellAll(): void {
    for (const link of this.#listeners.keys()) this.#tell(link);
  }

  #tell(link: Listening): void {
    const listener = this.#listeners.get(link);
    if (!listener) return;
    for (let contents = this.#take(listener); contents.length > 0; contents = this.#take(listener)) {
      link.send('drop.contents', { dropId: this.#dropId, contents });
    }
  }

  /** As many as fit into a message. */
  #take(listener: Listener): Content[] {
    const contents: Content[] = [];
    let bytes = 0;
    for (let one = this.#contents[listener.next]; one && contents.length < 64; one = this.#contents[listener.next]) {
      const size = contentBytes(one);
      if (size > listener.leftBytes || (contents.length > 0 && bytes + size > limits.dropOfferBytes)) break;
      bytes += size;
      listener.leftBytes -= size;
      listener.next += 1;
      contents.push(one);
    }
    return contents;
  }
}

// Which drops messages have told of since the start, so that their offers are not announced a second time.
import type { ChatMessage } from '#shared/chat';
import type { DropSnapshot } from '#core/drop/snapshot';
import type { PeerId } from '#shared/identity';

const rememberedMost = 1_000;

export class FilesHeard {
  readonly #keys = new Set<string>();

  note({ content, from }: ChatMessage): void {
    if (content.kind !== 'files') return;
    const [oldest] = this.#keys;
    if (oldest !== undefined && this.#keys.size >= rememberedMost) this.#keys.delete(oldest);
    this.#keys.add(keyOf(content.offer.dropId, from));
  }

  has({ dropId, from }: Pick<DropSnapshot, 'dropId' | 'from'>): boolean {
    return this.#keys.has(keyOf(dropId, from));
  }
}

const keyOf = (dropId: string, from: PeerId): string => `${dropId} ${from}`;

// The chat of the room: its lines, which of them are new, and saying something.
import type { RoomLine, RoomSnapshot } from '#core/conference/snapshot';
import { limits } from '#core/wire/limits';
import { m } from '#messages/messages';
import type { RoomsPort } from '#state/deps';
import type { ToastsState } from '#state/toasts.svelte';

const lineLength = limits.roomLineLength;

export interface RoomChatDeps {
  readonly rooms: Pick<RoomsPort, 'say'>;
  readonly toasts: ToastsState;
  room(): RoomSnapshot | null;
}

export class RoomChat {
  readonly #deps: RoomChatDeps;
  #lastRead = $state.raw<string | null>(null);
  /** What is typed, kept while the panel is closed. */
  draft = $state('');

  constructor(deps: RoomChatDeps) {
    this.#deps = deps;
  }

  get lines(): readonly RoomLine[] {
    return this.#deps.room()?.lines ?? [];
  }

  /** Lines of others that came since the chat was last looked at. */
  get unread(): number {
    const { lines } = this;
    const self = this.#deps.room()?.members.find(({ isSelf }) => isSelf)?.peerId;
    const from = lines.findIndex(({ id }) => id === this.#lastRead) + 1;
    return lines.slice(from).filter((line) => line.from !== self).length;
  }

  /** Characters that still fit; negative when it is too long. */
  get left(): number {
    return lineLength - this.draft.trim().length;
  }

  /** Says the draft; answers whether it was said. */
  send(): boolean {
    const text = this.draft.trim();
    if (text === '' || this.left < 0) return false;
    const isSaid = this.#deps.rooms.say(text);
    if (isSaid) this.draft = '';
    else this.#deps.toasts.show({ severity: 'warning', title: m.room.chatRefused });
    return isSaid;
  }

  markRead(): void {
    this.#lastRead = this.lines.at(-1)?.id ?? null;
  }

  /** Another room. */
  clear(): void {
    this.#lastRead = null;
    this.draft = '';
  }
}

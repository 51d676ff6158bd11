// Where the person is: the pane in the middle, the dialog above it, and on small windows which of the two is seen.
import type { ConversationId } from '#shared/chat';
import type { ContactId } from '#shared/contact';
import type { DropId } from '#shared/drop';
import type { PeerId } from '#shared/identity';
import type { KnownRoom, RoomId } from '#shared/room';
import type { ShareId, SharePath } from '#shared/share';
import type { VaultItem, VaultItemId, VaultVersion } from '#shared/vault';
import type { VaultFolder, VaultFolderId } from '#shared/vault-folder';

/** Parts of the pane of files; transfers where none is named. */
export type FilesView = 'transfers' | 'shares' | 'find' | 'meter';

/** Parts of the pane of the vault; my things where none is named. */
export type VaultTab = 'things' | 'keepers';

export type Pane =
  | { readonly kind: 'home' }
  | { readonly kind: 'person'; readonly contactId: ContactId }
  | { readonly kind: 'group'; readonly conversationId: ConversationId }
  | { readonly kind: 'echo' }
  | { readonly kind: 'files'; readonly view?: FilesView }
  | { readonly kind: 'vault'; readonly view?: VaultTab }
  /** My own cast, and those I may watch. */
  | { readonly kind: 'casts' }
  /** The cast of another that I watch. */
  | { readonly kind: 'watch' }
  /** What a contact shares with me. */
  | { readonly kind: 'browse'; readonly contactId: ContactId; readonly path?: SharePath }
  | { readonly kind: 'call' }
  /** Before a room: the door's entry says which, and how far. */
  | { readonly kind: 'prejoin' }
  | { readonly kind: 'room' };

export type SettingsSection =
  'you' | 'devices' | 'network' | 'appearance' | 'alerts' | 'chat' | 'files' | 'casts' | 'relay' | 'blocked' | 'about';

export type OpenDialog =
  | { readonly kind: 'add'; readonly tab: 'give' | 'use' }
  | { readonly kind: 'settings'; readonly section: SettingsSection }
  | { readonly kind: 'shortcuts' }
  /** A new room; `asked` are asked to come in. Of a group it has the name, and perhaps people who are no contacts of mine. */
  | {
      readonly kind: 'open-room';
      readonly asked: readonly ContactId[];
      readonly group?: { readonly name: string; readonly strangers: number };
    }
  | { readonly kind: 'room-link'; readonly roomId: RoomId }
  | { readonly kind: 'forget-room'; readonly room: KnownRoom }
  /** A new group; `contactId` is in it from the start. */
  | { readonly kind: 'new-group'; readonly contactId: ContactId | null }
  | { readonly kind: 'add-to-group'; readonly conversationId: ConversationId }
  | { readonly kind: 'rename-group'; readonly conversationId: ConversationId }
  | { readonly kind: 'leave-group'; readonly conversationId: ConversationId }
  | { readonly kind: 'forget-chat'; readonly conversationId: ConversationId }
  /** An address out of a message: where it leads, before it is opened. */
  | { readonly kind: 'link'; readonly url: string }
  /** A folder to be shared, or who sees one that is. */
  | { readonly kind: 'share'; readonly shareId: ShareId | null }
  /** A picture that went to or came from others, as large as the window. */
  | { readonly kind: 'picture'; readonly dropId: DropId }
  /** A sound or a video of a drop; `position` counts its files. */
  | { readonly kind: 'player'; readonly dropId: DropId; readonly position: number }
  /** Which way the connection with them takes, or why there is none. */
  | { readonly kind: 'connection'; readonly contactId: ContactId }
  /** A report of somebody's connection, to be opened. */
  | { readonly kind: 'connection-report' }
  /** A look at my own line. */
  | { readonly kind: 'check-line' }
  /** Something in the vault, or one version of it, is to go. */
  | {
      readonly kind: 'vault-remove';
      readonly item: { readonly itemId: VaultItemId; readonly name: string };
      readonly version: Pick<VaultVersion, 'versionId' | 'number'> | null;
    }
  /** Who may restore something of the vault. */
  | { readonly kind: 'vault-share'; readonly item: VaultItem }
  /** A folder that is to back itself up, or how many versions are kept of one. */
  | { readonly kind: 'vault-watch'; readonly folderId: VaultFolderId | null }
  | { readonly kind: 'vault-unwatch'; readonly folder: Pick<VaultFolder, 'folderId' | 'name'> }
  /** Space for a contact; null: whom, is chosen there. */
  | { readonly kind: 'vault-pledge'; readonly contactId: ContactId | null }
  /** All that is kept for somebody is to go at once. */
  | { readonly kind: 'vault-drop'; readonly owner: PeerId; readonly name: string }
  /** Whom to ask to keep for me. */
  | { readonly kind: 'vault-ask' }
  /** Two texts that are carried open a connection with them. */
  | { readonly kind: 'by-hand'; readonly contactId: ContactId }
  | { readonly kind: 'compare'; readonly contactId: ContactId }
  | { readonly kind: 'rename'; readonly contactId: ContactId }
  | { readonly kind: 'remove'; readonly contactId: ContactId };

export class NavigationState {
  #pane = $state.raw<Pane>({ kind: 'home' });
  #dialog = $state.raw<OpenDialog | null>(null);
  /** Under 640 px one pane shows at a time: the list, or this one. */
  #isPaneInFront = $state(false);

  get pane(): Pane {
    return this.#pane;
  }

  get dialog(): OpenDialog | null {
    return this.#dialog;
  }

  get isPaneInFront(): boolean {
    return this.#isPaneInFront;
  }

  show(pane: Pane): void {
    this.#pane = pane;
    this.#isPaneInFront = true;
  }

  back(): void {
    this.#isPaneInFront = false;
  }

  open(dialog: OpenDialog): void {
    this.#dialog = dialog;
  }

  close(): void {
    this.#dialog = null;
  }
}

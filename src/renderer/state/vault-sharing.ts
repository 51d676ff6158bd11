// Letting contacts read single things of the vault, and what they let this person read: the commands.
import type { ContactId } from '#shared/contact';
import type { Host } from '#shared/contract';
import type { VaultItem, VaultVersionId } from '#shared/vault';
import type { SharedVersion, VaultShare } from '#shared/vault-share';
import { m } from '#messages/messages';
import type { ToastsState } from '#state/toasts.svelte';

export interface VaultSharingDeps {
  readonly host: Pick<Host, 'shareVaultItem' | 'endVaultShare' | 'declineVaultShare'>;
  readonly toasts: ToastsState;
  /** As main told it last. */
  readonly shares: () => readonly VaultShare[];
}

export interface Sharing {
  readonly contactId: ContactId;
  readonly name: string;
  /** Null: the newest, and each that comes after it. */
  readonly versionId: VaultVersionId | null;
}

export class VaultSharing {
  readonly #deps: VaultSharingDeps;

  constructor(deps: VaultSharingDeps) {
    this.#deps = deps;
  }

  /** Of one thing, in the order in which it was shared. */
  of({ itemId }: Pick<VaultItem, 'itemId'>): VaultShare[] {
    return this.#deps.shares().filter((share) => share.itemId === itemId);
  }

  async share({ itemId, name }: VaultItem, { contactId, name: reader, versionId }: Sharing): Promise<boolean> {
    const isDone = await this.#attempt(
      async () => await this.#deps.host.shareVaultItem({ itemId, versionId, contactId }),
    );
    if (isDone) this.#deps.toasts.show({ title: m.vaultShare.done(name, reader), text: m.vaultShare.doneText });
    return isDone;
  }

  async end({ shareId }: VaultShare): Promise<void> {
    await this.#attempt(async () => await this.#deps.host.endVaultShare({ shareId }));
  }

  async decline({ owner, shareId }: SharedVersion): Promise<void> {
    await this.#attempt(async () => await this.#deps.host.declineVaultShare({ owner, shareId }));
  }

  async #attempt(command: () => Promise<unknown>): Promise<boolean> {
    try {
      await command();
      return true;
    } catch (reason) {
      this.#deps.toasts.fail(reason);
      return false;
    }
  }
}
